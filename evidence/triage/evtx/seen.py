"""An event where it stands, and what a fingerprint makes of it."""

from __future__ import annotations

from msgspec import Struct

from evidence.observed.observation import Observation, shown
from evidence.triage.evtx.event import Event

NAMESPACE = "events"


class Seen(Struct, frozen=True, gc=False):
    """An event, and where it lies."""

    event: Event
    origin: str
    item: int | None
    offset: int | None
    """Bytes into the file."""
    again: bool = False
    """Whether another log of the host had the same record, which was seen there."""

    def observation(
        self, rule: str, *, place: str | None = None, text: str | None = None
    ) -> Observation:
        """What was seen here, by the name of the rule.

        Args:
            rule: as the index has it.
            place: where within the log; the record, if nothing else is said.
            text: in words; the event, if nothing else is said.
        """
        return Observation(
            at=self.event.at, item=self.item, kind="event",
            offset=None if self.offset is None else str(self.offset), origin=self.origin,
            place=place or f"record {self.event.record}", rule=f"{NAMESPACE}:{rule}",
            text=shown(text or self.event.text),
        )  # fmt: skip


def near(one: Seen, other: Seen, seconds: float) -> bool:
    """Whether two events are that close in time; not known where one has none."""
    here, there = one.event.time, other.event.time
    return here is not None and there is not None and abs(here - there).total_seconds() <= seconds
