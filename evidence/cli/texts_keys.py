"""What `hozen keys` says, in English and Japanese."""

from __future__ import annotations

KEYS: dict[str, tuple[str, str]] = {
    "keys": ("Make and show keys; private parts stay where they are made.", "鍵を作り、表示します。秘密鍵は作った場所から出ません。"),
    "keys.root": (
        "Make a provider's root: keep it offline. It certifies kits and people.",
        "事業者のルート鍵を作ります。ネットワークから切り離して保管し、キットと人の鍵を認証します。",
    ),
    "keys.kit": (
        "Make a kit's key: it certifies the key of each collection, for one year.",
        "キットの鍵を作ります。収集ごとの鍵を認証します(1年間)。",
    ),
    "keys.person": (
        "Make a person's key, or certify the one in a token: for hand-overs.",
        "人の鍵を作る、またはトークン内の鍵を認証します(授受の署名用)。",
    ),
    "keys.identity": (
        "Make an age identity: what is encrypted to its recipient opens with it alone.",
        "age の鍵を作ります。その宛先に暗号化したものは、この鍵でしか開けません。",
    ),
    "keys.challenge": (
        "Print a challenge: a number with today's date for `collect --challenge`.",
        "確認番号(日時入り)を表示します。collect --challenge に渡してください。",
    ),
    "keys.revoke": (
        "Take back a kit's or a person's certificate: writes the root's revocation list.",
        "キットや人の証明書を失効させ、ルートの失効リストを書きます。",
    ),
    "keys.show": ("Say what a key or certificate file holds; never a private part.", "鍵・証明書ファイルの中身を表示(秘密鍵は出しません)"),
    "keys.name": ("Name in the certificate (at most 64 characters).", "証明書に入る名前(64文字まで)"),
    "keys.organisation": ("Where the person works.", "所属"),
    "keys.output": ("Folder for the new files; made when it isn't there.", "新しいファイルの保存先(なければ作成)"),
    "keys.by_root": ("The root's key file (root.key).", "ルートの鍵ファイル(root.key)"),
    "keys.role": ("What the person may sign as.", "役割"),
    "keys.public": (
        "Certify this public key (PEM) instead of making one: its private part is in a token.",
        "鍵を作らず、この公開鍵(PEM)を認証します(秘密鍵はトークンの中)",
    ),
    "keys.passphrase_file": ("First line is the passphrase; else it is asked for.", "1行目がパスフレーズ(省略時は入力)"),
    "keys.no_passphrase": ("Leave the private part unencrypted: whoever has the file has the key.", "秘密鍵を暗号化しない(ファイルを持つ人が鍵を持つことになります)"),
    "keys.since": ("Since when (RFC 3339); now when not given.", "いつから(RFC 3339。省略時は今)"),
    "keys.list": ("The revocation list to write; one that is there is continued.", "失効リストのファイル(あれば追記して書き直し)"),
    "keys.ask": ("Passphrase for {name}", "{name} のパスフレーズ"),
    "keys.again": ("The same once more", "もう一度"),
    "keys.made": ("{what}: {path}", "{what}: {path}"),
    "keys.private": ("private key, keep it", "秘密鍵(保管)"),
    "keys.certificate": ("certificate, hand it out", "証明書(配布用)"),
    "keys.recipient": ("recipient, hand it out", "宛先(配布用)"),
    "keys.revoked": ("Revoked since {since}: {name}. Give {path} to everybody who verifies.", "{name} を {since} から失効させました。検証する全員に {path} を渡してください。"),
    "keys.line": ("{role}: {name}", "{role}: {name}"),
    "keys.dates": ("  from {start} to {end}", "  {start} から {end} まで"),
    "keys.fingerprint": ("  SHA-256 {found}", "  SHA-256 {found}"),
    "keys.issuer": ("  certified by {issuer}", "  認証者 {issuer}"),
    "keys.is_encrypted": ("private key, encrypted", "秘密鍵(暗号化済み)"),
    "keys.is_open": ("private key, NOT encrypted", "秘密鍵(暗号化されていません)"),
    "keys.list_line": ("revocation list of {issuer}: {count} certificates", "{issuer} の失効リスト: {count} 件"),
    "keys.serial_line": ("  serial {serial}, since {since}", "  シリアル {serial}、{since} から"),
    "error.exists": ("{path} is there already; nothing is overwritten", "{path} はすでにあります。上書きはしません"),
    "error.name": ("{value}: a name has 1 to 64 characters", "{value}: 名前は1〜64文字です"),
    "error.passphrase": ("the passphrase is empty", "パスフレーズが空です"),
    "error.not_root": ("{path}: not a root's key", "{path}: ルートの鍵ではありません"),
    "error.not_issued": ("{path}: not certified by this root", "{path}: このルートが認証したものではありません"),
    "error.nothing_in_it": ("{path}: no key, certificate or revocation list in PEM form", "{path}: PEM形式の鍵・証明書・失効リストがありません"),
    "error.year": ("{value}: the year can't be meant; look at its digits", "{value}: 年が正しくありません。桁を確かめてください"),
    "error.when": ("{value}: a time with zone is needed, as 2026-11-22T21:45:00+09:00", "{value}: 2026-11-22T21:45:00+09:00 のように時差付きの時刻が必要です"),
}  # fmt: skip
