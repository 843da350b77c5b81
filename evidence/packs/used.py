"""A set of rules as documents name it: what was searched for beside our own rules, and whose."""

from __future__ import annotations

import msgspec

from evidence.packs.rule_files import RuleFiles

FOOTPRINT = "hozen:/footprint.json"
"""The origin of what a collection says of itself: one for each of its sessions."""


class UsedSet(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rules, which of them, and under which licence they stand."""

    name: str
    version: int
    date: str
    licence: str
    origin: str
    """`third-party rules, not ours`, or who signed the pack."""
    sha256: str

    @classmethod
    def of(cls, rules: RuleFiles) -> UsedSet:
        """A set that is at hand."""
        return cls(
            name=rules.name, version=rules.version, date=rules.date, licence=rules.licence,
            origin=rules.origin, sha256=rules.sha256,
        )  # fmt: skip


class UsedRules(msgspec.Struct, frozen=True):
    """What a footprint says of the rules that a session searched for."""

    rules_beside_ours: list[UsedSet] = []
    rules_in_place_of_ours: UsedSet | None = None
    """Newer ones of ours, which took the place of those that the program has."""


def used_rules(footprint: bytes) -> UsedRules:
    """What a collection's footprint names; nothing where it can't be read."""
    try:
        return msgspec.json.decode(footprint, type=UsedRules)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UsedRules()


def set_of(rule: str) -> str:
    """The name of the set of a rule as records name it, `set/file.yar:rule`; empty for ours."""
    name, slash, _ = rule.rpartition(":")[0].partition("/")
    return name if slash else ""
