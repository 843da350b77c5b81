"""What `hozen keys` says, in English and Japanese."""

from __future__ import annotations

KEYS: dict[str, tuple[str, str]] = {
    "keys": ("Make and show keys; private parts stay where they are made.", "鍵を作り、表示します。秘密鍵は作った場所から出ません。"),
    "keys.root": (
        "Make a provider's root: keep it offline. It certifies kits and people.",
        "調査会社のルート鍵を作ります。ネットワークから切り離して保管し、キットと人の鍵を認証します。",
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
        "age の復号鍵と宛先鍵を作ります。その宛先に暗号化したものは、この復号鍵でしか開けません。",
    ),
    "keys.challenge": (
        "Print a challenge: a number that holds the time now, for `collect --challenge`.",
        "確認番号(日時入り)を表示します。collect --challenge に渡してください。",
    ),
    "keys.revoke": (
        "Take back a kit's or a person's certificate: writes the root's revocation list.",
        "キットや人の証明書を失効させ、ルートの失効リストを書きます。",
    ),
    "keys.show": ("Say what a key or certificate file holds; never a private part.", "鍵・証明書ファイルの中身を表示(秘密鍵は出しません)"),
    "keys.name": ("Name in the certificate (at most 64 bytes of UTF-8).", "証明書に入る名前(UTF-8で64バイトまで。日本語で21文字ほど)"),
    "keys.organisation": ("Where the person works.", "所属"),
    "keys.output": ("Folder for the new files; made when it isn't there.", "新しいファイルの保存先(なければ作成)"),
    "keys.by_root": ("The root's key file (root.key).", "ルートの鍵ファイル(root.key)"),
    "keys.role": ("What the person may sign as.", "役割"),
    "keys.public": (
        "Certify this public key (PEM) instead of making one: its private part is in a token.",
        "鍵を作らず、この公開鍵(PEM)を認証します(秘密鍵はトークンの中)",
    ),
    "keys.passphrase_file": ("File whose first line is the passphrase; else it is asked for.", "1行目がパスフレーズであるファイル(省略時は入力)"),
    "keys.new_passphrase_file": ("File whose first line is the passphrase of the new key, which must not be that of the key that certifies it; else it is asked for.", "1行目が新しい鍵のパスフレーズであるファイル(認証する鍵のものとは別にします。省略時は入力)"),
    "keys.no_passphrase": ("Leave the private part unencrypted: whoever has the file has the key.", "秘密鍵を暗号化しない(ファイルを持つ人が鍵を持つことになります)"),
    "keys.since": ("Since when (as 2026-11-22T21:45:00+09:00); now when not given.", "いつから(2026-11-22T21:45:00+09:00 の形。省略時は今)"),
    "keys.list": ("The revocation list to write; one that is there is continued.", "失効リストのファイル(あれば追記して書き直し)"),
    "keys.ask": ("Passphrase for {name}", "{name} のパスフレーズ"),
    "keys.again": ("The same once more", "もう一度"),
    "keys.differ": ("the two were not the same; type both anew", "2回の入力が一致しません。最初から入力し直してください"),
    "keys.empty": ("nothing was typed; choose a passphrase", "何も入力されていません。パスフレーズを決めて入力してください"),
    "keys.made": ("{what}: {path}", "{what}: {path}"),
    "keys.private": ("private key, keep it", "秘密鍵(保管)"),
    "keys.certificate": ("certificate, hand it out", "証明書(配布用)"),
    "keys.recipient": ("recipient, hand it out", "宛先鍵(配布用)"),
    "keys.revoked": ("Revoked since {since}: {name}. Give {path} to everybody who verifies.", "{name} を {since} から失効させました。検証する全員に {path} を渡してください。"),
    "keys.line": ("{role}: {name}", "{role}: {name}"),
    "keys.dates": ("  from {start} to {end}", "  {start} から {end} まで"),
    "keys.fingerprint": ("  SHA-256 {found}", "  SHA-256 {found}"),
    "keys.issuer": ("  certified by {issuer}", "  認証者 {issuer}"),
    "keys.is_encrypted": ("private key, encrypted", "秘密鍵(暗号化済み)"),
    "keys.is_public": ("public key", "公開鍵"),
    "keys.age_identity": (
        "age identity: opens what is encrypted to its recipient; private, and NOT encrypted\n  recipient {recipient}",
        "age の復号鍵(秘密。暗号化されていません): この宛先鍵で暗号化したものを開けます\n  宛先鍵 {recipient}",
    ),
    "keys.age_locked": (
        "age file under a passphrase, as hozen keys identity writes an identity; what it holds only the passphrase shows",
        "パスフレーズで暗号化した age ファイル(hozen keys identity の復号鍵はこの形)。中身はパスフレーズがないと分かりません",
    ),
    "keys.age_encrypted": ("file that age encrypted; what it holds only its key or passphrase shows", "age で暗号化したファイル。中身は鍵かパスフレーズがないと分かりません"),
    "keys.age_recipient": ("age recipient, public: {recipient}", "age の宛先鍵(公開してよいもの): {recipient}"),
    "keys.is_open": ("private key, NOT encrypted", "秘密鍵(暗号化されていません)"),
    "keys.list_line": ("revocation list of {issuer}: {count} certificates", "{issuer} の失効リスト: {count} 件"),
    "keys.serial_line": ("  serial {serial}, since {since}", "  シリアル {serial}、{since} から"),
    "error.exists": (
        "{path} is there already; nothing is overwritten. Name another place, or move it away first",
        "{path} はすでにあります。上書きはしません。別の場所を指定するか、先に移してください",
    ),
    "error.half_a_pair": (
        "{path} is there already, and beside it {left}: a command was cut off between the two, and both are whole. Rename {left} to {name}, and the pair is complete; or take both away to make new ones",
        "{path} はすでにあり、隣に {left} があります。2つに名前を付ける間に中断した残りで、どちらも中身は完全です。{left} の名前を {name} に変えれば組がそろいます。作り直すには両方をどけてください",
    ),
    "error.key_left": (
        "{path} is there already; nothing is overwritten. {left} beside it was left by a command that was cut off, and may hold a private key: take it away if nobody uses it. Name another place, or move both away first",
        "{path} はすでにあります。上書きはしません。隣の {left} は中断したコマンドの残りで、秘密鍵が入っていることがあります。不要なら取り除いてください。別の場所を指定するか、先に両方を移してください",
    ),
    "error.name": ("{value}: a name has 1 to 64 bytes of UTF-8, this one {size}; shorten it", "{value}: 名前は UTF-8 で1〜64バイト(日本語で21文字ほど)ですが、これは{size}バイトです。短くしてください"),
    "error.organisation": ("{value}: where a person works has 1 to 64 characters, this has {size}; shorten it", "{value}: 所属は1〜64文字ですが、これは{size}文字です。短くしてください"),
    "error.passphrase": ("the passphrase is empty", "パスフレーズが空です"),
    "error.passphrase_bytes": ("{path}: not UTF-8; type the passphrase, or save the file as UTF-8", "{path}: UTF-8 ではありません。パスフレーズを入力するか、UTF-8で保存し直してください"),
    "error.same_passphrase": ("the new key was given the passphrase of the key that certifies it; choose another one", "新しい鍵に、認証する側の鍵と同じパスフレーズが指定されました。別のものにしてください"),
    "error.revoked_root": ("{path}: a root can't be revoked by its own list, since whoever has its key could take that back; tell all who verify to trust it no longer", "{path}: ルートは自分の失効リストでは失効できません(鍵を持つ人が取り消せるため)。検証する全員に、このルートを信頼しないよう伝えてください"),
    "error.since": ("{value}: not between the beginning of the certificate ({start}) and now", "{value}: 証明書の有効期間の始まり({start})から今までの時刻ではありません"),
    "error.not_root": ("{path}: not a root's key", "{path}: ルートの鍵ではありません"),
    "error.not_issued": ("{path}: not certified by this root", "{path}: このルートが認証したものではありません"),
    "error.nothing_in_it": (
        "{path}: no key, certificate or revocation list in PEM form, and no age identity or recipient; of other forms (DER, PKCS#12) openssl makes PEM",
        "{path}: PEM形式の鍵・証明書・失効リストも、age の復号鍵・宛先鍵もありません。ほかの形式(DER、PKCS#12)は openssl でPEMに変換してください",
    ),
    "error.no_public": (
        "{path}: no public key on P-256 in PEM form (BEGIN PUBLIC KEY); have the token give out its public key, not a certificate",
        "{path}: P-256 の公開鍵(PEM形式、BEGIN PUBLIC KEY)がありません。証明書ではなく、トークンの公開鍵を書き出して指定してください",
    ),
    "error.no_certificate": (
        "{path}: no certificate in PEM form; name the .pem file that was handed out with the key",
        "{path}: PEM形式の証明書がありません。鍵と一緒に作られた .pem ファイルを指定してください",
    ),
    "error.no_list": (
        "{path}: is there, and is no revocation list in PEM form; name that list, or a file that is not there yet. Nothing was overwritten",
        "{path}: すでにあり、PEM形式の失効リストではありません。失効リストか、まだないファイル名を指定してください。上書きはしていません",
    ),
    "error.year": ("{value}: the year can't be meant; look at its digits", "{value}: 年が正しくありません。桁を確かめてください"),
    "error.when": ("{value}: a time with zone is needed, as 2026-11-22T21:45:00+09:00", "{value}: 2026-11-22T21:45:00+09:00 のように時差付きの時刻が必要です"),
}  # fmt: skip
