"""Why something was not taken, as records have it in English, and the same in Japanese."""

GAPS: dict[str, tuple[str, str]] = {
    "phrase_gap_special": (
        "a named pipe, socket or device; not read",
        "名前付きパイプ・ソケット・デバイスのため読んでいません",
    ),
    "phrase_gap_deeper": ("deeper than the limit", "階層の上限より深い場所です"),
    "phrase_gap_too_large": (
        "{size} bytes: more than is left of the limit for this place",
        "{size} バイト: この場所の上限の残りを超えます",
    ),
    "phrase_gap_files": (
        "limit of {count} files for this place; the rest was not taken",
        "この場所の上限 {count} ファイルに達したため、残りは取っていません",
    ),
    "phrase_gap_pseudo": (
        "{filesystem}: a view of the kernel, no files",
        "{filesystem}: カーネルの情報であり、ファイルではありません",
    ),
    "phrase_gap_mount": ("{filesystem} mount of {what}", "{what} の {filesystem} マウント"),
    "phrase_gap_bind": (
        "shows the files of {path} again (bind mount)",
        "{path} と同じファイルです(バインドマウント)",
    ),
    "phrase_gap_no_proc": ("this kernel doesn't give it", "このカーネルにはありません"),
    "phrase_gap_no_history": (
        "none of the known history files in this home",
        "既知の履歴ファイルはこのホームにありません",
    ),
    "phrase_gap_no_product": ("no {product} here", "ここに {product} はありません"),
    "phrase_gap_lead": (
        "named by item {item}, not there",
        "項目 {item} に名前がありますが、実物はありません",
    ),
    "phrase_gap_lead_earlier": (
        "named by an item of an earlier session, not there",
        "前の回の項目に名前がありますが、実物はありません",
    ),
    "phrase_gap_lead_why": ("named by item {item}: {why}", "項目 {item} に名前があります。{why}"),
    "phrase_gap_lead_earlier_why": (
        "named by an item of an earlier session: {why}",
        "前の回の項目に名前があります。{why}",
    ),
    "phrase_gap_folder": (
        "a folder of {count} files, over the limit",
        "{count} ファイルのフォルダーで、上限を超えます",
    ),
    "phrase_gap_which_volume": (
        "which volume was {volume} is not known",
        "{volume} がどのボリュームだったか分かりません",
    ),
    "phrase_gap_another_machine": (
        "on another machine; not opened",
        "別の端末にあるため、開いていません",
    ),
    "phrase_gap_another_volume": (
        "on a volume that is not the system's",
        "システム以外のボリュームにあります",
    ),
    "phrase_gap_stream": (
        "a named stream, which is not shown here",
        "名前付きストリームで、ここでは見えません",
    ),
    "phrase_gap_lead_command": (
        "named by the command line of process {pid}, not there",
        "プロセス {pid} のコマンドラインに名前がありますが、実物はありません",
    ),
    "phrase_gap_left_out_skipped": (
        "left out, since the run was asked to skip it: {names}",
        "取らないよう指定されたもの: {names}",
    ),
    "phrase_gap_left_out_not_asked": (
        "left out, since the run was asked for others only: {names}",
        "ほかのものだけが指定されたため対象外: {names}",
    ),
    "phrase_gap_ended": ("ended while it was read", "読取中に終了しました"),
    "phrase_gap_not_running": ("not a running machine", "稼働中の端末ではありません"),
    "phrase_gap_collector_limit": (
        "over the limit of this collector",
        "この収集項目の上限を超えます",
    ),
    "phrase_gap_collector_limit_size": (
        "{size} bytes: over the limit of this collector",
        "{size} バイト: この収集項目の上限を超えます",
    ),
    "phrase_gap_lead_limit": (
        "more than {count} names; the rest was not followed",
        "名前が {count} を超えたため、残りはたどっていません",
    ),
    "phrase_gap_names_limit": (
        "limit of {count} names for this file system; the rest was not compared",
        "このファイルシステムの上限 {count} 件に達したため、残りは比べていません",
    ),
    "phrase_gap_lead_command_why": (
        "named by the command line of process {pid}, {why}",
        "プロセス {pid} のコマンドラインに名前があります({why})",
    ),
    "phrase_gap_not_followed_at_all": (
        "what it names could not be followed: {why}",
        "ここに書かれた名前の先をたどれませんでした: {why}",
    ),
    "phrase_gap_not_followed": (
        "not all that it names could be followed: {why}",
        "ここに書かれた名前の先を、すべてはたどれませんでした: {why}",
    ),
    "phrase_gap_names_programs": (
        "it names more than {count} programs",
        "{count} 件を超えるプログラムの名前があります",
    ),
    "phrase_gap_names_more": ("it names more than {count}", "{count} 件を超える名前があります"),
    "phrase_gap_long_folder": (
        "deleted names were not looked for: too long a folder",
        "フォルダーが長すぎるため、削除された名前は探していません",
    ),
    "phrase_gap_has_names": (
        "it has more than {count} names",
        "{count} 件を超える名前があります",
    ),
    "phrase_gap_has_shortcuts": (
        "it has more than {count} shortcuts",
        "{count} 件を超えるショートカットがあります",
    ),
    "phrase_gap_has_actions": (
        "it has more than {count} actions",
        "{count} 件を超える操作があります",
    ),
    "phrase_gap_has_lines": ("it has more than {count} lines", "{count} 行を超えています"),
    "phrase_gap_has_consumers": (
        "it has more than {count} places that name consumers",
        "WMI コンシューマーの名前が {count} か所を超えて現れます",
    ),
    "phrase_gap_long_line": (
        "a line of it has more than {count} characters",
        "{count} 文字を超える行があります",
    ),
    "phrase_gap_long_action": (
        "an action of it has more than {count} characters",
        "{count} 文字を超える操作があります",
    ),
    "phrase_gap_long_path": (
        "it names a path of more than {count} characters",
        "{count} 文字を超えるパスが書かれています",
    ),
    "phrase_gap_long_shortcut": (
        "a shortcut in it has more than {count} bytes",
        "{count} バイトを超えるショートカットがあります",
    ),
    "phrase_gap_long_values": (
        "{number} values in it have more than {count} bytes",
        "{count} バイトを超える値が {number} 個あります",
    ),
    "phrase_gap_first_homes": (
        "only the first {count} homes were looked at",
        "先頭の {count} 個のホームフォルダーだけを調べました",
    ),
    "phrase_gap_first_lines": (
        "only its first {count} lines were looked at",
        "先頭の {count} 行だけを調べました",
    ),
    "phrase_gap_first_bytes": (
        "only its first {count} bytes were looked at",
        "先頭の {count} バイトだけを調べました",
    ),
    "phrase_gap_within_each_other": (
        "its command lines within each other were looked at {count} deep",
        "入れ子のコマンドは {count} 段までしか調べていません",
    ),
    "phrase_gap_by_each_other": (
        "its interpreters that run each other were looked at {count} deep",
        "次々に起動し合うプログラムは {count} 段までしか調べていません",
    ),
    "phrase_gap_first_of_lines": (
        "of its lines only the first {count} bytes were looked at",
        "各行の先頭 {count} バイトだけを調べました",
    ),
    "phrase_gap_hive_limit": (
        "it holds more keys or values than are looked at",
        "キーまたは値が、調べる上限を超えています",
    ),
    "phrase_gap_keys_limit": (
        "more than {count} keys at the places that are compared",
        "比べる場所にあるキーが {count} 件を超えています",
    ),
    "phrase_gap_larger": ("larger than {limit} bytes", "{limit} バイトを超えています"),
    "phrase_gap_chunks_limit": (
        "more than {count} chunks of it differ",
        "{count} 件を超えるチャンクが食い違っています",
    ),
    "phrase_gap_namespaces": (
        "namespaces of {count} processes; told by their control group only",
        "プロセス {count} 件の名前空間を読めず、コントロールグループだけで見分けました",
    ),
    "phrase_gap_overwritten": (
        "{before} records were overwritten before it was read, {during} meanwhile",
        "読む前に {before} 件、読む間に {during} 件の記録が上書きされていました",
    ),
    "phrase_gap_no_owners": (
        "open files of {count} processes; sockets that they hold show no owner",
        "プロセス {count} 件の開いているファイルを読めず、そのソケットの持ち主は分かりません",
    ),
    "phrase_gap_no_memory": (
        "{count} processes: the kernel does not let us read their memory: {pids}",
        "プロセス {count} 件のメモリを、カーネルが読ませません: {pids}",
    ),
    "phrase_gap_one_door": (
        "{volume} can't be read raw: there is one door alone",
        "{volume} を直接読めないため、2通りの読み方を比べられません",
    ),
    "phrase_gap_no_device": (
        "no file system here lies on a device that can be read beside the system",
        "OS を通さずに読める機器の上のファイルシステムが、ここにはありません",
    ),
    "phrase_gap_no_windows": ("not a running Windows", "稼働中の Windows ではありません"),
    "phrase_gap_windows_memory": (
        "physical memory of a running Windows is not taken: that takes a driver, and none is loaded; take an image with a program that has one (`hozen memory acquire --imager`) before it is switched off",
        "稼働中の Windows の物理メモリは、ドライバーが要るため取っていません。電源を切る前に、ドライバーを持つプログラムで取ってください(`hozen memory acquire --imager`)",
    ),
    "phrase_gap_other_volume": (
        "not the system's volume: to collect from it, name it: --source {volume}",
        "システムのボリュームではありません。取るには --source {volume} と指定します",
    ),
    "phrase_gap_private_key": (
        "a private key; only its presence and metadata are recorded",
        "秘密鍵のため、存在と属性だけを記録しました",
    ),
    "phrase_gap_no_sample": (
        "no file is here that could be looked at",
        "調べられるファイルがここにありません",
    ),
    "phrase_gap_deleted": ("deleted", "削除済み"),
    "phrase_gap_deleted_from_copy": (
        "its beginning was read from the copy that it keeps: {why}",
        "先頭は、予備の写しから読みました: {why}",
    ),
    "phrase_gap_same_folder": (
        "the same folder has another name",
        "同じフォルダーを別の名前で取っています",
    ),
    "phrase_gap_journal": (
        "its journal was not replayed: names and sizes are those of its last checkpoint",
        "ジャーナルは反映していません。名前と大きさは最後の区切りの時点のものです",
    ),
    "phrase_gap_swap_later": (
        "{kind}: taken in the profile full alone, or with --only {name}",
        "{kind}: プロファイル full か --only {name} のときだけ取ります",
    ),
    "phrase_gap_same_file": (
        "the same file was taken under another name (hard link)",
        "同じファイルを別の名前で取っています(ハードリンク)",
    ),
    "phrase_gap_own": (
        "{why}, at {path}: not taken and not searched",
        "{why}({path}): 取らず、検索もしていません",
    ),
    "phrase_gap_own_volume": (
        "the volume of the kit that the collection was started from",
        "採取を始めたキットのボリューム",
    ),
    "phrase_gap_own_folder": (
        "the kit that the collection was started from",
        "採取を始めたキット",
    ),
    "phrase_gap_stays": ("it stays at {path}", "{path} に残してあります"),
    "phrase_gap_taken_as": ("taken as {path}", "{path} として取りました"),
    "phrase_gap_fault": (
        "this collector failed: {error}",
        "この収集項目の処理が失敗しました: {error}",
    ),
    "phrase_gap_anew": (
        "what an earlier session took was not found again: all was taken anew",
        "前の回に取ったものが見つからないため、すべて取り直しました",
    ),
    "phrase_gap_machine": (
        "whether this session runs on the machine that the bundle was begun on can't be told: the machine has no number of its own, or had none then",
        "始めたときと同じ端末で動いているか分かりません。端末に固有の番号がないか、そのとき番号がありませんでした",
    ),
    "phrase_gap_not_received": (
        "listed in {list}, not in the folder that was received",
        "{list} に載っていますが、受け取ったフォルダーにありません",
    ),
    "phrase_gap_step": (
        "step {number} at {time}: {what}, exit code {code}",
        "手順 {number}({time}): {what}、終了コード {code}",
    ),
    "phrase_gap_log_grew": (
        "a log that grows: the disk has other bytes than shown, from byte {place} on",
        "書き足されているログです。{place} バイト目から、ディスク上の内容が OS の見せる内容と違います",
    ),
}
