"""From a kit, evidence goes to a medium of its own: this machine's disk is evidence itself.

What was deleted there stays readable until something is written over it. `hozen collect` where it
is installed warns of that; a kit is for machines that something has happened on, and refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evidence.cli.kit.imager import from_kit


def refuse_own_disk(folders: Iterable[Path]) -> None:
    """Refuse, from a kit, what lies on a volume or a disk of the system that runs.

    Where the system doesn't tell on which disk a folder lies, it is not refused.

    Raises:
        DestinationError: in one line, with what to do.
    """
    if not from_kit():
        return
    from evidence.planning.destination import DestinationError
    from evidence.surroundings.look import place_of

    for folder in folders:
        try:
            found = place_of(folder, "live").medium
        except OSError as error:
            why = error.strerror
            raise DestinationError("destination.unusable", path=folder, why=why) from error
        if found == "system":
            raise DestinationError("destination.own_disk", path=folder)
