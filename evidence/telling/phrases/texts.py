"""Sentences that records hold in English: a page in Japanese tells them by these."""

from __future__ import annotations

from evidence.telling.phrases.apart import APART
from evidence.telling.phrases.gaps import GAPS
from evidence.telling.phrases.unread import UNREAD

PHRASES: dict[str, tuple[str, str]] = {
    **GAPS,
    **APART,
    **UNREAD,
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
    "phrase_archive_unnamed": (
        "a member that its directory does not name", "アーカイブの一覧にない中身があります",
    ),
    "phrase_archive_budget": (
        "it unpacks to more than the limit", "展開すると上限を超えます",
    ),
    "phrase_archive_given_up": ("given up after {seconds} s", "{seconds} 秒で打ち切りました"),
    "phrase_archive_behind": ("bytes after its end", "終わりの後ろにもデータがあります"),
    "phrase_archive_encrypted": ("{name}: encrypted", "{name}: 暗号化されています"),
    # what a collection wrote into the custody log
    "phrase_act_live": ("source: live", "取得元: 稼働中の端末"),
    "phrase_act_windows": ("source: live windows", "取得元: 稼働中の Windows 端末"),
    "phrase_act_folder": ("source: folder", "取得元: フォルダー"),
    "phrase_act_disk": ("source: disk", "取得元: ディスクまたはイメージ"),
    "phrase_act_place": (
        "source: folder; place: {mark}", "取得元: フォルダー(場所の照合用の値 {mark})",
    ),
    "phrase_act_missing": (
        "missing so far: {count}", "あるはずのもので、ここまでに取れなかったもの {count} 件",
    ),
    # what an import wrote there
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
        "archive: its members were not looked into ({kind})", "アーカイブ({kind})の中は規則で検索していません",
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
