"""What a verifier can say, in English and Japanese: one key, two sentences, named facts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from chain_of_custody.sentences import REASONS, SENTENCES
from chain_of_custody.sentences.roles import Roles

_SECRET = re.compile(r"(AGE-SECRET-KEY-)[0-9A-Z]+", re.IGNORECASE)
_SHOWN = 200  # characters of a fact that are shown; names on a host can be long


def without_secrets(text: str) -> str:
    """The same without a private age key that somebody gave in the wrong place."""
    return _SECRET.sub(r"\1…", text)


def escaped(text: str) -> str:
    """Text that can't move a cursor, turn direction or hide: shown characters only, shortened."""
    text = without_secrets(text)
    shown = "".join(
        char
        if char == " " or unicodedata.category(char)[0] not in "CZ"
        else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text[:_SHOWN]
    )
    return shown + ("…" if len(text) > _SHOWN else "")


def _text(fact: object) -> str:
    """A fact to be shown; of the system's errors what it says, without number and path."""
    return escaped(str(fact.strerror or fact if isinstance(fact, OSError) else fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a stage has to say."""

    key: str
    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, key: str, **facts: object) -> Finding:
        """A finding by its key in the table above."""
        return cls(key=key, facts=tuple((name, _text(fact)) for name, fact in facts.items()))

    @property
    def name(self) -> str | None:
        """The file that it is about, if it is about one."""
        return dict(self.facts).get("name")

    def sentence(self, language: str) -> str:
        """The finding in words: `ja`, or English for everything else."""
        english, japanese = SENTENCES[self.key]
        facts = dict(self.facts)
        if language != "ja":
            return english.format(**facts)
        for name in {"why", "status", "reason"} & facts.keys():
            facts[name] = REASONS.get(facts[name], facts[name])
        for name in {"role", "roles"} & facts.keys():
            facts[name] = Roles(facts[name]).sentence(language)
        return japanese.format(**facts)


class FindingError(Exception):
    """A finding that keeps something from being accepted; raised as one of its kinds."""

    def __init__(self, key: str, **facts: object) -> None:
        """State it.

        Args:
            key: of the table.
            facts: what the sentence needs.
        """
        self.key, self.facts = key, facts
        self.finding = Finding.of(key, **facts)
        super().__init__(self.finding.sentence("en"))

    def sentence(self, language: str) -> str:
        """The finding in words: `ja`, or English for everything else."""
        return self.finding.sentence(language)
