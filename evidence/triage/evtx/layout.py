"""Where the chunks of a log file lie, and in which order they were written.

A log is a ring: when it is full, the oldest chunk is written over, so the order in the file is not
that of time. The file's own header is not asked how many there are: a machine that was switched
off leaves it behind the truth.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence.triage.evtx.event import CHUNK

FILE = b"ElfFile\0"
_CHUNK = b"ElfChnk\0"
_HEADER = 4096  # bytes of the file's
_FIRST = struct.Struct("<24xQ")  # a chunk's first record number, behind its magic and two others


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One chunk of a file."""

    number: int
    """From 0, as they lie."""
    offset: int
    """Bytes into the file."""
    first: int
    """The number of its first record, as it says itself."""
    fault: str = ""
    """Why it isn't one."""

    def read(self, file: BinaryIO) -> bytes:
        """Its bytes; fewer than a chunk has, where the file ends.

        Raises:
            OSError: the medium failed.
        """
        file.seek(self.offset)
        return file.read(CHUNK)

    def __str__(self) -> str:
        return f"chunk {self.number} (byte {self.offset})"


def chunks(file: BinaryIO) -> list[Place]:
    """Every chunk in the order of writing, after those that are none; unused space is left out.

    Raises:
        OSError: the medium failed.
    """
    return sorted(_found(file), key=lambda place: (place.first, place.number))


def _found(file: BinaryIO) -> Iterator[Place]:
    size = file.seek(0, io.SEEK_END)
    for number, offset in enumerate(range(_HEADER, size, CHUNK)):
        file.seek(offset)
        head = file.read(_FIRST.size)
        if head.startswith(_CHUNK) and len(head) == _FIRST.size:
            yield Place(number=number, offset=offset, first=_FIRST.unpack(head)[0])
        elif any(head) or any(file.read(CHUNK - len(head))):
            fault = "no chunk begins here"
            yield Place(number=number, offset=offset, first=-1, fault=fault)
