"""Chains of clusters on FAT, as its table has them: whether one ends where it says that it does.

Structures: Microsoft's FAT specification ("FAT Data Structure", "Determination of FAT type").
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
        return cls(sector, per_cluster, reserved * sector, first, bits)

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
        return found & self._mark >= self._mark - 7

    @property
    def _mark(self) -> int:
        return (1 << min(self.bits, 28)) - 1
