"""What is found at the machine and at the destination before anything is taken; only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.system import WINDOWS
from evidence import medium
from evidence.wizard import on_linux, on_windows
from evidence.wizard.facts import Place, Surroundings

if TYPE_CHECKING:
    from evidence.request import Request


def place_of(request: Request) -> Place:
    """Where the bundle of a request is to go, looked at now.

    Raises:
        OSError: it can't be looked at.
    """
    return on_windows.place(request) if WINDOWS else on_linux.place(request)


def encrypted() -> bool | None:
    """Whether a disk of this machine is encrypted; None where it can't be told."""
    found = on_windows.ciphers() if WINDOWS else on_linux.ciphers()
    return None if found is None else bool(found)


def look(request: Request) -> Surroundings:
    """Look at the destination of a request, and at the machine where that is its source.

    Raises:
        OSError: the destination can't even be looked at.
    """
    here = on_windows if WINDOWS else on_linux
    place, live = place_of(request), request.source == "live"
    return Surroundings(
        place=place, free=medium.free_space(place.there), readers=bool(request.recipients),
        rights=here.rights(), machine=here.machine(request) if live else None,
    )  # fmt: skip
