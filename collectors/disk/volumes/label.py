"""How a physical volume of LVM2 begins: its label, and where it keeps its text about the group.

Structures: lvm2's lib/format_text/layout.h and lib/label/label.h.
"""

from __future__ import annotations

import errno
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import detail_of
from collectors.disk.reader import PARSING, SECTOR, read_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader

_SECTORS = 4  # of which one has the label
_LABEL = struct.Struct("<8sQII8s")  # its mark, own sector, checksum, where the header is, kind
_SUMMED = 20  # bytes of it before those that the checksum is over
_MARK, _KIND = b"LABELONE", b"LVM2 001"
_HEADER, _PLACE = struct.Struct("<32sQ"), struct.Struct("<QQ")
_AREA = struct.Struct("<I16sIQQ")  # checksum, mark, version, where it is, how large
_AREA_MARK = b" LVM2 x[5A%r0N*>"
_COPY = struct.Struct("<QQII")  # where a text is, how long, checksum, flags
_IGNORED = 1
_MOST_AREAS = 2  # that are read; lvm2 makes no more
_LARGEST = 4 << 20  # bytes of text: of a group of thousands of volumes
_START = 0xF597A6CF


class Label(NamedTuple):
    """What a physical volume says of itself."""

    uuid: str
    areas: tuple[tuple[int, int], ...]
    """Where it keeps the text, and in how many bytes."""


def label_of(reader: Reader) -> Label | None:
    """The label whose checksum is right, if there is one."""
    try:
        head = read_at(reader, 0, _SECTORS * SECTOR)
        with PARSING:
            return next(_labels(head), None)
    except OSError:
        return None


def _labels(head: bytes) -> Iterator[Label]:
    for number in range(len(head) // SECTOR):
        sector = head[number * SECTOR : (number + 1) * SECTOR]
        mark, own, checksum, at, kind = _LABEL.unpack_from(sector)
        if (mark, own, kind) == (_MARK, number, _KIND) and _sum(sector[_SUMMED:]) == checksum:
            uuid, _ = _HEADER.unpack_from(sector, at)
            yield Label(dashed(uuid.decode("ascii")), tuple(_areas(sector, at + _HEADER.size)))


def _areas(sector: bytes, at: int) -> Iterator[tuple[int, int]]:
    """The second of two lists, each of which ends with zeros; the first is of data."""
    lists = 0
    while lists < 2:
        place, size = _PLACE.unpack_from(sector, at)
        at += _PLACE.size
        if not place:
            lists += 1
        elif lists:
            yield place, size


def texts(reader: Reader, label: Label) -> tuple[list[str], str]:
    """The texts that a physical volume keeps, each with its checksum right; why others are not.

    Args:
        reader: the physical volume.
        label: its own.
    """
    found, fault = list[str](), ""
    places = list(dict.fromkeys(place for place, _ in label.areas))
    if len(places) > _MOST_AREAS:
        fault = f"it names {len(places)} places of its text: {_MOST_AREAS} are read"
    for place in places[:_MOST_AREAS]:
        try:
            with PARSING:
                found += _texts(reader, place)
        except OSError as error:
            fault = fault or error.strerror or detail_of(error)
    return found, fault


def _texts(reader: Reader, place: int) -> Iterator[str]:
    head = read_at(reader, place, SECTOR)
    checksum, mark, version, own, size = _AREA.unpack_from(head)
    if (mark, version, own) != (_AREA_MARK, 1, place) or _sum(head[4:]) != checksum:
        raise _wrong()
    at, length, checksum, flags = _COPY.unpack_from(head, _AREA.size)
    if not at or flags & _IGNORED:
        return
    if not SECTOR <= at < size or length > min(size - SECTOR, _LARGEST):
        raise OSError(errno.EIO, "its text about the volume group is longer than can be")
    first = min(length, size - at)  # the rest of it goes on at the area's beginning
    text = read_at(reader, place + at, first)
    text += read_at(reader, place + SECTOR, length - first)
    if len(text) != length or _sum(text) != checksum:
        raise _wrong()
    yield text.rstrip(b"\0").decode("utf-8", "replace")


def _wrong() -> OSError:
    return OSError(errno.EIO, "the checksum of its text about the volume group is wrong")


def _sum(data: bytes) -> int:
    """A CRC-32 that begins elsewhere and isn't turned over at its end."""
    return zlib.crc32(data, _START ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def dashed(uuid: str) -> str:
    """A UUID of LVM2 as its tools show it."""
    ends = (6, 10, 14, 18, 22, 26, 32)
    return "-".join(uuid[start:end] for start, end in zip((0, *ends), ends, strict=False))
