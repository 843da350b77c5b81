"""A file system, and a partition table, as libtsk tells them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from collectors.apart.answering import ApartError
from collectors.disk.libraries.library import Library
from collectors.disk.libraries.opened import NUMBERS, Opened, as_fault
from collectors.disk.libraries.wire import Held
from collectors.disk.reader import LibraryError
from collectors.disk.tsk import wire
from collectors.disk.tsk.told import Inode, fault

if TYPE_CHECKING:
    from collectors.disk.nodes import Entry
    from collectors.disk.reader import Reader

AT_ONCE = 64  # inodes that are told of at once, at most
ENTRY = "from collectors.disk.tsk.serving import serve; serve()"


def _missing(words: str) -> LibraryError:
    return LibraryError("pytsk3", why=words)


libtsk = partial(Library, "libtsk", answers=wire.ANSWERS, missing=_missing)
"""A process of it, given what that runs."""
LIBTSK = libtsk(ENTRY)
"""The one for all disks."""


class System(Opened):
    """A file system."""

    def __init__(self, reader: Reader, kind: str, library: Library = LIBTSK) -> None:
        """Open it.

        Args:
            reader: the partition.
            kind: which one, as libtsk calls it; left to itself, it would look in places that it
                doesn't need.
            library: the process.

        Raises:
            OSError: libtsk finds none, or can't open it.
            LibraryError: it isn't installed, or doesn't load.
        """
        opening = wire.OpenSystem(next(NUMBERS), reader.size, kind)
        super().__init__(reader, library, opening)
        self._coming: Iterator[Entry] = iter(())
        """Of the folder that was listed last, those that were not asked for."""
        self._ahead: dict[int, Inode | str] = {}
        """Of these, what is known already."""
        opened = self.ask(opening, wire.Opened)
        self.root = opened.root
        self.block = opened.block
        self.last_inode = opened.last

    def names(self, inode: int) -> list[Entry]:
        """All names in a folder, by their bytes, the deleted ones too.

        Raises:
            OSError: it is no folder, or can't be read.
        """
        entries = self.ask(wire.Names(self.number, inode), wire.Listed).entries
        entries.sort()
        self._coming = iter(entries)
        self._ahead.clear()
        return entries

    def look(self, inode: int, *, ahead: bool = False) -> Inode:
        """An inode, and what it has.

        Args:
            inode: its number.
            ahead: whether those of the folder that was listed last are asked for in its order:
                then several are told of at once.

        Raises:
            OSError: it can't be read.
        """
        told = self._ahead.pop(inode, None) if ahead else None
        if told is None:
            told = self._looked(self._with_next(inode) if ahead else [inode])
        if isinstance(told, str):
            raise fault(told)
        return told

    def _with_next(self, inode: int) -> list[int]:
        """An inode and those behind it in the folder, if it is among the next there."""
        for entry in islice(self._coming, AT_ONCE):
            if entry.inode == inode:
                more = islice(self._coming, AT_ONCE)
                return [inode, *(each.inode for each in more if each.deleted == entry.deleted)]
        return [inode]

    def _looked(self, inodes: list[int]) -> Inode | str:
        """The first of them; the others are kept."""
        try:
            found = self.ask(wire.Look(self.number, inodes), wire.Found).inodes
        except OSError:
            if len(inodes) == 1:
                raise
            return self._looked(inodes[:1])  # one of the others may have ended the process
        self._ahead = dict(zip(inodes[1:], found[1:], strict=True))
        return found[0]

    def read(self, inode: int, type_: int, id_: int, offset: int, size: int) -> bytes:
        """Bytes of an attribute, put together by libtsk.

        Raises:
            OSError: they can't be had.
        """
        request = wire.Read(self.number, inode, type_, id_, offset, size)
        return self.ask(request, Held).data


def partition_table(reader: Reader) -> wire.Divided:
    """The disk's partition table.

    Raises:
        OSError: libtsk finds none, or can't read it.
        LibraryError: it isn't installed, or doesn't load.
    """
    try:
        return LIBTSK.ask(reader, wire.Divide(reader.size), wire.Divided)
    except ApartError as error:
        raise as_fault(LIBTSK, error) from error
