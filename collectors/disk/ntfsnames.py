"""Names in folders of NTFS: how they are spelled, and which of them are of former times.

libtsk reads all blocks of a folder's index. Those that its bitmap says to be free still hold what
stood in them: names of files that were deleted or renamed since. Structures: the public NTFS
documentation of the Linux-NTFS project ($INDEX_ROOT, $INDEX_ALLOCATION, $BITMAP, $FILE_NAME).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.disk import mft
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.disk.attributes import Gathered
    from collectors.disk.nodes import Entry

_INDEX = "$I30"  # of names


class Look(NamedTuple):
    """How the MFT is asked; either may raise OSError."""

    record: Callable[[int], mft.Record]
    gathered: Callable[[mft.Record], Gathered]
    value: Callable[[mft.Attribute], bytes]


def true_names(folder: int, entries: Sequence[Entry], look: Look) -> list[Entry]:
    """The entries by the names that their records have; former names as deleted ones."""
    known = {(entry.inode, entry.name) for entry in entries}
    spelled = [
        _spelled(folder, entry, known, look) if b"^" in entry.name else entry for entry in entries
    ]
    if not _has_free_blocks(folder, look):
        return spelled
    return [e._replace(deleted=e.deleted or _is_former(folder, e, look)) for e in spelled]


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


def _has_free_blocks(folder: int, look: Look) -> bool:
    """Whether a folder's index has blocks that hold nothing that counts."""
    try:
        with PARSING:
            found = {
                each.type: each
                for each in reversed(look.gathered(look.record(folder)).attributes)
                if each.name == _INDEX
            }
            if mft.INDEX_BLOCKS not in found:
                return False
            size = int.from_bytes(look.value(found[mft.INDEX_ROOT])[8:12], "little")
            used = int.from_bytes(look.value(found[mft.BITMAP]), "little").bit_count()
            return used < found[mft.INDEX_BLOCKS].size // size
    except OSError:
        return False  # nothing tells which names count: all are given


def _is_former(folder: int, entry: Entry, look: Look) -> bool:
    """Whether a file that a name leads to is another one, is deleted, or has that name no more."""
    try:
        with PARSING:
            record = look.record(entry.inode)
            if not record.in_use or record.sequence != entry.sequence:
                return True
            found = look.gathered(record)
            return not found.lost and (folder, entry.name) not in _names(found)
    except OSError:
        return False  # a gap says so where it is taken
