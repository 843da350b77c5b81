"""An event as triage uses it, and what a chunk gave: what comes from the process apart."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

CHUNK = 1 << 16  # bytes; each can be read without the others
_WIDTH = len("2024-05-19T12:00:00.000000Z")


class Event(Struct, frozen=True, array_like=True):
    """One event that a table or a fingerprint wants."""

    record: int
    """Its number in the log; written once, never again."""
    offset: int | None
    """Bytes into the chunk."""
    at: str | None
    """UTC, as the host's clock had it; None where no year of four digits is told."""
    channel: str
    provider: str
    id: int
    computer: str
    data: dict[str, str]
    """What it says, by name; by place (`0`, `1`, …) where it has no names."""

    @property
    def seconds(self) -> float | None:
        """Its time, to reckon with."""
        return None if self.at is None else seconds(self.at)

    @property
    def text(self) -> str:
        """The event in one line."""
        said = "; ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.id} {self.provider}: {said}"


class Stretch(Struct, array_like=True):
    """What a chunk has of one channel."""

    channel: str
    records: int = 0
    oldest: str | None = None
    newest: str | None = None
    first: str | None = None
    """The time of the first record in the order of writing, where one has a time."""
    last: str | None = None
    backwards: int = 0
    """How often the clock went back by more than a minute."""

    def add(self, at: str | None) -> None:
        """One record more, in the order of writing."""
        self.records += 1
        if at is None:
            return
        if self.last is None:
            self.first = self.oldest = self.newest = at
        elif at < self.last:
            self.oldest = min(at, self.oldest or at)
            self.backwards += went_back(self.last, at)
        self.newest = max(at, self.newest or at)
        self.last = at


class ChunkRead(Struct, array_like=True):
    """What one chunk gave."""

    events: list[Event] = []
    stretches: list[Stretch] = []
    runs: list[tuple[int, int]] = []
    """Numbers of records that follow each other, first and last."""
    faults: list[str] = []
    """What could not be read of it."""


_BACK = 60.0  # seconds; threads that write at once differ by less


def went_back(before: str, after: str) -> bool:
    """Whether a clock was put back between two records."""
    return seconds(before) - seconds(after) > _BACK


def seconds(at: str) -> float:
    """A time that `time_of` let pass, to reckon with."""
    return datetime.fromisoformat(at).timestamp()


def time_of(text: str | None) -> str | None:
    """The parser's time, where it has the form that records keep; years beyond 9999 don't."""
    return text if text is not None and len(text) == _WIDTH and text >= "0001" else None
