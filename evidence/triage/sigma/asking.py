"""Conditions asked of events in the process apart: what ends it is found, and set aside."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from collectors.answering import Apart, ApartError
from evidence.triage.evtx.event import Event
from evidence.triage.sigma.messages import Asked, Condition, Request

_TURN = 60.0  # seconds in one request after which no condition more is begun
_OF_ONE = 60.0  # for one condition in one request
_DEADLINE = _TURN + _OF_ONE + 60  # one step of SQLite may go on a while after its time is up
_OF_ALL, _OF_ALL_AND_EVENT = 600.0, 0.02  # seconds for a host, and for each of its events
_ENDED = 50  # requests over which the process may end; it takes a dozen to find which rule it was
_PARTS = 16  # in which a group is told over which it ended: four times for the largest set
_ENTRY = "from evidence.triage.sigma.serving import serve_matches; serve_matches()"
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
        self._told: list[int] = []
        self._untold = [list(range(len(self._conditions)))]
        self._seconds = _OF_ALL

    def close(self) -> None:
        """End the process."""
        self._apart.close()

    def ask(self, asks: list[Ask], events: list[Event]) -> Iterator[Asked]:
        """What comes of each condition, as long as nothing is given up."""
        self._seconds += _OF_ALL_AND_EVENT * len(events)
        groups = [asks]
        while groups and not self._is_over():
            yield from self._kept()
            group = [each for each in groups.pop() if each[0] not in self._refused]
            if not group or self._is_over():
                continue
            try:
                found = self._turn(group, events)
            except ApartError as error:
                self._begin_anew(error)
                half = len(group) // 2
                groups += [group[half:], group[:half]] if half else []
                if not half:
                    yield Asked(group[0][0], fault=str(error))
                continue
            yield from found
            if len(found) < len(group):
                groups.append(group[len(found) :])

    def _is_over(self) -> bool:
        if self._seconds <= 0 and not self.given_up:
            self.given_up = "all rules together took too long"
        return bool(self.given_up)

    def _kept(self) -> Iterator[Asked]:
        """Tell a new process the conditions; those that it does not take.

        It may end over one of them. Then those of that group are told in parts, and so on, until
        it is found; what was told before is told again, at once.
        """
        while self._untold and not self._is_over():
            group = self._untold.pop()
            try:
                refused = self._tell(group)
            except ApartError as error:
                self._untold += _parts(group)
                self._begin_anew(error)
                refused = [Asked(group[0], fault=str(error))] if len(group) == 1 else []
            else:
                self._told += group
            self._refused.update(each.place for each in refused)
            yield from refused

    def _tell(self, places: list[int]) -> list[Asked]:
        """Conditions to the process; which of them SQLite does not take.

        Raises:
            ApartError: it ended over them.
        """
        known = set(places)
        refused = self._answer(Request(keep=[(place, self._conditions[place]) for place in places]))
        if not all(each.place in known and each.fault and not each.rows for each in refused):
            raise self._strange()
        return refused

    def _turn(self, group: list[Ask], events: list[Event]) -> list[Asked]:
        """Those that it came to, in their order.

        Raises:
            ApartError: it ended over one of them.
        """
        found = self._answer(
            Request(
                ask=[(place, min(seconds, _OF_ONE)) for place, seconds in group],
                events=events,
                seconds=min(_TURN, self._seconds),
            )
        )
        in_order = [each.place for each in found] == [place for place, _ in group[: len(found)]]
        if not (in_order and all(row < len(events) for each in found for row in each.rows)):
            raise self._strange()
        return found

    def _answer(self, request: Request) -> list[Asked]:
        """Its time counts, whether an answer comes or not."""
        begun = time.monotonic()
        try:
            return self._apart.ask(msgspec.msgpack.encode(request), _decode)
        finally:
            self._seconds -= time.monotonic() - begun

    def _strange(self) -> ApartError:
        self._apart.close()
        return ApartError("it answered what it was not asked")

    def _begin_anew(self, error: ApartError) -> None:
        """The process ended: the next one knows nothing yet."""
        if self._told:
            self._untold.append([each for each in self._told if each not in self._refused])
            self._told = []
        self._ended += 1
        if self._ended >= _ENDED:
            self.given_up = f"the process that matched ended over too many: {error}"


def _parts(group: list[int]) -> list[list[int]]:
    """A group in parts; none of one that has but one."""
    size = -(-len(group) // _PARTS)
    return [group[n : n + size] for n in range(0, len(group), size)] if len(group) > 1 else []
