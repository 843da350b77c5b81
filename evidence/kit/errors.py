"""What keeps a kit from being made or read: in both languages, with what to do next."""

from __future__ import annotations

from chain_of_custody.findings import escaped
from evidence.kit.sentences import SENTENCES


class KitError(Exception):
    """A kit can't be made of what was given, or a folder isn't one; nothing was left half-made."""

    exit_code = 2

    def __init__(self, key: str, **facts: object) -> None:
        """State what is wrong.

        Args:
            key: of `SENTENCES`.
            facts: what the sentence names.
        """
        self.key = key
        self.facts = {name: escaped(str(fact)) for name, fact in facts.items()}
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The same in words of a language: `ja`, or English for everything else."""
        english, japanese = SENTENCES[self.key]
        return (japanese if language == "ja" else english).format(**self.facts)


class KitProgramError(KitError):
    """A program that building needs is not on this machine, or failed."""

    exit_code = 4


class KitAlteredError(KitError):
    """Something that a kit is to be made of is not what was published."""

    exit_code = 1
