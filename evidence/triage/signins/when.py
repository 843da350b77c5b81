"""When a line was written: by the clock of what wrote it, and how far that is from UTC."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence.triage.linuxlogs.stamp import Stamp, utc

LEAST = 1970  # no appliance wrote before
_APART = timedelta(minutes=5)  # between an appliance and whoever wrote the line's head
_ZONES = {"UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00"}  # names that mean one distance alone


@dataclass(frozen=True, slots=True)
class When:
    """A time, as far as it is known."""

    at: str | None = None
    """UTC; None where nothing tells the distance from it."""
    local: datetime | None = None
    """By the clock of whoever wrote it, without a zone; None where that is no time."""
    zone: str | None = None
    """Where the distance from UTC comes from: the line's own `+0900` or `JST`, `eventtime`,
    `head`."""
    year: str | None = None
    """Where the year comes from, as `Stamp` has it."""
    written: str | None = None
    """What the line has, where the year is missing: `05-13T02:00:00`."""


def of_head(head: Stamp) -> When:
    """The time that whoever wrote the line put before it."""
    if head.local is None or head.year is None:
        return When(written=head.local)
    time = datetime.fromisoformat(head.local)
    local = time.replace(tzinfo=None)
    return When(head.at, local, None if head.at is None else "head", head.year)


def of_own(text: str, head: Stamp) -> When:
    """The appliance's own time, `2024-05-13T02:00:00`; from UTC as far as the head says.

    The zone of the line's head counts where that shows about the same hour and minute.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return When()
    if local.tzinfo is not None or local.year < LEAST:
        return When()
    when = When(local=local, year="line")
    if head.at is None or head.local is None:
        return when
    beside = datetime.fromisoformat(head.local)
    near = abs(beside.replace(tzinfo=None) - local) <= _APART
    return _from_utc(when, local, beside.strftime("%z"), "head") if near else when


def in_zone(when: When, zone: str, told: str | None = None) -> When:
    """The same, where the line tells its zone.

    Args:
        when: as the appliance's clock had it.
        zone: `+0900`, or a name that means one distance alone; others say nothing.
        told: what to name as the source; the zone itself, if nothing else is said.
    """
    if when.local is None:
        return when
    return _from_utc(when, when.local, _ZONES.get(zone, zone), told or zone)


def _from_utc(when: When, local: datetime, distance: str, told: str) -> When:
    try:
        time = datetime.fromisoformat(f"{local.isoformat()}{distance}")
        return when if time.tzinfo is None else replace(when, at=utc(time), zone=told)
    except (ValueError, OverflowError):
        return when
