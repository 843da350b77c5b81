"""Many events of one kind at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence.observed.observation import Observation
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen, near
from evidence.triage.evtx.watch import Quiet, Watch, make_room


@dataclass(frozen=True, slots=True)
class Burst:
    """So many such events within so many seconds, in one log of one computer."""

    rule: str
    match: Match
    least: int
    within: float
    distinct: str | None = None
    """Count different values of this name, instead of events."""

    @property
    def matches(self) -> tuple[Match, ...]:
        """Its one."""
        return (self.match,)

    def watch(self) -> Watch:
        """Begin with a host."""
        return _BurstWatch(self)

    def key(self, seen: Seen) -> str:
        """What makes an event count once more."""
        return str(seen.event.record) if self.distinct is None else self._value(seen, self.distinct)

    @staticmethod
    def _value(seen: Seen, name: str) -> str:
        return seen.event.data.get(name, "").lower()


@dataclass(slots=True)
class _Running:
    """A burst that goes on."""

    first: Seen
    last: Seen
    count: int
    is_new: bool
    """Whether it has an event that no other log had: else that log told of it."""


@dataclass(slots=True)
class _Computer:
    """One computer of a log."""

    waiting: dict[str, Seen] = field(default_factory=dict)
    """Events that may become a burst; always fewer than make one."""
    running: _Running | None = None


class _BurstWatch(Quiet):
    def __init__(self, told: Burst) -> None:
        super().__init__()
        self._told = told
        self._computers: dict[str, _Computer] = {}

    def see(self, seen: Seen) -> Iterator[Observation]:
        if seen.event.time is None:
            return
        name = seen.event.computer
        if name not in self._computers:
            yield from self._close(make_room(self._computers))
            self._computers[name] = _Computer()
        computer = self._computers[name]
        running = computer.running
        if running is not None and near(running.last, seen, self._told.within):
            running.last, running.count = seen, running.count + 1
            running.is_new = running.is_new or not seen.again
            return
        yield from self._close(computer)
        self._wait(computer, seen)

    def _wait(self, computer: _Computer, seen: Seen) -> None:
        waiting, key = computer.waiting, self._told.key(seen)
        waiting.pop(key, None)
        waiting[key] = seen
        # In either direction: after a clock was put back, nothing before that is near.
        near_ones = {
            key: each for key, each in waiting.items() if near(each, seen, self._told.within)
        }
        if len(near_ones) >= self._told.least:
            first = next(iter(near_ones.values()))
            is_new = not all(each.again for each in near_ones.values())
            computer.running = _Running(first, seen, len(near_ones), is_new)
            near_ones = {}
        computer.waiting = near_ones

    def end(self) -> Iterator[Observation]:
        for computer in self._computers.values():
            yield from self._close(computer)
        self._computers = {}

    def _close(self, computer: _Computer | None) -> Iterator[Observation]:
        """Tell of a burst that is over."""
        running = computer.running if computer is not None else None
        if computer is not None and running is not None:
            computer.running = None
            if not running.is_new:
                return
            first, last = running.first, running.last
            observation = first.observation(
                self._told.rule,
                place=f"records {first.event.record} to {last.event.record}",
                text=f"{running.count} events until {last.event.at}; first {first.event.text}",
            )
            yield from self.listed(observation)
