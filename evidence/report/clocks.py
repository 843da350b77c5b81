"""What a report says of the clocks: quoted, and held against each other; never believed."""

from __future__ import annotations

from datetime import datetime

from chain_of_custody.documents import Documents
from chain_of_custody.event import Started
from chain_of_custody.manifest import ClockReading
from evidence.report.texts import Words

JUMP = 2  # seconds by which two clocks may differ through rounding and slewing


def started_of(documents: Documents) -> Started | None:
    """How the collection began, as its first event tells; None where that can't be read."""
    detail = documents.events[0].detail if documents.events else None
    return detail if isinstance(detail, Started) else None


def clock_lines(documents: Documents, words: Words) -> list[str]:
    """What the host's clock said, whether anybody compared it, and whether it was set meanwhile."""
    manifest = documents.manifest
    start = _start(documents)
    if start is None:
        return []
    lines = []
    if manifest is None:
        lines.append(words("clock_start_only", start=start.utc, zone=start.zone))
    else:
        end = manifest.clock.end
        lines.append(words("clock_line", start=start.utc, end=end.utc, zone=start.zone))
        jump = _jump(start, end)
        if len(documents.sessions()) == 1 and abs(jump) > JUMP:
            lines.append(words("clock_jump", seconds=round(jump)))
    lines.append(words(f"clock_synchronised_{'yes' if start.synchronised else 'no'}"))
    if start.reference is None:
        lines.append(words("clock_no_reference"))
    else:
        lines.append(words("clock_reference", when=start.reference))
    return lines


def _start(documents: Documents) -> ClockReading | None:
    """How the clock stood at the beginning; an exhibit has no events, and its manifest tells it."""
    started, manifest = started_of(documents), documents.manifest
    if started is None and manifest is not None and not documents.events:
        return manifest.clock.start
    return started.clock if started is not None else None


def _jump(start: ClockReading, end: ClockReading) -> float:
    """Seconds by which wall clock and steady clock disagree about how long it took."""
    try:
        wall = datetime.fromisoformat(end.utc) - datetime.fromisoformat(start.utc)
    except ValueError:  # a forger's 99th month: quoted as it stands, and no time to reckon with
        return 0
    return wall.total_seconds() - (int(end.mono) - int(start.mono)) / 1e9
