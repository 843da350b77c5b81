"""Rules of others, and newer ones of ours, that a collection searched for: as footprints tell."""

from __future__ import annotations

from collections.abc import Iterable

from chain_of_custody.item import ItemRecord
from evidence.intake.names import UnplaceableError
from evidence.packs.used import UsedRules, UsedSet, used_rules
from evidence.report.copies import Copy, DocumentError


def told_of(copy: Copy, footprints: Iterable[ItemRecord]) -> list[UsedRules]:
    """What the footprints of a working copy say of rules."""
    found = []
    for record in footprints:
        try:
            found.append(used_rules(copy.small(copy.name_of(record))))
        except (UnplaceableError, FileNotFoundError, DocumentError):
            continue  # the table of hits says then that no licence is known
    return found


def beside(told: Iterable[UsedRules]) -> list[UsedSet]:
    """The sets of others, each once."""
    return list(dict.fromkeys(each for one in told for each in one.rules_beside_ours))


def in_place(told: Iterable[UsedRules]) -> list[UsedSet]:
    """The newer rules of ours, each once."""
    found = (one.rules_in_place_of_ours for one in told)
    return list(dict.fromkeys(each for each in found if each is not None))
