"""Every sentence of the report, in English and Japanese, side by side. Linted: see the tests."""

from __future__ import annotations

from typing import Literal

from evidence.report.texts.custody import CUSTODY
from evidence.report.texts.exhibit import EXHIBIT
from evidence.report.texts.received import RECEIVED
from evidence.report.texts.triage import TRIAGE
from evidence.report.texts.verification import VERIFICATION

Language = Literal["en", "ja"]

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Evidence preservation report", "証拠保全報告書"),
    "made": ("Made {when} by {tool} from the case folder.", "作成 {when}({tool}、案件フォルダーから)"),
    "about_names": (
        "Names from the host are shown as text; unprintable and direction-changing characters as escapes.",
        "端末由来の名前は文字として表示し、表示できない文字や文字方向を変える文字は記号に置き換えています。",
    ),
    "patient": (
        "May contain personal data of patients and staff. Keep it as the evidence itself is kept.",
        "患者・職員の個人情報を含むことがあります。証拠そのものと同じ扱いで保管してください。",
    ),
    "bundles": ("Bundles in this case: {count}", "この案件の保全データ: {count} 件"),
    "bundle": ("Bundle", "保全データ"),
    # 1
    "who_what_when": ("Who, what, when", "誰が・何を・いつ"),
    "case_id": ("Case number at collection", "取得時の案件番号"),
    "bundle_id": ("Bundle number", "保全データ番号"),
    "profile": ("Profile", "取得の範囲"),
    "collected": ("Collected (by the host's clock)", "取得日時(端末の時計)"),
    "collected_by": (
        "By the collection program {tool}, program digest {sha256}",
        "取得プログラム {tool}(プログラムのハッシュ値 {sha256})",
    ),
    "imported": ("Imported (by the importing machine's clock)", "取込み日時(取込み機の時計)"),
    "imported_by": ("Imported by", "取り込んだ人"),
    "not_given": ("not stated", "記載なし"),
    "root": ("Root (SHA-256)", "ルート値 (SHA-256)"),
    "code": ("Root as spoken code", "読上げ番号"),
    "recipients": ("Encrypted for", "暗号化の宛先"),
    "unencrypted": ("not encrypted at collection", "取得時に暗号化されていません"),
    "obtained": ("What was obtained", "取れたもの"),
    "obtained_sentence": (
        "{acquired} things whole, {partial} in part; {size} bytes.",
        "全体が取れたもの {acquired} 件、一部だけ取れたもの {partial} 件、計 {size} バイト。",
    ),
    "not_obtained": ("What was NOT obtained, and why", "取れなかったもの、その理由"),
    "not_obtained_sentence": (
        "{gap} things were looked for and not obtained.",
        "探したが取れなかったもの {gap} 件。",
    ),
    "not_obtained_none": (
        "No gap is recorded. That says nothing of what was not looked for.",
        "記録された未取得はありません。探していないものについては何も言えません。",
    ),
    "same_file": (
        "Further {count} names belong to files that were obtained under another name; the verification counts them among what was not obtained.",
        "ほかに、別の名前で取得済みのファイルの別名が {count} 件あります。検証結果では、これらも取れなかったものに数えています。",
    ),
    "partial_list": ("Obtained in part", "一部だけ取れたもの"),
    "archives": ("Archives not looked into, or not wholly", "中を調べていない、または一部だけ調べたアーカイブ"),
    "archives_note": (
        "Each was obtained as it is. The rules look one level deep; what they could not open, encrypted members among it, was not searched.",
        "どれも元のまま取得しています。規則が調べるのは1段だけで、開けなかった中身(暗号化されたものを含む)は調べていません。",
    ),
    "unsealed": (
        "This bundle was never sealed: the collection was cut off. What was closed until then is here; the rest is missing.",
        "この保全データは封印されていません。取得は途中で中断しました。それまでに書き終えた分だけがあり、残りはありません。",
    ),
    "clock": ("Clock", "時計について"),
    "clock_line": (
        "The host's clock said {start} at the start and {end} at the end; zone {zone}.",
        "端末の時計は開始時 {start}、終了時 {end} でした(時間帯は UTC{zone})。",
    ),
    "clock_start_only": (
        "The host's clock said {start} at the start; zone {zone}. An end was not attested.",
        "端末の時計は開始時 {start} でした(時間帯は UTC{zone})。終了時刻は証明されていません。",
    ),
    "clock_synchronised_yes": (
        "The host called its clock synchronised; nobody checked that from outside.",
        "端末は時計が同期済みだと答えましたが、外部からは確認していません。",
    ),
    "clock_synchronised_no": (
        "The host's clock was not known to be synchronised.",
        "端末の時計は同期が確認されていません。",
    ),
    "clock_reference": ("A person read {when} from another clock.", "人が別の時計で読んだ時刻は {when} です。"),
    "clock_no_reference": (
        "No other clock was read beside it: by how much it was wrong is unknown (under investigation).",
        "別の時計との照合はありません。ずれの大きさは不明(調査中)です。",
    ),
    "clock_jump": (
        "Between start and end its wall clock and its steady clock differ by {seconds} s: it was set or corrected during the collection.",
        "開始から終了までの間に、時刻表示と経過時間が {seconds} 秒食い違っています。取得中に時計が変更・補正されています。",
    ),
    "verdict": ("Verification when it was imported", "取込み時の検証結果"),
    "stage": ("Stage", "段階"),
    "outcome": ("Outcome", "結果"),
    "finding": ("What was found", "内容"),
    "level": ("Level {level}", "水準 {level}"),
    "not_proved": ("What this does not prove", "これが証明しないこと"),
    "not_proved_before": (
        "That data was genuine before it was read: a program that controls the machine can show false data.",
        "読み取られる前のデータが本物だったこと。端末を支配するプログラムは偽のデータを見せられます。",
    ),
    "not_proved_c": (
        "Level C: that nobody who had the medium made the bundle anew. Compare root or code with what was noted at the endpoint.",
        "水準C: 媒体を持つ人が作り直していないこと。取得現場で控えたルート値・読上げ番号と照合してください。",
    ),
    "not_proved_absence": (
        "That something did not happen, where its trace is missing here: traces expire, are erased, or were not looked for.",
        "ここに痕跡がないことが「起きていない」こと。痕跡は消え、消され、または探されていないことがあります。",
    ),
    "not_proved_time": ("That times are right: they are what the host's clock said.", "時刻が正しいこと。時刻は端末の時計によるものです。"),
    "not_proved_cause": (
        "A cause, a way in, or who did it. Those are for an examiner, with sources.",
        "原因・侵入経路・行為者。これらは調査者が根拠を示して判断することです。",
    ),
    # 2
    "host": ("The host", "対象端末"),
    "host_name": ("Name (as it calls itself)", "名前(端末の自称)"),
    "machine_id": ("Machine number", "端末固有番号"),
    "system": ("System", "OS"),
    "kernel": ("Kernel", "カーネル"),
    "live": ("Taken from the running machine", "稼働中の端末から取得"),
    "yes": ("yes", "はい"),
    "no": ("no", "いいえ"),
    "users": ("Users (etc/passwd)", "利用者 (etc/passwd)"),
    "processes": ("Processes", "プロセス"),
    "sockets": ("Sockets", "通信ソケット"),
    "logins": ("Logins at that moment", "その時点のログイン"),
    "interfaces": ("Network interfaces", "ネットワークインターフェース"),
    "anomalies": (
        "Processes to look at first (each may have an ordinary reason)",
        "先に見るべきプロセス(通常の理由があることもあります)",
    ),
    "modules": ("Kernel modules", "カーネルモジュール"),
    "logs": ("Log files", "ログファイル"),
    "logs_none": ("No file here is known as a log by its place or its name. Whether one was there on the host is told under what was not obtained, if it was looked for.", "置き場所や名前からログと分かるファイルは、保全データにありません。探した結果は「取れなかったもの」を参照してください。"),
    "absent": ("Not in the bundle: {name}. Whether it was there on the host is told under what was not obtained, if it was looked for.", "保全データにありません: {name}。探した結果は「取れなかったもの」を参照してください。"),
    "unreadable": ("{name}: cannot be read: {why}", "{name}: 読めません: {why}"),
    "shown_of": (
        "{shown} of {total} shown; all are in {file}.",
        "{total} 件中 {shown} 件を表示。全件は {file} にあります。",
    ),
    # 3
    "yara": ("Search with rules (YARA)", "規則による検索 (YARA)"),
    "yara_counts": (
        "{whole} items were searched whole, {windows} in overlapping windows, {none} not at all.",
        "全体を検索した項目 {whole} 件、区間に分けて検索 {windows} 件、検索していない項目 {none} 件。",
    ),
    "yara_tried": ("{rules} rules were tried.", "試した規則は {rules} 件です。"),
    "yara_tried_unknown": (
        "How many rules were tried is not known here: they were another set than this program's (digest {sha256}).",
        "試した規則の数はここでは不明です。このプログラムの規則とは別のもの(ハッシュ値 {sha256})が使われました。",
    ),
    "yara_not_run": ("No item was searched with rules.", "規則による検索は行われていません。"),
    "yara_zero": (
        "None of the rules tried matched. That does not prove that the machine is not infected.",
        "今回試した規則では一致なし。感染していないことの証明ではありません。",
    ),
    "yara_hits": (
        "{hits} matches in {items} items. A match is a candidate for an examiner, not a finding of guilt or cause.",
        "{items} 項目で {hits} 件の一致。一致は調査の候補であり、原因や行為者を示すものではありません。",
    ),
    "weight_strong": ("strong", "強い"),
    "weight_medium": ("medium", "中程度"),
    "weight_weak": ("weak", "弱い"),
    "weight_inventory": ("inventory: used lawfully, too", "棚卸し: 正当にも使われます"),
    "claim_unknown": ("not in this program's rules", "このプログラムの規則にありません"),
    # 4
    "working_copy": (
        "Made from the working copy {folder}: {placed} files at their paths, {aside} kept aside, {links} links, {links_aside} links listed only.",
        "作業用コピー {folder} から作成: 元のパスに置いたファイル {placed} 件、別置き {aside} 件、リンク {links} 件、一覧のみのリンク {links_aside} 件。",
    ),
    # columns
    "col_collector": ("Collector", "収集項目"),
    "col_reason": ("Reason", "理由"),
    "col_count": ("Count", "件数"),
    "col_bytes": ("Bytes", "バイト"),
    "col_examples": ("For example", "例"),
    "col_name": ("Name", "名前"),
    "col_uid": ("User number", "利用者番号"),
    "col_gid": ("Group number", "グループ番号"),
    "col_home": ("Home", "ホーム"),
    "col_shell": ("Shell", "シェル"),
    "col_pid": ("PID", "PID"),
    "col_ppid": ("Parent", "親"),
    "col_started": ("Started (UTC)", "開始 (UTC)"),
    "col_command": ("Command", "コマンド"),
    "col_program": ("Program", "プログラム"),
    "col_protocol": ("Protocol", "プロトコル"),
    "col_local": ("Local", "自分側"),
    "col_remote": ("Remote", "相手側"),
    "col_state": ("State", "状態"),
    "col_owners": ("Held by", "保持プロセス"),
    "col_what": ("What", "内容"),
    "col_type": ("Type", "種別"),
    "col_user": ("User", "利用者"),
    "col_line": ("Line", "端末"),
    "col_from": ("From", "接続元"),
    "col_when": ("When", "時刻"),
    "col_path": ("Path", "パス"),
    "col_modified": ("Modified (host's clock, UTC)", "更新 (端末の時計, UTC)"),
    "col_status": ("Status", "状態"),
    "col_item": ("Item", "項目"),
    "col_rule": ("Rule", "規則"),
    "col_claim": ("What the rule says", "規則の意味"),
    "col_confidence": ("Weight", "強さ"),
    "col_offset": ("Offset", "位置"),
    "col_text": ("Text", "文字列"),
    "col_said": ("Details", "内容"),
    "col_event": ("Event", "イベント"),
    "col_actor": ("Who", "誰が"),
    "col_error": ("Why", "理由"),
    "col_values": ("Values", "値"),
    # reasons
    "reason_absent": ("not there", "存在しない"),
    "reason_denied": ("access denied", "アクセス拒否"),
    "reason_unreadable": ("could not be read", "読み取り不可"),
    "reason_timed_out": ("no answer in time", "時間内に応答なし"),
    "reason_not_local": ("lies on another machine", "別の機器上にある"),
    "reason_skipped": ("left out on purpose", "意図的に対象外"),
    "reason_unsupported": ("not possible here", "ここでは取れない"),
    "status_acquired": ("whole", "全体"),
    "status_partial": ("in part", "一部"),
    "status_gap": ("not obtained", "未取得"),
    # stages
    "stage_structure": ("structure", "構造"),
    "stage_volumes": ("volumes", "ボリューム"),
    "stage_completeness": ("completeness", "過不足"),
    "stage_items": ("items", "項目"),
    "stage_signature": ("signature", "署名"),
    "stage_time": ("time", "時刻"),
    "stage_custody": ("custody", "保管の記録"),
    "stage_anchors": ("anchors", "外部の控え"),
    "stage_statements": ("statements", "説明事項"),
    # events
    "event_collection_started": ("collection started", "取得開始"),
    "event_volume_closed": ("volumes closed", "ボリュームを閉じた"),
    "event_interrupted": ("interrupted", "中断"),
    "event_resumed": ("resumed", "再開"),
    "event_sealed": ("sealed", "封印"),
    "event_code_confirmed": ("code compared", "番号を照合"),
    "event_released": ("released", "引渡し"),
    "event_received": ("received", "受け取り"),
    "event_refused": ("refused", "受け取り拒否"),
    "event_accessed": ("accessed", "閲覧"),
    "event_copied": ("copied", "複製"),
    "event_verified": ("verified", "検証"),
    "event_examined": ("examined", "調査"),
    "event_triage": ("triage", "一次調査"),
    "event_disclosed": ("disclosed", "開示"),
    "event_timestamped": ("time-stamped", "タイムスタンプ"),
    "event_re_encrypted": ("encrypted anew", "再暗号化"),
    "event_key_revoked": ("key revoked", "鍵の失効"),
    "event_corrected": ("corrected", "訂正"),
    "event_returned": ("returned", "返却"),
    "event_destroyed": ("destroyed", "廃棄"),
    "event_note": ("note", "メモ"),
    **RECEIVED,
    **CUSTODY,
    **TRIAGE,
    **EXHIBIT,
    **VERIFICATION,
}  # fmt: skip


class Words:
    """The catalogue in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._at = 1 if language == "ja" else 0

    def __call__(self, key: str, **facts: object) -> str:
        """A text by its key, its facts filled in.

        Raises:
            KeyError: no such text, or a fact is missing: a mistake of ours.
        """
        return TEXTS[key][self._at].format(**facts)
