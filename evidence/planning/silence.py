"""Whether a place that was named answers: one on a mount that hangs stops whoever looks at it.

Not even a signal ends such a look, and whoever waits for it takes the name for a wrong one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from typing import ClassVar

from collectors.files.guard import QUIET, Guard
from collectors.files.mounts import Mounts
from collectors.system import WINDOWS
from collectors.told import ToldError
from evidence.sentences import SENTENCES


class SilentError(ToldError):
    """A folder or file that was named doesn't answer; says what to do."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


def require_answers(places: Iterable[str | os.PathLike[str]]) -> None:
    """Look at each in the guarded child, where some mount of this machine may hang at all.

    Raises:
        SilentError: one doesn't answer in time.
    """
    named = [_from_here(place) for place in places]
    if named and not WINDOWS and _may_hang():
        with closing(Guard()) as guard:
            for place in named:
                _require_answer(guard, place)


def _from_here(place: str | os.PathLike[str]) -> str:
    """The whole path; the folder that we are in may be gone, and not be needed."""
    path = os.fspath(place)
    if os.path.isabs(path):  # noqa: PTH117 - of bytes, too
        return path
    try:
        return os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - of bytes, too
    except OSError as error:
        raise type(error)(error.errno, error.strerror, path) from error


def _require_answer(guard: Guard, place: str) -> None:
    try:
        guard.stat(f"{place}/.")  # of what a link leads to
    except TimeoutError as error:
        raise SilentError("place.silent", path=place, seconds=f"{QUIET:g}") from error
    except OSError:
        pass  # it answers: what is wrong with it is said by who uses it


def _may_hang() -> bool:
    return any(not (each.local or each.pseudo) for each in Mounts.of_this_machine().all)
