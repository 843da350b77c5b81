"""An event as triage uses it: what comes from the process apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

_WIDTH = len('"2024-05-19T12:00:00.000000Z"')
_LONGEST = 8192  # characters of a value
_MOST = 64  # values of an event
CHUNK = 1 << 16  # bytes; each can be read without the others
Natural = Annotated[int, Meta(ge=0)]
Moment = Annotated[datetime, Meta(tz=True)]
Head = tuple[datetime | None, str, str, int, int]
"""Time, computer, channel, number of the event, number of the record: what every row says."""


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
        return texts(self.said)

    @property
    def text(self) -> str:
        """The event in one line."""
        said = "; ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.id} {self.provider}: {said}"


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


def texts(said: bytes) -> dict[str, str]:
    """What an event says, each value as text."""
    try:
        found = msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    pairs = list(found.items())[:_MOST] if isinstance(found, dict) else []
    return {name: _text(value) for name, value in pairs if name != "#attributes"}
