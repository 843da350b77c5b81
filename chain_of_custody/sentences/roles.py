"""What certificates say that their keys may sign, in words: a role is a unit in a subject."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "hozen root": "ルート鍵",
    "hozen kit": "キットの鍵",
    "hozen kit list": "キットの一覧の鍵",
    "hozen collection": "収集鍵",
    "hozen collector": "収集担当",
    "hozen custodian": "保管担当",
    "hozen provider": "調査会社",
    "hozen witness": "立会人",
    "hozen holder": "誰も認証していない鍵",
}
"""In Japanese; certificates hold the English."""


@dataclass(frozen=True, slots=True)
class Roles:
    """One role or several, with commas; one that a stranger made up stays as it stands there."""

    named: str

    def sentence(self, language: str) -> str:
        """In `ja`, or as certificates hold them for everything else."""
        if language != "ja":
            return self.named
        return "・".join(ROLES.get(each, each) for each in self.named.split(", "))
