"""What is said of values that were noted outside a bundle, English and Japanese side by side."""

from __future__ import annotations

_NAMES = {"root": ("root", "ルート値"), "code": ("code", "読上げ番号"), "head": ("head", "末尾値")}

NOTED: dict[str, tuple[str, str]] = {
    "no_anchor": (
        "no root, code or head was given to compare with",
        "照合用のルート値・読上げ番号・末尾値が渡されていません",
    ),
    **{
        f"{key}_differs": (
            f"{english} is not the one that was given: another bundle, or one made anew",
            f"{japanese}が渡された値と違います: 別の、または作り直された保全データです",
        )
        for key, (english, japanese) in _NAMES.items()
    },
    **{
        f"{key}_fits": (
            f"{english} is the one that was given",
            f"{japanese}は渡された値と一致します",
        )
        for key, (english, japanese) in _NAMES.items()
    },
    **{
        f"{key}_of_event": (
            f"{english} is that of event {{number}}; {{later}} were signed after it",
            f"{japanese}はイベント {{number}} のものです。その後に署名されたイベント {{later}} 件",
        )
        for key, (english, japanese) in _NAMES.items()
        if key != "root"
    },
    **{
        f"{key}_too_early": (
            f"{english} is that of event {{number}}, from before all contents were closed: it covers nothing that came later",
            f"{japanese}は、内容がすべて閉じられる前のイベント {{number}} のもので、その後の内容は照合できません",
        )
        for key, (english, japanese) in _NAMES.items()
        if key != "root"
    },
    "code_length": (
        "a spoken code has 25 digits; shorter ones can be forged",
        "読上げ番号は25桁です（短い番号は偽造できます）",
    ),
    "code_misread": (
        "the code's check digit does not fit: a digit was misread; have it read out again",
        "読上げ番号の検査数字が合いません。聞き間違いか書き間違いです。もう一度読み上げてもらってください",
    ),
}
