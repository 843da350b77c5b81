"""Files that every Windows has: whether they are there, and are what Windows writes."""

from __future__ import annotations

import stat as modes
from contextlib import closing
from typing import TYPE_CHECKING

from collectors.artifact import Gap, Kind, Reason, gap_from

if TYPE_CHECKING:
    from collectors.files.source import Source

LEAST = 4096
"""Bytes: the base block of a hive, and the header of an event log."""
_GONE = "every Windows has this file: it was removed, or this is no whole Windows"
_OTHER = "every Windows has this file, but what is here was not written by Windows"


def missed(source: Source, place: str, kind: Kind, begins: bytes) -> Gap | None:
    """The loud gap of a file that is not there as Windows writes it; None where it is.

    What lies in its place is taken all the same: an intruder left it. Its first bytes are read
    twice for that, once here.

    Args:
        source: which has a Windows.
        place: of the file.
        kind: of the gap.
        begins: how Windows writes it.
    """
    try:
        wrong = _wrong(source, place, kind, begins)
    except OSError as error:
        gap = gap_from(place, kind, error)._replace(expected=True)
        return gap._replace(detail=_GONE) if gap.reason is Reason.ABSENT else gap
    if not wrong:
        return None
    detail = f"{_OTHER}: {wrong}"
    return Gap(origin=place, kind=kind, reason=Reason.UNREADABLE, detail=detail, expected=True)


def _wrong(source: Source, place: str, kind: Kind, begins: bytes) -> str:
    """Why it can't be what Windows writes; empty where it can.

    Raises:
        OSError: it can't be looked at or read.
    """
    found = source.look(place)
    if not modes.S_ISREG(found.mode):
        return "it is no regular file"
    if found.size < LEAST:
        return f"it has {found.size} bytes"
    seen = _beginning(source, place, kind, len(begins))
    return "" if seen == begins else f"it begins with {seen.hex()}, not with {begins.hex()}"


def _beginning(source: Source, place: str, kind: Kind, size: int) -> bytes:
    with closing(source.file(place, kind).open()) as reading:
        room, data = memoryview(bytearray(size)), b""
        while len(data) < size and (count := reading.readinto(room[: size - len(data)])):
            data += room[:count]
    return data
