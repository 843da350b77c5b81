"""Errors whose reason is a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from chain_of_custody.findings import Finding


class ToldError(Exception):
    """A reason in both languages; raised as one of its kinds, each with its table of sentences."""

    table: ClassVar[Mapping[str, tuple[str, str]]]

    def __init__(self, key: str, **facts: object) -> None:
        """State a reason.

        Args:
            key: of the table.
            facts: what the sentence needs; another reason may be one.
        """
        self.key = key
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """In `ja`, or English for everything else."""
        told = {
            name: fact.sentence(language) if isinstance(fact, ToldError | Finding) else fact
            for name, fact in self.facts.items()
        }
        english, japanese = self.table[self.key]
        return (japanese if language == "ja" else english).format(**told)
