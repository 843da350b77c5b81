"""Events that say something by themselves: each is an observation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.triage.evtx.channels import Channels
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen
from evidence.triage.evtx.watch import LISTED, Quiet, Watch
from evidence.triage.observation import Observation


@dataclass(frozen=True, slots=True)
class Each:
    """Every such event by itself."""

    rule: str
    match: Match
    beside: str | None = None
    """Only where the host has a log of this channel."""
    without: str | None = None
    """Only where it has none."""

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
        self.held: list[Seen] = []

    def see(self, seen: Seen) -> Iterator[Observation]:
        if seen.again:
            return
        if len(self.held) < LISTED:
            self.held.append(seen)
        else:
            self.unlisted += 1
        yield from ()


class _EachWatch(_Held):
    def __init__(self, told: Each) -> None:
        super().__init__()
        self._told = told

    def conclude(self, channels: Channels) -> Iterator[Observation]:
        told = self._told
        if (told.beside is None or told.beside in channels.names) and (
            told.without is None or told.without not in channels.names
        ):
            yield from (seen.observation(told.rule) for seen in self.held)
        else:
            self.unlisted = 0


class _ClearedWatch(_Held):
    def __init__(self, told: Cleared) -> None:
        super().__init__()
        self._told = told

    def conclude(self, channels: Channels) -> Iterator[Observation]:
        for seen in self.held:
            data = seen.event.data
            name = cleared(seen)
            by = f"{data.get('SubjectDomainName', '?')}\\{data.get('SubjectUserName', '?')}"
            text = f"{seen.event.id}: {name} cleared by {by}; {channels.oldest(name)}"
            yield seen.observation(self._told.rule, text=text)


def cleared(seen: Seen) -> str:
    """Which channel an event says was emptied: the one that it names, or its own."""
    return seen.event.data.get("Channel") or seen.event.channel
