"""What is wrong with a command or its values, in English and Japanese."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str]] = {
    "error": ("hozen: {text}", "hozen: {text}"),
    "error.internal": (
        "hozen: a fault of this program: {text}. Please report it; nothing that was closed is lost. (--debug shows where)",
        "hozen: プログラムの不具合です: {text}。書き終えた分は失われていません。ご報告ください。(--debug で詳細)",
    ),
    "error.linux": (
        "this command doesn't run on Windows; give it on a machine with Linux. Nothing was begun",
        "このコマンドは Windows では使えません。Linux の端末で実行してください。まだ何も始めていません",
    ),
    "error.medium": (
        "{why}, while a file was read or written. See that every medium is in place, readable and not full; then give the same command again. (--debug shows where)",
        "ファイルの読み書き中に異常がありました: {why}。媒体がすべて接続され、読み取れて、空きがあることを確かめ、同じコマンドをもう一度実行してください。(--debug で詳細)",
    ),
    "error.next_full": (
        "{why}. Make room there, or name another medium; then give the same command again",
        "{why}。空きを作るか、別の媒体を指定して、同じコマンドをもう一度実行してください",
    ),
    "error.next_too_large": (
        "{why}. This medium takes no file as large as that (FAT32: 4 GiB); name another one, then give the same command again",
        "{why}。この媒体にはこの大きさのファイルを置けません(FAT32 は4GiBまで)。別の媒体を指定して、同じコマンドをもう一度実行してください",
    ),
    "error.next_locked": (
        "{why}. Unlock the medium, or name another one; then give the same command again",
        "{why}。書き込み禁止を解除するか、別の媒体を指定して、同じコマンドをもう一度実行してください",
    ),
    "error.next_failing": (
        "{why}. See that the medium is in place, or use another one; then give the same command again",
        "{why}。媒体が正しく接続されていることを確かめるか、別の媒体を使って、同じコマンドをもう一度実行してください",
    ),
    "error.next_many_open": (
        "{why}. End other programs, or allow more open files (ulimit -n); then give the same command again",
        "{why}。ほかのプログラムを終了するか、開けるファイル数の上限(ulimit -n)を上げて、同じコマンドをもう一度実行してください",
    ),
    "error.next_no_proc": (
        "{why}. Nothing is mounted at /proc, as in a folder that one has changed root into: mount -t proc proc /proc, then give the same command again",
        "{why}。/proc に何もマウントされていません(chroot した先など)。mount -t proc proc /proc を実行してから、同じコマンドをもう一度実行してください",
    ),
    "error.unfinished": (
        "hozen: {folder}: unfinished, and no result: {document} is not in it. Another run makes a folder of its own; this one can be taken away",
        "hozen: {folder}: 途中で終わったため、結果とはみなしません({document} がありません)。もう一度実行すると新しいフォルダーができます。このフォルダーは取り除けます",
    ),
    "error.stays": (
        "{why}, and what was written could not be taken back: {names} may be there. See that the medium is in place, and look before you give the same command again",
        "{why}。書き込んだものを取り消せず、{names} が残っていることがあります。媒体が正しく接続されていることを確かめ、同じコマンドをもう一度実行する前に有無を調べてください",
    ),
    "error.unheard": (
        "{why}: the result can't be shown. What was asked for may be done all the same: look before you give the same command again",
        "{why}。結果を表示できませんでした。処理自体は済んでいることがあります。同じコマンドをもう一度実行する前に確かめてください",
    ),
    "error.no_memory": (
        "not enough memory, or too many programs at work; what was closed is kept. End other programs, or use a machine with more memory, and give the same command again",
        "メモリが足りないか、動いているプログラムが多すぎます。書き終えた分は失われていません。ほかのプログラムを終了するか、メモリの多い端末で、同じコマンドをもう一度実行してください",
    ),
    "cause.error": ("destination: {why}", "保存先: {why}"),
    "end.pulled": (
        "If the medium was pulled, put it back first; then go on.",
        "媒体が抜けていたら、先に挿し直してから続けてください。",
    ),
    "error.kit": ("{path}: not a kit's key", "{path}: キットの鍵ではありません"),
    "error.reference": (
        "{value}: not a time; write it as 21:45, or with date as 2026-11-22T21:45:00+09:00",
        "{value}: 時刻として読めません。21:45、または 2026-11-22T21:45:00+09:00 のように入力してください",
    ),
    "error.challenge": ("{value}: a challenge has 1 to 200 characters", "{value}: 確認番号は1文字以上200文字以下です"),
    "error.identity_work": (
        "{path}: opening it takes more work than this machine does now;"
        " end other programs and try again, or use a faster machine",
        "{path}: 開くための計算量が、今のこの端末には大きすぎます。"
        "ほかのプログラムを終了してもう一度試すか、より速い端末で開いてください",
    ),
    "error.no_terminal": (
        "there is no terminal to ask for the passphrase at; give it with {option} FILE",
        "パスフレーズを尋ねる端末がありません。{option} FILE で渡してください",
    ),
    "error.output": (
        "--output is missing: name the folder that receives the bundle",
        "--output がありません。保存先のフォルダーを指定してください",
    ),
    "error.case": (
        "--case {value}: letters, digits and - only, at most 32",
        "--case {value}: 英数字と - のみ、32文字までです",
    ),
    "error.process": (
        "{value}: no number of a process; write it as 4711, or 4711,4712",
        "{value}: プロセス番号ではありません。4711 または 4711,4712 のように書いてください",
    ),
    "error.rate": ("{value}: less than 1MiB a second would never end.", "{value}: 毎秒 1MiB 未満では終わりません。"),
    "error.size": ("{value}: no size; write it as 500MiB or 20GiB", "{value}: 大きさではありません。500MiB や 20GiB のように書いてください"),
    "error.time": ("{value}: no time; write it as 90s, 30m or 2h", "{value}: 時間ではありません。90s、30m、2h のように書いてください"),
    "error.words": (
        "bytes that are no text in UTF-8; type it again, in letters of A to Z if need be",
        "文字として読めません(UTF-8 ではありません)。英字などで入力し直してください",
    ),
    "error.file": ("{path}: {why}", "{path}: {why}"),
    "error.passphrase_file": (
        "{option}: name a file whose first line is the passphrase, not the passphrase itself. What was given can't be read ({why}), and is not shown",
        "{option} にはパスフレーズそのものではなく、1行目にパスフレーズを書いたファイルを指定してください。指定されたものは読めません({why})。ここには表示しません",
    ),
    "error.secret_typed": (
        "a PRIVATE age key stands on the command line: nothing was done, and it is not shown. Name the file that holds it, and count this key as exposed if this is the machine that was attacked",
        "コマンドの中に age の秘密鍵があります。何もしていません。鍵は表示しません。鍵の入ったファイルを指定してください。ここが攻撃された端末なら、この鍵は漏れたものとして扱ってください",
    ),
    "error.secret_key": (
        "{path}: this file holds the PRIVATE key, which opens every bundle made for it. Give the public one (recipient.txt), and count this key as exposed if it was on this machine",
        "{path}: このファイルは秘密鍵です。この鍵宛てのすべての保全データを開けます。公開鍵(recipient.txt)を指定してください。秘密鍵がこの端末にあったなら、漏れたものとして扱ってください",
    ),
    "error.no_recipient": (
        "{path}: line {number} is no age recipient (age1…)",
        "{path}: {number}行目は 宛先鍵(age1…)ではありません",
    ),
    "error.hex": ("{value}: 64 hexadecimal digits are needed", "{value}: 16進64桁が必要です"),
    "error.resumed": (
        "{option} is not what this bundle was begun with ({begun}), and can't change; leave it out, or begin anew without --resume",
        "{option} が、この保全データを始めたときの値({begun})と違います。途中では変えられません。省くか、--resume を付けずに新しく始めてください",
    ),
    "error.empty": (
        "an argument is empty: perhaps a variable that isn't set",
        "空の引数があります。設定されていない変数かもしれません",
    ),
}  # fmt: skip
