"""A beginning and its end, and nothing of what should lie between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.observed.observation import Observation
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen
from evidence.triage.evtx.watch import Quiet, Watch, make_room


@dataclass(frozen=True, slots=True)
class Paired:
    """A beginning and its end in one log of one computer, without what should lie between."""

    rule: str
    beginning: Match
    ending: Match
    between: Match

    @property
    def matches(self) -> tuple[Match, ...]:
        """The three kinds."""
        return (self.beginning, self.ending, self.between)

    def watch(self) -> Watch:
        """Begin with a host."""
        return _PairedWatch(self)


class _PairedWatch(Quiet):
    def __init__(self, told: Paired) -> None:
        super().__init__()
        self._told = told
        self._begun: dict[str, Seen] = {}

    def see(self, seen: Seen) -> Iterator[Observation]:
        event = seen.event
        if self._told.beginning.fits(event):
            make_room(self._begun)
            self._begun[event.computer] = seen
        elif self._told.between.fits(event):
            self._begun.pop(event.computer, None)
        elif (begun := self._begun.pop(event.computer, None)) and not (begun.again and seen.again):
            place = f"records {begun.event.record} and {event.record}"
            yield from self.listed(begun.observation(self._told.rule, place=place))

    def end(self) -> Iterator[Observation]:
        self._begun.clear()
        yield from ()
