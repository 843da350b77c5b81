"""The memory of a process, read in the guarded child: a page of a mapped file may come from afar.

Such a page is read from its mount when it is asked for, and where that mount doesn't answer nothing
ends the read: not even the signal that ends a process.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from typing import Protocol

from collectors.files.pages import fill

SLICE = 64 << 10  # bytes a frame: each has the whole deadline
_START_TICKS, _STACK = 19, 25  # fields behind the name and its bracket, proc_pid_stat(5)


class Answering(Protocol):
    """Sends a frame."""

    def __call__(self, kind: bytes, payload: bytes | memoryview = b"", /) -> None:
        """Send it."""
        ...


class _Held:
    """The memory that was asked for last, open: what is asked next is most often of the same."""

    def __init__(self) -> None:
        self._whose: tuple[str, int, int] | None = None
        self._descriptor = -1
        self.room = memoryview(bytearray(SLICE))

    def of(self, path: str, start_ticks: int, stack: int) -> int:
        """The descriptor of this process's memory; from then on it is of the same program.

        Raises:
            OSError: it ended or runs another program, or the kernel refuses.
        """
        if self._whose != (path, start_ticks, stack):
            self._close()
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            _check(path, start_ticks, stack)
            self._whose = (path, start_ticks, stack)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._whose, self._descriptor = None, -1


def _check(path: str, start_ticks: int, stack: int) -> None:
    """Refuse a later process of the same number, and a later program of the same process.

    Args:
        path: of the memory, which is open: what is opened stays that of one program.
        start_ticks: since boot.
        stack: where the program's began; 0 where that isn't known.
    """
    with open(f"{os.path.dirname(path)}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    if fields[_START_TICKS : _START_TICKS + 1] != [b"%d" % start_ticks]:
        raise ProcessLookupError(errno.ESRCH, "it ended meanwhile")
    if stack and fields[_STACK : _STACK + 1] != [b"%d" % stack]:
        raise OSError(errno.ESTALE, "it began another program meanwhile")


_held = _Held()


def serve_memory(answer: Answering, path: str, request: Mapping[str, int]) -> None:
    """Send a piece of a process's memory: slice by slice, before each what of it is unreadable."""
    descriptor = _held.of(path, request["start_ticks"], request["stack"])
    end = request["offset"] + request["size"]
    for at in range(request["offset"], end, SLICE):
        room = _held.room[: min(SLICE, end - at)]
        unread = list(fill(descriptor, room, at))
        if unread:
            answer(b"U", json.dumps(unread).encode())
        answer(b"D", room)
    answer(b"Z")
