"""What the clocks of a collection say against each other: statements, never failures."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import COLLECTION_TYPES, Resumed, Sealed, Started
from chain_of_custody.findings import Finding
from chain_of_custody.manifest import ClockReading

_ROUNDING = 2  # seconds by which two clocks read one after the other may differ


def of(documents: Documents) -> Iterator[Finding]:
    """Everything to be said of the clocks."""
    before = ""
    yield from _clock_set(documents)
    yield from _read_otherwise(documents)
    for reading in _readings(documents):
        if reading.reference is not None:
            seconds = _offset(reading)
            yield Finding.of("clock_offset", at=reading.utc, seconds=f"{seconds:+d}")
    for file in documents.events:
        if isinstance(file.detail, Started | Resumed) and not file.detail.clock.synchronised:
            yield Finding.of("clock_unsynchronised")
        at = file.event.at.removesuffix("Z")  # some with microseconds, some without
        if at < before:
            yield Finding.of("clock_backwards", name=file.name)
        before = at


def _clock_set(documents: Documents) -> Iterator[Finding]:
    """Where the host's clock went further, or less far, than the time that passed in a session."""
    before = None
    for file in documents.events:
        event = file.event
        if event.type not in COLLECTION_TYPES or event.mono is None:
            continue
        here = _beside(event.at, event.mono)
        if before is not None and not isinstance(file.detail, Started | Resumed):
            seconds = here - before
            if abs(seconds) > _ROUNDING:
                key = "clock_set_forward" if seconds > 0 else "clock_set_back"
                yield Finding.of(key, name=file.name, seconds=abs(seconds))
        before = here


def _read_otherwise(documents: Documents) -> Iterator[Finding]:
    """Where a reading of the clocks and the event of the same moment tell two times."""
    for file in documents.events:
        reading = _reading_of(file, documents)
        if reading is not None and file.event.mono is not None:
            seconds = _beside(file.event.at, file.event.mono) - _beside(reading.utc, reading.mono)
            if abs(seconds) > _ROUNDING:
                yield Finding.of("clock_read_otherwise", name=file.name, seconds=abs(seconds))


def _reading_of(file: EventFile, documents: Documents) -> ClockReading | None:
    """The clocks as they were read just before an event; those of the end, before the seal."""
    if isinstance(file.detail, Started | Resumed):
        return file.detail.clock
    sealing = isinstance(file.detail, Sealed) and documents.manifest is not None
    return documents.manifest.clock.end if sealing and documents.manifest is not None else None


def _beside(at: str, mono: str) -> int:
    """Seconds between the clock that can be set and the one that can't."""
    return _whole_seconds(at) - int(mono) // 1_000_000_000


def _whole_seconds(at: str) -> int:
    return int(datetime.datetime.fromisoformat(at).replace(microsecond=0).timestamp())


def _readings(documents: Documents) -> list[ClockReading]:
    """The clocks at both ends; where nothing was sealed, at the beginnings."""
    if documents.manifest is not None:
        return [documents.manifest.clock.start, documents.manifest.clock.end]
    details = [file.detail for file in documents.events]
    return [each.clock for each in details if isinstance(each, Started | Resumed)]


def _offset(reading: ClockReading) -> int:
    """Seconds by which the other clock was ahead of the host's."""
    host, other = (
        datetime.datetime.fromisoformat(each) for each in (reading.utc, reading.reference or "")
    )
    return round((other - host).total_seconds())
