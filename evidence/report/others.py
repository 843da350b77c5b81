"""Rules of others that a collection searched for, as its footprints tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chain_of_custody.item import ItemRecord
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.packs.used import UsedSet, used_sets
from evidence.report.tables import DocumentError, small


def others_of(copy: Path, footprints: Iterable[ItemRecord]) -> list[UsedSet]:
    """The sets that the footprints of a working copy name, each once."""
    found: dict[UsedSet, None] = {}
    for record in footprints:
        try:
            found |= dict.fromkeys(used_sets(small(located(copy, record))))
        except (UnplaceableError, FileNotFoundError, DocumentError):
            continue  # the table of hits says then that no licence is known
    return list(found)
