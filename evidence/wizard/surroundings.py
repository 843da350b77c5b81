"""What is found at the machine and at the destination before anything is taken; only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.files.system import WINDOWS
from evidence.wizard.facts import Place, Surroundings
from evidence.writing import medium

if TYPE_CHECKING:
    from evidence.collecting.request import Request
if WINDOWS:  # what reads disks is needed only there
    from evidence.wizard import on_windows as here
else:
    from evidence.wizard import on_linux as here  # type: ignore[no-redef]  # the same functions


def place_of(request: Request) -> Place:
    """Where the bundle of a request is to go, looked at now.

    Raises:
        OSError: it can't be looked at.
    """
    return here.place(request)


def encrypted() -> bool | None:
    """Whether a disk of this machine is encrypted; None where it can't be told."""
    found = here.ciphers()
    return None if found is None else bool(found)


def look(request: Request) -> Surroundings:
    """Look at the destination of a request, and at the machine where that is its source.

    Raises:
        OSError: the destination can't even be looked at.
    """
    place, live = place_of(request), request.source == "live"
    return Surroundings(
        place=place, free=medium.free_space(place.there), readers=bool(request.recipients),
        rights=here.rights(), machine=here.machine(request) if live else None,
    )  # fmt: skip
