"""Conditions asked of events in the process apart: what ends it is found, and set aside."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from collectors.apart.answering import Apart, ApartError
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
        self._set_aside: set[int] = set()
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
            group = [each for each in groups.pop() if each[0] not in self._set_aside]
            if not group or self._is_over():
                continue
            try:
                found = self._turn(group, events)
            except ApartError as error:
                self._begin_anew(error)
                half = len(group) // 2
                groups += [group[half:], group[:half]] if half else []
                found = [] if half else [Asked(group[0][0], fault=str(error))]
            else:
                groups.append(group[len(found) :])
            yield from self._noted(found)

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
            group = [each for each in self._untold.pop() if each not in self._set_aside]
            if not group:
                continue
            try:
                found = self._tell(group)
            except ApartError as error:
                self._untold += _parts(group)
                self._begin_anew(error)
                found = [] if len(group) > 1 else [Asked(group[0], fault=str(error))]
            else:
                self._told += group[: len(found)]
                self._untold.append(group[len(found) :])
            yield from (each for each in self._noted(found) if each.fault)

    def _noted(self, found: list[Asked]) -> list[Asked]:
        """What came, once it is known what is not asked and not told any more."""
        self._set_aside.update(each.place for each in found if each.fault)
        return found

    def _tell(self, places: list[int]) -> list[Asked]:
        """Conditions to the process; of those that it came to, whether SQLite takes them.

        Raises:
            ApartError: it ended over them.
        """
        keep = [(place, self._conditions[place]) for place in places]
        return self._answer(Request(keep=keep, seconds=min(_TURN, self._seconds)), places)

    def _turn(self, group: list[Ask], events: list[Event]) -> list[Asked]:
        """Those that it came to, in their order.

        Raises:
            ApartError: it ended over one of them.
        """
        ask = [(place, min(seconds, _OF_ONE)) for place, seconds in group]
        request = Request(ask=ask, events=events, seconds=min(_TURN, self._seconds))
        return self._answer(request, [place for place, _ in group])

    def _answer(self, request: Request, places: list[int]) -> list[Asked]:
        """An answer for the first of these places; its time counts, whether one comes or not."""
        begun = time.monotonic()
        try:
            found = self._apart.ask(msgspec.msgpack.encode(request), _decode)
        finally:
            self._seconds -= time.monotonic() - begun
        rows = (row for each in found for row in each.rows)
        in_order = [each.place for each in found] == places[: len(found)]
        if found and in_order and all(row < len(request.events) for row in rows):
            return found
        self._apart.close()
        raise ApartError("it answered what it was not asked")

    def _begin_anew(self, error: ApartError) -> None:
        """The process ended: the next one knows nothing yet."""
        self._untold.append(self._told)
        self._told = []
        self._ended += 1
        if self._ended >= _ENDED:
            self.given_up = f"the process that matched ended over too many: {error}"


def _parts(group: list[int]) -> list[list[int]]:
    """A group in parts; none of one that has but one."""
    size = -(-len(group) // _PARTS)
    return [group[n : n + size] for n in range(0, len(group), size)] if len(group) > 1 else []
