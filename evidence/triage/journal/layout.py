"""The head of a journal's file, and the heads of its objects; after systemd's own description.

https://systemd.io/JOURNAL_FILE_FORMAT/: all numbers are little-endian, all objects lie at multiples
of 8 bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO, Self

SIGNATURE = b"LPKSHHRH"
ALIGNMENT = 8
OBJECT = struct.Struct("<BB6xQ")
"""The head that every object has: kind, flags, size with this head."""

_HEADER = struct.Struct("<8sIIB7x16s16s16s16sQQ32xQ8xQ16xQ")
_OLDEST = 208  # bytes of a header as it was in the first version
_READABLE = 0x1F  # features: XZ, LZ4, keyed hash, ZSTD, compact
_KEYED, _COMPACT = 0x4, 0x10
_SEALED = 0x1
_STATES = ("offline", "online", "archived")


class Kind(IntEnum):
    """What an object is."""

    NONE = 0
    DATA = 1
    FIELD = 2
    ENTRY = 3
    DATA_HASH_TABLE = 4
    FIELD_HASH_TABLE = 5
    ENTRY_ARRAY = 6
    TAG = 7


# Bytes that an object of a kind has at least.
_SMALLEST: dict[int, int] = {
    Kind.DATA: 64, Kind.FIELD: 40, Kind.ENTRY: 64, Kind.DATA_HASH_TABLE: 16,
    Kind.FIELD_HASH_TABLE: 16, Kind.ENTRY_ARRAY: 24, Kind.TAG: 64,
}  # fmt: skip


class JournalError(Exception):
    """A journal that can't be read, or no further; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a journal says of itself."""

    state: str
    """`offline`, `online` or `archived`; a number where it is none of them."""
    file_id: str
    machine: str
    sequence: str
    """Entries of all files with this name are numbered on."""
    size: int
    """Bytes before the first object."""
    arena: int
    """Bytes of objects, and of room for more."""
    tail: int
    """Where the last object lies."""
    entries: int
    entry_array: int
    """Where the list of entries begins; 0 where there is none."""
    compact: bool
    """Whether offsets have 4 bytes instead of 8."""
    sealed: bool
    key: bytes | None
    """Of the hashes of its fields; None where they are without one."""

    @classmethod
    def read(cls, file: BinaryIO, size: int) -> Self:
        """From a file of so many bytes.

        Raises:
            JournalError: it is no journal, or one of a form that is not known here.
            OSError: the medium failed.
        """
        file.seek(0)
        data = file.read(_HEADER.size)
        if not data.startswith(SIGNATURE):
            raise JournalError("the file does not begin as a journal")
        if len(data) < _HEADER.size:
            raise JournalError(f"cut off within its header, after {len(data)} bytes")
        (_, compatible, incompatible, state, file_id, machine, _, sequence, own_size, arena, tail,
         entries, entry_array) = _HEADER.unpack(data)  # fmt: skip
        if unknown := incompatible & ~_READABLE:
            raise JournalError(f"written with features that are not known here ({unknown:#x})")
        if not _OLDEST <= own_size <= size or own_size % ALIGNMENT:
            raise JournalError(f"its header says that it has {own_size} bytes")
        return cls(
            state=_STATES[state] if state < len(_STATES) else str(state), file_id=file_id.hex(),
            machine=machine.hex(), sequence=sequence.hex(), size=own_size, arena=arena, tail=tail,
            entries=entries, entry_array=entry_array, compact=bool(incompatible & _COMPACT),
            sealed=bool(compatible & _SEALED), key=file_id if incompatible & _KEYED else None,
        )  # fmt: skip


def aligned(offset: int) -> int:
    """The next offset at which an object may lie."""
    return -(-offset // ALIGNMENT) * ALIGNMENT


def at(file: BinaryIO, offset: int, count: int) -> bytes:
    """Just so many bytes; zeros, which are no object, where a file ends before that.

    Raises:
        OSError: the medium failed.
    """
    file.seek(offset)
    return file.read(count).ljust(count, b"\0")


def why_none(kind: int, size: int, room: int) -> str:
    """Why a head is none of an object before so many bytes of room; empty where it is one."""
    if kind == Kind.NONE:
        return "no object is here"
    if not _SMALLEST.get(kind, OBJECT.size) <= size <= room:
        return f"an object that says that it has {size} bytes"
    return ""
