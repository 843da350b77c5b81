"""The index of the rules: what a match claims, how much it weighs, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from evidence.rulebook.tables import table

NAME = "index.toml"

Confidence = Literal["strong", "medium", "weak"]
Use = Literal["sign", "inventory"]
Where = Literal["any", "small", "memory", "name", "events", "files", "vpn", "ssh"]
BY_EXAMINERS: frozenset[Where] = frozenset({"events", "files", "vpn", "ssh"})
"""Not of a scanner: an examiner of a case sees these, in its own code."""


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in both languages."""

    en: str
    ja: str


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """Where facts came from, and under which licence that stands."""

    name: str
    licence: str


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the index for one rule."""

    claim_en: str
    claim_ja: str
    confidence: Confidence
    use: Use
    """`inventory`: of things that are used lawfully, too; noted, never an alarm."""
    where: Where
    """In anything, in small files only, in memory only, in the name of a file, in the events of
    logs, in what the file system says of files, or in sign-ins to VPN appliances."""
    sources: list[str]
    false_positives: str
    next_step: str
    indicators: list[str] = []

    @property
    def weight(self) -> Literal["strong", "medium", "weak", "inventory"]:
        """Its confidence, or that it is inventory."""
        return "inventory" if self.use == "inventory" else self.confidence

    @property
    def alarming(self) -> bool:
        """Whether a match must not happen where nothing happened."""
        return self.use == "sign" and self.confidence != "weak"


class Index(Struct, frozen=True, forbid_unknown_fields=True):
    """The index of a set of rules."""

    sources: dict[str, Origin]
    false_positives: dict[str, Told]
    next_steps: dict[str, Told]
    rules: dict[str, Entry]
    dated: str = ""
    """When the set was last changed, `2026-11-22`; kits are compared by it."""

    @property
    def licence(self) -> str:
        """Under which its sources stand; empty where it names none."""
        return ", ".join(sorted({source.licence for source in self.sources.values()}))

    @property
    def holds_together(self) -> bool:
        """Whether everything that an entry names is there."""
        return all(
            self.sources.keys() >= set(each.sources)
            and each.false_positives in self.false_positives
            and each.next_step in self.next_steps
            for each in self.rules.values()
        )

    @property
    def scanned(self) -> frozenset[str]:
        """The rules that a scanner tries, by content and by name."""
        return frozenset(r for r, each in self.rules.items() if each.where not in BY_EXAMINERS)

    def entry(self, rule: str) -> Entry | None:
        """Of a rule as records name it, `file:rule`; None for another set's, `set/…:rule`."""
        return None if "/" in rule.rpartition(":")[0] else self.rules.get(bare(rule))


def bare(rule: str) -> str:
    """The name that the index has for a rule as records name it, `file:rule`."""
    return rule.rpartition(":")[2]


def load_index(folder: Path) -> Index:
    """The index of a folder of rules.

    Raises:
        RulesError: it is not there, or an entry is of another form.
    """
    return table(folder / NAME, Index)
