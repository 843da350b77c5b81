"""Why something is not begun, or not gone on with, in English and Japanese: what, where, what next."""

SENTENCES: dict[str, tuple[str, str]] = {
    # What is asked for.
    "request.no_text": (
        "{field}: holds half of a character, which no document can hold; give it in whole characters. Nothing was begun",
        "{field}: 文字として成り立たない部分があり、記録に書けません。正しい文字で指定してください。まだ何も始めていません",
    ),
    "request.unfit": (
        "{field}: not of the form that it must have to be signed ({why}). Nothing was begun",
        "{field}: 署名する記録に書ける形ではありません({why})。まだ何も始めていません",
    ),
    "request.long": (
        "case, challenge and who is present are {size} KiB together, at most {most} KiB can be signed; say it shorter. Nothing was begun",
        "案件番号・確認番号・立会いの記載が合わせて {size} KiB あります。署名できるのは {most} KiB までです。短くしてください。まだ何も始めていません",
    ),
    # Where to.
    "destination.room": (
        "{path}: only {free} MiB free, at least {least} MiB are needed; use another medium",
        "{path}: 空きが {free} MiB しかありません({least} MiB 以上必要)。別の媒体を使ってください",
    ),
    "destination.backup": (
        "{path}: backups are kept there ({name}): never a place for evidence, and perhaps all that is left; use another medium",
        "{path}: バックアップの保存先です({name})。残っているのはこれだけかもしれないので、証拠の保存先にはできません。別の媒体を使ってください",
    ),
    "refused.stage": ("{path}: stage {number}: {why}", "{path}: 段階{number}: {why}"),
    "refused.partial": (
        "; go on with it (hozen collect --resume), or take what is there with --allow-partial",
        "。続きを行う(hozen collect --resume)か、--allow-partial を付けて今ある分だけを使ってください",
    ),
    "refused.closed": (
        "; name the file with the age key by --identity",
        "。復号鍵(age)のファイルを --identity で指定してください",
    ),
    "destination.own_disk": (
        "{path}: on this machine's own disk: writing there can overwrite deleted evidence; start the kit from a stick, or name another medium with --output, or add --on-this-disk if this disk is meant",
        "{path}: この端末自身のディスクです。書き込むと、削除済みの証拠を上書きするおそれがあります。スティックから起動するか、--output で別の媒体を指定してください。承知のうえなら --on-this-disk を付けてください",
    ),
    "destination.unusable": (
        "{path}: can't be used as destination: {why}",
        "{path}: 保存先に使えません: {why}",
    ),
    "destination.device": (
        "{path}: is among the system's devices, and no folder of a medium: what is written there is lost at power-off; mount the medium, and name the folder that it is mounted on",
        "{path}: システムのデバイスの置き場所で、媒体のフォルダーではありません。書いても電源を切ると消えます。媒体をマウントし、そのマウント先のフォルダーを指定してください",
    ),
    "destination.file": (
        "{path}: is not in a folder: {there} is a file, or a link that leads nowhere; name a folder",
        "{path}: フォルダーの中ではありません。{there} はファイルか、行き先のないリンクです。フォルダーを指定してください",
    ),
    "destination.closed": (
        "{path}: is not writable; choose another folder or medium",
        "{path}: 書き込めません。別のフォルダーか媒体を選んでください",
    ),
    "destination.locked": (
        "{path}: the medium can only be read: a switch on it is locked, or the system found errors on it; unlock it, or use another medium",
        "{path}: 媒体が読み取り専用です。媒体のスイッチがロックになっているか、システムが異常を見つけています。ロックを外すか、別の媒体を使ってください",
    ),
    "destination.same": (
        "{path}: holds the first copy already; choose another medium",
        "{path}: 1つ目の写しと同じ場所です。別の媒体を選んでください",
    ),
    "destination.in_memory": (
        "{path}: lies on {kind}, in this machine's memory: writing there overwrites what is to be read, and is lost at power-off; choose another medium",
        "{path}: この端末のメモリ上です({kind})。書くと、読み取るはずの内容を上書きし、電源を切ると消えます。別の媒体を選んでください",
    ),
    "destination.fat": (
        "{path}: FAT, which takes no file larger than 4 GiB; this imager writes one of about {size} MiB; use a medium with exFAT or NTFS, or an imager that writes to its standard output",
        "{path}: FAT のため、4 GiB を超えるファイルを置けません。このメモリ取得プログラムは約 {size} MiB のファイルを1つ書きます。exFAT か NTFS の媒体、または標準出力に書けるメモリ取得プログラムを使ってください",
    ),
    "destination.image": (
        "{path}: {free} MiB free; an image of the memory needs {size} MiB, and {kept} MiB more for what comes after it; use another medium",
        "{path}: 空きは {free} MiB です。メモリイメージに {size} MiB、その後の分に {kept} MiB 必要です。別の媒体を使ってください",
    ),
    "mirror.differs": (
        "{path}: the first medium does not give back what was written to it",
        "{path}: 1つ目の媒体から、書いたとおりの内容が読めません",
    ),
    "place.silent": (
        "{path}: doesn't answer within {seconds} s: it lies on a network drive or another mount that hangs; choose another place, or have that mount repaired first",
        "{path}: {seconds} 秒待っても応答がありません。ネットワークドライブなど、応答しない場所にあります。別の場所を指定するか、先にその接続を直してください",
    ),
    # Where from.
    "source.absent": (
        "{path}: no such folder, disk image or device to collect from",
        "{path}: そのようなフォルダー・ディスクイメージ・デバイスはありません",
    ),
    "source.windows_folder": (
        "{path}: a folder can't be collected from on Windows; name its volume, as in --source \\\\.\\D:, or take the folder to a Linux machine",
        "{path}: Windows ではフォルダーから収集できません。--source \\\\.\\D: のようにボリュームを指定するか、フォルダーを Linux 端末に移してください",
    ),
    "device.itself": (
        "{path}: lies on {device} itself: writing there would change the evidence; choose another medium",
        "{path}: 取得元の {device} の中にあります。書くと証拠が変わるので、別の媒体を選んでください",
    ),
    "device.unsure": (
        "{path}: this system doesn't tell on which disk it lies ({why}); run it as root, or use another machine",
        "{path}: どのディスクにあるか、このシステムでは分かりません({why})。管理者で実行するか、別の端末を使ってください",
    ),
    "device.absent": (
        "{path}: {why}: name a disk or its image",
        "{path}: {why}: ディスクかそのイメージを指定してください",
    ),
    "device.folder": (
        "{path}: is a folder; hozen collect --source takes folders",
        "{path}: フォルダーです。フォルダーは hozen collect --source で取ります",
    ),
    # What others collected.
    "ingest.absent": (
        "{path}: {why}: name the folder received",
        "{path}: {why}: 受け取ったフォルダーを指定してください",
    ),
    "ingest.no_folder": (
        "{path}: is no folder; put it into a folder of its own and name that",
        "{path}: フォルダーではありません。専用のフォルダーに入れ、そのフォルダーを指定してください",
    ),
    "ingest.inside": (
        "{path}: lies in {folder}, which must not be written to; choose another",
        "{path}: 書き込んではならない {folder} の中にあります。別の場所を選んでください",
    ),
    "ingest.unreadable": ("{path}: can't be read: {why}", "{path}: 読めません: {why}"),
    "ingest.blank": (
        "{option}: empty, or over {most} characters: say who or what, in one line ('unknown' if nobody knows)",
        "{option}: 空か、{most} 文字を超えています。1行で書いてください(分からなければ「不明」)",
    ),
    "typed.unreadable": ("{path}: {why}", "{path}: 読めません: {why}"),
    "typed.large": (
        "{path}: over {most} KiB: no values typed from a form",
        "{path}: {most} KiB を超えています。用紙から書き起こした値ではありません",
    ),
    "typed.keys": (
        "{path}: typed_by, typed_at and [values] are needed, and nothing else",
        "{path}: typed_by、typed_at、[values] の3つだけを書いてください",
    ),
    "typed.by": (
        "{path}: typed_by: the name of who typed it",
        "{path}: typed_by には書き起こした人の名前を書いてください",
    ),
    "typed.at": (
        "{path}: typed_at: a time with its zone, as 2026-11-22T21:45:00+09:00",
        "{path}: typed_at には時差付きの時刻を書いてください(例: 2026-11-22T21:45:00+09:00)",
    ),
    "typed.values": (
        "{path}: [values]: texts only, each in quotation marks; several of one kind as a list of texts",
        "{path}: [values] に書けるのは引用符で囲んだ文字列だけです。複数あるときは文字列のリストにしてください",
    ),
    "typed.many": (
        "{path}: [values]: more than {most}: no form has so many",
        "{path}: [values] が {most} 個を超えています。用紙にはそれほど多くの欄はありません",
    ),
    "typed.text": (
        "{path}: [values] {name}: over {most} characters, over 100 texts, or control characters in it",
        "{path}: [values] の {name}: {most} 文字か 100 件を超えているか、制御文字があります",
    ),
    # Going on.
    "resume.sealed": (
        "{path}: is sealed already; nothing is left to resume",
        "{path}: 封印済みです。続きはありません",
    ),
    "resume.broken": ("{path}: not resumed: {why}", "{path}: 続きを取れません: {why}"),
    "resume.held": (
        "{path}: not resumed: somebody has signed for it as it is (event {number}). Collect anew, into another folder",
        "{path}: 続きを取れません: この状態で授受の署名がされています（記録 {number}）。別のフォルダーに改めて保全してください",
    ),
    "resume.under_way": (
        "{path}: somebody else is writing to it: a collection that still runs, or a signature. Wait until that has ended, then try again",
        "{path}: ほかの操作（実行中の保全、または署名）が書き込んでいます。終わるのを待って、もう一度試してください",
    ),
    "resume.signed": (
        "{path}: not resumed, and nothing was changed: a signature ({signer}) lies in the place of event {number}, and what it signs is not here. Event {number} was cut off or removed, or the signature is of another bundle and was put here; it can't tell which. Keep the folder as it is, ask whoever signed for their copy, and collect anew, into another folder",
        "{path}: 続きを取れません。何も変えていません。記録 {number} の位置に署名（{signer}）だけがあり、署名された内容がありません。記録 {number} が書き込みの途中で途切れたか取り除かれた、または別の保全データの署名がここに置かれたもので、署名だけではどちらかわかりません。フォルダーはそのまま残し、署名した人に写しがないか確かめ、別のフォルダーに改めて保全してください",
    ),
    "resume.no_beginning": (
        "{path}: its first event is not the beginning of a collection",
        "{path}: 最初の記録が収集の開始ではありません",
    ),
    "resume.parent": (
        "{path}: is the folder in which bundles lie; name the one to go on with (the last begun: {last})",
        "{path}: 保全データが入っているフォルダーです。続ける保全データそのものを指定してください(最後に始めたもの: {last})",
    ),
    "resume.verb": (
        "{path}: was begun by '{verb}'; go on with that",
        "{path}: {verb} で始めたものです。続きも {verb} で取ってください",
    ),
    "resume.live": (
        "{path}: was begun on a running machine; go on without --source",
        "{path}: 稼働中の端末で始めたものです。--source なしで続けてください",
    ),
    "resume.windows": (
        "{path}: was begun on a running Windows; go on there, without --source",
        "{path}: 稼働中の Windows で始めたものです。その端末で --source なしで続けてください",
    ),
    "resume.folder": (
        "{path}: was begun with --source FOLDER; name that folder again to go on",
        "{path}: --source フォルダー で始めたものです。同じフォルダーを指定してください",
    ),
    "resume.disk": (
        "{path}: was begun with the image of a disk; name it again as --source to go on",
        "{path}: ディスクのイメージから始めたものです。同じものを --source で指定してください",
    ),
    "resume.unknown": (
        "{path}: nothing in it shows what it was begun on; name that folder or disk as --source. If it was this machine, keep the folder and begin a new bundle (without --resume)",
        "{path}: 何を対象に始めたものかが分かりません。フォルダーかディスクなら --source で指定してください。この端末なら、フォルダーはそのまま残し、--resume なしで、新しい保全データとして取ってください",
    ),
    "resume.other_host": (
        "{path}: was begun on another machine, or under another host name; begin a new bundle for this one (without --resume)",
        "{path}: 別の端末か、別のホスト名で始めたものです。この端末は --resume なしで、新しい保全データとして取ってください",
    ),
    "resume.other_folder": (
        "{path}: what was taken by then is not in this folder, or the folder has changed; name the first one again, or begin a new bundle (without --resume)",
        "{path}: それまでに取ったものがこのフォルダーにありません。別のフォルダーか、中身が変わっています。最初のフォルダーを指定するか、--resume なしで新しい保全データとして取ってください",
    ),
    "resume.other_place": (
        "{path}: was begun with a folder of another path, or on another machine, and nothing is taken yet that shows whether this is the same; name the first one as it was, or begin a new bundle (without --resume)",
        "{path}: 別の場所のフォルダーか、別の端末で始めたものです。同じフォルダーかどうかを示すものは、まだ取れていません。最初のフォルダーを同じ場所で指定するか、--resume なしで新しい保全データとして取ってください",
    ),
    "resume.other_disk": (
        "{path}: is the image of another disk, or of this one before its size or its partition table changed; begin a new image",
        "{path}: 別のディスクのイメージか、サイズやパーティション表が変わる前のものです。新しく取り直してください",
    ),
    # Keys.
    "key.no_certificate": (
        "{path}: no certificate beside the key; put it (the .pem file) behind the key in this file",
        "{path}: 鍵と一緒に証明書がありません。証明書(.pem)の内容を、このファイルの鍵の後ろに加えてください",
    ),
    "key.other_certificate": (
        "{path}: the certificate in it is not the key's",
        "{path}: 中の証明書は、この鍵のものではありません",
    ),
    "key.passphrase": (
        "{path}: the passphrase doesn't open it. Mind capitals and letters of full width, and"
        " whether it is this key's; of a file only the first line counts",
        "{path}: このパスフレーズでは開けません。大文字・小文字、全角・半角、どの鍵のものかを"
        "確かめてください(ファイルで渡すときは1行目だけを使います)",
    ),
    "key.no_key": (
        "{path}: no private key in PEM form; name the .key file that hozen keys made. Of PKCS#12,"
        " `openssl pkcs12 -in FILE -out NEW.key` makes one",
        "{path}: PEM 形式の秘密鍵がありません。hozen keys が作った .key ファイルを指定してください。"
        "PKCS#12 からは openssl pkcs12 -in ファイル -out 新しい名前.key で作れます",
    ),
    "key.curve": (
        "{path}: not a P-256 key, which is the only kind that signs here; make one with hozen keys",
        "{path}: P-256 の鍵ではありません。ここで署名できるのは P-256 だけです。hozen keys で作ってください",
    ),
    "key.no_tokens": (
        "{path}: tokens need the package python-pkcs11: pip install 'hozen[token]'",
        "{path}: トークンには python-pkcs11 が必要です: pip install 'hozen[token]'",
    ),
    "key.token": ("{path}: {why}", "{path}: トークンを使えません: {why}"),
    "key.token_certificate": (
        "{path}: no certificate of this name in the token",
        "{path}: この名前の証明書がトークンにありません",
    ),
    "key.uri": (
        "{path}: names no {names}; the form is pkcs11:token=NAME;object=NAME?module-path=/path/to/library.so",
        "{path}: {names} がありません。形は pkcs11:token=NAME;object=NAME?module-path=/path/to/library.so です",
    ),
    "recipient.secret": (
        "this is the PRIVATE key, which opens every bundle made for it; give the public one (age1…, recipient.txt), and count this key as exposed if it was on this machine",
        "これは秘密鍵です。この鍵宛てのすべての保全データを開けます。公開鍵(age1…、recipient.txt)を指定してください。秘密鍵がこの端末にあったなら、漏れたものとして扱ってください",
    ),
    "recipient.form": (
        "{text}: no age recipient; it begins with age1 and has 62 characters",
        "{text}: 宛先鍵ではありません。age1 で始まる 62 文字です",
    ),
    "recipient.mistyped": (
        "{text}: mistyped: its checksum does not fit",
        "{text}: 打ち間違いがあります(検査文字が合いません)",
    ),
    "recipient.kind": ("{text}: no X25519 recipient", "{text}: X25519 の宛先鍵ではありません"),
    "recipient.many": (
        "{count} recipients; a bundle has at most {most}",
        "宛先鍵が {count} 個あります。1つの保全データに {most} 個までです",
    ),
    "identity.malformed": ("a malformed AGE-SECRET-KEY-1… line (mistyped, or a part of it is missing)", "AGE-SECRET-KEY-1… の行の形が正しくありません(打ち間違い、または一部が欠けています)"),
    "identity.public": (
        "this is the public key; the file with the line AGE-SECRET-KEY-1… is needed",
        "これは公開鍵(宛先鍵)です。AGE-SECRET-KEY-1… の行がある復号鍵のファイルを指定してください",
    ),
    "identity.none": (
        "no AGE-SECRET-KEY-1… line in it",
        "AGE-SECRET-KEY-1… の行がありません",
    ),
    # The program.
    "tool.replaced": (
        "{file} is not the file that was installed: install hozen again",
        "{file} はインストールしたときのファイルではありません。hozen を入れ直してください",
    ),
    "engine.boreal": (
        "the engine boreal is not installed. Install hozen[boreal], or leave out --engine; nothing was begun",
        "エンジン boreal が入っていません。hozen[boreal] を入れるか、--engine を付けずに実行してください。まだ何も始めていません",
    ),
}  # fmt: skip
