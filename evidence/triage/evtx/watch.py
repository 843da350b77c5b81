"""What a fingerprint is, and how it follows one host's events.

Events come log by log, in the order in which they were written; but logs know nothing of each
other, and clocks jump. So what lies within one log is judged as it passes, and what spans several
when all were read. What is held is bounded; where a bound is met, that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from evidence.observed.observation import Observation
from evidence.triage.evtx.channels import Channels
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen

T = TypeVar("T")

LISTED = 100  # observations of a rule that are told one by one
COMPUTERS = 500  # in one log of forwarded events, that are followed at once


class Watch(Protocol):
    """A fingerprint that follows the events of one host."""

    unlisted: int
    """Observations, or events for them, that were let go since there were too many."""

    def see(self, seen: Seen) -> Iterator[Observation]:
        """One event that one of its matches fits, in the order of its log."""

    def end(self) -> Iterator[Observation]:
        """A log is at its end."""

    def conclude(self, channels: Channels) -> Iterator[Observation]:
        """All logs were read."""


class Fingerprint(Protocol):
    """A rule over events."""

    @property
    def rule(self) -> str:
        """As the index has it."""

    @property
    def matches(self) -> tuple[Match, ...]:
        """The events that it looks at."""

    def watch(self) -> Watch:
        """Begin with a host."""


class Quiet:
    """A watch that says nothing: what most do at the end of a log, or of all."""

    def __init__(self) -> None:
        self.unlisted = 0
        self._listed = 0

    def see(self, seen: Seen) -> Iterator[Observation]:  # noqa: ARG002 - the form of a watch
        """Nothing yet."""
        yield from ()

    def end(self) -> Iterator[Observation]:
        """Nothing."""
        yield from ()

    def conclude(self, channels: Channels) -> Iterator[Observation]:  # noqa: ARG002 - the form of a watch
        """Nothing."""
        yield from ()

    def listed(self, observation: Observation) -> Iterator[Observation]:
        """An observation, unless there were too many."""
        if self._listed < LISTED:
            self._listed += 1
            yield observation
        else:
            self.unlisted += 1


def make_room(followed: dict[str, T]) -> T | None:
    """What was followed of the first computer, which is let go where there are too many."""
    return followed.pop(next(iter(followed))) if len(followed) >= COMPUTERS else None
