"""A text without its holes, which may be terabytes.

A log that was emptied while its program kept it open (`copytruncate`) begins with one as large as
it had been. A zero byte stands for each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from evidence.triage.held import Stretch, stretches
from evidence.triage.linuxlogs.rewound import Rewound

_LARGE = 1 << 20  # bytes of a hole; smaller ones are read


def pieces_of(file: BinaryIO) -> list[Stretch]:
    """Where a file with large holes has data, smaller holes within; none of a file without.

    It is at its beginning again afterwards.
    """
    size, pieces = file.seek(0, os.SEEK_END), [(0, 0)]
    for start, end in stretches(file):
        if start - pieces[-1][1] < _LARGE:
            start = pieces.pop()[0]
        pieces.append((start, end))
    file.seek(0)
    return pieces if len(pieces) > 1 or size - pieces[-1][1] >= _LARGE else []


class Stored(Rewound):
    """The pieces of a file, one after the other."""

    def __init__(self, file: BinaryIO, pieces: Sequence[Stretch]) -> None:
        """Of these pieces, in their order."""
        self._pieces = pieces
        super().__init__(file)

    def _begin(self) -> None:
        self._reading = self._read()
        self._rest = b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        """The next bytes; 0 at the end."""
        self._rest = self._rest or next(self._reading, b"")
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _read(self) -> Iterator[bytes]:
        for start, end in self._pieces:
            if start:
                yield b"\0"
            self._file.seek(start)
            while start < end and (data := self._file.read(min(end - start, _LARGE))):
                yield data
                start += len(data)
