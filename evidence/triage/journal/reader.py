"""Entries of one journal, one after the other; and what could not be read of it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from evidence.triage.faults import Faults
from evidence.triage.held import stored
from evidence.triage.journal.fields import LONGEST, Field, Fields
from evidence.triage.journal.layout import Header, at
from evidence.triage.journal.walk import Walk
from evidence.triage.patience import Patience

_ENTRY = struct.Struct("<16xQQQ16s8x")
_MOST = 1024  # fields of an entry, as systemd has it
SECONDS, OF_A_MIB = 30.0, 5.0  # for a journal, and each MiB of it, which takes a tenth of one
_FAR = 1 << 55  # µs since 1970: from there on systemd takes a time for none, too


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    offset: int
    """Bytes into the file."""
    number: int
    """Counted over all files of one sequence."""
    realtime: int
    """When it was received, by the host's clock; µs since 1970, 0 where that is no time."""
    monotonic: int
    """µs since the boot."""
    boot: str
    fields: Mapping[str, Field]

    def value(self, *names: str) -> bytes | None:
        """The first of these fields that it has."""
        return next((self.fields[name].value for name in names if name in self.fields), None)


class Journal:
    """One file."""

    def __init__(self, file: BinaryIO, patience: Patience) -> None:
        """Look at its header.

        Args:
            file: the journal.
            patience: how long it may take.

        Raises:
            JournalError: it is no journal, or one of a form that is not known here.
            OSError: the medium failed.
        """
        self._end = file.seek(0, os.SEEK_END)
        self.header = Header.read(file, self._end)
        self._file = file
        self._faults = Faults()
        self._walk = Walk(file, self.header, self._end, self._faults, patience)
        self._fields = Fields(file, self.header, self._end, self._faults, stored=stored(file))
        self._read = self._untimed = 0

    @property
    def seals(self) -> int:
        """How many there are so far."""
        return self._walk.seals

    @property
    def unlisted(self) -> int:
        """Entries so far that the journal's own list doesn't name."""
        return self._walk.unlisted

    def __iter__(self) -> Iterator[Entry]:
        """Each entry, in the order of writing.

        Raises:
            JournalError: it can't be read to its end.
            OSError: the medium failed.
        """
        for offset, size in self._walk:
            number, realtime, monotonic, boot = _ENTRY.unpack(at(self._file, offset, _ENTRY.size))
            if not number:
                self._faults.add(f"byte {offset}: an entry that was not written to its end")
                continue
            fields = self._fields.of(self._items(offset, size))
            self._read += 1
            time = realtime if realtime < _FAR else 0
            self._untimed += not time
            yield Entry(offset, number, time, monotonic, boot.hex(), fields)

    def _items(self, offset: int, size: int) -> tuple[int, ...]:
        """Where the fields of an entry lie."""
        width, letters = (4, "I") if self.header.compact else (16, "Q8x")
        count = (size - _ENTRY.size) // width
        if count > _MOST:
            self._faults.add(f"byte {offset}: an entry of {count} fields; {_MOST} were looked at")
            count = _MOST
        data = at(self._file, offset + _ENTRY.size, count * width)
        return struct.unpack("<" + letters * count, data)

    def check(self, entry: Entry, name: str) -> None:
        """Hold a field against its hash; what differs is among the shortcomings.

        Raises:
            JournalError: too much was asked for.
        """
        field = entry.fields[name]
        if self._fields.altered(field):
            self._faults.add(
                f"byte {field.offset}: damaged, or changed after it was written: "
                f"the hash of {name} is another one"
            )

    def shortcomings(self) -> Iterator[str]:
        """What was not read, or should not be relied on; complete once all entries were read."""
        header = self.header
        if header.state == "online":
            yield "the journal was in use or not closed; its last entries may be missing"
        if (missing := header.size + header.arena - self._end) > 0:
            yield f"cut off: the last {missing} bytes that its header counts are not here"
        if header.entries > self._read:
            yield f"its header counts {header.entries} entries, and {self._read} were read"
        if self._untimed:
            yield f"{self._untimed} entries tell no time that can be read"
        if header.sealed or self.seals:
            yield f"sealed (FSS): {self.seals} seals are in it, and were not checked"
        if self._fields.cut:
            yield f"of fields longer than {LONGEST} bytes, the ends were not looked at"
        yield from self._faults.told()
