"""The custody log on a page; what types, roles, grounds and checks of custody events are called, in English and Japanese."""

from __future__ import annotations

from chain_of_custody.sentences.roles import ROLES

CUSTODY: dict[str, tuple[str, str]] = {
    "custody": ("Custody log", "保管の記録"),
    "custody_note": (
        "Times are those of the machine that wrote the event, where nothing else stands beside them. Volumes closed in one run are shown as one line. Events are shown as they lie in the case now.",
        "時刻は、ほかの記載がなければ、各イベントを書いた端末の時計です。連続するボリュームの記録は1行にまとめています。いま案件にあるとおりに示しています。",
    ),
    "custody_checked": (
        "Checked when this page was made, without opening a volume: each event, its signature and its place in the log, and that the log goes on from the head that the case noted at import.",
        "この報告書の作成時に確かめた結果です(ボリュームは開いていません)。各イベントとその署名、並び、そして取込み時に案件に控えた末尾値から続いていることを見ています。",
    ),
    "custody_failed": (
        "WHEN THIS PAGE WAS MADE, THE CUSTODY LOG IN THE CASE DID NOT PASS. What rests on it below (times, names, the program) may have been altered: see “Custody log”, and compare with the bundle as it was handed over.",
        "この報告書の作成時、案件にある保管の記録は検証に通りませんでした。以下のうちこれに基づく内容(時刻、氏名、プログラムなど)は書き換えられているおそれがあります。「保管の記録」の欄を見て、受け取ったときの保全データと照合してください。",
    ),
    "custody_not_continued": (
        "The log was not continued at import: a leftover of the interrupted run stands in its place.",
        "取込み時の記録は追加していません。中断時の書きかけのファイルが残っているためです。",
    ),
    "role_collection": ("collection key", ROLES["hozen collection"]),
    "role_collector": ("collector", ROLES["hozen collector"]),
    "role_custodian": ("custodian", ROLES["hozen custodian"]),
    "role_provider": ("provider", ROLES["hozen provider"]),
    "role_witness": ("witness", ROLES["hozen witness"]),
    "role_holder": ("key that nobody certified", ROLES["hozen holder"]),
    "basis_contract": ("contract", "契約"),
    "basis_inquiry": ("inquiry", "照会"),
    "basis_warrant": ("warrant", "令状"),
    "basis_voluntary": ("voluntary", "任意提出"),
    "basis_court": ("court", "裁判所の命令"),
    "basis_in_house": ("in-house", "院内・社内の決定"),
    "about_event": ("event {value}", "記録 {value}"),
    "about_item": ("item {value}", "項目 {value}"),
    "about_volume": ("volume {value}", "ボリューム {value}"),
    "checked_all": ("all stages of verification", "検証の全段階"),
    "checked_nine": (
        "the nine stages of hozen-bundle/1, with contents",
        "hozen-bundle/1 の検証 9 段階(内容を含む)",
    ),
    "checked_code": ("the spoken code of the root", "ルート値の読上げ番号"),
    "checked_head": ("the spoken code of a head", "末尾値の読上げ番号"),
    "checked_fits": ("as it was read out", "読み上げられた番号と一致"),
    "checked_examination": ("an examination", "調査"),
    "checked_arrival": ("to arrive by", "到着期限"),
    "checked_triage": ("the results of a triage", "一次調査の結果"),
    "paths_closed": ("the paths stay closed", "元の場所は非開示"),
    "checked_result": (
        "exit {code}, level {level}; {stages}",
        "終了コード {code}、水準 {level}、段階ごとの結果 {stages}",
    ),
}  # fmt: skip
