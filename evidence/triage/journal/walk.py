"""From object to object through a journal: every entry, in the order of writing.

Two ways lead through a journal: each object says where the next begins, and a list names every
entry. Where an object lies about its size, the list leads on; where the list is broken, or names
less than was written, the objects do; where both end, objects are looked for. All lead forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from evidence.triage.faults import Faults
from evidence.triage.journal.layout import OBJECT, Header, Kind, aligned, at, why_none
from evidence.triage.journal.listing import listed
from evidence.triage.journal.lost import found_again, go_on
from evidence.triage.patience import Patience


class Walk:
    """Where the entries of one journal lie."""

    def __init__(
        self, file: BinaryIO, header: Header, end: int, faults: Faults, patience: Patience
    ) -> None:
        """Prepare; `end` is the file's size."""
        self.seals = 0
        self.unlisted = 0
        """Entries that no list names: those of a writer that was interrupted, or taken out."""
        self._file, self._header, self._end = file, header, end
        self._faults, self._patience = faults, patience
        self._listed = listed(file, header, end, faults)
        self._next = next(self._listed, None)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Offset and size of each entry.

        Raises:
            JournalError: it takes too long.
            OSError: the medium failed.
        """
        place = self._header.size
        while place <= self._end - OBJECT.size:
            go_on(self._patience, place)
            kind, _, size = OBJECT.unpack(at(self._file, place, OBJECT.size))
            if why := why_none(kind, size, self._end - place):
                place = self._beyond(place, why)
                continue
            if kind == Kind.ENTRY:
                self.unlisted += place != self._next
                yield place, size
            elif kind == Kind.TAG:
                self.seals += 1
            elif kind > Kind.TAG:
                self._faults.add(f"byte {place}: an object of a kind that is not known here")
            place = self._behind(place, kind, size)

    def _behind(self, place: int, kind: int, size: int) -> int:
        """Where to go on behind an object: at its end, or at a listed entry before that."""
        end = aligned(place + size)
        if kind == Kind.ENTRY and place == self._next:
            self._next = next(self._listed, None)
        entry = self._entry_before(end)
        if entry is None:
            return end
        self._faults.add(f"byte {place}: an object reaches over the entry at byte {entry}")
        return entry

    def _beyond(self, place: int, why: str) -> int:
        """Where to go on behind what is no object: at the list's next entry, or what is found."""
        entry = self._entry_before(self._end)
        rest = at(self._file, place, OBJECT.size)
        if entry is None and place > self._header.tail and not any(rest):
            return self._end  # the room that a journal has for more
        further = entry or found_again(self._file, place, self._end, self._patience)
        told = "nothing behind it was read" if further is None else f"read on from byte {further}"
        self._faults.add(f"byte {place}: {why}; {told}")
        return further or self._end

    def _entry_before(self, end: int) -> int | None:
        """The next entry of the list, if it lies before an offset; none where it isn't one."""
        while self._next is not None and self._next < end:
            kind, _, size = OBJECT.unpack(at(self._file, self._next, OBJECT.size))
            if kind == Kind.ENTRY and not why_none(kind, size, self._end - self._next):
                return self._next
            self._faults.add(f"byte {self._next}: no entry is here, though the list names it")
            self._next = next(self._listed, None)
        return None
