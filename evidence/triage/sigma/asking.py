"""Conditions asked of events in the process apart: what ends it is found, and set aside."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from evidence.triage.apart import Apart, ApartError
from evidence.triage.evtx.event import Event
from evidence.triage.sigma.messages import Asked, Condition, Request

_TURN = 60.0  # seconds in one request after which no condition more is begun
_OF_ONE = 60.0  # for one condition in one request
_DEADLINE = _TURN + _OF_ONE + 60  # one step of SQLite may go on a while after its time is up
_OF_ALL, _OF_ALL_AND_EVENT = 600.0, 0.02  # seconds for a host, and for each of its events
_ENDED = 50  # requests over which the process may end; it takes a dozen to find which rule it was
_ENTRY = "from evidence.triage.sigma.serving import serve_matches; serve_matches()"
_STRANGE = "it answered what it was not asked"
_decode = msgspec.msgpack.Decoder(list[Asked]).decode

Ask = tuple[int, float]
"""The place of a condition, and the seconds that it may take."""


class Asking:
    """The conditions, and the process that knows them."""

    def __init__(self, conditions: Sequence[Condition], apart: Apart | None = None) -> None:
        """Prepare; nothing is started yet.

        Args:
            conditions: each known by its place from then on.
            apart: where SQLite runs; a process of its own, if none is given.
        """
        self.given_up = ""
        """Why nothing is asked any more; empty while it is."""
        self._conditions = list(conditions)
        self._apart = apart or Apart(_ENTRY, _DEADLINE)
        self._ended = 0
        self._refused: set[int] = set()
        self._seconds = _OF_ALL

    def close(self) -> None:
        """End the process."""
        self._apart.close()

    def ask(self, asks: list[Ask], events: list[Event]) -> Iterator[Asked]:
        """What comes of each condition, as long as nothing is given up."""
        self._seconds += _OF_ALL_AND_EVENT * len(events)
        groups = [asks]
        while groups and not self.given_up:
            group = groups.pop()
            try:
                yield from self._kept()
                group = [each for each in group if each[0] not in self._refused]
                found = self._turn(group, events)
            except ApartError as error:
                groups += self._ended_over(group, str(error))
                if len(group) == 1:
                    yield Asked(group[0][0], fault=str(error))
                continue
            yield from found
            if len(found) < len(group):
                groups.append(group[len(found) :])

    def _kept(self) -> Iterator[Asked]:
        """Tell a new process the conditions; which of them SQLite does not take.

        Raises:
            ApartError: it ended over them.
        """
        if self._apart.begun:
            return
        refused = self._answer(Request(keep=self._conditions))
        if any(each.place >= len(self._conditions) for each in refused):
            raise ApartError(_STRANGE)
        self._refused = {each.place for each in refused}
        yield from refused

    def _turn(self, group: list[Ask], events: list[Event]) -> list[Asked]:
        """Those that it came to, in their order.

        Raises:
            ApartError: it ended over one of them.
        """
        if self._seconds <= 0:
            self.given_up = "all rules together took too long"
            return []
        begun = time.monotonic()
        found = self._answer(
            Request(
                ask=[(place, min(seconds, _OF_ONE)) for place, seconds in group],
                events=events,
                seconds=min(_TURN, self._seconds),
            )
        )
        self._seconds -= time.monotonic() - begun
        in_order = [each.place for each in found] == [place for place, _ in group[: len(found)]]
        if not (in_order and all(row < len(events) for each in found for row in each.rows)):
            raise ApartError(_STRANGE)
        return found

    def _answer(self, request: Request) -> list[Asked]:
        return self._apart.ask(msgspec.msgpack.encode(request), _decode)

    def _ended_over(self, group: list[Ask], why: str) -> list[list[Ask]]:
        """The halves of a group, one of which it was."""
        self._ended += 1
        if self._ended >= _ENDED:
            self.given_up = f"the process that matched ended over too many: {why}"
        half = len(group) // 2
        return [group[half:], group[:half]] if half else []
