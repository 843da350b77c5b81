"""Errors whose reason is a sentence in both languages: one key, two sentences, named facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, runtime_checkable

Sentences = Mapping[str, tuple[str, str]]
"""English and Japanese by key, both with the same named facts."""


@runtime_checkable
class Told(Protocol):
    """What is a sentence in either language."""

    def sentence(self, language: str) -> str:
        """In `ja`, or English for everything else."""
        ...


class ToldError(Exception):
    """A reason in both languages; raised as one of its kinds, each with its table of sentences."""

    table: ClassVar[Sentences]

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
        told = {name: _words(fact, language) for name, fact in self.facts.items()}
        english, japanese = self.table[self.key]
        return (japanese if language == "ja" else english).format(**told)


def _words(fact: object, language: str) -> object:
    """Of another reason its sentence; of the system's errors what it says, without a number."""
    if isinstance(fact, Told):
        return fact.sentence(language)
    return fact.strerror or fact if isinstance(fact, OSError) else fact
