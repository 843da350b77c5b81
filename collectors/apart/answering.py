"""A process apart that answers requests: what crashes or hangs there costs the request alone.

Parsers and engines written by others meet bytes there that somebody may have made to break them.
"""

from __future__ import annotations

import math
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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


class LateError(ApartError):
    """It took too long, or the run is to end."""


@dataclass(slots=True)
class _Process:
    """One that runs, as far as is known."""

    child: subprocess.Popen[bytes]
    pipes: Pipes
    is_ready: bool
    """Whether it said that it knows what it has to."""
    left: float | None = None
    """Seconds that the request has whose answer was not taken yet; None where none is due."""


class Apart:
    """The process apart: begun when it is first needed, and anew after each one that ended.

    It has one request at a time. Whoever has other work meanwhile gives it one and takes the answer
    later; whoever has none asks, and waits. Nothing is written to it before its last answer was
    taken, so that neither end waits for the other to read.
    """

    def __init__(
        self, entry: str, deadline: float, first: bytes = b"",
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Prepare; nothing is started yet.

        Args:
            entry: what the process runs.
            deadline: seconds for a request.
            first: what each process is asked before all else, with nothing for an answer: what it
                has to know. It has the whole deadline for that.
            stopping: whether somebody asked the run to end; asked while we wait. Whoever is ended
                itself, and this with it, need not say.
        """
        self._entry = entry
        self._stopping = stopping
        self._deadline = deadline
        self._first = first
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def runs(self) -> bool:
        """Whether there is a process, as far as is known."""
        return self._process is not None

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
        self.give(request, seconds, rest)
        return self.taken(decode)

    def begin(self) -> None:
        """Start it where it doesn't run, without waiting until it can be asked.

        Raises:
            ApartError: it doesn't start.
        """
        self._begun()

    def get_ready(self) -> None:
        """Wait until it can be asked, so that its start takes no time of a request's.

        Raises:
            ApartError: it doesn't start, or ends over what it has to know.
        """
        self._ready()

    def give(
        self, request: bytes, seconds: float = math.inf, rest: Sequence[memoryview] = ()
    ) -> None:
        """Ask, and don't wait for the answer.

        Args:
            request: as in `ask`.
            seconds: as in `ask`; what is done before the answer is taken takes none of them.
            rest: as in `ask`.

        Raises:
            ApartError: as `ask`; there is no answer to take then.
        """
        if self._process is not None and self._process.left is not None:
            self.close()  # nobody took its answer, which must not pass for that to this one
        process, left = self._ready(), min(self._deadline, seconds)
        process.left, begun = left, time.monotonic()
        with self._told():
            self._give(process.pipes, (request, *rest), begun + left)
            process.left = left - (time.monotonic() - begun)

    def taken(self, decode: Callable[[bytearray], T], seconds: float = math.inf) -> T:
        """The answer to what was given.

        Args:
            decode: makes the answer of its bytes.
            seconds: to wait for it, where that is less than it was given with.

        Raises:
            ApartError: as `ask`.
            RuntimeError: nothing was given.
        """
        process = self._process
        if process is None or process.left is None:
            raise RuntimeError("an answer was to be taken, and nothing was asked")
        with self._told():
            data = self._answer(process.pipes, time.monotonic() + min(process.left, seconds))
            process.left = None
            return decode(data)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            end(process.child)

    def _begun(self) -> _Process:
        if self._process is None:
            with self._told():
                child = begin_beside(self._entry)
                self._process = _Process(child, _pipes(child), is_ready=not self._first)
                if self._first:
                    until = time.monotonic() + self._deadline
                    self._give(self._process.pipes, (self._first,), until)
        return self._process

    def _ready(self) -> _Process:
        process = self._begun()
        if not process.is_ready:
            with self._told():
                self._answer(process.pipes, time.monotonic() + self._deadline)
                process.is_ready = True
        return process

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong within is told as what it means, and costs the process."""
        try:
            yield
        except TimeoutError as error:
            self.close()
            raise LateError("it was not read in time") from error
        except BrokenPipeError as error:  # whether we wrote or read: its exit code says more
            raise ApartError(f"{_ENDED}{self._ended()}") from error
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self.close()
            raise ApartError(str(error)) from error
        except BaseException:  # between two bytes of an answer: the rest must not pass for another
            self.close()
            raise

    def _give(self, pipes: Pipes, request: Sequence[bytes | memoryview], until: float) -> None:
        """Write a request behind its size.

        Raises:
            TimeoutError: it was not taken in time.
            OSError: nobody reads any more.
        """
        length = sum(map(len, request))
        parts = (_SIZE.pack(length), *request)
        for part in (b"".join(parts),) if length <= _AT_ONCE else parts:
            left = memoryview(part)
            while left:
                left = left[pipes.write(left, _left(until), self._stopping) :]

    def _answer(self, pipes: Pipes, until: float) -> bytearray:
        """What comes back behind its size.

        Raises:
            BrokenPipeError: the process ended before.
            TimeoutError: it took too long.
            OSError: it promises too much.
        """
        data = bytearray()
        self._take(pipes, data, _SIZE.size, until)
        (size,) = _SIZE.unpack_from(data)
        if size > _LARGEST:
            raise OSError(f"an answer of {size} bytes")
        self._take(pipes, data, _SIZE.size + size, until)
        del data[: _SIZE.size]
        return data

    def _take(self, pipes: Pipes, data: bytearray, size: int, until: float) -> None:
        """Read until there are so many bytes."""
        while len(data) < size:
            piece = pipes.read(_left(until), self._stopping)
            if not piece:
                raise BrokenPipeError(_ENDED)
            data += piece

    def _ended(self) -> str:
        """How the process ended, in words, where it did so by itself."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.child.wait(0.5) if self._process is not None else None
        self.close()
        return "" if code is None else f" (exit code {code})"


def _pipes(child: subprocess.Popen[bytes]) -> Pipes:
    """Its pipes; without them it is ended.

    Raises:
        OSError: it has none.
    """
    try:
        return pipes_to(child)
    except OSError:
        end(child)
        raise


def _left(until: float) -> float:
    """Seconds that are left: pipes that are always ready never ask for the time.

    Raises:
        TimeoutError: none.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
