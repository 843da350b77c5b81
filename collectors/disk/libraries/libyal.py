"""What the processes of libyal's libraries share: files that are read by asking, and words."""

from __future__ import annotations

import errno
import os
import re
from abc import abstractmethod
from typing import TYPE_CHECKING

from collectors.disk.libraries.serving import Desk
from collectors.disk.libraries.wire import Failed, Said, Unread

if TYPE_CHECKING:
    from collections.abc import Callable

_INNERMOST = re.compile(r"lib\w+: (?P<words>[^.]*?)(?: at offset: \d+ \(0x\w+\))?\.")


class LibyalDesk(Desk):
    """A desk whose library reads from file-like objects."""

    def __init__(self, requests: object) -> None:
        """Begin with nothing.

        Args:
            requests: the union of all that may be asked.
        """
        super().__init__(requests)
        self.unread: OSError | None = None
        """Why bytes could not be had for what was asked last: the library keeps only its words."""
        self.was_short = False
        """Whether that went behind the end of a file."""

    @abstractmethod
    def told(self, request: Said) -> Said:
        """What is asked for; may raise anything."""

    def answer(self, request: Said) -> Said:
        """What is asked for."""
        self.unread, self.was_short = None, False
        return self.told(request)

    def fault(self, error: Exception) -> Said:
        """What stopped the library: the disk's own error, or the first of its words.

        These come without names of functions and offsets, so that neighbours have the same fault.
        """
        if self.unread is not None:
            return Unread(self.unread.errno or errno.EIO, self.unread.strerror or str(self.unread))
        if self.was_short:
            return Unread(errno.EIO, "behind the end of the image")
        found = _INNERMOST.search(str(error))
        return Failed(found["words"] if found else str(error) or type(error).__name__)


class File:
    """Bytes that are had by asking, as the file that a library wants to read from."""

    def __init__(
        self,
        desk: LibyalDesk,
        needed: Callable[[int, int], bytes | memoryview],
        size: int,
        start: int = 0,
    ) -> None:
        """A file of this size.

        Args:
            desk: learns what could not be read.
            needed: gives bytes.
            size: bytes.
            start: where it begins among all that can be asked for.
        """
        self._desk, self._needed = desk, needed
        self._size, self._start = size, start
        self._position = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        """Go there."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        self._position = start[whence] + offset

    def tell(self) -> int:
        """Where it is."""
        return self._position

    def get_size(self) -> int:
        """Bytes."""
        return self._size

    def read(self, size: int) -> bytes:
        """All of it, or an error; at the end, what there is."""
        place, data = self._start + self._position, b""
        wanted = max(0, min(size, self._size - self._position))
        try:
            while len(data) < wanted:
                data += self._needed(place + len(data), wanted - len(data))
        except OSError as error:
            self._desk.unread = error
            raise
        self._desk.was_short |= len(data) < size
        self._position += len(data)
        return data
