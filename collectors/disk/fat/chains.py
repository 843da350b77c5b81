"""Chains of clusters on FAT and exFAT, as their tables have them: whether one ends as it should.

Structures: Microsoft's FAT specification ("FAT Data Structure", "Determination of FAT type") and
exFAT specification ("Main and Backup Boot Sector", "First FAT").
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.disk.content import Run

_HEAD = struct.Struct("<11xHBHBHHxH8xII")
"""Of a boot sector: bytes of a sector, sectors of a cluster, sectors before the tables, tables,
names in the root, sectors in 16 bits, of a table; sectors in 32 bits, of a table."""
_EXFAT_HEAD = struct.Struct("<80xI4xI16xBB")
"""The same of exFAT: where the table and the clusters begin; sectors and clusters as powers of two,
of bytes and of sectors."""
_SMALL, _MIDDLE = 4085, 65_525  # clusters from which on a table has 16 and 32 bits
_NAME = 32  # bytes of a name in the root


class Chains(NamedTuple):
    """Where clusters begin, and how to ask the first table."""

    sector: int
    per_cluster: int
    table: int
    """Offset in bytes."""
    first: int
    """The sector where cluster 2 begins."""
    bits: int
    mark: int
    """The largest value of an entry, which ends a chain."""
    marks: int = 8
    """How many values do that, this one and those below."""

    @classmethod
    def of(cls, boot: bytes) -> Chains:
        """As a boot sector says.

        Raises:
            ArithmeticError: what it says is impossible.
        """
        sector, per_cluster, reserved, tables, names, few, table, many, large = _HEAD.unpack_from(
            boot.ljust(_HEAD.size)
        )
        root = -(-names * _NAME // sector)
        first = reserved + tables * (table or large) + root
        clusters = ((few or many) - first) // per_cluster
        bits = 32 if not table or clusters >= _MIDDLE else 16 if clusters >= _SMALL else 12
        mark = (1 << min(bits, 28)) - 1
        return cls(sector, per_cluster, reserved * sector, first, bits, mark)

    @classmethod
    def of_exfat(cls, boot: bytes) -> Chains:
        """The same of exFAT."""
        table, first, sector, per_cluster = _EXFAT_HEAD.unpack_from(boot.ljust(_EXFAT_HEAD.size))
        mark = (1 << 32) - 1
        return cls(1 << sector, 1 << per_cluster, table << sector, first, 32, mark, 1)

    def end_well(self, runs: Sequence[Run], read: Callable[[int, int], bytes]) -> bool:
        """Whether behind the last of these runs, of sectors, the table has the mark of an end.

        Args:
            runs: of a folder, whose size nothing else tells.
            read: gives bytes at an offset; may raise OSError.
        """
        last = max(runs, key=lambda run: run.offset, default=None)
        if last is None or last.address < self.first:  # a root that is no cluster
            return True
        cluster = (last.address + last.length - 1 - self.first) // self.per_cluster + 2
        place, shift = divmod(cluster * self.bits, 8)
        found = int.from_bytes(read(self.table + place, 4), "little") >> shift
        return found & self.mark > self.mark - self.marks
