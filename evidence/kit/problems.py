"""What can be said of a kit that is not as it was made, and how grave each of that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

ProblemKind = Literal[
    "changed", "missing", "added", "link", "no_file", "unreadable", "case", "autorun", "program",
    "beside", "system", "unsigned", "signature", "noted_differs", "stranger", "strange_kit",
    "other_kit", "revoked", "dates", "dates_soon", "not_tied", "undescribed", "old_rules",
    "undated_rules", "other_imager", "other_pack", "signed_by_provider", "signed_by_kit",
    "once", "collected", "memory_left", "memory_beside",
]  # fmt: skip
_INCOMPLETE = {"beside", "dates", "not_tied", "old_rules", "undated_rules", "undescribed"}
_ONLY_SAID = {"system", "dates_soon", "signed_by_provider", "signed_by_kit", "once", "collected"}


class Said(Protocol):
    """Something that can be said in both languages."""

    def sentence(self, language: str, /) -> str:
        """In words of a language: `ja`, or English for everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to be said of a kit."""

    kind: ProblemKind
    path: str = ""
    detail: str = ""
    why: Said | None = None
    """Where the detail is a sentence."""

    def detailed(self, language: str) -> str:
        """The detail, in a language where it is a sentence."""
        return self.why.sentence(language) if self.why is not None else self.detail

    @property
    def exit_code(self) -> int:
        """What a check with this ends with, as docs/exit-codes.md."""
        return 0 if self.kind in _ONLY_SAID else 3 if self.kind in _INCOMPLETE else 1
