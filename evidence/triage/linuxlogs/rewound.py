"""A reader of a file in another form: it goes forward, and back to the beginning alone."""

from __future__ import annotations

import io
from abc import abstractmethod
from typing import IO


class Rewound(io.RawIOBase):
    """What narrowed and unpacked files share; the rest is `readinto`."""

    def __init__(self, file: IO[bytes]) -> None:
        """Of a file at its beginning."""
        self._file = file
        self._at = 0
        self._begin()

    @abstractmethod
    def _begin(self) -> None:
        """Forget what was read."""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """To its beginning alone."""
        return True

    def tell(self) -> int:
        """Bytes that were given."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Begin anew.

        Raises:
            io.UnsupportedOperation: somewhere else.
        """
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation
        self._file.seek(0)
        self._at = 0
        self._begin()
        return 0
