"""One writer at a time: who collects or signs holds a lock on a bundle's first event.

No act changes that event, so its file stays the same one for as long as there is a log.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from chain_of_custody import system
from chain_of_custody.errors import OF_MACHINE
from evidence.writing.folder import FIRST

_AGAIN = 0.1  # seconds
_NOT_OF_THE_FILE = OF_MACHINE | {errno.EIO}
"""Why a log that is there may not open: without a lock, two could sign in one instant."""


class LogLock:
    """Holds the lock on one bundle's log, once it is taken, to the end of a `with`."""

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._descriptor is not None:
            with suppress(OSError):  # of a medium that was pulled; the lock is gone all the same
                os.close(self._descriptor)

    def take(self, bundle: Path, *, patience: float = 0) -> None:
        """Keep all others out.

        Args:
            bundle: its folder. Where there is no log, who reads it says what is wrong with it.
            patience: for how many seconds somebody else is waited for.

        Raises:
            BlockingIOError: somebody else did not let go of it.
            OSError: the medium failed.
        """
        self._descriptor = _opened(bundle / FIRST)
        if self._descriptor is None:
            return
        end = time.monotonic() + patience
        while True:
            try:
                system.lock(self._descriptor)
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise
                time.sleep(_AGAIN)
            else:
                return


def _opened(path: Path) -> int | None:
    """The file, where it is one: a pipe or a device has no lock that means anything.

    Raises:
        OSError: a machine without room for one more open file, or a medium that failed.
    """
    try:
        descriptor = os.open(path, system.READ)
    except OSError as error:
        if error.errno in _NOT_OF_THE_FILE:
            raise
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None
