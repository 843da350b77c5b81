"""What an imager had written into a file when the run that began it was cut off."""

from __future__ import annotations

import errno
import io
import os
import stat as modes
from typing import TYPE_CHECKING

from collectors.artifact import MissingRange
from collectors.files.snapshot import LOOKED
from collectors.files.stat import from_os
from collectors.system import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.artifact import Interval, Stat
    from collectors.ram.imager.program import Landing

_CUT_OFF = "the run that had it written was cut off: nothing says whether it is whole"


def plain_file(path: str) -> io.FileIO:
    """Open a file to be read: no link is followed, no device or pipe waited for.

    Raises:
        OSError: it is none, or can't be read.
    """
    if not modes.S_ISREG(os.lstat(path).st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    return io.FileIO(os.open(path, PLAIN))


class LeftReading:
    """The file at a landing, taken away once it was read to its end, and not before.

    After a restart of the machine it may be the only image of what was in memory until then.
    """

    method = LOOKED
    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    missing: Sequence[MissingRange] = ()
    errors: Sequence[str] = ()
    changed: bool | None = None
    ended = False

    def __init__(self, landing: Landing) -> None:
        """Open it.

        Raises:
            OSError: it is no file, or can't be read.
        """
        self._landing = landing
        self._file = plain_file(landing.path)
        self.stat: Stat | None = from_os(os.fstat(self._file.fileno()))  # when it was written

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end.

        Raises:
            OSError: the medium failed.
        """
        count = self._file.readinto(buffer)
        if not count:
            self.missing = [MissingRange(offset=self._file.tell(), size=None, error=_CUT_OFF)]
        return count

    def close(self) -> None:
        """Let it go; what was read to its end is taken away."""
        self._file.close()
        if self.missing:
            self._landing.clear()
