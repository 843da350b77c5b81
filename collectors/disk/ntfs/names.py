"""Names in folders of NTFS: how they are spelled, and which of them are of former times.

libtsk reads all blocks of a folder's index. Those that its bitmap says to be free still hold what
stood in them: names of files that were deleted or renamed since. A name is a former one where
neither the file's own record nor a block that counts has it: after a crash they may differ.
Structures: the public NTFS documentation of the Linux-NTFS project ($INDEX_ROOT,
$INDEX_ALLOCATION, $BITMAP, $FILE_NAME, index entries).
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.content import cut_out
from collectors.disk.ntfs import mft
from collectors.disk.ntfs.attributes import by_name, segments
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.disk.nodes import Entry
    from collectors.disk.ntfs.attributes import Gathered

_INDEX = "$I30"  # of names
_IN_ROOT, _IN_BLOCK = 16, 24  # where the head of a node begins
_SPAN = struct.Struct("<II")
"""Where entries begin and end, counted from there."""
_ENTRY = struct.Struct("<QHHI")
"""Which record of which sequence, length of the entry, of its name; flags."""
_LAST = 2  # of an entry, which has no name

_Names = dict[int, set[bytes]]
"""By reference."""


class Look(NamedTuple):
    """How the MFT is asked; either may raise OSError."""

    record: Callable[[int], mft.Record]
    gathered: Callable[[mft.Record], Gathered]
    value: Callable[[mft.Attribute], bytes]
    read: Callable[[int, int], bytes]
    """Bytes of the partition; may raise OSError, too."""
    block: int
    """Bytes of a cluster."""


def true_names(folder: int, entries: Sequence[Entry], look: Look) -> list[Entry]:
    """The entries by the names that their records have; former names as deleted ones."""
    known = {(entry.inode, entry.name) for entry in entries}
    spelled = [
        _spelled(folder, entry, known, look) if b"^" in entry.name else entry for entry in entries
    ]
    counting = _counting(folder, look)
    if counting is None:
        return spelled
    return [
        each._replace(deleted=True)
        if not _stands(each, counting) and _is_former(folder, each, look)
        else each
        for each in spelled
    ]


def _spelled(folder: int, entry: Entry, known: set[tuple[int, bytes]], look: Look) -> Entry:
    """Libtsk writes ^ for what is no Unicode: two names can become one."""
    try:
        with PARSING:
            names = _names(look.gathered(look.record(entry.inode)))
    except OSError:
        return entry
    for parent, name in names:
        if parent == folder and (entry.inode, name) not in known:
            known.add((entry.inode, name))
            return entry._replace(name=name)
    return entry


def _names(found: Gathered) -> list[tuple[int, bytes]]:
    """Under which names a file stands in which folders, by its own records."""
    return [mft.name_in(each.value or b"") for each in found.attributes if each.type == mft.NAME]


def _counting(folder: int, look: Look) -> _Names | None:
    """Names in the parts of a folder's index that count; None where no others are, or none tells.

    Then all names are given.
    """
    try:
        with PARSING:
            return _of_index(look.gathered(look.record(folder)), look)
    except OSError:
        return None


def _of_index(found: Gathered, look: Look) -> _Names | None:
    own = {
        kind: by_name(each for each in found.attributes if each.type == kind).get(_INDEX, [])
        for kind in (mft.INDEX_ROOT, mft.INDEX_BLOCKS, mft.BITMAP)
    }
    blocks = own[mft.INDEX_BLOCKS]
    if not blocks:
        return None
    root, bits = (look.value(own[kind][0]) for kind in (mft.INDEX_ROOT, mft.BITMAP))
    size = int.from_bytes(root[8:12], "little")
    if int.from_bytes(bits, "little").bit_count() >= blocks[0].size // size:
        return None
    names: _Names = {}
    _add(names, root, _IN_ROOT)
    laid = segments(blocks, look.block)
    for number in range(8 * len(bits)):
        if bits[number // 8] >> number % 8 & 1:
            block = mft.fixed(cut_out(laid, number * size, size, look.read))
            if block[:4] != b"INDX":
                raise OSError(errno.EIO, "no block of an index")
            _add(names, block, _IN_BLOCK)
    return names


def _add(names: _Names, node: bytes, head: int) -> None:
    """What is in one node of the tree, whose head lies there."""
    at, end = (head + each for each in _SPAN.unpack_from(node, head))
    while at < end:
        reference, length, _, flags = _ENTRY.unpack_from(node, at)
        if flags & _LAST:
            return
        _, name = mft.name_in(node[at + _ENTRY.size : at + length])  # none in a shorter one
        names.setdefault(reference, set()).add(name)
        at += length


def _stands(entry: Entry, counting: _Names) -> bool:
    """Whether a name is among those that count."""
    names = counting.get(entry.sequence << 48 | entry.inode, set())
    if b"^" not in entry.name:
        return entry.name in names
    return any(_may_be(entry.name, each) for each in names)


def _may_be(told: bytes, name: bytes) -> bool:
    """Whether a name may be what libtsk tells with ^, each for some letters that it has not."""
    first, *between, last = told.split(b"^")
    at = len(first)
    for piece in between:
        at = name.find(piece, at) + len(piece) if piece in name[at:] else len(name) + 1
    return name.startswith(first) and name.endswith(last) and at + len(last) <= len(name)


def _is_former(folder: int, entry: Entry, look: Look) -> bool:
    """Whether a file that a name leads to is another one, is deleted, or has that name no more."""
    try:
        with PARSING:
            record = look.record(entry.inode)
            if not record.in_use or record.sequence != entry.sequence:
                return True
            found = look.gathered(record)
            if found.lost or found.damaged:
                return False  # it may be among what is missing
            return (folder, entry.name) not in _names(found)
    except OSError:
        return False  # a gap says so where it is taken
