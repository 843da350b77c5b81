"""Where a file of ext4 lies: its tree of extents, and how many blocks that accounts for.

libtsk takes what a damaged tree leaves out for a hole. Structures: the kernel's
fs/ext4/ext4_extents.h (struct ext4_extent_header, ext4_extent_idx, ext4_extent).
"""

from __future__ import annotations

import struct
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.content import SPARSE, Run

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER = struct.Struct("<HHHH4x")
_EXTENT = struct.Struct("<IHHI")
"""The first block of the file, how many, and the high and the low part of where they lie."""
_INDEX = struct.Struct("<4xIH2x")
"""The low and the high part of the block of the tree that it leads to."""
_MAGIC = 0xF30A
_DEEPEST = 5
_WRITTEN = 1 << 15  # blocks: a longer extent was set aside and holds nothing yet


class Laid(NamedTuple):
    """A file's runs in order, and the blocks that these and their tree occupy."""

    runs: list[Run]
    blocks: int


class Extents:
    """Goes through one tree; a part that can't be read accounts for nothing."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """Follow a tree.

        Args:
            read: gives a block by its number; may raise OSError.
        """
        self._read = read
        self._runs: list[Run] = []
        self._seen: set[int] = set()
        """Blocks of the tree itself."""

    def of(self, root: bytes) -> Laid:
        """All that a tree's root in an inode leads to."""
        self._node(root, _DEEPEST)
        kept: list[Run] = []
        blocks, end = len(self._seen), 0
        for run in sorted(self._runs, key=attrgetter("offset")):
            if run.offset >= end:  # another one for the same place counts as none
                kept.append(run)
                blocks, end = blocks + run.length, run.offset + run.length
        return Laid(kept, blocks)

    def _node(self, node: bytes, deepest: int) -> None:
        magic, count, _, depth = _HEADER.unpack_from(node)
        if magic != _MAGIC or depth > deepest:
            return
        count = min(count, (len(node) - _HEADER.size) // _EXTENT.size)
        listed = node[_HEADER.size : _HEADER.size + count * _EXTENT.size]
        if depth:
            for low, high in _INDEX.iter_unpack(listed):
                self._further(high << 32 | low, depth)
            return
        for first, length, high, low in _EXTENT.iter_unpack(listed):
            if length > _WRITTEN:
                self._runs.append(Run(high << 32 | low, length - _WRITTEN, first, SPARSE))
            else:
                self._runs.append(Run(high << 32 | low, length, first, 0))

    def _further(self, number: int, depth: int) -> None:
        if number in self._seen:
            return
        try:
            below = self._read(number)
        except OSError:
            return
        self._seen.add(number)
        self._node(below, depth - 1)
