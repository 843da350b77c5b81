"""Whether the segment files of an E01 are those of one image: libewf takes them by their names.

Format: the public description of the Expert Witness Compression Format (libewf's documentation),
file header, sections volume and data of EWF-E01, file header of EWF2. Later segments begin with a
copy of the first one's volume: size of the disk, of sectors and chunks, and the set identifier.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.images.ewf import SECTION_SIZE, sections
from collectors.disk.reader import ImageError
from collectors.files import system

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = struct.Struct("<8sBH")
_HEAD_2 = struct.Struct("<8sBBHI16s")
_MAGIC_2 = b"EVF2"
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
