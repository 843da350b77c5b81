"""What is wrong with a set of rules, or with what was to be triaged."""

from __future__ import annotations

from typing import ClassVar

from evidence.triage.sentences import SENTENCES


class RulesError(Exception):
    """A set of rules that can't be used: it does not compile, or its tables can't be read."""

    exit_code = 4


class TriageError(Exception):
    """No triage could be begun: nothing to look into, or a working copy that was changed."""

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, **facts: object) -> None:
        """State a reason.

        Args:
            key: a key of the table in `sentences`.
            facts: what the sentence needs.
        """
        self.key = key
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """In `ja`, or English for everything else."""
        english, japanese = SENTENCES[self.key]
        return (japanese if language == "ja" else english).format(**self.facts)
