"""Pipes to a process apart: bytes go in and come out, each within a time.

Where the system can be asked whether a pipe is ready (poll(2)), it is. On Windows it can't: there
two threads write and read, and whoever waits looks at what they have come to.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Protocol

from collectors.system import WINDOWS

if TYPE_CHECKING:
    import subprocess

_GLANCE = 0.1  # seconds between two looks at whether the run is to end
_PIECE = 1 << 16  # bytes read at once
_WIDTH = 1 << 20  # bytes in a pipe: of 64 KiB, the default, either end sleeps after each piece
_WAITING = 64  # pieces that may wait to be written


class Pipes(Protocol):
    """Both pipes of one process."""

    def write(self, data: memoryview, seconds: float, stopping: Callable[[], bool]) -> int:
        """How many bytes were taken.

        Raises:
            TimeoutError: none in this time, or the run is to end.
            OSError: nobody reads any more.
        """
        ...

    def read(self, seconds: float, stopping: Callable[[], bool]) -> bytes:
        """What came; nothing when the process closed its end.

        Raises:
            TimeoutError: nothing in this time, or the run is to end.
        """
        ...


def pipes_to(child: subprocess.Popen[bytes]) -> Pipes:
    """The pipes of a process that was just begun.

    Raises:
        OSError: it has none.
    """
    if WINDOWS:
        return Threaded(number(child.stdin), number(child.stdout))
    return Polled(number(child.stdin), number(child.stdout))


def number(pipe: IO[bytes] | None) -> int:
    """The descriptor of a pipe.

    Raises:
        OSError: there is none.
    """
    if pipe is None:
        raise OSError(errno.EPIPE, "the process apart has no pipes")
    return pipe.fileno()


def close_pipes(child: subprocess.Popen[bytes]) -> None:
    """Close our ends of a process's pipes."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _wait(ready: Callable[[float], bool], seconds: float, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not ready(_GLANCE):
        if stopping():
            raise TimeoutError(errno.ETIMEDOUT, "the run was ended before it was read")
        if time.monotonic() >= until:
            raise TimeoutError(errno.ETIMEDOUT, f"it was not read within {seconds:.1f} s")


class Polled:
    """By poll(2)."""

    def __init__(self, into: int, out: int) -> None:
        os.set_blocking(into, False)
        _widen(into)
        self._into, self._out = into, out

    def write(self, data: memoryview, seconds: float, stopping: Callable[[], bool]) -> int:
        """As `Pipes.write`."""
        import select

        _wait(_polling(self._into, select.POLLOUT), seconds, stopping)
        try:
            return os.write(self._into, data)
        except BlockingIOError:
            return 0

    def read(self, seconds: float, stopping: Callable[[], bool]) -> bytes:
        """As `Pipes.read`."""
        import select

        _wait(_polling(self._out, select.POLLIN), seconds, stopping)
        return os.read(self._out, _PIECE)


def _widen(pipe: int) -> None:
    """Room for a whole request, where the system gives it: an ordinary user may have none left."""
    import fcntl

    if (width := getattr(fcntl, "F_SETPIPE_SZ", None)) is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, width, _WIDTH)


def _polling(descriptor: int, event: int) -> Callable[[float], bool]:
    import select

    poll = select.poll()
    poll.register(descriptor, event)
    return lambda seconds: bool(poll.poll(seconds * 1000))


class Threaded:
    """By two threads; they end with the process, whose ends of the pipes close then.

    Each thread has a descriptor of its own and closes it itself: the number of one that somebody
    else closed may be that of another file by then.
    """

    def __init__(self, into: int, out: int) -> None:
        self._given: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._came: queue.Queue[bytes] = queue.Queue()
        self._broken = False
        for work, descriptor in ((self._write, into), (self._read, out)):
            own = os.dup(descriptor)
            threading.Thread(target=work, args=(own,), daemon=True).start()

    def _write(self, descriptor: int) -> None:
        while not self._broken:
            with memoryview(self._given.get()) as data:
                done = 0
                try:
                    while done < len(data):
                        done += os.write(descriptor, data[done:])
                except OSError:
                    self._broken = True
        os.close(descriptor)

    def _read(self, descriptor: int) -> None:
        piece = b"begin"
        while piece:
            piece = b""
            with contextlib.suppress(OSError):  # the process was ended
                piece = os.read(descriptor, _PIECE)
            self._came.put(piece)
        os.close(descriptor)
        self._broken = True
        with contextlib.suppress(queue.Full):  # then the other thread isn't waiting
            self._given.put_nowait(b"")

    def write(self, data: memoryview, seconds: float, stopping: Callable[[], bool]) -> int:
        """As `Pipes.write`."""
        _wait(lambda wait: self._put(bytes(data), wait), seconds, stopping)
        if self._broken:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        return len(data)

    def _put(self, data: bytes, seconds: float) -> bool:
        if self._broken:
            return True
        try:
            self._given.put(data, timeout=seconds)
        except queue.Full:
            return False
        return True

    def read(self, seconds: float, stopping: Callable[[], bool]) -> bytes:
        """As `Pipes.read`."""
        found: list[bytes] = []
        _wait(lambda wait: self._get(found, wait), seconds, stopping)
        return found[0]

    def _get(self, found: list[bytes], seconds: float) -> bool:
        try:
            found.append(self._came.get(timeout=seconds))
        except queue.Empty:
            return False
        return True
