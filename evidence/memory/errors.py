"""Why there are no symbols or no analysis; each kind knows its exit code of the table."""

from __future__ import annotations

from typing import ClassVar

from evidence.memory.sentences import SENTENCES


class ToldError(Exception):
    """A reason that is a sentence in both languages; raised as one of its kinds."""

    def __init__(self, key: str, **facts: object) -> None:
        """State a reason.

        Args:
            key: a key of the table in `sentences`.
            facts: what the sentence needs; another reason may be one.
        """
        self.key = key
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """In `ja`, or English for everything else."""
        told = {
            name: fact.sentence(language) if isinstance(fact, ToldError) else fact
            for name, fact in self.facts.items()
        }
        english, japanese = SENTENCES[self.key]
        return (japanese if language == "ja" else english).format(**told)


class SymbolsError(ToldError):
    """What a machine says of its kernel is missing, hidden or contradicts itself: no symbols."""

    exit_code: ClassVar[int] = 2


class AnalysisError(ToldError):
    """No analysis could be begun: no case, no image, or a working copy that was changed."""

    exit_code: ClassVar[int] = 2


class ProgramError(ToldError):
    """Volatility 3 is not installed, or does not say what it is."""

    exit_code: ClassVar[int] = 4


class RowsError(ToldError):
    """What a plugin printed can't be read; kept as its result, never the end of an analysis."""

    exit_code: ClassVar[int] = 4
