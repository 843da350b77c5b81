"""Events that say something by themselves: each is an observation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from evidence.observed.observation import Observation
from evidence.triage.evtx.channels import Channels
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen
from evidence.triage.evtx.watch import COMPUTERS, LISTED, Quiet, Watch


@dataclass(frozen=True, slots=True)
class Each:
    """Every such event by itself."""

    rule: str
    match: Match
    beside: str | None = None
    """Only of a computer that has a log of this channel."""
    without: str | None = None
    """Only of one that has none."""

    @property
    def matches(self) -> tuple[Match, ...]:
        """Its one."""
        return (self.match,)

    def watch(self) -> Watch:
        """Begin with a host."""
        return _EachWatch(self)


@dataclass(frozen=True, slots=True)
class Cleared:
    """Logs that were emptied; told with the oldest record that is left."""

    rule: str
    matches: tuple[Match, ...]

    def watch(self) -> Watch:
        """Begin with a host."""
        return _ClearedWatch(self)


class _Held(Quiet):
    """Keeps what it sees until all logs were read."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, list[Seen]] = {}
        self._beyond: Counter[str] = Counter()

    def see(self, seen: Seen) -> Iterator[Observation]:
        if seen.again:
            return
        computer = seen.event.computer
        if len(self._held) >= COMPUTERS and computer not in self._held:
            self.unlisted += 1
            return
        held = self._held.setdefault(computer, [])
        if len(held) < LISTED:
            held.append(seen)
        else:
            self._beyond[computer] += 1
        yield from ()

    def kept(self, fits: Callable[[str], bool]) -> Iterator[Seen]:
        """What was seen of the computers that are meant; what went beyond counts of these alone."""
        for computer, held in self._held.items():
            if fits(computer):
                self.unlisted += self._beyond[computer]
                yield from held


class _EachWatch(_Held):
    def __init__(self, told: Each) -> None:
        super().__init__()
        self._told = told

    def conclude(self, channels: Channels) -> Iterator[Observation]:
        fits = partial(self._fits, channels)
        yield from (seen.observation(self._told.rule) for seen in self.kept(fits))

    def _fits(self, channels: Channels, computer: str) -> bool:
        told = self._told
        beside = told.beside is None or channels.has(told.beside, computer)
        return beside and (told.without is None or not channels.has(told.without, computer))


class _ClearedWatch(_Held):
    def __init__(self, told: Cleared) -> None:
        super().__init__()
        self._told = told

    def conclude(self, channels: Channels) -> Iterator[Observation]:
        for seen in self.kept(lambda _: True):
            data = seen.event.data
            name = cleared(seen)
            by = f"{data.get('SubjectDomainName', '?')}\\{data.get('SubjectUserName', '?')}"
            oldest = channels.oldest(name, seen.event.computer)
            text = f"{seen.event.id}: {name} cleared by {by}; {oldest}"
            yield seen.observation(self._told.rule, text=text)


def cleared(seen: Seen) -> str:
    """Which channel an event says was emptied: the one that it names, or its own."""
    return seen.event.data.get("Channel") or seen.event.channel
