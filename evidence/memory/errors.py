"""Why there are no symbols or no analysis; each kind knows its exit code of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from collectors.told import ToldError
from evidence.memory.sentences import SENTENCES
from evidence.telling.phrases.told import told


class SymbolsError(ToldError):
    """What a machine says of its kernel is missing, hidden or contradicts itself: no symbols."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class AnalysisError(ToldError):
    """No analysis could be begun: no case, no image, or a working copy that was changed."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class ProgramError(ToldError):
    """Volatility 3 is not installed, or does not say what it is."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Of each bundle why it has no image; in Japanese where the reason is a sentence of ours."""

    why: Mapping[str, str | None]

    def sentence(self, language: str) -> str:
        """In `ja`, or English for everything else."""
        return "; ".join(f"{name}: {_said(why, language)}" for name, why in self.why.items())


def _said(why: str | None, language: str) -> str:
    english, japanese = SENTENCES["not_looked_for"]
    if language == "ja":
        return japanese if why is None else _japanese(why)
    return english if why is None else why


def _japanese(why: str) -> str:
    """Without the word of the record before it, which Japanese sentences don't need."""
    _, _, detail = why.partition(": ")
    japanese = told("ja", "gap", detail)
    return why if japanese == detail else japanese
