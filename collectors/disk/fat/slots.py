"""Names in folders of FAT and exFAT as they lie on the disk, in slots of 32 bytes.

Structures: Microsoft's FAT specification ("FAT Directory Structure", "Long File Name
Implementation") and exFAT specification (File, Stream Extension and File Name directory entries).
"""

from __future__ import annotations

import calendar
import datetime
import struct
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Slots = Iterable[tuple[int, bytes]]
    """The inode that stands for a slot, and its bytes; in the order of the folder."""

SIZE = 32
_DELETED, _IS_E5 = 0xE5, 0x05  # first bytes of a short name; the second stands for an E5
_LABEL, _LONG, _ATTRIBUTES = 0x08, 0x0F, 0x3F
_LOWER_BASE, _LOWER_ENDING = 0x08, 0x10
_LAST = 0x40  # of a long name's pieces, which lie before the short name, the last one first
_FILE, _STREAM, _NAME, _KIND, _USED = 0x05, 0x40, 0x41, 0x7F, 0x80


class Times(NamedTuple):
    """In ns since 1970; None where nothing stands."""

    modified: int | None = None
    accessed: int | None = None
    born: int | None = None


_NO_TIMES = Times()


def names(slots: Slots) -> Iterator[tuple[int, bytes]]:
    """The inode and the name of each file and folder in slots of FAT.

    A long name is UTF-8, lone surrogates as three bytes; a short name is of the code page that
    wrote it, which nothing tells, and stays as it lies.
    """
    pieces: list[bytes] = []
    for inode, slot in slots:
        if slot[11] & _ATTRIBUTES == _LONG:
            begins = slot[0] & _LAST and slot[0] != _DELETED
            if begins or (pieces and pieces[-1][13] != slot[13]):
                pieces = []
            pieces.append(slot)
            continue
        if not slot[11] & _LABEL:
            yield inode, _long_name(pieces) if _belong(pieces, slot) else _short_name(slot)
        pieces = []


def before_end(slots: Slots) -> Slots:
    """The slots of a folder before the one that says that no others follow."""
    return takewhile(lambda each: each[1][0], slots)


def in_use(slot: bytes) -> bool:
    """Whether a slot of FAT is that of a file or folder which isn't deleted."""
    return slot[0] != _DELETED and not slot[11] & _LABEL


def exfat_in_use(slot: bytes) -> bool:
    """The same of exFAT."""
    return slot[0] == _FILE | _USED


def _belong(pieces: list[bytes], short: bytes) -> bool:
    """Whether pieces of a long name are this short name's; of a deleted one its sum is lost."""
    if not pieces or short[0] == _DELETED:
        return bool(pieces)
    total = 0
    for byte in short[:11]:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xFF
    return total == pieces[0][13]


def _long_name(pieces: list[bytes]) -> bytes:
    units = b"".join(each[1:11] + each[14:26] + each[28:32] for each in reversed(pieces))
    return _utf8(units).split(b"\0")[0]


def _short_name(slot: bytes) -> bytes:
    first = {_DELETED: b"_", _IS_E5: b"\xe5"}.get(slot[0], slot[:1])
    base = _lowered(first + slot[1:8], slot[12] & _LOWER_BASE)
    ending = _lowered(slot[8:11], slot[12] & _LOWER_ENDING)
    return base + b"." + ending if ending else base


def _lowered(part: bytes, low: int) -> bytes:
    """Half a short name; what looks like a letter may be half a character of a code page."""
    part = part.rstrip(b" ")
    return part.lower() if low and part.isascii() else part


def times(slot: bytes) -> Times:
    """What a short name's slot says on the wall clock, in ns as if it were UTC."""
    if slot[11] & _ATTRIBUTES == _LONG:
        return _NO_TIMES
    cents, clock, born, accessed = slot[13], *struct.unpack_from("<HHH", slot, 14)
    written, modified = struct.unpack_from("<HH", slot, 22)
    return Times(_when(modified, written), _when(accessed, 0), _when(born, clock, cents))


def exfat_times(slot: bytes) -> Times:
    """The same of a file's first slot on exFAT; of other things' there is nothing."""
    if slot[0] & _KIND != _FILE:
        return _NO_TIMES
    clock, born, written, modified, seen, accessed = struct.unpack_from("<6H", slot, 8)
    return Times(
        _when(modified, written, slot[21]), _when(accessed, seen), _when(born, clock, slot[20])
    )


def _when(date: int, clock: int, cents: int = 0) -> int | None:
    """Two words and hundredths of a second as a time; None of what no calendar or clock has."""
    if not date:
        return None
    try:
        then = datetime.datetime(
            1980 + (date >> 9), date >> 5 & 15, date & 31,
            clock >> 11, clock >> 5 & 63, (clock & 31) * 2, tzinfo=datetime.UTC,
        )  # fmt: skip
    except ValueError:
        return None
    return calendar.timegm(then.timetuple()) * 1_000_000_000 + cents * 10_000_000


def exfat_names(slots: Slots) -> Iterator[tuple[int, bytes]]:
    """The same of exFAT, whose names are long ones only."""
    of, left, units = 0, 0, b""
    for inode, slot in slots:
        kind = slot[0] & _KIND  # without the bit that says whether it is in use
        if kind == _FILE:
            of, left, units = inode, 0, b""
        elif kind == _STREAM:
            left = 2 * slot[3]
        elif kind == _NAME and left:
            units += slot[2 : 2 + left]
            left = max(0, left - SIZE + 2)
            if not left:
                yield of, _utf8(units)


def _utf8(units: bytes) -> bytes:
    return units.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
