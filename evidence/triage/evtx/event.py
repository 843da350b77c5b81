"""An event as triage uses it, and what a chunk gave: what comes from the process apart."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

_WIDTH = len('"2024-05-19T12:00:00.000000Z"')
_LONGEST = 8192  # characters of a value
_MOST = 64  # values of an event
CHUNK = 1 << 16  # bytes; each can be read without the others
Natural = Annotated[int, Meta(ge=0)]
Moment = Annotated[datetime, Meta(tz=True)]
_BACK = timedelta(minutes=1)  # threads that write at once differ by less


class Event(Struct, frozen=True, array_like=True, gc=False):
    """One event that is wanted: by a table, a fingerprint, or a rule of others."""

    record: Natural
    """Its number in the log; written once, never again."""
    offset: Natural | None
    """Bytes into the chunk."""
    time: Moment | None
    """As the host's clock had it; None where none is told that a calendar has, in UTC."""
    channel: str
    provider: str
    id: int
    computer: str
    said: bytes
    """What it says, as one flat JSON object: of which each decodes what it wants."""

    @property
    def at(self) -> str | None:
        """Its time, as records keep it."""
        return utc(self.time)

    @property
    def data(self) -> dict[str, str]:
        """What it says, by name; by place (`0`, `1`, …) where it has no names."""
        try:
            found = msgspec.json.decode(self.said)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        pairs = list(found.items())[:_MOST] if isinstance(found, dict) else []
        return {name: _text(value) for name, value in pairs if name != "#attributes"}

    @property
    def text(self) -> str:
        """The event in one line."""
        said = "; ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.id} {self.provider}: {said}"


class RawRow(Struct, frozen=True, array_like=True, gc=False):
    """A row of a table, as the process apart makes it: without what the file adds."""

    kind: Natural
    """Its place in the list of kinds."""
    listed: bool
    """Whether the table has it; else it is only counted."""
    time: Moment | None
    """Of its event."""
    cells: list[str | int | None]
    """The others, in the order of the kind's names."""


class Stretch(Struct, array_like=True, gc=False):
    """What a chunk has of one channel."""

    channel: str
    records: int = 0
    oldest: Moment | None = None
    newest: Moment | None = None
    first: Moment | None = None
    """The time of the first record in the order of writing, where one has a time."""
    last: Moment | None = None
    backwards: int = 0
    """How often the clock went back by more than a minute."""

    @classmethod
    def of(cls, channel: str, told: list[datetime | None]) -> Stretch:
        """Of records in the order of writing, each with its time or none."""
        times = [time for time in told if time is not None]
        if not times:
            return cls(channel, len(told))
        return cls(
            channel, len(told), oldest=min(times), newest=max(times), first=times[0],
            last=times[-1],
            backwards=0 if times == sorted(times) else _backwards(times),
        )  # fmt: skip


def _backwards(times: list[datetime]) -> int:
    return sum(went_back(*each) for each in itertools.pairwise(times))


class ChunkRead(Struct, array_like=True):
    """What one chunk gave."""

    events: list[Event] = []
    """Those that a fingerprint wants, or a rule of others."""
    rows: list[RawRow] = []
    stretches: list[Stretch] = []
    runs: list[tuple[int, int]] = []
    """Numbers of records that follow each other, first and last."""
    faults: list[str] = []
    """What could not be read of it."""


def went_back(before: datetime, after: datetime) -> bool:
    """Whether a clock was put back between two records."""
    return before - after > _BACK


def utc(time: datetime | None) -> str | None:
    """A time as records keep it."""
    if time is None or time.tzinfo is not UTC:
        return None
    text = str(msgspec.json.encode(time), "ascii")  # far faster than isoformat, without zeros
    return text[1:-1] if len(text) == _WIDTH else f"{text[1:-2]}.000000Z"


def _text(value: object) -> str:
    if isinstance(value, dict):  # an element with attributes
        value = value.get("#text")
    return "" if value is None else str(value)[:_LONGEST]
