"""The index of a large folder of ext: no names lie in its blocks, though libtsk finds some there.

Structures: the kernel's fs/ext4/namei.c (struct dx_root, dx_node, dx_entry); little-endian.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from collectors.disk.nodes import Entry

    Read = Callable[[int], bytes]

_ROOT = struct.Struct("<4xH6x4xH6x")  # how long the entries of the folder and of its parent are
_NODE = struct.Struct("<IH2x")  # an entry without inode and name, as long as the block
_LEVELS, _LENGTH = 6, 5  # in a root behind these: steps below it, and bytes until the first entry
_ENTRY = struct.Struct("<4xI")  # a hash, and the block of the names from there on
_COUNT = struct.Struct("<2xH")  # in place of the first hash: how many there are
_MOST_LEVELS = 3
_NAME = 8  # of an entry: behind inode, length, length of the name, and type


def without_index(entries: Sequence[Entry], count: int, read: Read) -> list[Entry]:
    """The entries of an indexed folder without those that nothing but its index holds.

    Args:
        entries: as libtsk reads them.
        count: blocks of the folder.
        read: one of them, by its number.

    Raises:
        OSError: a block can't be read.
        LookupError: no such block, or no index.
        struct.error: no index.
    """
    index = _index(read)
    doubted = _held(entries, index.values())
    for number in range(count):
        if not doubted:
            break
        if number not in index:
            doubted -= _held(doubted, [read(number)])
    return [each for each in entries if each not in doubted]


def _index(read: Read) -> Mapping[int, bytes]:
    """The blocks of a folder's index, by their numbers."""
    root = read(0)
    if _ROOT.unpack_from(root) != (12, len(root) - 12):  # names lie behind: no root
        raise LookupError("no index")
    found, above = {0: root}, _below(root, _ROOT.size + root[_ROOT.size + _LENGTH])
    for _ in range(min(root[_ROOT.size + _LEVELS], _MOST_LEVELS)):
        blocks = {number: _node(read(number)) for number in above if number not in found}
        found |= blocks
        above = [number for block in blocks.values() for number in _below(block, _NODE.size)]
    return found


def _node(block: bytes) -> bytes:
    if _NODE.unpack_from(block) != (0, len(block)):
        raise LookupError("names where the index leads to")
    return block


def _below(block: bytes, at: int) -> list[int]:
    """The blocks that one of the index leads to."""
    (count,) = _COUNT.unpack_from(block, at)
    return [_ENTRY.unpack_from(block, at + each * _ENTRY.size)[0] for each in range(count)]


def _held(entries: Iterable[Entry], blocks: Iterable[bytes]) -> set[Entry]:
    """Those that can be read somewhere in these blocks."""
    places: defaultdict[int, list[bytes]] = defaultdict(list)
    for block in blocks:
        for at, (word,) in enumerate(struct.iter_unpack("<I", block)):
            places[word].append(block[4 * at + _NAME : 4 * at + _NAME + 255])
    return {e for e in entries if any(text.startswith(e.name) for text in places.get(e.inode, ()))}
