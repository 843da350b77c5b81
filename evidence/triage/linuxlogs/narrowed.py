"""Text in UTF-16 as the UTF-8 that logs are read in."""

from __future__ import annotations

import io
from codecs import getincrementaldecoder
from typing import IO

_decoder = getincrementaldecoder("utf-16")  # takes the mark at the beginning, and goes by it
_PIECE = 1 << 15  # bytes


class Narrowed(io.RawIOBase):
    """A file of text in UTF-16 with its mark; what is no UTF-16 becomes U+FFFD."""

    def __init__(self, file: IO[bytes]) -> None:
        """Of a file at its beginning."""
        self._file = file
        self._begin()

    def _begin(self) -> None:
        self._decoder, self._rest, self._at, self._ended = _decoder("replace"), b"", 0, False

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """To its beginning alone."""
        return True

    def tell(self) -> int:
        """Bytes of UTF-8 that were read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Begin anew.

        Raises:
            io.UnsupportedOperation: somewhere else.
        """
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation
        self._file.seek(0)
        self._begin()
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes; 0 at the end."""
        while not self._rest and not self._ended:
            piece = self._file.read(_PIECE)
            self._ended = not piece
            self._rest = self._decoder.decode(piece, final=self._ended).encode("utf-8", "replace")
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
