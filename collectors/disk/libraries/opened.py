"""What a library has opened for us: a file system, the shadow copies of a volume, an image."""

from __future__ import annotations

import errno
import weakref
from itertools import count
from typing import TYPE_CHECKING

from collectors.apart.answering import ApartError, LateError
from collectors.disk.libraries import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.disk.libraries.library import Answer, Library
    from collectors.disk.reader import Reader

MOST_ENDS = 64  # of the process over one of them; it is asked nothing more of that then
NUMBERS = count(1)


class Opened:
    """It is opened anew, when next something is asked of it, in each process that follows one."""

    def __init__(self, reader: Reader, library: Library, opening: wire.Open) -> None:
        """Know how it is opened.

        Args:
            reader: what it is read from.
            library: the process.
            opening: what is asked for that, with a number of its own.
        """
        self.number = opening.number
        self._reader, self._library, self._opening = reader, library, opening
        self.ends = 0
        """How often the process ended over it."""
        weakref.finalize(self, library.forget, self.number)

    def ask(self, request: wire.Said, kind: type[Answer]) -> Answer:
        """What is answered.

        Raises:
            OSError: it can't be told; TimeoutError: not in time, or the run is to end.
            LibraryError: the library isn't installed, or doesn't load.
        """
        if self.ends >= MOST_ENDS:
            words = f"its process ended {self.ends} times over it: not asked"
            raise self._library.fault(words)
        return self._told(lambda: self._asked(request, kind))

    def _asked(self, request: wire.Said, kind: type[Answer]) -> Answer:
        with self._library.alone:
            if request is not self._opening and not self._library.has_open(self.number):
                self._library.ask(self._reader, self._opening, wire.Said)
            return self._library.ask(self._reader, request, kind)

    def _told(self, asked: Callable[[], Answer], *, again: bool = True) -> Answer:
        """What is answered; what becomes of the process is told of what it was asked about.

        Where it ended, it is asked once more: the memory of this machine or its own may have run
        out over what came before.
        """
        try:
            return asked()
        except ApartError as error:
            self.ends += 1
            if isinstance(error, LateError) or not again:
                raise as_fault(self._library, error) from error
        return self._told(asked, again=False)


def as_fault(library: Library, error: ApartError) -> OSError:
    """What became of the process, as the error that its question gets."""
    if isinstance(error, LateError):
        return TimeoutError(errno.ETIMEDOUT, f"{library.name}: {error}")
    return library.fault(str(error))
