"""A record of the master file table as it lies on the disk: what libtsk doesn't tell of it.

Structures: the public NTFS documentation of the Linux-NTFS project (FILE record, attribute headers,
$STANDARD_INFORMATION, $FILE_NAME, $ATTRIBUTE_LIST, $REPARSE_POINT).
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD, LIST, NAME, DATA, REPARSE, EA = 0x10, 0x20, 0x30, 0x80, 0xC0, 0xE0
_END = 0xFFFF_FFFF
_STRIDE = 512  # bytes between two fix-ups
_FILETIME_1970 = 116_444_736_000_000_000  # 100 ns between 1601 and 1970
_DOS = 2  # name space of short names, which are no names of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute's header, and its value where that is in the record."""

    type: int
    name: str
    flags: int
    start: int
    """First cluster of the stream that this piece of it holds."""
    valid: int | None
    """Bytes that were ever written, of a non-resident attribute's first piece."""
    value: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of the MFT."""

    number: int
    sequence: int
    in_use: bool
    is_folder: bool
    base: int
    attributes: tuple[Attribute, ...]

    @property
    def has_list(self) -> bool:
        """Whether some attributes lie in further records."""
        return any(each.type == LIST for each in self.attributes)

    def values(self, kind: int) -> Iterator[bytes]:
        """The resident values of all attributes of a type."""
        return (a.value for a in self.attributes if a.type == kind and a.value is not None)


def parse(data: bytes, number: int) -> Record:
    """The record in these bytes.

    Raises:
        OSError: they are none, or are damaged.
    """
    if data[:4] != b"FILE":
        raise OSError(errno.EIO, "no record of the MFT")
    fixed = _fixed(data)
    sequence, _, first, flags = struct.unpack_from("<HHHH", fixed, 16)
    return Record(
        number=number, sequence=sequence, in_use=bool(flags & 1), is_folder=bool(flags & 2),
        base=int.from_bytes(fixed[32:38], "little"), attributes=tuple(_attributes(fixed, first)),
    )  # fmt: skip


def _fixed(data: bytes) -> bytes:
    """The record with the last two bytes of each sector put back (update sequence array)."""
    where, count = struct.unpack_from("<HH", data, 4)
    array = data[where : where + 2 * count]
    fixed = bytearray(data)
    for number in range(1, count):
        end = number * _STRIDE
        if end > len(fixed) or len(array) < 2 * count:
            break
        if fixed[end - 2 : end] != array[:2]:
            raise OSError(errno.EIO, "a torn record of the MFT")
        fixed[end - 2 : end] = array[2 * number : 2 * number + 2]
    return bytes(fixed)


def _attributes(data: bytes, at: int) -> Iterator[Attribute]:
    while at + 16 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == _END or length < 16 or at + length > len(data):
            return
        yield _attribute(data[at : at + length], kind)
        at += length


def _attribute(data: bytes, kind: int) -> Attribute:
    non_resident, letters, where, flags = struct.unpack_from("<BBHH", data, 8)
    name = data[where : where + 2 * letters].decode("utf-16-le", "surrogatepass")
    start, valid, value = 0, None, None
    if non_resident and len(data) >= 64:
        start = int.from_bytes(data[16:24], "little")
        valid = int.from_bytes(data[56:64], "little") if start == 0 else None
    elif not non_resident and len(data) >= 24:
        size, offset = struct.unpack_from("<IH", data, 16)
        value = data[offset : offset + size]
    return Attribute(type=kind, name=name, flags=flags, start=start, valid=valid, value=value)


def ns_of(filetime: int) -> int:
    """Nanoseconds since 1970; 0 stays the beginning of 1601."""
    return (filetime - _FILETIME_1970) * 100


def times(standard: bytes) -> tuple[int, int, int, int]:
    """Modified, accessed, changed, born in ns, from $STANDARD_INFORMATION."""
    born, modified, changed, accessed = struct.unpack_from("<QQQQ", standard, 0)
    return ns_of(modified), ns_of(accessed), ns_of(changed), ns_of(born)


def is_name(file_name: bytes) -> bool:
    """Whether a $FILE_NAME is a name of its own, not the short form of another."""
    return len(file_name) > 65 and file_name[65] != _DOS


def elsewhere(attribute_list: bytes) -> Iterator[tuple[int, str, int, int]]:
    """Type, name, first cluster and record number of every attribute that a list names."""
    at = 0
    while at + 26 <= len(attribute_list):
        kind, length, letters, where = struct.unpack_from("<IHBB", attribute_list, at)
        start, reference = struct.unpack_from("<QQ", attribute_list, at + 8)
        if length < 26:
            return
        name = attribute_list[at + where : at + where + 2 * letters]
        yield kind, name.decode("utf-16-le", "surrogatepass"), start, reference & (1 << 48) - 1
        at += length


def extended_attributes(value: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and values in $EA."""
    at = 0
    while at + 8 <= len(value):
        following, _, letters, size = struct.unpack_from("<IBBH", value, at)
        name = value[at + 8 : at + 8 + letters]
        start = at + 8 + letters + 1
        yield name.decode("latin-1"), value[start : start + size]
        if not following:
            return
        at += following
