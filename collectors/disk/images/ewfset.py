"""Whether the segment files of an E01 are those of one image: libewf takes them by their names.

Format: the public description of the Expert Witness Compression Format (libewf's documentation),
file header, sections volume and data of EWF-E01, file header and section descriptor of EWF2. Later
segments begin with a copy of the first one's volume: size of the disk, of sectors and chunks, and
the set identifier.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors import system
from collectors.disk.images.ewf import SECTION_SIZE, sections
from collectors.disk.reader import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEAD = struct.Struct("<8sBH")
_HEAD_2 = struct.Struct("<8sBBHI16s")
_MAGIC_2 = b"EVF2"
_SECTION_2, _HEAD_OF_SECTION_2 = 64, struct.Struct("<IIQ")
"""Bytes of a section's head; its kind, flags, and where the head of the one before lies."""
_KEYS, _ENCRYPTED = 0x0B, 2
_VOLUME = struct.Struct("<4x4x16s40x16s")
"""Sectors of a chunk, bytes of a sector and sectors of the disk; the set identifier."""
_NONE = bytes(16)


class _Mark(NamedTuple):
    """What a segment says of itself; None where it doesn't."""

    number: int
    identifier: bytes | None = None
    geometry: bytes | None = None

    def belongs_to(self, other: _Mark) -> bool:
        """Whether nothing speaks against one image."""
        if None in (self.identifier, other.identifier):
            return True
        return self[1:] == other[1:]


def check_set(paths: Sequence[str]) -> str:
    """The set identifier; empty where the program that wrote the image gave it none.

    Raises:
        ImageError: a segment is another image's, or stands in another one's place.
        OSError: one can't be read.
    """
    first: _Mark | None = None
    for expected, path in enumerate(paths, start=1):
        mark = _mark_of(path)
        if mark is None:
            continue  # libewf says what is wrong with it
        first = first or mark
        if not mark.belongs_to(first):
            raise ImageError("foreign_segment", path=path, first=paths[0])
        if mark.number != expected:
            raise ImageError("segment_number", path=path, found=mark.number, expected=expected)
    identifier = (first.identifier if first is not None else None) or _NONE
    return "" if identifier == _NONE else identifier.hex()


def require_unlocked(paths: Sequence[str]) -> None:
    """Refuse an Ex01 of which anything is encrypted: libewf doesn't say so.

    Raises:
        ImageError: a section of it is.
        OSError: one of them can't be read.
    """
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            if any(_is_locked(*each) for each in _sections_2(file.fileno())):
                raise ImageError("locked", path=path, kind="Ex01")


def _is_locked(kind: int, flags: int) -> bool:
    return kind == _KEYS or bool(flags & _ENCRYPTED)


def _sections_2(descriptor: int) -> Iterator[tuple[int, int]]:
    """Kind and flags of each section of version 2; each one's head lies behind it."""
    if not system.pread(descriptor, len(_MAGIC_2), 0).startswith(_MAGIC_2):
        return
    at = os.fstat(descriptor).st_size - _SECTION_2
    while at > 0:
        head = system.pread(descriptor, _HEAD_OF_SECTION_2.size, at)
        if len(head) < _HEAD_OF_SECTION_2.size:
            return
        kind, flags, before = _HEAD_OF_SECTION_2.unpack(head)
        yield kind, flags
        if not before < at:
            return
        at = before


def _mark_of(path: str) -> _Mark | None:
    """None where the file ends in its header."""
    with open(path, "rb", buffering=0) as file:
        head = system.pread(file.fileno(), _HEAD_2.size, 0)
        if len(head) < _HEAD_2.size:
            return None
        if head.startswith(_MAGIC_2):
            *_, number, identifier = _HEAD_2.unpack(head)
            return _Mark(number, identifier)
        *_, number = _HEAD.unpack_from(head)
        for each in sections(file.fileno()):
            if each.kind in (b"volume", b"data") and each.size >= SECTION_SIZE + _VOLUME.size:
                found = system.pread(file.fileno(), _VOLUME.size, each.at + SECTION_SIZE)
                if len(found) == _VOLUME.size:
                    geometry, identifier = _VOLUME.unpack(found)
                    return _Mark(number, identifier, geometry)
    return _Mark(number)
