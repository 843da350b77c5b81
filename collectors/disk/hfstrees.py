"""Whether the trees of HFS+ end: libtsk goes from node to node, and never comes back from a circle.

Format: Apple's Technical Note 1150, HFS Plus Volume Format (volume header, fork data, B-trees,
extents overflow file); all numbers are big-endian.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from collectors.disk.content import LOST, Run, cut_out, laid_out
from collectors.disk.reader import PARSING, Structures, read_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.content import Segment
    from collectors.disk.reader import Reader

_HEADER, _HEADER_SIZE = 1024, 512
_BLOCK_AT = 40
_EXTENTS = 192  # where the header has the fork of the file of further extents
_TREES = {"catalog": (4, 272), "file of attributes": (8, 352)}
"""Their files' numbers, and where the header has their forks."""
_FORK = struct.Struct(">Q8x16I")
_RECORD = struct.Struct(">16I")  # eight extents: block, count
_KEY = struct.Struct(">HBxII")  # of further extents: length, fork, file, block of the file
_NODE = struct.Struct(">I4xbxH2x")  # what follows, kind, records
_TREE = struct.Struct(">16xI12xHH16xI")  # of the first node: root, sizes of nodes and keys, flags
_LEAF, _INDEX = -1, 0
_OWN_LENGTHS = 4  # flag: keys of an index are as long as they say
_MOST_NODES = 1 << 21  # of a tree: 8 GiB and more


def require_ends(reader: Reader) -> None:
    """Refuse a volume one of whose trees leads in a circle.

    What can't be read ends there, for libtsk, too.

    Raises:
        OSError: it does, or its header can't be read.
    """
    header = read_at(reader, _HEADER, _HEADER_SIZE)
    with PARSING:
        (block,) = struct.unpack_from(">I", header, _BLOCK_AT)
        extents = _Tree(reader, _laid(header, _EXTENTS, block, ()), "file of extents")
        further = [each for each in extents.records() if len(each) == _KEY.size + _RECORD.size]
        for name, (number, place) in _TREES.items():
            own = [each for each in further if _KEY.unpack_from(each)[2] == number]
            for _ in _Tree(reader, _laid(header, place, block, own), name).records():
                pass


def _laid(header: bytes, place: int, block: int, further: list[bytes] | tuple[()]) -> list[Segment]:
    """Where a file lies, by its fork and its further extents."""
    size, *extents = _FORK.unpack_from(header, place)
    for each in sorted(further, key=lambda record: _KEY.unpack_from(record)[3]):
        extents += _RECORD.unpack_from(each, _KEY.size)
    runs, at = [], 0
    for start, count in zip(extents[::2], extents[1::2], strict=True):
        runs.append(Run(start, count, at, 0))
        at += count
    return laid_out(runs, block=block, size=size, written=size, absent=LOST)


class _Tree:
    """One tree, gone through from its root; each node once."""

    def __init__(self, reader: Reader, laid: list[Segment], name: str) -> None:
        self._laid, self._name = laid, name
        self._read = Structures(reader).read
        self._node_size = _TREE.size
        head = self._node(0)
        self._root, self._node_size, self._longest, flags = (
            _TREE.unpack(head) if head else (0, 0, 0, 0)
        )
        self._own_lengths = bool(flags & _OWN_LENGTHS)

    def records(self) -> Iterator[bytes]:
        """What is in its leaves.

        Raises:
            OSError: it leads in a circle, or has more nodes than any.
        """
        above: dict[int, bool] = {}  # of each node that was met, whether it leads to this one
        waiting = [self._root] if self._root else []
        while waiting:
            number = waiting[-1]
            if number in above:
                above[number] = False
                waiting.pop()
                continue
            if len(above) >= _MOST_NODES:
                raise OSError(errno.ENOTSUP, f"more than {_MOST_NODES} nodes in its {self._name}")
            above[number] = True
            node = self._node(number)
            places = self._places_in(node)
            if _is(node, _LEAF):
                yield from (node[place : place + _KEY.size + _RECORD.size] for place in places)
                following = [_NODE.unpack_from(node)[0]]
            else:
                following = [below for place in places for below in self._below(node, place)]
            if any(above.get(each) for each in following):
                raise OSError(errno.ELOOP, f"its {self._name} leads in a circle")
            waiting += [each for each in following if each and each not in above]

    def _node(self, number: int) -> bytes:
        """Empty where it can't be read."""
        try:
            return cut_out(self._laid, number * self._node_size, self._node_size, self._read)
        except OSError:
            return b""

    def _places_in(self, node: bytes) -> tuple[int, ...]:
        """Where the records of a leaf or an index begin."""
        if not _is(node, _LEAF) and not _is(node, _INDEX):
            return ()
        count = min(_NODE.unpack_from(node)[2], (len(node) - _NODE.size) // 2)
        return struct.unpack_from(f">{count}H", node, len(node) - 2 * count)

    def _below(self, node: bytes, place: int) -> Iterator[int]:
        """The nodes that a record of an index leads to, by the one length of its key or the other.

        They differ in no tree of an honest volume, and libtsk asks for the one here, for the
        other there.
        """
        own = int.from_bytes(node[place : place + 2], "big")
        for length in {own} if self._own_lengths else {own, self._longest}:
            yield int.from_bytes(node[place + 2 + length : place + 6 + length], "big")


def _is(node: bytes, kind: int) -> bool:
    return len(node) >= _NODE.size and _NODE.unpack_from(node)[1] == kind
