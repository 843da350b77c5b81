"""Where the chunks of a log file lie, and in which order they were written.

A log is a ring: when it is full, the oldest chunk is written over, so the order in the file is not
that of time. The file's own header is not asked how many there are: a machine that was switched
off leaves it behind the truth.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence.triage.evtx.event import CHUNK
from evidence.triage.held import stretches
from evidence.triage.patience import Patience

FILE = b"ElfFile\0"
_CHUNK = b"ElfChnk\0"
_HEADER = 4096  # bytes of the file's
SECONDS = 60.0  # for finding all chunks: those of a gibibyte take a second
_COUNT = struct.Struct("<42xH")  # chunks in use, behind the file's magic and what else it says
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


def counted(file: BinaryIO) -> int | None:
    """How many chunks are in use as the file's header has it; None where none begins it.

    Raises:
        OSError: the medium failed.
    """
    file.seek(0)
    head = file.read(_COUNT.size)
    whole = head.startswith(FILE) and len(head) == _COUNT.size
    return _COUNT.unpack(head)[0] if whole else None


def chunks(file: BinaryIO) -> list[Place]:
    """Every chunk in the order of writing, after those that are none; unused space is left out.

    Raises:
        OSError: the medium failed.
    """
    return sorted(_found(file), key=lambda place: (place.first, place.number))


def _found(file: BinaryIO) -> Iterator[Place]:
    patience = Patience(SECONDS)
    for offset in _offsets(file):
        number = (offset - _HEADER) // CHUNK
        if patience.ended:
            fault = f"looked for no longer than {SECONDS:.0f} seconds; none behind it was read"
            yield Place(number=number, offset=offset, first=-1, fault=fault)
            return
        file.seek(offset)
        head = file.read(_FIRST.size)
        if head.startswith(_CHUNK) and len(head) == _FIRST.size:
            yield Place(number=number, offset=offset, first=_FIRST.unpack(head)[0])
        elif head.strip(b"\0") or file.read(CHUNK - len(head)).strip(b"\0"):
            fault = "no chunk begins here"
            yield Place(number=number, offset=offset, first=-1, fault=fault)


def _offsets(file: BinaryIO) -> Iterator[int]:
    """Of each chunk that any data lies in: a log may claim more than any disk holds."""
    behind = _HEADER
    for start, end in list(stretches(file)):
        first = max(behind, start - (start - _HEADER) % CHUNK)
        for offset in range(first, end, CHUNK):
            yield offset
            behind = offset + CHUNK
