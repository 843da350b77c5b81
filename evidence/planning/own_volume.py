"""The kit that a collection was started from: its stick is no evidence of the machine it is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from chain_of_custody.findings import escaped
from collectors.artifact import Gap, Method, Reason
from collectors.system import WINDOWS
from evidence.surroundings.devices import is_stick
from evidence.surroundings.look import place_of

ORIGIN = "hozen:/own-volume"
_VOLUME = "the volume of the kit that the collection was started from"
_FOLDER = "the kit that the collection was started from"

Ours = Mapping[tuple[int, int | None], str]
"""As `Source.exclude` has it."""


def ours(home: Path | None) -> Ours:
    """What of a running machine is the kit: its stick, or where it lies on no stick its folder.

    On Windows nothing is read but the system's own volume, where no kit is started from.

    Args:
        home: the kit's folder; None where there is none.
    """
    if home is None or WINDOWS:
        return {}
    with suppress(OSError):  # the stick was pulled: it is not there to be taken
        found = home.stat()
        if is_stick(found.st_dev) and not _of_machine(home):
            return {(found.st_dev, None): _VOLUME}
        return {(found.st_dev, found.st_ino): _FOLDER}
    return {}


def _of_machine(home: Path) -> bool:
    """Whether the machine itself runs from there: then it is evidence, too."""
    return place_of(home, "live").medium != "own"


def told(home: Path | None, excluded: Ours) -> list[Gap]:
    """A gap that says so, whether or not anything would have come upon it.

    Args:
        home: the kit's folder.
        excluded: what the source leaves out, our own output among it.
    """
    return [
        Gap(
            origin=ORIGIN, kind="note", reason=Reason.SKIPPED, method=Method("made here"),
            detail=f"{why}, at {escaped(os.fspath(home or ''))}: not taken and not searched",
        )
        for why in excluded.values()
        if why in (_VOLUME, _FOLDER)
    ]  # fmt: skip
