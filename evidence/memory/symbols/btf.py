"""BTF: the types of a kernel, as it carries them itself (Documentation/bpf/btf.rst).

It comes from an infected machine: every offset is held to its section before it is used, and what
points at itself is refused where it is followed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from evidence.memory.errors import SymbolsError

LARGEST = 64 << 20  # bytes; those of distributions have 4 to 10 MiB
MOST_TYPES = 0x000F_FFFF  # BTF_MAX_TYPE, include/uapi/linux/btf.h
_MAGIC, _VERSION = 0xEB9F, 1
_HEADER = struct.Struct("<HBBIIIII")
_TYPE = struct.Struct("<III")
_WORD, _PAIR, _TRIPLE = struct.Struct("<I"), struct.Struct("<Ii"), struct.Struct("<III")
_LONGEST_NAME = 1024  # bytes; KSYM_NAME_LEN is 512
_LONGEST_CHAIN = 64  # qualifiers and typedefs in a row; the kernel itself follows 32


class Kind(IntEnum):
    """What a type is, numbered as in the format."""

    VOID = 0
    INT = 1
    PTR = 2
    ARRAY = 3
    STRUCT = 4
    UNION = 5
    ENUM = 6
    FWD = 7
    TYPEDEF = 8
    VOLATILE = 9
    CONST = 10
    RESTRICT = 11
    FUNC = 12
    FUNC_PROTO = 13
    VAR = 14
    DATASEC = 15
    FLOAT = 16
    DECL_TAG = 17
    TYPE_TAG = 18
    ENUM64 = 19


_QUALIFIERS = frozenset(
    (Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG)
)  # fmt: skip
# What follows a type's three words: the form of an entry, and whether there is one for each member.
_TAILS: dict[Kind, tuple[struct.Struct, bool]] = {
    Kind.INT: (_WORD, False), Kind.ARRAY: (_TRIPLE, False), Kind.VAR: (_WORD, False),
    Kind.DECL_TAG: (_WORD, False), Kind.STRUCT: (_TRIPLE, True), Kind.UNION: (_TRIPLE, True),
    Kind.ENUM: (_PAIR, True), Kind.FUNC_PROTO: (_PAIR, True), Kind.DATASEC: (_TRIPLE, True),
    Kind.ENUM64: (_TRIPLE, True),
}  # fmt: skip


class Type(NamedTuple):
    """One type."""

    kind: Kind
    name: str
    size: int
    """In bytes; for what refers to one other type, its number."""
    flag: bool
    """Of structures: members carry the sizes of bit fields; of enumerations: signed."""
    tail: bytes
    """Members and the like, as they lie there."""

    @property
    def entries(self) -> list[tuple[int, ...]]:
        """The tail in numbers."""
        form, _ = _TAILS[self.kind]
        return list(form.iter_unpack(self.tail))


class Btf:
    """All types of a kernel, or of one of its modules together with those of the kernel.

    Types are numbered from 0, which is void. A module's numbers go on where the kernel's end, and
    so do the offsets of its names.
    """

    def __init__(self, data: bytes, base: Btf | None = None) -> None:
        """Read all of it.

        Args:
            data: the file.
            base: the kernel's types, when these are of a module.

        Raises:
            SymbolsError: it keeps not to the format; says how.
        """
        if len(data) > LARGEST:
            raise SymbolsError("btf_large", size=len(data))
        types, self._strings = _sections(data)
        self._base = base
        self._before: int = base.strings_end if base is not None else 0
        self.strings_end: int = self._before + len(self._strings)
        """Where the names of a module's types would go on."""
        self.types: list[Type] = list(base.types) if base is not None else [_VOID]
        self.first = len(self.types)
        """The number of the first type that is not the kernel's; of the kernel's own, 1."""
        self._read(types)

    def _read(self, data: bytes) -> None:
        at, room = 0, LARGEST  # of names: many can end alike, and be one string in the file
        while at < len(data):
            if len(self.types) > MOST_TYPES:
                raise SymbolsError("btf_types", count=MOST_TYPES)
            if at + _TYPE.size > len(data):
                raise SymbolsError("btf_cut")
            name, info, size = _TYPE.unpack_from(data, at)
            kind, flag, length = _info(info)
            at += _TYPE.size
            if at + length > len(data):
                raise SymbolsError("btf_cut")
            self.types.append(Type(kind, self.text(name), size, flag, data[at : at + length]))
            at += length
            room -= len(self.types[-1].name)
            if room < 0:
                raise SymbolsError("btf_room", limit=LARGEST)

    def text(self, offset: int) -> str:
        """The name at an offset of the strings.

        Raises:
            SymbolsError: it lies beyond them, or does not end.
        """
        if self._base is not None and offset < self._before:
            return self._base.text(offset)
        start = offset - self._before
        end = self._strings.find(b"\0", start, start + _LONGEST_NAME)
        if end < 0:
            raise SymbolsError("btf_name", offset=offset)
        return self._strings[start:end].decode("utf-8", "replace")

    def bare(self, number: int) -> int:
        """The number of a type without its typedefs and qualifiers.

        Raises:
            SymbolsError: there is no such type, or they lead in a circle.
        """
        for _ in range(_LONGEST_CHAIN):
            if number >= len(self.types):
                raise SymbolsError("btf_number", number=number, count=len(self.types))
            if self.types[number].kind not in _QUALIFIERS:
                return number
            number = self.types[number].size
        raise SymbolsError("btf_circle", number=number)

    @property
    def own(self) -> Sequence[tuple[int, Type]]:
        """The types with their numbers; of a module, without those of the kernel."""
        return list(enumerate(self.types[self.first :], self.first))


_VOID = Type(Kind.VOID, "", 0, False, b"")


def _sections(data: bytes) -> tuple[bytes, bytes]:
    """Types and strings, each within the file."""
    if len(data) < _HEADER.size:
        raise SymbolsError("btf_short")
    magic, version, _, header, types, types_size, strings, strings_size = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise SymbolsError("btf_order")
    if version != _VERSION:
        raise SymbolsError("btf_version", version=version, known=_VERSION)
    parts = []
    for offset, size in ((types, types_size), (strings, strings_size)):
        start = header + offset
        if header < _HEADER.size or start + size > len(data):
            raise SymbolsError("btf_sections")
        parts.append(data[start : start + size])
    return parts[0], parts[1]


def _info(info: int) -> tuple[Kind, bool, int]:
    """Kind, flag, and the bytes that follow."""
    number = info >> 24 & 0x1F
    if not Kind.INT <= number <= Kind.ENUM64:
        raise SymbolsError("btf_kind", kind=number)
    kind = Kind(number)
    form, each = _TAILS.get(kind, (_WORD, True))
    count = info & 0xFFFF if each else 1
    return kind, bool(info >> 31), form.size * count if kind in _TAILS else 0
