"""Where objects begin again, behind bytes that are none and that no list leads over."""

from __future__ import annotations

import re
from typing import BinaryIO

from evidence.triage.journal.layout import (
    ALIGNMENT,
    OBJECT,
    JournalError,
    Kind,
    aligned,
    at,
    why_none,
)
from evidence.triage.patience import Patience

_HEAD = re.compile(rb"(?=[\x01-\x07][\x00-\x07]\0{6}.{5}\0{3})", re.DOTALL)
_LEAST, _MOST = 1 << 10, 1 << 20  # bytes that are searched at once: more, the longer it takes
_IN_A_ROW = 4  # objects, each of which ends where the next begins


def found_again(file: BinaryIO, place: int, end: int, patience: Patience) -> int | None:
    """The first offset behind a place from which several objects follow each other.

    What a program wrote into the journal may look like an object, too; that several in a row do,
    just behind damage, is made by nobody who couldn't have changed the journal itself.

    Raises:
        JournalError: it takes too long.
        OSError: the medium failed.
    """
    start, count = place + ALIGNMENT, _LEAST
    while start < end:
        go_on(patience, start)
        data = at(file, start, min(count + OBJECT.size, end - start))
        for head in _HEAD.finditer(data):
            offset = start + head.start()
            if offset % ALIGNMENT == 0 and _follow_each_other(file, offset, end):
                return offset
        start, count = start + count, min(2 * count, _MOST)
    return None


def go_on(patience: Patience, place: int) -> None:
    """Whether there is time.

    Raises:
        JournalError: there is none.
    """
    if patience.ended:
        seconds = f"{patience.seconds:.0f} seconds"
        raise JournalError(f"takes longer than {seconds}; not looked at beyond byte {place}")


def _follow_each_other(file: BinaryIO, place: int, end: int) -> bool:
    for _ in range(_IN_A_ROW):
        if place > end - OBJECT.size:
            break
        kind, _, size = OBJECT.unpack(at(file, place, OBJECT.size))
        if kind == Kind.NONE and size == 0:  # the room behind the last
            break
        if why_none(kind, size, end - place):
            return False
        place = aligned(place + size)
    return True
