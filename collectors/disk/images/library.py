"""An image as its library puts the disk together, in a process apart."""

from __future__ import annotations

import errno
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from collectors.disk.images import wire
from collectors.disk.libraries.ahead import MOST, Ahead
from collectors.disk.libraries.library import ENDING, Library
from collectors.disk.libraries.opened import NUMBERS, Opened
from collectors.disk.libraries.wire import Held
from collectors.disk.reader import Files, LibraryError, beyond_the_end

ENTRY = "from collectors.disk.images.serving import serve; serve()"
SILENT = 30.0  # seconds without a word: for a mebibyte it unpacks a few chunks
TOTAL = 300.0  # seconds for a question, however much is read for it
_BLOCK = 64 << 10  # bytes that are left out where the process ends over them


class _Package(NamedTuple):
    """Where a library comes from."""

    library: str
    package: str


_PACKAGES = {
    "pyewf": _Package("libewf", "libewf-python"),
    "pyvmdk": _Package("libvmdk", "libvmdk-python"),
    "pyvhdi": _Package("libvhdi", "libvhdi-python"),
}


def _missing(package: str, words: str) -> LibraryError:
    return LibraryError("library", package=package, why=words)


class LibraryReader:
    """A disk out of an image's files; each image has a process of its own.

    Where the process ends over a piece of it, blocks are asked for one by one from then on, and
    one over which it ends again is not asked for any more.
    """

    def __init__(self, module: str, paths: Sequence[str]) -> None:
        """Open it.

        Args:
            module: the library's, as Python calls it.
            paths: the image's files, in their order.

        Raises:
            OSError: one of them can't be read, or the library can't open it.
            LibraryError: the library isn't installed, or doesn't load.
        """
        self.library, package = _PACKAGES[module]
        missing = partial(_missing, package)
        self._apart = Library(
            self.library, ENTRY, wire.ANSWERS, missing, silent=SILENT, total=TOTAL
        )
        self._files = Files(paths)
        self._end = weakref.finalize(self, _ended, self._apart, self._files)
        opening = wire.OpenImage(next(NUMBERS), self._files.size, module, self._files.sizes)
        self._image = Opened(self._files, self._apart, opening)
        self._ahead = Ahead(self._read)
        self._careful = False
        self._block: tuple[int, bytes] = (-1, b"")
        self._bad: dict[int, OSError] = {}
        """Why no block of this number can be had; as many as the process may end, at most."""
        try:
            self.about = self._image.ask(opening, wire.About)
            _require_sense(self.about)
        except BaseException:
            self.close()
            raise
        self.size, self.sector = self.about.size, self.about.chunk

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        with self._apart.alone:
            if self._careful or not self._filled(offset, buffer):
                self._fill(offset, buffer, _BLOCK, self._of_block)

    def _filled(self, offset: int, buffer: memoryview) -> bool:
        """Whether it was; if not, the process ended over it, or over what lies behind it."""
        ends = self._image.ends
        try:
            self._fill(offset, buffer, MOST, self._ahead.read)
        except OSError:
            if self._image.ends == ends:
                self._fill(offset, buffer, MOST, self._read)  # what can't be had may lie behind it
            elif ENDING.asked():
                raise
            else:
                self._careful = True
        return not self._careful

    def _fill(
        self,
        offset: int,
        buffer: memoryview,
        step: int,
        read: Callable[[int, int], bytes | memoryview],
    ) -> None:
        """By pieces of which each lies between two multiples of a step."""
        filled = 0
        while filled < len(buffer):
            at = offset + filled
            data = read(at, min(len(buffer) - filled, step - at % step))
            buffer[filled : filled + len(data)] = data
            filled += len(data)

    def _read(self, offset: int, size: int) -> bytes:
        size = min(size, self.size - offset)
        data = self._image.ask(wire.Read(self._image.number, offset, size), Held).data
        if len(data) != size:
            raise OSError(errno.EIO, f"{self.library} gave nothing here")
        return data

    def _of_block(self, offset: int, size: int) -> bytes | memoryview:
        """The same, out of a block that is asked for as a whole: over that the process may end."""
        number, within = divmod(offset, _BLOCK)
        if known := self._bad.get(number):
            raise OSError(known.errno, known.strerror)
        ends = self._image.ends
        try:
            if self._block[0] != number:
                self._block = number, self._read(number * _BLOCK, _BLOCK)
        except OSError as error:
            if self._image.ends == ends:
                return self._read(offset, size)
            if not ENDING.asked():
                self._bad[number] = error
            raise
        return memoryview(self._block[1])[within : within + size]

    def close(self) -> None:
        """Close the image's files, and end the process."""
        self._end()


def _require_sense(about: wire.About) -> None:
    if about.size < 0 or about.chunk <= 0:
        raise OSError(errno.EIO, f"{about.size} bytes in chunks of {about.chunk}")


def _ended(apart: Library, files: Files) -> None:
    apart.close()
    files.close()
