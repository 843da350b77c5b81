"""The chunks of a log, each asked for before its turn comes: processors work side by side.

Chunks go round among a few processes apart, and what they give is taken in the order of places. So
all that comes of a log is the same, however many there are: a chunk over which one ends is told at
its turn, and what was asked for behind it is looked at only if its own turn comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from collectors.apart.answering import ApartError
from evidence.triage.evtx.apart import Apart
from evidence.triage.evtx.chunk import ChunkRead
from evidence.triage.evtx.event import CHUNK
from evidence.triage.evtx.layout import Place
from evidence.triage.faults import Faults
from evidence.triage.patience import Patience, Stopwatch

AT_ONCE = 4  # processes: what more of them gave, this one would not come to
_WORTH = 128  # chunks of a log, which take a tenth of a second, for each process that is begun
_ENDED = 3  # chunks of a file over which the process apart may end
_GIVEN_UP = "not tried: the parser ended over too many before it"
_LEAST = 1.0  # seconds for a chunk that is tried at all, so for the first of each log
_TOO_SLOW = "not tried: those before it took all the time"


class LogFaults(Faults):
    """What could not be read of one log."""

    def __init__(self, patience: Patience) -> None:
        """Before its first chunk."""
        super().__init__()
        self._patience = patience
        self.ended = 0
        """Chunks over which the process apart ended."""

    @property
    def given_up(self) -> str:
        """Why no more chunks are tried; empty while they are, and never again once it isn't."""
        if self.ended >= _ENDED:
            return _GIVEN_UP
        return _TOO_SLOW if self._patience.ended else ""

    @property
    def seconds(self) -> float:
        """How long a chunk that is tried may be waited for."""
        return max(_LEAST, self._patience.left)


class Ahead:
    """The processes in which the chunks of all logs are parsed."""

    def __init__(self, processes: Sequence[Apart]) -> None:
        """Begin no more of these than a log is worth."""
        self._processes = processes
        self.waited = Stopwatch()

    def read(
        self, places: Sequence[Place], file: BinaryIO, faults: LogFaults
    ) -> Iterator[tuple[Place, ChunkRead]]:
        """What the chunks of a log give, in this order; what they don't is added to its faults.

        Raises:
            OSError: the medium failed.
        """
        log = _Log(self._begun(len(places)), places, file, faults, self.waited)
        try:
            yield from log.read()
        finally:
            log.end()

    def _begun(self, chunks: int) -> list[Apart]:
        """Those that run, and as many more as are worth it; they start at the same time."""
        running = sum(each.runs for each in self._processes)
        count = max(running, -(-chunks // _WORTH))
        begun = sorted(self._processes, key=lambda each: not each.runs)[:count]
        for each in begun:
            with suppress(ApartError):  # which its first chunk meets again
                each.begin()
        return begun

    def close(self) -> None:
        """End them."""
        for each in self._processes:
            each.close()


@dataclass(slots=True)
class _Turn:
    """A chunk that was asked for."""

    process: Apart
    size: int = CHUNK
    """Bytes that are really there."""
    error: ApartError | OSError | None = None
    """What went wrong before its turn, and is told then."""


class _Log:
    """One log, while it is read."""

    def __init__(
        self, processes: Sequence[Apart], places: Sequence[Place], file: BinaryIO,
        faults: LogFaults, waited: Stopwatch,
    ) -> None:  # fmt: skip
        self._places, self._file, self._faults, self._waited = places, file, faults, waited
        self._idle, self._left, self._turns = deque(processes), deque(places), deque[_Turn]()

    def read(self) -> Iterator[tuple[Place, ChunkRead]]:
        for place in self._places:
            if why := self._faults.given_up:
                self._faults.add(f"{place}: {why}")
                continue
            self._ask()
            read = self._answer(place, self._turns.popleft())
            if read is not None:
                self._ask()  # so that the process works on while its answer is looked at
                yield place, read

    def end(self) -> None:
        """Nobody takes the answers any more that are still due."""
        for turn in self._turns:
            turn.process.close()

    def _ask(self) -> None:
        while self._idle and self._left and not self._faults.given_up:
            self._turns.append(self._asked(self._left.popleft(), self._idle.popleft()))

    def _asked(self, place: Place, process: Apart) -> _Turn:
        turn = _Turn(process)
        try:
            data = place.read(self._file)
            turn.size = len(data)
            process.get_ready()
            with self._waited.running():
                process.give(data.ljust(CHUNK, b"\0"), self._faults.seconds)
        except (ApartError, OSError) as error:
            turn.error = error
        return turn

    def _answer(self, place: Place, turn: _Turn) -> ChunkRead | None:
        """What a chunk gives, if it gives anything.

        Raises:
            OSError: the medium failed.
        """
        if turn.size < CHUNK:
            self._faults.add(f"{place}: cut off after {turn.size} bytes")
        try:
            if turn.error is not None:
                raise turn.error
            with self._waited.running():
                read = turn.process.read(self._faults.seconds)
        except ApartError as error:
            self._faults.ended += 1
            self._faults.add(f"{place}: {error}")
            return None
        finally:
            self._idle.append(turn.process)
        for fault in read.faults:
            self._faults.add(f"{place}: {fault}")
        return read
