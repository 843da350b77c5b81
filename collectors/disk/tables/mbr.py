"""The older partition table: four entries in the first sector, further ones in a chain.

libtsk gives up the whole table where one sector of the chain can't be read.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import detail_of
from collectors.disk.reader import SECTOR, beyond_the_end, read_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader

PROTECTIVE = 0xEE  # type of the entry that keeps a disk with a GPT from older programs
_EXTENDED = (0x05, 0x0F, 0x85)
_ENTRY = struct.Struct("<B3xB3xII")
_FIRST_ENTRY, _SIGNATURE = 446, b"\x55\xaa"
_LONGEST_CHAIN = 1024
_TYPES = {
    0x01: "FAT12", 0x04: "FAT16", 0x05: "Extended", 0x06: "FAT16", 0x07: "NTFS / exFAT",
    0x0B: "FAT32", 0x0C: "FAT32", 0x0E: "FAT16", 0x0F: "Extended", 0x27: "Windows recovery",
    0x42: "Windows dynamic disk", 0x82: "Linux swap", 0x83: "Linux", 0x85: "Extended",
    0x8E: "LVM", 0xA5: "FreeBSD", 0xA6: "OpenBSD", 0xAB: "Apple boot", 0xAF: "HFS+",
    0xEE: "GPT protective", 0xEF: "EFI system", 0xFB: "VMFS", 0xFD: "Linux RAID",
}  # fmt: skip


class Entry(NamedTuple):
    """One range of the disk, in sectors."""

    number: int
    """As Linux counts: from 1 the four, from 5 those of the chain."""
    kind: int
    start: int
    length: int

    @property
    def words(self) -> str:
        """What its type means."""
        return f"{_TYPES.get(self.kind, 'type')} (0x{self.kind:02x})"


class Mbr(NamedTuple):
    """What the first sector says, and the chain behind it."""

    signature: int
    partitions: tuple[Entry, ...]
    extended: tuple[Entry, ...]
    tables: tuple[int, ...]
    """Sectors that hold entries."""
    fault: str
    """Why the chain could not be followed to its end."""
    sector: int
    """Bytes."""

    @property
    def is_protective(self) -> bool:
        """Whether it says that the disk has a GPT."""
        return any(each.kind == PROTECTIVE for each in self.partitions)

    @property
    def besides_protective(self) -> tuple[Entry, ...]:
        """Partitions that stand beside the entry that says so, as on disks for two systems."""
        return tuple(each for each in self.partitions if each.kind != PROTECTIVE)


def read_mbr(reader: Reader, size: int = SECTOR) -> Mbr | None:
    """The table in the first sector, or None where there is none, or it can't be read.

    Args:
        reader: the disk.
        size: of its sectors, which the table doesn't tell.
    """
    try:
        head = read_at(reader, 0, SECTOR)
    except OSError:
        return None
    found = list(_entries(head))
    if not _plausible(head, found, reader.size // size):
        return None
    tables, logical, fault = [0], [], ""
    for each in found:
        if each.kind in _EXTENDED:
            try:
                for at, further in _chain(reader, each.start, size):
                    tables.append(at)
                    logical += further
            except OSError as error:
                fault = f"the chain of logical partitions breaks off: {detail_of(error)}"
    numbered = [each._replace(number=number) for number, each in enumerate(logical, start=5)]
    return Mbr(
        signature=int.from_bytes(head[440:444], "little"),
        partitions=(*(each for each in found if each.kind not in _EXTENDED), *numbered),
        extended=tuple(each for each in found if each.kind in _EXTENDED),
        tables=tuple(tables), fault=fault, sector=size,
    )  # fmt: skip


def _entries(sector: bytes) -> Iterator[Entry]:
    for number in range(4 if len(sector) == SECTOR else 0):
        _, kind, start, count = _ENTRY.unpack_from(sector, _FIRST_ENTRY + number * _ENTRY.size)
        if kind and count:
            yield Entry(number + 1, kind, start, count)


def _plausible(head: bytes, found: list[Entry], sectors: int) -> bool:
    """Whether four entries are a table, and not the boot code of something else."""
    if head[-2:] != _SIGNATURE or not found:
        return False
    flags = {head[_FIRST_ENTRY + (each.number - 1) * _ENTRY.size] for each in found}
    return flags <= {0, 0x80} and min(each.start for each in found) < sectors


def _chain(reader: Reader, base: int, size: int) -> Iterator[tuple[int, list[Entry]]]:
    """Each sector of the chain with its partition.

    Raises:
        OSError: a sector of it can't be read, holds no table, or comes again.
    """
    at, seen = base, set[int]()
    while at not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(at)
        sector = read_at(reader, at * size, SECTOR)
        if len(sector) < SECTOR:
            raise beyond_the_end()
        if sector[-2:] != _SIGNATURE:
            raise OSError(f"no table in sector {at}")
        found = list(_entries(sector))
        yield at, [e._replace(start=at + e.start) for e in found if e.kind not in _EXTENDED]
        following = next((e.start for e in found if e.kind in _EXTENDED), None)
        if following is None:
            return
        at = base + following
    raise OSError("it runs in a circle")
