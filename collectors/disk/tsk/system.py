"""A file system, and a partition table, as libtsk tells them."""

from __future__ import annotations

import errno
import weakref
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import TYPE_CHECKING

from collectors.apart.answering import ApartError, LateError
from collectors.disk.tsk import wire
from collectors.disk.tsk.library import LIBRARY, Library, Said
from collectors.disk.tsk.told import Inode, fault

if TYPE_CHECKING:
    from collectors.disk.nodes import Entry
    from collectors.disk.reader import Reader

AT_ONCE = 64  # inodes that are told of at once, at most
MOST_ENDS = 64  # of the process over one file system; it is asked nothing more of that then
_numbers = count(1)


class System:
    """A file system."""

    def __init__(self, reader: Reader, kind: str, library: Library = LIBRARY) -> None:
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
        self._reader, self._library = reader, library
        self._opening = wire.Open(next(_numbers), kind, reader.size)
        self._ends = 0
        self._coming: Iterator[Entry] = iter(())
        """Of the folder that was listed last, those that were not asked for."""
        self._ahead: dict[int, Inode | str] = {}
        """Of these, what is known already."""
        weakref.finalize(self, library.forget, self._opening.system)
        opened = self._told(lambda: library.ask(reader, self._opening, wire.Opened))
        self.root = opened.root
        self.block = opened.block
        self.last_inode = opened.last

    def names(self, inode: int) -> list[Entry]:
        """All names in a folder, by their bytes, the deleted ones too.

        Raises:
            OSError: it is no folder, or can't be read.
        """
        entries = self._ask(wire.Names(self._opening.system, inode), wire.Listed).entries
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
            found = self._ask(wire.Look(self._opening.system, inodes), wire.Found).inodes
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
        request = wire.Read(self._opening.system, inode, type_, id_, offset, size)
        return self._ask(request, wire.Held).data

    def _ask(self, request: wire.Request, kind: type[Said]) -> Said:
        if self._ends >= MOST_ENDS:
            raise fault(f"its process ended {self._ends} times over this file system: not asked")
        return self._told(lambda: self._asked(request, kind))

    def _asked(self, request: wire.Request, kind: type[Said]) -> Said:
        with self._library.alone:
            if not self._library.has_open(self._opening.system):
                self._library.ask(self._reader, self._opening, wire.Opened)
            return self._library.ask(self._reader, request, kind)

    def _told(self, asked: Callable[[], Said], *, again: bool = True) -> Said:
        """What is answered; what becomes of the process is told of this file system.

        Where it ended, it is asked once more: the memory of this machine or its own may have run
        out over what came before.
        """
        try:
            return asked()
        except ApartError as error:
            self._ends += 1
            if isinstance(error, LateError) or not again:
                raise _as_fault(error) from error
        return self._told(asked, again=False)


def partition_table(reader: Reader) -> wire.Divided:
    """The disk's partition table.

    Raises:
        OSError: libtsk finds none, or can't read it.
        LibraryError: it isn't installed, or doesn't load.
    """
    try:
        return LIBRARY.ask(reader, wire.Divide(reader.size), wire.Divided)
    except ApartError as error:
        raise _as_fault(error) from error


def _as_fault(error: ApartError) -> OSError:
    if isinstance(error, LateError):
        return TimeoutError(errno.ETIMEDOUT, f"libtsk: {error}")
    return fault(str(error))
