"""What is found at the machine and at the destination; only looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from collectors.system import WINDOWS
from evidence.surroundings.facts import Place, Surroundings
from evidence.writing import medium

if TYPE_CHECKING:
    from collectors.ram.imager.program import Imager
if WINDOWS:  # what reads disks is needed only there
    from evidence.surroundings import on_windows as here
else:
    from evidence.surroundings import on_linux as here  # type: ignore[no-redef]  # the same functions


def place_of(output: Path, source: str) -> Place:
    """Where a bundle is to go, looked at now.

    Args:
        output: the folder that it is to be made in; it need not be there yet.
        source: what is collected from, as on the command line.

    Raises:
        OSError: it can't be looked at.
    """
    return here.place(output, source)


def encrypted() -> bool | None:
    """Whether a disk of this machine is encrypted; None where it can't be told."""
    found = here.ciphers()
    return None if found is None else bool(found)


def look(
    output: Path, source: str, *, readers: bool, image: bool, imager: Imager | None
) -> Surroundings:
    """Look at a destination, and at the machine where that is the source.

    Args:
        output: the folder that the bundle is to be made in.
        source: what is collected from, as on the command line.
        readers: whether anybody is named who can open the bundle.
        image: whether an image of memory is to be taken.
        imager: the program that takes it, if the operator brought one.

    Raises:
        OSError: the destination can't even be looked at.
    """
    place = place_of(output, source)
    return Surroundings(
        place=place, free=medium.free_space(place.there), readers=readers, rights=here.rights(),
        machine=here.machine(imager, image=image) if source == "live" else None,
    )  # fmt: skip
