"""What types, roles, grounds and checks of custody events are called, in English and Japanese."""

from __future__ import annotations

ACTS: dict[str, tuple[str, str]] = {
    "role_collection": ("collection key", "収集鍵"),
    "role_collector": ("collector", "収集担当"),
    "role_custodian": ("custodian", "保管担当"),
    "role_provider": ("provider", "調査会社"),
    "role_witness": ("witness", "立会人"),
    "role_holder": ("key that nobody certified", "誰も認証していない鍵"),
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
