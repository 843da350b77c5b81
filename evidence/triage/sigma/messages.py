"""What passes between a triage and the process apart in which SQLite runs."""

from __future__ import annotations

import msgspec

from evidence.triage.evtx.event import Event, Natural
from evidence.triage.sigma.rule import Feed


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """What is asked, of which events."""

    feeds: tuple[Feed, ...]
    query: str
    fields: tuple[str, ...]


class Request(msgspec.Struct, array_like=True):
    """Conditions to be kept, or events to hold some of them against."""

    keep: list[tuple[Natural, Condition]] | None = None
    """Each with the place by which it is known from then on."""
    ask: list[tuple[int, float]] = []
    """Places of conditions, and seconds that each may take."""
    events: list[Event] = []
    seconds: float = 0
    """For all of them; what is not kept or asked by then is left, but for the first."""


class Asked(msgspec.Struct, array_like=True):
    """What came of one condition."""

    place: Natural
    events: Natural = 0
    """Those of its log source."""
    rows: list[Natural] = []
    """Places of the events that it fits."""
    named: list[str] = []
    """Its fields that any of these events had, in small letters."""
    seconds: float = 0
    fault: str = ""
    """Why it can't be asked on."""
