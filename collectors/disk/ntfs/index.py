"""The index of a folder's names on NTFS, as its record and its blocks have it.

Structures: the public NTFS documentation of the Linux-NTFS project ($INDEX_ROOT,
$INDEX_ALLOCATION, $BITMAP, $FILE_NAME, index entries).
"""

from __future__ import annotations

import errno
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.content import cut_out
from collectors.disk.ntfs import mft
from collectors.disk.ntfs.attributes import by_name, segments
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.disk.content import Segment
    from collectors.disk.ntfs.attributes import Gathered

_INDEX = "$I30"  # of names
_IN_ROOT, _IN_BLOCK = 16, 24  # where the head of a node begins
_SPAN = struct.Struct("<II")
"""Where entries begin and end, counted from there."""
_ENTRY = struct.Struct("<QHHI")
"""Which record of which sequence, length of the entry, of its name; flags."""
_SIZES = [512 << power for power in range(8)]  # bytes that a block may have
_LAST = 2  # of an entry, which has no name


class Index(NamedTuple):
    """Names in the root, and in those blocks of which the bits say that they count."""

    root: bytes
    bits: bytes
    laid: Sequence[Segment]
    size: int
    """Bytes of a block."""
    blocks: int
    """How many there are."""

    def counts(self, number: int) -> bool:
        """Whether a block that has a bit does, not only holds what stood in it once."""
        return self.bits[number // 8] >> number % 8 & 1 != 0

    def used(self) -> int:
        """How many blocks count."""
        return int.from_bytes(self.bits, "little").bit_count()

    def beyond(self) -> int:
        """How many blocks count that lie behind the end."""
        return (int.from_bytes(self.bits, "little") >> self.blocks).bit_count()

    def names_in_root(self) -> Iterator[tuple[int, bytes]]:
        """References, and the $FILE_NAME of each."""
        return _names_in(self.root, _IN_ROOT)

    def names_in(
        self, number: int, read: Callable[[int, int], bytes]
    ) -> Iterator[tuple[int, bytes]]:
        """The same of a block.

        Raises:
            OSError: it can't be read, or is none.
            ArithmeticError, LookupError, struct.error: its entries are damaged.
        """
        block = mft.fixed(cut_out(self.laid, number * self.size, self.size, read))
        if block[:4] != b"INDX":
            raise OSError(errno.EIO, "no block of an index")
        return _names_in(block, _IN_BLOCK)


def index_of(
    found: Gathered, value: Callable[[mft.Attribute], bytes], cluster: int
) -> Index | None:
    """A folder's index; None of one that has no blocks.

    Raises:
        OSError: its root or its bitmap can't be read.
        ArithmeticError, LookupError, struct.error: they are damaged.
    """
    own = {
        kind: by_name(each for each in found.attributes if each.type == kind).get(_INDEX, [])
        for kind in (mft.INDEX_ROOT, mft.INDEX_BLOCKS, mft.BITMAP)
    }
    blocks = own[mft.INDEX_BLOCKS]
    if not blocks:
        return None
    root, bits = (value(own[kind][0]) for kind in (mft.INDEX_ROOT, mft.BITMAP))
    size = int.from_bytes(root[8:12], "little")
    if size not in _SIZES:
        raise OSError(errno.EIO, "an index of blocks of an impossible size")
    return Index(root, bits, segments(blocks, cluster), size, blocks[0].size // size)


def _names_in(node: bytes, head: int) -> Iterator[tuple[int, bytes]]:
    """What is in one node of the tree, whose head lies there."""
    at, end = (head + each for each in _SPAN.unpack_from(node, head))
    while at < end:
        reference, length, _, flags = _ENTRY.unpack_from(node, at)
        if flags & _LAST:
            return
        file_name = node[at + _ENTRY.size : at + length]
        if mft.length_of(file_name) > len(file_name):
            raise LookupError("an entry that is shorter than its name")
        yield reference, file_name
        at += length


class Nodes:
    """Names in all nodes of an index that can be read."""

    def __init__(self, index: Index, read: Callable[[int, int], bytes]) -> None:
        self._index, self._read = index, read
        self.lost = index.beyond()
        """How many of those that count can't be."""

    def counting(self) -> Iterator[tuple[int, bytes]]:
        """In the root, and in blocks that count."""
        with PARSING:
            yield from self._index.names_in_root()
        for number in self._numbers(counting=True):
            try:
                with PARSING:
                    yield from self._index.names_in(number, self._read)
            except OSError:
                self.lost += 1

    def free(self) -> Iterator[tuple[int, bytes]]:
        """In blocks that don't count: mostly names of former times."""
        for number in self._numbers(counting=False):
            with suppress(OSError), PARSING:
                yield from self._index.names_in(number, self._read)

    def _numbers(self, *, counting: bool) -> Iterator[int]:
        index = self._index
        last = min(index.blocks, 8 * len(index.bits))
        return (number for number in range(last) if index.counts(number) is counting)
