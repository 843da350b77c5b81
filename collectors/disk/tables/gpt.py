"""GUID partition tables: of the two copies of each, the one whose checksums are right.

Format: UEFI 2.10, section 5.3. libtsk takes an emptied table for an empty one, looks at no
checksum, and gives up where a sector of the first copy can't be read.
"""

from __future__ import annotations

import struct
import uuid
import zlib
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import read_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.reader import Reader

_SECTORS = (512, 4096)
_HEADER = struct.Struct("<8s4sII4xQQQQ16sQIII")  # table 5-5
_ENTRY = struct.Struct("<16s16sQQQ72s")  # table 5-6
_MOST_ENTRIES, _LARGEST_ENTRY, _LARGEST_HEADER = 4096, 4096, 4096


class Entry(NamedTuple):
    """One partition; where it lies in sectors, both ends included."""

    type_guid: str
    guid: str
    first: int
    last: int
    name: str


class Gpt(NamedTuple):
    """One copy of a table."""

    sector: int
    header: int
    """Where its header lies, in bytes."""
    array: int
    """Where its entries lie, in bytes."""
    array_size: int
    end: int
    """The end of the disk that it speaks of, in bytes; 0 where it can't be told."""
    alternate: int
    """Where it says that the other copy's header lies, in bytes."""
    entries: tuple[Entry, ...]
    whole: bool
    """Whether both its checksums are right."""
    others: int | None = None
    """How many partitions another whole copy names that this one doesn't; None without one."""

    @property
    def is_backup(self) -> bool:
        """Whether it is the copy at the end of the disk."""
        return self.header > self.array


def read_gpt(reader: Reader, ends: Iterable[int] = ()) -> Gpt | None:
    """The table of a disk: a whole copy of it that names partitions, else the best there is.

    Args:
        reader: the disk.
        ends: offsets at which the disk may once have ended, in bytes.
    """
    copies = list(_copies(reader, ends))
    useful = [each for each in copies if each.entries or each.whole]
    if not useful:
        return None
    best = max(useful, key=lambda each: (bool(each.entries), each.whole))
    unlike = [e for e in copies if e.whole and (e.sector, e.entries) != (best.sector, best.entries)]
    if not unlike:
        return best
    return best._replace(others=max(len({*each.entries} - {*best.entries}) for each in unlike))


def _copies(reader: Reader, ends: Iterable[int]) -> Iterator[Gpt]:
    for sector in _SECTORS:
        first = _copy(reader, sector, sector)
        others = [end - sector for end in (reader.size, *ends)]
        if first is not None:
            yield first
            others.insert(0, first.alternate)
        for place in dict.fromkeys(others):
            found = _copy(reader, sector, place)
            if found is not None:
                yield found


def _copy(reader: Reader, sector: int, place: int) -> Gpt | None:
    """The copy whose header lies at a place; None where there is none, or it can't be read."""
    try:
        head = read_at(reader, place, sector) if place > 0 else b""
        if len(head) < sector or head[:8] != b"EFI PART":
            return None
        _, _, size, crc, own, other, _, last, _, where, count, each, sums = _HEADER.unpack_from(
            head
        )
        if not (_ENTRY.size <= each <= _LARGEST_ENTRY and _HEADER.size <= size <= sector):
            return None
        array = read_at(reader, where * sector, min(count, _MOST_ENTRIES) * each)
    except OSError:
        return None
    right = zlib.crc32(head[:16] + bytes(4) + head[20:size]) == crc and zlib.crc32(array) == sums
    backup = own > where
    return Gpt(
        sector=sector, header=place, array=where * sector, array_size=len(array),
        end=(max(own if backup else other, last) + 1) * sector if right else 0,
        alternate=other * sector, entries=tuple(_entries(array, each)), whole=right,
    )  # fmt: skip


def _entries(array: bytes, size: int) -> Iterator[Entry]:
    for at in range(0, len(array) - _ENTRY.size + 1, size):
        kind, own, first, last, _, name = _ENTRY.unpack_from(array, at)
        if kind.strip(b"\0") and 0 < first <= last:
            yield Entry(
                str(uuid.UUID(bytes_le=kind)), str(uuid.UUID(bytes_le=own)), first, last,
                name.decode("utf-16-le", "replace").rstrip("\0"),
            )  # fmt: skip
