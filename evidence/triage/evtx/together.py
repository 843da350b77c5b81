"""Events of several kinds near each other, in whichever logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evidence.observed.observation import Observation
from evidence.triage.evtx.channels import Channels
from evidence.triage.evtx.match import Match
from evidence.triage.evtx.seen import Seen, near
from evidence.triage.evtx.watch import Quiet, Watch

HELD = 5000  # events of a kind that are kept until all logs were read; the newest of a log stay


@dataclass(frozen=True, slots=True)
class Together:
    """One of each kind within so many seconds on one computer."""

    rule: str
    matches: tuple[Match, ...]
    within: float

    def watch(self) -> Watch:
        """Begin with a host."""
        return _TogetherWatch(self)


class _TogetherWatch(Quiet):
    def __init__(self, told: Together) -> None:
        super().__init__()
        self._told = told
        self._held: list[list[Seen]] = [[] for _ in told.matches]

    def see(self, seen: Seen) -> Iterator[Observation]:
        if seen.again:
            return
        for held, match in zip(self._held, self._told.matches, strict=True):
            if seen.event.time is not None and match.fits(seen.event):
                held.append(seen)
                if len(held) >= 2 * HELD:
                    self.unlisted += len(held) - HELD
                    del held[:-HELD]
        yield from ()

    def conclude(self, channels: Channels) -> Iterator[Observation]:  # noqa: ARG002 - a watch's form
        newest: dict[str, dict[int, Seen]] = {}
        for kind, seen in self._in_time():
            known = newest.setdefault(seen.event.computer, {})
            known[kind] = seen
            if self._complete(known, seen):
                yield from self.listed(self._observation(known))
                known.clear()

    def _in_time(self) -> list[tuple[int, Seen]]:
        each = [(kind, seen) for kind, held in enumerate(self._held) for seen in held]
        return sorted(each, key=lambda one: one[1].event.at or "")

    def _complete(self, known: Mapping[int, Seen], newest: Seen) -> bool:
        each = known.values()
        together = all(near(one, newest, self._told.within) for one in each)
        return together and len(each) == len(self._told.matches)

    def _observation(self, known: Mapping[int, Seen]) -> Observation:
        each = sorted(known.values(), key=lambda seen: seen.event.at or "")
        text = "; ".join(
            f"{seen.event.id} at {seen.event.at} (record {seen.event.record})" for seen in each
        )
        return each[0].observation(self._told.rule, text=text)
