"""A record of the master file table as it lies on the disk: what libtsk doesn't tell of it.

Structures: the public NTFS documentation of the Linux-NTFS project (FILE record, attribute headers,
$STANDARD_INFORMATION, $FILE_NAME, $ATTRIBUTE_LIST, $REPARSE_POINT).
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD, LIST, NAME, DATA, REPARSE, EA = 0x10, 0x20, 0x30, 0x80, 0xC0, 0xE0
VOLUME_NAME, VOLUME_INFORMATION = 0x60, 0x70
INDEX_ROOT, INDEX_BLOCKS, BITMAP = 0x90, 0xA0, 0xB0
STANDARD_SIZE = 36  # bytes that it has at least
_END = 0xFFFF_FFFF  # in place of a type
_STRIDE = 512  # bytes between two fix-ups
_FILETIME_1970 = 116_444_736_000_000_000  # 100 ns between 1601 and 1970
_ARRAY = struct.Struct("<HH")
"""Where a record's update sequence array lies, and of how many numbers."""
_HEAD = struct.Struct("<HHHH")
"""Of a record, from its sequence number on: links, where attributes begin, flags."""
_ATTRIBUTE = struct.Struct("<IIBBHH2xIH")
"""Type, length, whether it is outside the record, the name's length and place, flags; of one that
is in the record, how long its value is, and where."""
_OUTSIDE = struct.Struct("<QQHH")
_SIZES = struct.Struct("<QQ")
_LEAST = {False: 24, True: 64}  # bytes of an attribute's header, by whether it is outside
_TIMES = struct.Struct("<QQQQ")
_FOLDER = 0x1000_0000  # of a $FILE_NAME's attributes
_DOS = 2  # name space of short names, which are no names of their own


class Attribute(NamedTuple):
    """One attribute, or one piece of it: its value, or the runs of clusters that hold it."""

    type: int
    name: str
    flags: int
    value: bytes | None = None
    """None where it isn't in the record."""
    start: int = 0
    """The first cluster of the whole that this piece holds."""
    runs: tuple[tuple[int, int | None], ...] = ()
    """Length and first cluster on the disk, None for a hole."""
    size: int = 0
    valid: int = 0
    """Bytes that were ever written; this and the size are told by the first piece only."""
    unit: int = 0
    """How many times as large as a cluster, as a power of two, what is compressed together is."""

    @property
    def compressed(self) -> bool:
        """Whether clusters hold it compressed (LZNT1)."""
        return bool(self.flags & 0xFF)

    @property
    def encrypted(self) -> bool:
        """Whether clusters hold it encrypted (EFS)."""
        return bool(self.flags & 0x4000)


class Record(NamedTuple):
    """One record of the MFT."""

    number: int
    sequence: int
    in_use: bool
    is_folder: bool
    base: int
    attributes: tuple[Attribute, ...]
    whole: bool = True
    """Whether all of its attributes could be read."""

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
    own = fixed(data)
    sequence, _, first, flags = _HEAD.unpack_from(own, 16)
    found, whole = _attributes(own, first)
    base = int.from_bytes(own[32:38], "little")
    return Record(number, sequence, flags & 1 != 0, flags & 2 != 0, base, tuple(found), whole)


def fixed(data: bytes) -> bytes:
    """A record or a block with the last two bytes of each sector put back.

    Raises:
        OSError: it was not written as a whole, as its update sequence array shows; or that is
            not as long as it has to be, so that nobody can put them back.
    """
    where, count = _ARRAY.unpack_from(data, 4)
    array = data[where : where + 2 * count]
    if count != len(data) // _STRIDE + 1 or len(array) < 2 * count:
        raise OSError(errno.EIO, "a record of the MFT without all of its fix-ups")
    whole, mark = bytearray(data), array[:2]
    for number in range(1, count):
        end = number * _STRIDE
        if data[end - 2 : end] != mark:
            raise OSError(errno.EIO, "a torn record of the MFT")
        whole[end - 2 : end] = array[2 * number : 2 * number + 2]
    return bytes(whole)


def _attributes(data: bytes, at: int) -> tuple[list[Attribute], bool]:
    """The attributes of a record that can be read, and whether these are all."""
    found: list[Attribute] = []
    whole, end = True, len(data)
    while at + _ATTRIBUTE.size <= end:
        kind, length, outside, letters, where, flags, size, place = _ATTRIBUTE.unpack_from(data, at)
        if kind == _END:
            return found, whole
        if length < _LEAST[outside != 0] or at + length > end:
            return found, False
        name = _text(data[at : at + length][where : where + 2 * letters]) if letters else ""
        if outside:
            found.append(_outside(data[at : at + length], kind, name, flags))
        elif place + size <= length:
            value = data[at + place : at + place + size]
            found.append(Attribute(kind, name, flags, value, 0, (), size))
        else:
            whole = False
        at += length
    return found, whole and data[at : at + 4] == _END.to_bytes(4, "little")


def _outside(data: bytes, kind: int, name: str, flags: int) -> Attribute:
    start, _, pairs, unit = _OUTSIDE.unpack_from(data, 16)
    size, valid = _SIZES.unpack_from(data, 48) if start == 0 else (0, 0)
    runs = _runs(data[pairs:])
    return Attribute(kind, name, flags, None, start, runs, size, valid, unit)


def _runs(pairs: bytes) -> tuple[tuple[int, int | None], ...]:
    """Mapping pairs: how many clusters, and how far from the last run they begin."""
    found: list[tuple[int, int | None]] = []
    at, cluster = 0, 0
    while at < len(pairs) and pairs[at]:
        lengths, offsets = pairs[at] & 15, pairs[at] >> 4
        length = int.from_bytes(pairs[at + 1 : at + 1 + lengths], "little")
        at += 1 + lengths
        cluster += int.from_bytes(pairs[at : at + offsets], "little", signed=True)
        at += offsets
        if length <= 0 or at > len(pairs):
            break
        found.append((length, cluster if offsets else None))
    return tuple(found)


def ns_of(filetime: int) -> int:
    """Nanoseconds since 1970; 0 stays the beginning of 1601."""
    return (filetime - _FILETIME_1970) * 100


def times(standard: bytes) -> tuple[int, int, int, int]:
    """Modified, accessed, changed, born in ns, from $STANDARD_INFORMATION."""
    born, modified, changed, accessed = _TIMES.unpack_from(standard)
    zero = _FILETIME_1970  # as `ns_of`, four times for each file
    return (
        (modified - zero) * 100, (accessed - zero) * 100, (changed - zero) * 100,
        (born - zero) * 100,
    )  # fmt: skip


def is_name(file_name: bytes) -> bool:
    """Whether a $FILE_NAME is a name of its own, not the short form of another."""
    return len(file_name) > 65 and file_name[65] != _DOS


def length_of(file_name: bytes) -> int:
    """How long a $FILE_NAME has to be for its name.

    Raises:
        LookupError: it doesn't even say that.
    """
    return 66 + 2 * file_name[64]


def names_folder(file_name: bytes) -> bool:
    """Whether a $FILE_NAME says to be a folder's."""
    return int.from_bytes(file_name[56:60], "little") & _FOLDER != 0


def name_in(file_name: bytes) -> tuple[int, bytes]:
    """The folder's record number and the name in a $FILE_NAME, lone surrogates as three bytes."""
    letters = file_name[64]
    name = _text(file_name[66 : 66 + 2 * letters])
    return int.from_bytes(file_name[:6], "little"), name.encode("utf-8", "surrogatepass")


def _text(name: bytes) -> str:
    """A name, lone surrogates in it as they are; of one that is cut off, all whole letters."""
    return name[: len(name) & ~1].decode("utf-16-le", "surrogatepass")


def shown(name: str) -> str:
    """A stream's name as text that can be written down."""
    return name.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")


class Listed(NamedTuple):
    """One attribute that an $ATTRIBUTE_LIST names, and the record that it is in."""

    type: int
    name: str
    record: int


def listed_in(attribute_list: bytes) -> Iterator[Listed | None]:
    """What an $ATTRIBUTE_LIST names; None for all that follows what can't be read."""
    at = 0
    while at + 26 <= len(attribute_list):
        kind, length, letters, where = struct.unpack_from("<IHBB", attribute_list, at)
        name = attribute_list[at + where : at + where + 2 * letters]
        record = int.from_bytes(attribute_list[at + 16 : at + 22], "little")
        yield Listed(kind, _text(name), record)
        if length < 26:
            yield None
            return
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
