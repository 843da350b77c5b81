"""A process apart that answers requests: what crashes or hangs there costs the request alone.

Parsers and engines written by others meet bytes there that somebody may have made to break them.
"""

from __future__ import annotations

import math
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self, TypeVar

import msgspec

from collectors.apart.interpreter import begin_beside, end
from collectors.apart.pipes import Pipes, pipes_to

T = TypeVar("T")

_SIZE = struct.Struct("<I")
_LARGEST = 256 << 20  # bytes of an answer
_AT_ONCE = 512 << 10  # bytes that are written with their size: the other end wakes once
_ENDED = "the process that read it ended"


class ApartError(Exception):
    """A request that the process apart did not bring to its end; says why."""


class Apart:
    """The process apart: begun when it is first needed, and anew after each one that ended."""

    def __init__(self, entry: str, deadline: float, first: bytes = b"") -> None:
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs.
            deadline: seconds for a request.
            first: what each process is asked before all else, with nothing for an answer: what it
                has to know. It has the whole deadline for that.
        """
        self._entry = entry
        self._deadline = deadline
        self._first = first
        self._child: subprocess.Popen[bytes] | None = None
        self._pipes: Pipes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self, request: bytes, decode: Callable[[bytearray], T], seconds: float = math.inf,
        rest: Sequence[memoryview] = (),
    ) -> T:  # fmt: skip
        """What comes back, decoded.

        Args:
            request: what is asked.
            decode: makes the answer of its bytes.
            seconds: for this one, where that is less than any may take.
            rest: of the request, in bytes that need not be copied.

        Raises:
            ApartError: the process ended over it, took too long, or gave no answer of our form.
        """
        try:
            pipes = self._pipes or self._begin()
            return decode(_asked(pipes, (request, *rest), min(self._deadline, seconds)))
        except TimeoutError as error:
            self.close()
            raise ApartError("it was not read in time") from error
        except BrokenPipeError as error:  # whether we wrote or read: its exit code says more
            raise ApartError(f"{_ENDED}{self._ended()}") from error
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self.close()
            raise ApartError(str(error)) from error

    def close(self) -> None:
        """End the process, if there is one."""
        child, self._child, self._pipes = self._child, None, None
        if child is not None:
            end(child)

    def _ended(self) -> str:
        """How the process ended, in words, where it did so by itself."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._child.wait(0.5) if self._child is not None else None
        self.close()
        return "" if code is None else f" (exit code {code})"

    def _begin(self) -> Pipes:
        self._child = begin_beside(self._entry)
        self._pipes = pipes_to(self._child)
        if self._first:
            _asked(self._pipes, (self._first,), self._deadline)
        return self._pipes


def _asked(pipes: Pipes, request: Sequence[bytes | memoryview], seconds: float) -> bytearray:
    """What comes back.

    Raises:
        OSError: as `_answer`.
    """
    until = time.monotonic() + seconds
    length = sum(map(len, request))
    parts = (_SIZE.pack(length), *request)
    for part in (b"".join(parts),) if length <= _AT_ONCE else parts:
        _give(pipes, part, until)
    return _answer(pipes, until)


def _give(pipes: Pipes, data: bytes | memoryview, until: float) -> None:
    left = memoryview(data)
    while left:
        left = left[pipes.write(left, _left(until), _never) :]


def _answer(pipes: Pipes, until: float) -> bytearray:
    """What comes back behind its size.

    Raises:
        BrokenPipeError: the process ended before.
        TimeoutError: it took too long.
        OSError: it promises too much.
    """
    data = bytearray()
    _take(pipes, data, _SIZE.size, until)
    (size,) = _SIZE.unpack_from(data)
    if size > _LARGEST:
        raise OSError(f"an answer of {size} bytes")
    _take(pipes, data, _SIZE.size + size, until)
    del data[: _SIZE.size]
    return data


def _take(pipes: Pipes, data: bytearray, size: int, until: float) -> None:
    """Read until there are so many bytes."""
    while len(data) < size:
        piece = pipes.read(_left(until), _never)
        if not piece:
            raise BrokenPipeError(_ENDED)
        data += piece


def _left(until: float) -> float:
    """Seconds that are left: pipes that are always ready never ask for the time.

    Raises:
        TimeoutError: none.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _never() -> bool:
    """Whoever asks is not told to end; it is ended, and this with it."""
    return False
