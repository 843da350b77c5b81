"""Sentences that records hold in English: a page in Japanese tells them by these."""

PHRASES: dict[str, tuple[str, str]] = {
    # processes and modules that stand out
    "phrase_odd_program_deleted": ("its program file was deleted", "プログラムファイルが削除されています"),
    "phrase_odd_code_deleted": (
        "code is mapped from a deleted file", "削除されたファイルのコードがメモリにあります",
    ),
    "phrase_odd_kernel_thread": (
        "calls itself a kernel thread, but has a program",
        "カーネルスレッドを名乗っていますが、プログラムがあります",
    ),
    "phrase_odd_unlisted": (
        "known to the kernel, not listed by /proc", "カーネルにはありますが、/proc の一覧にありません",
    ),
    "phrase_odd_not_in_proc": (
        "in /sys/module, not in /proc/modules", "/sys/module にありますが、/proc/modules にありません",
    ),
    "phrase_odd_not_in_sys": (
        "in /proc/modules, not in /sys/module", "/proc/modules にありますが、/sys/module にありません",
    ),
    # why something was not taken
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
        "named by item {item}, not there", "項目 {item} に名前がありますが、実物はありません",
    ),
    "phrase_gap_lead_earlier": (
        "named by an item of an earlier session, not there",
        "前の回の項目に名前がありますが、実物はありません",
    ),
    "phrase_gap_lead_folder": (
        "named by item {item}: a folder of {count} files, over the limit",
        "項目 {item} に名前があります。{count} ファイルのフォルダーで、上限を超えます",
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
    "phrase_gap_collector_limit": ("over the limit of this collector", "この収集項目の上限を超えます"),
    "phrase_gap_collector_limit_size": (
        "{size} bytes: over the limit of this collector",
        "{size} バイト: この収集項目の上限を超えます",
    ),
    # why an archive was not looked into, or not wholly
    "phrase_archive_closed": (
        "its members were not looked into ({kind})", "中身は調べていません({kind})",
    ),
    "phrase_archive_too_large": (
        "over {limit} bytes: its members were not looked into",
        "{limit} バイトを超えるため、中身は調べていません",
    ),
    "phrase_archive_no_directory": (
        "no directory that can be read", "読める一覧がアーカイブの中にありません",
    ),
    "phrase_archive_budget": (
        "it unpacks to more than the limit", "展開すると上限を超えます",
    ),
    "phrase_archive_given_up": ("given up after {seconds} s", "{seconds} 秒で打ち切りました"),
    "phrase_archive_behind": ("bytes after its end", "終わりの後ろにもデータがあります"),
    "phrase_archive_encrypted": ("{name}: encrypted", "{name}: 暗号化されています"),
    # what an import wrote into the custody log
    "phrase_act_import": ("import", "取込み"),
    "phrase_act_copied": (
        "byte for byte into a case: {files} files, {bytes} bytes; each read back and compared",
        "1バイトも変えずに案件へ写しました: {files} ファイル、{bytes} バイト。どれも読み直して照合しました",
    ),
    "phrase_act_before": (
        "the copy, before anything was opened", "写しを検証(中身を開く前)",
    ),
    # what a triage saw, and what it could not
    "phrase_seen_records": ("records {first} to {last}", "レコード {first} ~ {last}"),
    "phrase_seen_pair": ("records {first} and {last}", "レコード {first} と {last}"),
    "phrase_seen_line": ("line {number}", "{number} 行目"),
    "phrase_seen_event": ("{id} at {at} (record {number})", "{id}: {at}(レコード {number})"),
    "phrase_seen_record": ("record {number}", "レコード {number}"),
    "phrase_seen_gone": (
        "bytes no longer here", "収集時に署名された記録による(バイト列はもうここにありません)",
    ),
    "phrase_seen_burst": (
        "{count} events until {last}; first {text}", "{last} までに {count} 件。最初: {text}",
    ),
    "phrase_seen_guessed": (
        "{count} failures with at least {names} names from {address} since {first}; "
        "then signed in: {user}",
        "{address} から {first} 以降 {count} 回失敗(名前は {names} 種類以上)、その後サインイン: {user}",
    ),
    "phrase_seen_networks": (
        "{user} from {count} networks: {addresses}", "{user}: {count} つのネットワークから({addresses})",
    ),
    "phrase_seen_cleared": (
        "{id}: {name} cleared by {by}; its oldest record left: {oldest}",
        "{id}: {by} が {name} を消去。残る最古のレコード: {oldest}",
    ),
    "phrase_seen_cleared_all": (
        "{id}: {name} cleared by {by}; no record of it is here",
        "{id}: {by} が {name} を消去。そのレコードはここにありません",
    ),
    "phrase_seen_differs": (
        "differs from its record: expected sha256 {expected}, found {found}",
        "記録と食い違い: 記録の SHA-256 {expected}、実際 {found}",
    ),
    "phrase_seen_changed": ("changed while it was looked into", "調べている間に変わりました"),
    "phrase_seen_in_part": ("obtained in part: {why}", "一部だけ取得: {why}"),
    "phrase_seen_archive_closed": (
        "archive: its members were not looked into ({kind})", "アーカイブ({kind})の中は見ていません",
    ),
    "phrase_seen_archive_broken": (
        "archive: no directory that can be read", "アーカイブの一覧が壊れていて中を見られません",
    ),
    "phrase_seen_archive_encrypted": (
        "archive: {name}: encrypted", "アーカイブ内の {name} は暗号化されています",
    ),
    "phrase_seen_archive": ("archive: {why}", "アーカイブ: {why}"),
    # of logs, what could not be looked at
    "phrase_seen_too_long": (
        "longer than {size} bytes; not looked at beyond", "{size} バイトより後は見ていません",
    ),
    "phrase_seen_too_slow": (
        "takes longer than {time} seconds; not looked at beyond byte {place}",
        "{time} 秒で打切り、位置 {place} より後は見ていません",
    ),
    "phrase_seen_not_unpacked": (
        "can't be unpacked to its end: {why}", "圧縮を最後まで展開できません({why})",
    ),
    "phrase_seen_long_lines": (
        "{count} lines are longer than {size} bytes; their ends were not looked at",
        "長すぎる {count} 行は {size} バイトまで見ました",
    ),
    "phrase_seen_rest": (
        "{size} bytes at the end are no whole record", "末尾の {size} バイトは途中で切れています",
    ),
    "phrase_seen_zeros": (
        "{count} records are zeros alone: erased, or never written to the disk",
        "{count} 件がゼロだけです(消去または書込み前)",
    ),
    "phrase_seen_other_form": (
        "{count} lines are in another form, and were not read", "{count} 行は形式が異なり、読めません",
    ),
    "phrase_seen_looks_like": (
        "{count} lines that look like {maker} are in another form, and were not read",
        "{maker} らしい {count} 行は形式が異なり、読めません",
    ),
    "phrase_seen_no_time": (
        "{count} lines tell no time that can be read, or not its year",
        "{count} 行は時刻か年が分かりません",
    ),
    "phrase_seen_no_log": (
        "the file does not begin as an event log", "先頭がイベントログの形式ではありません",
    ),
    "phrase_seen_no_journal": (
        "the file does not begin as a journal", "先頭がジャーナルの形式ではありません",
    ),
    "phrase_seen_open_journal": (
        "the journal was in use or not closed; its last entries may be missing",
        "使用中か未終了のジャーナルで、末尾が欠けることがあります",
    ),
    "phrase_seen_fewer_chunks": (
        "its header counts {all} chunks, and {count} were found",
        "ヘッダーでは {all} チャンク、実際は {count} チャンクです",
    ),
    "phrase_seen_fewer_entries": (
        "its header counts {all} entries, and {count} were read",
        "ヘッダーでは {all} 件、読めたのは {count} 件です",
    ),
    "phrase_seen_again": (
        "{count} numbers of records come again; what is the same counts once",
        "同じ番号のレコードが {count} 件あり、同一のものは1回だけ数えました",
    ),
    "phrase_seen_again_each": (
        "{count} numbers of records come again; not known as the same, so each counts",
        "同じ番号のレコードが {count} 件あり、同一とは確かめられないため、それぞれ数えました",
    ),
    "phrase_seen_elsewhere": (
        "{count} records are in another log, too; each counts once",
        "{count} 件のレコードは別のログファイルにもあり、1回だけ数えました",
    ),
    "phrase_seen_not_compared": (
        "{count} records were not compared with those of other logs; each counts",
        "{count} 件のレコードは他のログファイルと比べきれず、それぞれ数えました",
    ),
    "phrase_seen_chunk": ("chunk {number} (byte {place}): {why}", "チャンク {number}(位置 {place}): {why}"),
}  # fmt: skip
