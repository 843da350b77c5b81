"""Where a file of ext4 lies: its tree of extents, and how many blocks that accounts for.

libtsk takes what a damaged tree leaves out for a hole. Structures: the kernel's
fs/ext4/ext4_extents.h (struct ext4_extent_header, ext4_extent_idx, ext4_extent).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.content import SPARSE, Run

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER = struct.Struct("<HHHH4x")
_ENTRY = struct.Struct("<IHHI")
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
        for run in sorted(self._runs, key=lambda run: run.offset):
            if not kept or run.offset >= kept[-1].offset + kept[-1].length:
                kept.append(run)  # another one for the same place counts as none
        return Laid(kept, len(self._seen) + sum(run.length for run in kept))

    def _node(self, node: bytes, deepest: int) -> None:
        magic, count, _, depth = _HEADER.unpack_from(node)
        if magic != _MAGIC or depth > deepest:
            return
        end = min(len(node), _HEADER.size + count * _ENTRY.size)
        for at in range(_HEADER.size, end - _ENTRY.size + 1, _ENTRY.size):
            (self._further if depth else self._extent)(node, at, depth)

    def _extent(self, node: bytes, at: int, _depth: int) -> None:
        first, length, high, low = _ENTRY.unpack_from(node, at)
        unwritten = length > _WRITTEN
        length -= _WRITTEN if unwritten else 0
        self._runs.append(Run(high << 32 | low, length, first, SPARSE if unwritten else 0))

    def _further(self, node: bytes, at: int, depth: int) -> None:
        _, low, high, _ = struct.unpack_from("<IIHH", node, at)
        number = high << 32 | low
        if number in self._seen:
            return
        try:
            below = self._read(number)
        except OSError:
            return
        self._seen.add(number)
        self._node(below, depth - 1)
