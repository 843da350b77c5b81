"""Why a kit can't be made or read, and what a rehearsal tries, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "taken": ("{path} is there already; name a folder that isn't", "{path} はすでにあります。まだないフォルダーを指定してください"),
    "not_a_kit": ("{path}: no kit: {name} is missing there", "{path}: キットではありません。{name} がありません"),
    "no_list": (
        "{path}: a link, or no file, where the kit's list of files should be: not as it was made",
        "{path}: ファイルの一覧であるべき所に、リンクかファイルでないものがあります。作られたときのままではありません",
    ),
    "own_licence": (
        "hozen's own licence is not installed beside it; install hozen with pip, then build the kit",
        "hozen のライセンス文が入っていません。pip で hozen を入れ直してから作ってください",
    ),
    "kit_file": ("{path}: can't be read as a kit's description: {why}", "{path}: キットの説明として読めません: {why}"),
    "manifest_line": ("{path}, line {line}: not a digest and a name", "{path} の {line} 行目: ハッシュ値と名前ではありません"),
    "open_key": (
        "{path}: the kit's key is not encrypted, and whoever finds the stick would have it; make one with a passphrase (hozen keys kit)",
        "{path}: キットの鍵が暗号化されていません。拾った人の手に渡ります。パスフレーズ付きで作り直してください(hozen keys kit)",
    ),
    "not_kit_key": ("{path}: not a kit's key; make one with hozen keys kit", "{path}: キットの鍵ではありません。hozen keys kit で作ってください"),
    "signer_role": (
        "{path}: a kit is signed by a provider's key (hozen keys person --role provider), not by this one ({role})",
        "{path}: キットに署名できるのは調査会社の鍵(hozen keys person --role provider)です。これは違います({role})",
    ),
    "recipient": ("{value}: not an age public key", "{value}: age の公開鍵ではありません"),
    "no_recipient": (
        "a kit needs --recipient: without one, whoever finds the stick after its use reads everything",
        "--recipient が必要です。なければ、使用後のスティックを拾った人に全部読まれます",
    ),
    "built": ("{value}: not a time for --built; write it as 2026-11-22T00:00:00Z", "{value}: --built の時刻として読めません。2026-11-22T00:00:00Z のように書いてください"),
    "not_here": (
        "a Linux kit is made from the interpreter that runs this: CPython on x86-64 Linux with glibc, which this is not ({found})",
        "Linux用キットは、いま動いているPython自身から作ります。x86-64 の Linux(glibc)上の CPython が必要です({found})",
    ),
    "library": ("{path} needs {name}, which is not on this machine", "{path} に必要な {name} がこの端末にありません"),
    "program": ("{name} could not be run: {why}", "{name} を実行できません: {why}"),
    "python": (
        "no kit for {platform} can be made of Python {python}, for which the locked libraries are not published: take one of {known}",
        "Python {python} では {platform} 用のキットを作れません。記録されたライブラリーがこの版には公開されていません。{known} のどれかを使ってください",
    ),
    "wheels": (
        "the libraries for {platform}, Python {python}, could not be had as locked: {why}",
        "{platform}、Python {python} 用のライブラリーを、記録されたハッシュ値どおりに入手できません: {why}",
    ),
    "sources": (
        "a library that is published as source only could not be had as locked: {why}",
        "ソースだけで公開されているライブラリーを、記録されたハッシュ値どおりに入手できません: {why}",
    ),
    "source": (
        "{path}: not there, or not of the locked digest {sha256}",
        "{path}: ないか、記録されたハッシュ値 {sha256} と一致しません",
    ),
    "wheelhouse": ("{path}: not a folder", "{path}: フォルダーではありません"),
    "wheel_name": ("{path}: holds a file that would land outside the kit: {name}", "{path}: キットの外に出るファイルが入っています: {name}"),
    "same_name": ("two files whose names differ only in case: {names}", "大文字・小文字だけが違う名前があります: {names}"),
    "self_check": ("the finished kit does not start: {why}", "できあがったキットが起動しません: {why}"),
    "no_runtime": (
        "a Windows kit needs --runtime, the official embeddable zip of Python for Windows, and --runtime-sha256, its published digest",
        "Windows用キットには --runtime(Python公式の embeddable zip)と --runtime-sha256(公表されているハッシュ値)が必要です",
    ),
    "runtime_digest": (
        "{path}: expected sha256 {expected}, found {found}: not the file that was published",
        "{path}: 公表されたファイルではありません。sha256 は {expected} のはずですが {found} です",
    ),
    "runtime_zip": ("{path}: not an embeddable Python for Windows: {why}", "{path}: Windows用の embeddable Python ではありません: {why}"),
    "authenticode": ("{path}: Windows signature refused: {why}", "{path}: Windowsの署名を認められません: {why}"),
    "roots": ("{path}: no root certificates to check Windows signatures with; name them by --runtime-roots", "{path}: Windowsの署名を確かめるルート証明書がありません。--runtime-roots で指定してください"),
    "imager_file": ("{path}: can't be read as a program: {why}", "{path}: プログラムとして読めません: {why}"),
    "imager_digest": (
        "{path}: expected sha256 {expected}, found {found}: not the program that was named; nothing was built",
        "{path}: 指定されたプログラムではありません。sha256 は {expected} のはずですが {found} です。キットは作っていません",
    ),
    "imager_name": (
        "{path}: on a stick a program's name has only the letters A-Z and a-z, digits, and . _ -, no dot at its end, and is none of Windows' own such as CON or NUL.exe; name a copy so",
        "{path}: スティックに置くプログラムの名前は、英字・数字と . _ - だけにし、点で終わらせず、CON や NUL.exe のような Windows の予約名も避けてください。名前を変えた写しを指定してください",
    ),
    "imager_platform": (
        "{path}: a program for {platform}, which this kit is not made for",
        "{path}: {platform} 用のプログラムですが、このキットは {platform} 用ではありません",
    ),
    "pack_trust": (
        "a pack of rules goes onto a kit only if its signer is known: name your root with --rules-trust",
        "規則パックは、署名者を確かめられるものだけをキットに入れます。ルート証明書を --rules-trust で指定してください",
    ),
    "pack_twice": (
        "two packs of rules are called '{name}'; pack one under another name (hozen rules pack --name)",
        "「{name}」という規則パックが2つあります。一方を別の名前で作り直してください(hozen rules pack --name)",
    ),
    "pack_digest": (
        "{path}: not the pack that kit.json names: expected sha256 {expected}, found {found}",
        "{path}: kit.json に書かれた規則パックではありません。sha256 は {expected} のはずですが {found} です",
    ),
    "stick": ("{value}: not VENDOR:PRODUCT:SERIAL, as 0951:1666:E0D55EA573DC", "{value}: ベンダー:製品:シリアル(例 0951:1666:E0D55EA573DC)の形ではありません"),
    "unchecked": (
        "{path}: not as its list of files says; see hozen kit check, and register nothing of it",
        "{path}: ファイルの一覧どおりではありません。hozen kit check で確かめ、それまで登録しないでください",
    ),
    "rules_at_least": (
        "{value}: neither a date as 2026-11-22 nor a kit.json that tells the date of its rules",
        "{value}: 2026-11-22 のような日付でも、規則の日付がある kit.json でもありません",
    ),
}  # fmt: skip

REHEARSED: dict[str, tuple[str, str]] = {
    "files": ("the kit's files are as its list says", "キットのファイルが一覧どおり"),
    "sealed": ("evidence was taken and sealed", "証拠を取り、封印した"),
    "verified": ("the sealed bundle verifies", "封印したものを検証した"),
    "administrator": ("run as administrator (else less is taken)", "管理者で実行(でなければ取れるものが減る)"),
    "room": ("at least 8 GiB are free", "空きが 8 GiB 以上"),
    "time": ("done within two minutes", "2分以内に終わった"),
}  # fmt: skip
"""What a rehearsal tries, in English and Japanese."""
