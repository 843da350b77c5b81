"""The imager that the operator brought: by its digest, in its words, within limits.

None is shipped. What it gives goes through the same chain as everything else: from its standard
output, or, where one of its arguments holds `{output}`, from the file that it writes there.
"""

from __future__ import annotations

import errno
import io
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from collectors.artifact import Interval, Method, MissingRange, Program, Stat, detail_of
from collectors.ram.imager.execution import run
from collectors.ram.imager.left import plain_file
from collectors.ram.imager.said import PIECE, Said, opened

OUTPUT = "{output}"
PACKED = (b"AVML", b"PK\x03\x04")
"""How compressed images begin: AVML's second format, and the ZIP of AFF4."""
_HEAD = max(map(len, PACKED))
_CLOSEST = 1000  # to one: deflate comes to 1032, and no machine's memory packs like that


Signature = Mapping[str, object] | None
"""What is found of who signed a program; None where nothing of that kind is in it."""


def unsigned(_descriptor: int) -> Signature:
    """Of a program in which nobody looks for who signed it."""
    return None


class Imager(NamedTuple):
    """A program that takes images of memory, as the operator named it."""

    path: str
    sha256: str
    arguments: tuple[str, ...] = ()
    seconds: int = 3600
    """That it may take."""
    signature: Callable[[int], Signature] = unsigned
    """Finds out who signed it, from its open file; may raise OSError."""

    @property
    def lands(self) -> bool:
        """Whether it writes a file, as it can't write to a pipe."""
        return any(OUTPUT in each for each in self.arguments)

    @property
    def copies(self) -> int:
        """How often the image lies at the destination for a time."""
        return 2 if self.lands else 1

    def measured(self) -> str:
        """SHA-256 of the program as it is now.

        Raises:
            OSError: it can't be read.
        """
        with opened(self.path) as (_, digest):
            return digest

    def held(self) -> tuple[str, Signature]:
        """SHA-256 of the program as it is now, and who signed that, if it is the one named.

        Raises:
            OSError: it can't be read.
        """
        with opened(self.path) as (descriptor, digest):
            return digest, self.signature(descriptor) if digest == self.sha256 else None

    def program(self, output: str) -> Program:
        """What is run, with the place where it is to write."""
        arguments = tuple(each.replace(OUTPUT, output) for each in self.arguments)
        return Program(path=self.path, sha256=self.sha256, arguments=arguments)


class Landing(Protocol):
    """Where a program that can't write to a pipe may put its file: at the destination."""

    @property
    def path(self) -> str:
        """The file's name."""
        ...

    @property
    def taken(self) -> bool:
        """Whether something has that name all the same: a run that was cut off left it."""
        ...

    def clear(self, *, whole: bool = True) -> None:
        """Take the file away, if there is one; `whole` says whether it was read to its end."""
        ...

    def others(self) -> list[str]:
        """Names of what lies beside it that begin as its own."""
        ...


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How far a program may go."""

    most: int
    """Bytes that it may give."""
    least: int
    """Bytes below which it can't have given the whole memory; a thousandth where it packs it."""
    until: float
    """By the monotonic clock, seconds."""
    stop: Callable[[], bool]
    landing: Landing | None

    def look(self) -> None:
        """Raise OSError, with the reason, where it has gone too far."""
        if self.stop():
            raise TimeoutError(errno.ETIMEDOUT, "the run was ended while the imager ran")
        if time.monotonic() > self.until:
            raise TimeoutError(errno.ETIMEDOUT, "the imager was ended: its time was over")
        if self.landing is not None:
            try:
                self.hold(os.lstat(self.landing.path).st_size)
            except FileNotFoundError:
                return  # it has not begun

    def hold(self, size: int) -> None:
        """Raise OSError where that is more than it may give."""
        if size > self.most:
            text = f"the imager gave more than the {self.most} bytes that there is room for"
            raise OSError(errno.EFBIG, text)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What is known of a program's run, however it ended."""

    began: bool = False
    status: int | None = None
    """Its exit status, if it ended by itself; negative for a signal."""
    size: int = 0
    head: bytes = b""
    errors: Said = field(default_factory=Said)
    output: Said = field(default_factory=Said)
    """What it said on its standard output, where that is not the image."""
    left_running: list[int] = field(default_factory=list)
    """Numbers of the processes of it that could not be ended."""


class ImagerReading:
    """What an imager gives on its standard output, while it runs."""

    stat: Stat | None = None
    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    changed: bool | None = None
    ended = False

    def __init__(self, program: Program, bounds: Bounds, outcome: Outcome) -> None:
        """Run it.

        Raises:
            OSError: it can't be run.
        """
        self.method = Method(door="program", program=program)
        self.missing: Sequence[MissingRange] = ()
        self.errors: Sequence[str] = ()
        self._bounds = bounds
        self._outcome = outcome
        self._execution = run(program, bounds.look, outcome.errors)
        outcome.began = True

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end.

        Raises:
            OSError: a limit was met, or it failed without having given anything.
        """
        count = self._next(buffer)
        known = self._outcome
        self._bounds.hold(known.size + count)
        known.size += count
        if len(known.head) < _HEAD:
            known.head += bytes(buffer[: min(count, _HEAD - len(known.head))])
        if not count:
            self._conclude()
        return count

    def _next(self, buffer: memoryview) -> int:
        return self._execution.readinto(buffer)

    def _conclude(self) -> None:
        """Say what kept it from giving everything: an end of its output alone says nothing."""
        why = self._failed() or self._short()
        if why and not self._outcome.size:
            raise OSError(errno.EIO, why)
        if why:
            self.missing = [MissingRange(offset=self._outcome.size, size=None, error=why)]

    def _failed(self) -> str:
        """How it failed, in words; empty where it did not."""
        self._outcome.status = status = self._execution.wait()
        if status == 0:
            return ""
        return f"the imager ended with exit status {status}: {self._outcome.errors.last_words}"

    def _short(self) -> str:
        known, least = self._outcome, self._bounds.least
        if known.head.startswith(PACKED):
            least = max(1, least // _CLOSEST)
        if known.size >= least:
            return ""
        return (
            f"the imager ended with exit status 0, but gave {known.size} bytes where at least "
            f"{least} were expected"
        )

    def _end(self) -> None:
        self._outcome.left_running += self._execution.end()

    def close(self) -> None:
        """End what still runs of it."""
        self._end()


class LandedReading(ImagerReading):
    """What an imager wrote into a file: read when it has ended, and taken away."""

    def __init__(
        self, program: Program, bounds: Bounds, outcome: Outcome, landing: Landing
    ) -> None:
        """Run it to its end.

        Raises:
            OSError: it can't be run, or left no file; EEXIST where something has that name, since
                it may be the only image of an earlier run.
        """
        if landing.taken:
            raise OSError(errno.EEXIST, f"not run: an earlier run left {landing.path}")
        super().__init__(program, bounds, outcome)
        self._landing = landing
        self._file: io.FileIO | None = None
        self._whole = False
        try:
            self._failure = self._ran()
            self._file = self._landed()
        except BaseException:
            self.close()
            raise

    def _ran(self) -> str:
        """Why it failed; empty where it did not. What it wrote until then counts all the same."""
        room = memoryview(bytearray(PIECE))
        try:
            while count := self._execution.readinto(room):
                self._outcome.output.add(bytes(room[:count]))
            return super()._failed()
        except OSError as error:
            return detail_of(error)
        finally:
            self._end()  # before its file is read: nothing writes to it any more

    def _landed(self) -> io.FileIO:
        others = self._landing.others()
        if others:  # it made a name of its own of the one that it got, or several files
            self.errors = [
                f"the imager left beside the bundle, unencrypted: {', '.join(others)}; seal that "
                "with `hozen ingest`, then take it away"
            ]
        try:
            return plain_file(self._landing.path)
        except OSError as error:
            raise self._without_a_file(detail_of(error)) from error

    def _without_a_file(self, detail: str) -> OSError:
        why = self._failure or "the imager ended with exit status 0"
        return OSError(errno.EIO, "; ".join((why, f"it left no file: {detail}", *self.errors)))

    def _next(self, buffer: memoryview) -> int:
        count = self._file.readinto(buffer) if self._file is not None else 0
        self._whole = not count
        return count

    def _failed(self) -> str:
        return self._failure

    def close(self) -> None:
        """End what still runs of it, and take its file away, unless it is to be gone on with."""
        super().close()
        if self._file is not None:
            self._file.close()
        self._landing.clear(whole=self._whole)
