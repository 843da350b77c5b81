"""The fields of entries: only those that are wanted, and of each so much as is looked at."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

from evidence.triage.faults import Faults
from evidence.triage.journal import hashing
from evidence.triage.journal.layout import (
    ALIGNMENT,
    OBJECT,
    Header,
    JournalError,
    Kind,
    at,
    why_none,
)
from evidence.triage.journal.packed import PACKED, PackedError, unpack

WANTED = frozenset(
    b"MESSAGE MESSAGE_ID SYSLOG_IDENTIFIER UNIT USER_UNIT "
    b"_COMM _EXE _HOSTNAME _SYSTEMD_UNIT _UID".split()
)
LONGEST = 1 << 14  # bytes of a field that are looked at
_GLANCE = 256  # bytes of an object that are read to learn what it is; a name has 64 at the most
_PACKED_READ = 1 << 18  # packed bytes of a field that are read; two blocks of any packing
_KEPT = 8 << 20  # bytes of fields that are kept, since other entries have them, too
_BESIDE = 400  # bytes that a field takes beside its value
_CHECKED = 1 << 12  # bytes of a field that is held against its hash, which takes long
_TIMES, _ALWAYS = 4, 16 << 20  # a journal's size, and bytes: what may be read for its fields
_HASHED = 4  # times as long as to read a field it takes to hold it against its hash
_HASH = struct.Struct("<16xQ")  # behind the head that every object has


class Field(NamedTuple):
    """One field of an entry."""

    name: str
    value: bytes
    offset: int
    hash: int
    """As the journal has it."""
    whole: bool
    """Whether the value is all of it."""


class _FieldError(Exception):
    """A field that can't be read; says why."""


class Fields:
    """The fields of one journal."""

    def __init__(
        self, file: BinaryIO, header: Header, end: int, faults: Faults, *, stored: int
    ) -> None:
        """Prepare; `end` is the file's size, `stored` without its holes."""
        self.cut = False
        """Whether some are too long to be looked at to their ends."""
        self._file, self._header, self._end = file, header, end
        self._faults = faults
        self._head = 72 if header.compact else 64
        self._left = _TIMES * stored + _ALWAYS
        self._known: dict[int, Field | None] = {}
        self._checked: set[int] = set()
        self._kept = 0

    def of(self, offsets: Iterable[int]) -> dict[str, Field]:
        """What is wanted of an entry; the first, where it has several of a name.

        Raises:
            JournalError: more was asked for than any honest journal asks for.
            OSError: the medium failed.
        """
        found: dict[str, Field] = {}
        for offset in offsets:
            try:
                field = self._known[offset]
            except KeyError:
                field = self._read(offset)
            if field is not None:
                found.setdefault(field.name, field)
        return found

    def _read(self, offset: int) -> Field | None:
        self._charge(_GLANCE)
        try:
            field = self._field(offset)
        except (_FieldError, PackedError) as error:
            self._faults.add(f"byte {offset}: a field was not read: {error}")
            field = None
        self._kept += _BESIDE + (0 if field is None else len(field.value))
        if self._kept > _KEPT:
            self._known.clear()
            self._checked.clear()
            self._kept = 0
        self._known[offset] = field
        return field

    def _field(self, offset: int) -> Field | None:
        """A field, or None where nobody wants it."""
        if offset % ALIGNMENT or not self._header.size <= offset <= self._end - self._head:
            raise _FieldError("no place for one")
        data = at(self._file, offset, _GLANCE)
        kind, flags, size = OBJECT.unpack_from(data)
        if kind != Kind.DATA or why_none(kind, size, self._end - offset) or size < self._head:
            raise _FieldError("there is none")
        payload = self._payload(offset, data, flags, size)
        name, equals, value = payload.partition(b"=")
        if not equals:
            raise _FieldError("it has no name")
        if name not in WANTED:
            return None
        whole = len(payload) < LONGEST
        self.cut = self.cut or not whole
        (hashed,) = _HASH.unpack_from(data)
        return Field(name.decode(), value, offset, hashed, whole)

    def _payload(self, offset: int, data: bytes, flags: int, size: int) -> bytes:
        """Name and value, or so much of them as is looked at."""
        if packed := flags & PACKED:
            count = min(size - self._head, _PACKED_READ)
            data = self._take(offset + self._head, count)
            return unpack(packed, data, LONGEST, cut=count < size - self._head)
        if size <= _GLANCE:
            return data[self._head : size]
        return self._take(offset + self._head, min(size - self._head, LONGEST))

    def _take(self, offset: int, count: int) -> bytes:
        self._charge(count)
        return at(self._file, offset, count)

    def _charge(self, count: int) -> None:
        """What is asked for over and over, so that it never ends, ends here."""
        self._left -= count
        if self._left < 0:
            raise JournalError("entries ask for more than a journal of this size can hold")

    def altered(self, field: Field) -> bool:
        """Whether a field isn't the one of which the journal keeps the hash; asked once of each.

        Raises:
            JournalError: as above.
        """
        if not field.whole or len(field.value) > _CHECKED or field.offset in self._checked:
            return False
        self._checked.add(field.offset)
        self._charge(_HASHED * len(field.value))
        data = field.name.encode() + b"=" + field.value
        key = self._header.key
        found = hashing.unkeyed(data) if key is None else hashing.keyed(data, key)
        return found != field.hash
