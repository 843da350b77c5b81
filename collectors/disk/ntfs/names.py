"""Names in folders of NTFS: how they are spelled, and which of them are of former times.

libtsk reads all blocks of a folder's index. Those that its bitmap says to be free still hold what
stood in them: names of files that were deleted or renamed since. A name is a former one where
neither the file's own record nor a block that counts has it: after a crash they may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.ntfs import mft
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.disk.nodes import Entry
    from collectors.disk.ntfs.attributes import Gathered
    from collectors.disk.ntfs.index import Index

_Names = dict[int, set[bytes]]
"""By reference."""


class Look(NamedTuple):
    """How the MFT is asked; either may raise OSError."""

    record: Callable[[int], mft.Record]
    gathered: Callable[[mft.Record], Gathered]
    read: Callable[[int, int], bytes]
    """Bytes of the partition; may raise OSError, too."""


def true_names(
    folder: int, entries: Iterable[Entry], index: Index | None, look: Look
) -> list[Entry]:
    """The entries by the names that their records have; former names as deleted ones.

    Args:
        folder: its record's number.
        entries: as libtsk tells them.
        index: of the folder; None where it has no blocks, or can't be followed.
        look: how the MFT is asked.
    """
    entries = list(entries)
    known = {(entry.inode, entry.name) for entry in entries}
    spelled = [
        _spelled(folder, entry, known, look) if b"^" in entry.name else entry for entry in entries
    ]
    counting = _counting(index, look)
    if counting is None:
        return spelled
    return [
        each._replace(deleted=True)
        if not _stands(each, counting) and is_former(folder, each, look)
        else each
        for each in spelled
    ]


def _spelled(folder: int, entry: Entry, known: set[tuple[int, bytes]], look: Look) -> Entry:
    """Libtsk writes ^ for what is no Unicode: two names can become one."""
    try:
        with PARSING:
            names = names_of(look.gathered(look.record(entry.inode)))
    except OSError:
        return entry
    for parent, name in names:
        if parent == folder and (entry.inode, name) not in known:
            known.add((entry.inode, name))
            return entry._replace(name=name)
    return entry


def names_of(found: Gathered) -> list[tuple[int, bytes]]:
    """Under which names a file stands in which folders, by its own records."""
    return [mft.name_in(each.value or b"") for each in found.attributes if each.type == mft.NAME]


def _counting(index: Index | None, look: Look) -> _Names | None:
    """Names in the parts of a folder's index that count; None where no others are, or none tells.

    Then all names are given.
    """
    if index is None or index.used() >= index.blocks:
        return None
    names: _Names = {}
    try:
        with PARSING:
            _add(names, index.names_in_root())
            for number in range(8 * len(index.bits)):
                if index.counts(number):
                    _add(names, index.names_in(number, look.read))
    except OSError:
        return None
    return names


def _add(names: _Names, entries: Iterable[tuple[int, bytes]]) -> None:
    for reference, file_name in entries:
        names.setdefault(reference, set()).add(mft.name_in(file_name)[1])


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


def is_former(folder: int, entry: Entry, look: Look) -> bool:
    """Whether a file that a name leads to is another one, is deleted, or has that name no more."""
    try:
        with PARSING:
            record = look.record(entry.inode)
            if not record.in_use or record.sequence != entry.sequence:
                return True
            found = look.gathered(record)
            if found.lost or found.damaged:
                return False  # it may be among what is missing
            return (folder, entry.name) not in names_of(found)
    except OSError:
        return False  # a gap says so where it is taken
