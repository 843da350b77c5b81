"""What doors to memory answer, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "refused": ("{why}", "{why}"),
    "built_without": (
        "{why} (this kernel was built without {option})",
        "{why}(このカーネルは {option} なしで作られています)",
    ),
    "of_a_module": (
        "{why} (it comes with a module of some distributions)",
        "{why}(一部のディストリビューションのモジュールが作るものです)",
    ),
    "no_modules": (
        "{why} (it comes with a module of some distributions, and this kernel takes no modules)",
        "{why}(一部のディストリビューションのモジュールが作るもので、このカーネルはモジュールを受け付けません)",
    ),
    "not_told": ("not told ({why})", "不明({why})"),
    "not_understood": ("not understood ({text})", "解釈できません({text})"),
}  # fmt: skip
OPEN = ("open", "開きます")
