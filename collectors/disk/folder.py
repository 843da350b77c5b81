"""The names in one folder of a disk: a long list in little more room than the names take.

There may be millions. An entry and its place in an index take some 300 bytes, whatever its name is;
packed, it is some 30 besides the name.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from collectors.disk.nodes import Entry
from collectors.files.spelling import Names, upcased
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.files.names import Entry as NameAndType

    Key = Callable[[bytes], str | bytes]
    """What is the same of all names that may mean the same."""

RUN = 1 << 14  # entries from which on a list is packed, and which are put in order at once
_LIGHT = 4  # packed entries that take the room of one that isn't


class Packed:
    """Many entries, in the order of their names' bytes; what stands there twice is given once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._letters, self._ends = bytearray(), array("Q", (0,))
        self._inodes, self._sequences = array("Q"), array("Q")
        self._types = bytearray()
        for name, inode, sequence, type_, deleted in entries:
            self._letters += name
            self._ends.append(len(self._letters))
            self._inodes.append(inode)
            self._sequences.append(sequence)
            self._types.append(ord(type_.upper() if deleted else type_))

    def __len__(self) -> int:
        return len(self._inodes)

    def __iter__(self) -> Iterator[Entry]:
        last = None
        for at in self._by_name:
            entry = self._entry(at)
            if entry != last:
                yield entry
            last = entry

    def __contains__(self, entry: Entry) -> bool:
        return entry in self.alike(entry.name, bytes)

    def alike(self, name: bytes, key: Key) -> Iterator[Entry]:
        """All whose names have the same key, in the order of the disk; one key for all times."""
        order = self._by_name if key is bytes else self._by(key)
        wanted = key(name)
        first = bisect_left(order, wanted, key=lambda at: key(self._name(at)))
        for place in range(first, len(order)):
            if key(self._name(order[place])) != wanted:
                return
            yield self._entry(order[place])

    @cached_property
    def _by_name(self) -> array[int]:
        return self._in_order(bytes)

    def _by(self, key: Key) -> array[int]:
        if self._by_key is None:
            self._by_key = self._in_order(key)
        return self._by_key

    _by_key: array[int] | None = None

    def _in_order(self, key: Key) -> array[int]:
        """The numbers of entries; few of their names are held at once."""

        def key_at(at: int) -> str | bytes:
            return key(self._name(at))

        runs = [
            array("I", sorted(range(start, min(start + RUN, len(self))), key=key_at))
            for start in range(0, len(self), RUN)
        ]
        return array("I", heapq.merge(*runs, key=key_at))

    def _name(self, at: int) -> bytes:
        return bytes(self._letters[self._ends[at] : self._ends[at + 1]])

    def _entry(self, at: int) -> Entry:
        type_ = chr(self._types[at])
        return Entry(
            self._name(at), self._inodes[at], self._sequences[at], type_.lower(), type_.isupper()
        )


def kept(entries: Iterable[Entry]) -> list[Entry] | Packed:
    """The same entries, packed where they are many."""
    if isinstance(entries, Packed):
        return entries
    rest = iter(entries)
    first = list(islice(rest, RUN))
    return first if len(first) < RUN else Packed(chain(first, rest))


class Folder:
    """The names in a folder, and an index that is made when asked."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = kept(entries)
        self._names: Names[bytes, Entry] | None = None

    @property
    def weight(self) -> int:
        """How many entries that aren't packed take as much room."""
        count = len(self._entries)
        return count // _LIGHT if isinstance(self._entries, Packed) else count

    def in_order(self) -> Iterable[Entry]:
        """All entries by the bytes of their names; may be gone through several times."""
        return self._entries if isinstance(self._entries, Packed) else sorted(self._entries)

    def meant(self, name: bytes, *, ignoring_case: bool) -> list[Entry]:
        """The entry of this name; where case doesn't matter and there is none, all alike."""
        key: Key = _upcased if ignoring_case else bytes
        if isinstance(self._entries, Packed):
            return _names(self._entries.alike(name, key), key).meant(name)
        if self._names is None:
            self._names = _names(self._entries, key)
        return self._names.meant(name)


def _names(entries: Iterable[Entry], key: Key) -> Names[bytes, Entry]:
    there = (each for each in entries if not each.deleted)
    return Names(there, name_of=lambda each: each.name, key=key)


def _upcased(name: bytes) -> str:
    return upcased(to_text(name))


def listing(entries: Iterable[Entry], mounted: Iterable[bytes]) -> Iterable[NameAndType]:
    """The names that a folder has now and their types, those of places mounted in it, too."""
    found = _Listing(entries, mounted)
    return found if isinstance(entries, Packed) else list(found)


class _Listing:
    """The same, made anew each time that somebody goes through them."""

    def __init__(self, entries: Iterable[Entry], mounted: Iterable[bytes]) -> None:
        self._entries = entries
        self._mounted = sorted(mounted)

    def __iter__(self) -> Iterator[NameAndType]:
        last = None
        mounted = ((name, "d") for name in self._mounted)
        own = ((e.name, e.type) for e in self._entries if not e.deleted)
        for name, type_ in heapq.merge(mounted, own, key=itemgetter(0)):  # a place covers a name
            if name != last:
                yield to_text(name), type_
            last = name
