"""What a record says of a loud gap, and the same in Japanese: whoever ran it reads no English.

Records stay English, so that one wording is signed (decision 0023). A line is recognised by its
English form; `{name}` stands for what differs.
"""

from evidence.telling.sentences_disks import DISKS

WORDS: tuple[tuple[str, str], ...] = (
    # What every Windows has.
    (
        "every Windows has this file: it was removed, or this is no whole Windows",
        "Windows に必ずあるファイルがありません。消されたか、Windows の一部しかありません",
    ),
    (
        "every Windows has this file, but what is here was not written by Windows: {why}",
        "Windows に必ずあるファイルですが、ここにあるものは Windows が書いたものではありません({why})",
    ),
    ("it is no regular file", "通常のファイルではない"),
    ("it has {size} bytes", "大きさが {size} バイトしかない"),
    ("it begins with {seen}, not with {wanted}", "先頭が {wanted} ではなく {seen}"),
    (
        "the system volume can't be read raw: {why}. Files were asked of Windows instead: {rest}",
        "システムのボリュームを直接読めないため({why})、Windows 経由で取りました。Windows が使用中のファイルと名前付きストリームは取れていません。管理者として実行し直してください。それでも読めないときは、保護ソフトで許可するか、ディスクのイメージから取ってください",
    ),
    # What two ways of reading show differently.
    (
        "the system shows SHA-256 {shown}, the disk has {lies}; taken as {origin}",
        "OS が見せる内容(SHA-256 {shown})と、ディスク上の内容({lies})が違います。ディスク上のものは {origin} として取りました",
    ),
    # Disks.
    ("{kind}: encrypted: its key is not in our hands", "{kind}: 暗号化されていて、鍵がありません"),
    (
        "{count} of its inodes are described in meta block groups: not read",
        "この版で読めない配置(meta_bg)のため、{count} 個の inode のファイルを読んでいません",
    ),
    ("its first folder: {why}", "最初のフォルダー: {why}"),
    (
        "of its index of names {count} blocks can't be read: names are missing",
        "フォルダーの名前の索引のうち {count} 個のブロックが読めません。そこにあった名前は分かりません",
    ),
    (
        "its chain of clusters is broken: what else was in the folder is not known",
        "記録した領域のつながりが壊れていて、ほかに何があったか分かりません",
    ),
    ("{kind}: this version can't read it", "{kind}: この版では読めない形式です"),
    ("{kind}: holds no files", "{kind}: ファイルが入るパーティションではありません"),
    ("{kind}: damaged: {why}", "{kind}: 壊れています: {why}"),
    ("no known file system", "分かるファイルシステムがありません"),
    (
        "{count} chunks of it are in none of its files",
        "イメージの {count} 個の部分が、どのファイルにも入っていません",
    ),
    (
        "the disk had {before} bytes at the beginning, {after} at the end",
        "ディスクの大きさが、開始時は {before} バイト、終了時は {after} バイトでした",
    ),
    (
        "the image's file was changed or taken away while it was read: its parts may be of different moments; the records of the pieces tell at which it was",
        "イメージのファイルが、読んでいる間に変更または移動・削除されました。部分ごとに時点が違うかもしれません(どの部分を読んでいる間だったかは、各部分の記録にあります)。書き込む人やプログラムを止めて、取り直してください",
    ),
    (
        "the image's file was changed or taken away while it was read: what was taken may be of different moments",
        "イメージのファイルが、読んでいる間に変更または移動・削除されました。取ったものは、それぞれ時点が違うかもしれません。書き込む人やプログラムを止めて、取り直してください",
    ),
    (
        "the image says {name} {value} of itself, what was read comes to {found}: not all of it is as it was when the image was made",
        "イメージに記録された {name}({value})と、読み取った内容({found})が違います。イメージが作られた後に変わった部分があります",
    ),
    (
        "files alone can be read here, not the disk below them",
        "ここではファイルだけが読め、その下のディスクは読めません",
    ),
    ("whether there are shadow copies: {why}", "シャドウコピーの有無が分かりません: {why}"),
    (
        "no structure of shadow copies at byte {offset}",
        "シャドウコピーの構造がありません({offset} バイト目)",
    ),
    ("the list of shadow copies: {why}", "シャドウコピーの一覧が読めません: {why}"),
    (
        "{count} ranges, {lost} bytes and the rest; the first at {first}",
        "読めない範囲が {count} か所、{lost} バイトとその後ろすべて(最初は {first} バイト目)",
    ),
    (
        "{count} ranges, {lost} bytes; the first at {first}",
        "読めない範囲が {count} か所、計 {lost} バイト(最初は {first} バイト目)",
    ),
    ("all behind its first {offset} bytes: {why}", "先頭 {offset} バイトより後ろすべて: {why}"),
    # What others handed over.
    ("nothing lies in the folder that was handed over", "渡されたフォルダーに何も入っていません"),
    # Memory.
    (
        "asked for: the kernel does not let us read its memory: {why}",
        "指定されたプロセスですが、カーネルがメモリを読ませません({why})",
    ),
    (
        "asked for: there is no such process, or no more",
        "指定された番号のプロセスは、ありません(終了した可能性があります)",
    ),
    (
        "asked for: it has ended, only its exit code is left",
        "指定されたプロセスは、すでに終了しています(終了コードだけが残っています)",
    ),
    (
        "asked for: a thread of the kernel, which has no memory of its own",
        "指定された番号はカーネルスレッドで、自分のメモリを持ちません",
    ),
    (
        "asked for: this program itself, or what it began: not read",
        "指定された番号は hozen 自身か、hozen が起動したものです。読みません",
    ),
    (
        "{size} bytes: over the limit of this collector",
        "{size} バイトあり、この収集項目の上限を超えます",
    ),
    (
        "the memory of a running Windows' processes is not read by this version",
        "動作中の Windows のプロセスのメモリは、この版では読めません",
    ),
    (
        "{said}; the imager left beside the bundle, unencrypted: {names}; seal that with `hozen ingest`, then take it away",
        "{said}。メモリ取得プログラムが、暗号化されていないファイルを保全データの横に残しました({names})。hozen ingest で封印してから、取り除いてください",
    ),
    ("{said}; it left no file: {why}", "{said}。イメージのファイルが残っていません: {why}"),
    (
        "the destination is FAT, which takes no file of {size} bytes (4 GiB at most), and this imager writes one",
        "保存先は FAT で、{size} バイトのファイルを置けません(4 GiB まで)。このプログラムは1つのファイルに書きます",
    ),
    (
        "the destination lies on {kind}, in the memory that would be read",
        "保存先が、読み取るはずのメモリの上にあります({kind})",
    ),
    (
        "{size} bytes of memory, {free} free at the destination, {kept} of them for what comes after it: it would have filled up before the logs were taken; it stays at {path}",
        "保存先の空きが足りません(メモリ {size} バイト、空き {free} バイト、後の分に {kept} バイト)。{path} に残っています",
    ),
    (
        "{size} bytes of memory, {free} free at the destination, {kept} of them for what comes after it: it would have filled up before the logs were taken",
        "保存先の空きが足りません(メモリ {size} バイト、空き {free} バイト、後の分に {kept} バイト)。ログを取る前に一杯になるため、取りませんでした",
    ),
    (
        "{path}: sha256 {found}, not the one that was named; not run",
        "{path}: 指定されたプログラムではないため、実行していません(sha256 {found})",
    ),
    ("{path}: {why}; not run", "{path}: {why}。実行していません"),
    (
        "the run was ended while the imager ran",
        "メモリ取得プログラムの実行中に、中断されました",
    ),
    ("the imager was ended: its time was over", "メモリ取得プログラムを時間切れで止めました"),
    (
        "the imager gave more than the {most} bytes that there is room for",
        "メモリ取得プログラムの出力が、空き({most} バイト)を超えました",
    ),
    (
        "the imager ended with exit status 0, but gave {size} bytes where at least {least} were expected",
        "メモリ取得プログラムは終了しましたが、{least} バイト以上のはずが {size} バイトしか出しませんでした",
    ),
    (
        "the imager ended with exit status 0",
        "メモリ取得プログラムは終了コード 0 で終わりました",
    ),
    (
        "the imager ended with exit status {status}: it said nothing",
        "メモリ取得プログラムが終了コード {status} で終わりました(何も表示せず)",
    ),
    (
        "the imager ended with exit status {status}: {said}",
        "メモリ取得プログラムが終了コード {status} で終わりました(表示は「{said}」)",
    ),
    ("the imager can't be run: {why}", "メモリ取得プログラムを実行できません: {why}"),
    (
        "not run: an earlier run left {path}",
        "前回の実行が残した {path} があるため、実行していません",
    ),
    # What an earlier session left.
    (
        "cut off within an item of the collector {name}: volumes {first} to {last} ({size} bytes as stored) hold parts of it without a record; an import puts them aside",
        "収集項目 {name} の途中で中断されました。分割片がボリューム {first}~{last} に記録なしで残っています(保存時 {size} バイト)。取込みで別に置かれます",
    ),
    (
        "cut off in the collector {name}: volume {number} may end with a part of an item without a record; whoever opens it can tell",
        "収集項目 {name} の途中で中断されました。ボリューム {number} の末尾に、記録のない分割片があるかもしれません。開けば分かります",
    ),
    *DISKS,
)
"""English and Japanese; the first that fits is the one, so the longer of two comes first."""

ERRORS = {
    "EACCES": "アクセスを拒否されました",
    "EPERM": "許可されていません",
    "ENOENT": "ありません",
    "ENOTDIR": "フォルダーではありません",
    "EISDIR": "フォルダーです",
    "EIO": "読み書きに失敗しました",
    "EBUSY": "使用中です",
    "EINVAL": "その指定では読めません",
    "ENOTSUP": "対応していません",
    "ETIMEDOUT": "時間内に答えがありませんでした",
    "ECONNREFUSED": "接続を拒否されました",
    "ECONNRESET": "接続が切れました",
    "ENETUNREACH": "ネットワークにつながっていません",
    "EHOSTUNREACH": "相手につながりません",
    "ENOSPC": "空きがありません",
    "EFBIG": "大きすぎます",
    "EEXIST": "すでにあります",
    "ENOMEM": "メモリが足りません",
    "ENXIO": "そのようなデバイスはありません",
    "ENODEV": "そのようなデバイスはありません",
    "EREMOTE": "この端末上にありません",
    "ELOOP": "リンクが輪になっています",
    "EROFS": "書き込みできない状態です",
    "ENAMETOOLONG": "名前が長すぎます",
}
"""Of errno(3)'s names, where nothing more is known of what stands behind one."""
