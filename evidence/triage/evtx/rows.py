"""What the tables say of an event: made in the process apart, where it is decoded anyway."""

from __future__ import annotations

from evidence.triage.evtx.event import Event, RawRow
from evidence.triage.evtx.kind import signin_type
from evidence.triage.evtx.wanted import Use


def rows_of(event: Event, use: Use) -> list[RawRow]:
    """Its rows: of each kind that wants it, or counts it."""
    signin = signin_type(event) if use.signins else b""
    rows = []
    for place, kind in use.kinds:
        listed = kind.wants(event, signin)
        if listed or kind.counted:
            rows.append(RawRow(place, listed, event.time, kind.cells(event)))
    return rows
