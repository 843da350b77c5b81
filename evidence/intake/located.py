"""Where an item's bytes lie in a working copy, once it is placed."""

from __future__ import annotations

import os
from pathlib import Path

from chain_of_custody.item import ItemRecord
from evidence.intake.names import place_of
from evidence.intake.placing import ASIDE

_LONGEST = 4095  # bytes, PATH_MAX without its NUL


def located(copy: Path, record: ItemRecord) -> Path:
    """Where an item's bytes are.

    Raises:
        UnplaceableError: nowhere: it was put aside, and isn't there any more.
    """
    aside = copy / ASIDE / f"{record.content.seq:08d}"
    if os.path.lexists(aside):
        return aside
    place = place_of(record.meta.source, longest=_LONGEST)
    return copy / place.tree / os.fsdecode(b"/".join(place.parts))
