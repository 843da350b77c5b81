"""What sign-ins of all logs come to: guesses that led in, and one user from many networks.

Logs come in any order, the newest line first among them, and the same line may lie in several of
them: exported, and on a log server. Some makers write several messages of one failure, too. So all
is judged at the end, by time, and of what several logs, or several messages, tell of the same
minute the one counts that tells most. Times of an appliance whose zone is known
are never held against those of one whose zone isn't.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evidence.observed.observation import Observation, shown
from evidence.triage.signins.signin import Record, network_of
from evidence.triage.signins.when import When

WITHIN = timedelta(hours=1)  # failures and the sign-in that follows
FAILURES = 10  # more than somebody mistypes
HARD, NAMES = 100, 10  # more than a client with an old password does in an hour; than one household
DAY, FEWEST = timedelta(hours=24), 3  # networks of a user within it: at home, on the way, at work
LISTED = 100  # observations of a rule that are told one by one
MOST = 200_000  # minutes with failures, and sign-ins, that are kept of all logs together
_KEPT_NAMES = 16  # of a minute


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules such sign-ins are held against."""

    namespace: str
    guessed: str
    """A few failures, then a sign-in."""
    guessed_hard: str
    """Many of them, or with many names."""
    networks: str | None = None
    """One user from many networks; None where that says nothing."""

    @property
    def names(self) -> frozenset[str]:
        """All of them, with their namespace."""
        rules = filter(None, (self.guessed, self.guessed_hard, self.networks))
        return frozenset(f"{self.namespace}:{rule}" for rule in rules)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line lies."""

    origin: str
    item: int | None
    line: int | None
    offset: str | None = None
    """Of an entry of a journal, which has no line."""


@dataclass(frozen=True, slots=True)
class _Came:
    """Somebody who came in."""

    moment: datetime
    user: str
    address: str
    at: str | None
    place: Place


@dataclass(slots=True)
class _Failed:
    """Failures of one minute from one address."""

    minute: datetime
    count: int = 0
    seconds: bytearray = field(default_factory=lambda: bytearray(60))
    """How many of them each second has; 255 of it are enough."""
    names: dict[str, int] = field(default_factory=dict)
    """Each to the second in which it came first."""

    def add(self, moment: datetime, user: str | None, times: int) -> None:
        second = moment.second
        self.count += times
        self.seconds[second] = min(255, self.seconds[second] + times)
        if user is not None and (user in self.names or len(self.names) < _KEPT_NAMES):
            self.names[user] = min(second, self.names.get(user, second))

    def join(self, other: _Failed) -> None:
        """The same minute as another log has it."""
        self.count = max(self.count, other.count)
        self.seconds = bytearray(map(max, self.seconds, other.seconds))
        for name, second in other.names.items():
            self.names[name] = min(second, self.names.get(name, second))

    def within(self, after: datetime, until: datetime) -> _Failed | None:
        """Those behind one second up to another; None where there is none."""
        low = max(0, int((after - self.minute).total_seconds()) + 1) if after >= self.minute else 0
        high = min(60, int((until - self.minute).total_seconds()) + 1)
        if (low, high) == (0, 60):
            return self
        seconds = bytes(low) + self.seconds[low:high]
        names = {name: second for name, second in self.names.items() if low <= second < high}
        return (
            _Failed(self.minute, sum(seconds), bytearray(seconds), names) if any(seconds) else None
        )

    @property
    def first(self) -> datetime:
        """When the first of them was."""
        second = next(place for place, count in enumerate(self.seconds) if count)
        return self.minute + timedelta(seconds=second)


_Clock = tuple[str | None, bool]
"""An appliance, and whether its times are in UTC."""
_Where = tuple[_Clock, str]
_Minutes = dict[datetime, _Failed]


class Following:
    """The sign-ins of one host's logs."""

    def __init__(self, rules: Rules) -> None:
        """Before the first log."""
        self._rules = rules
        self._unfollowed = 0  # sign-ins and failures beyond what is kept
        self._seen: Counter[str] = Counter()
        self._kept = 0
        self._log: dict[tuple[_Where, str | None], _Minutes] = {}  # of each message by itself
        self._failures: dict[_Where, _Minutes] = {}
        self._came: dict[tuple[_Clock, datetime, str, str], _Came] = {}

    def add(self, record: Record, place: Place, times: int = 1) -> None:
        """One line of a log, which may stand for several."""
        signin, moment = record.signin, _moment(record.when)
        if signin is None or moment is None or (address := signin.source) is None:
            return  # a row of the table says so
        clock = record.device, record.when.at is not None
        if signin.was_refused:
            self._fail(((clock, address), signin.message), moment, signin.user, times)
        elif signin.came_in and signin.user is not None:
            key = clock, moment, signin.user.lower(), address
            if key in self._came or self._room():
                self._came.setdefault(
                    key, _Came(moment, signin.user, address, record.when.at, place)
                )

    def _fail(
        self, where: tuple[_Where, str | None], moment: datetime, user: str | None, times: int
    ) -> None:  # fmt: skip
        minute = _minute(moment)
        if minute not in self._log.get(where, ()) and not self._room():
            return  # nor is anything kept of an address: who guesses has as many as he likes
        minutes = self._log.setdefault(where, {})
        minutes.setdefault(minute, _Failed(minute)).add(moment, user, times)

    def _room(self) -> bool:
        if self._kept >= MOST:
            self._unfollowed += 1
            return False
        self._kept += 1
        return True

    def end(self) -> None:
        """A log is at its end."""
        for (where, _), minutes in self._log.items():
            known = self._failures.setdefault(where, {})
            for minute, failed in minutes.items():
                if minute in known:
                    known[minute].join(failed)
                    self._kept -= 1
                else:
                    known[minute] = failed
        self._log = {}

    def left_out(self, table: str) -> Iterator[str]:
        """What is not listed, and what of a table was not followed."""
        for rule, count in self._seen.items():
            if count > LISTED:
                yield f"{rule}: {count - LISTED} more are not listed"
        if self._unfollowed:
            yield f"{table}: {self._unfollowed} more are not followed"

    def conclude(self) -> Iterator[Observation]:
        """What all logs together say."""
        by_address: dict[_Where, list[_Came]] = {}
        by_user: dict[_Where, list[_Came]] = {}
        for (clock, _, user, address), came in self._came.items():
            by_address.setdefault((clock, address), []).append(came)
            by_user.setdefault((clock, user), []).append(came)
        for where, each in by_address.items():
            yield from self._few(self._guessed(where, sorted(each, key=_by_time)))
        for each in by_user.values() if self._rules.networks else ():
            yield from self._few(self._from_networks(sorted(each, key=_by_time)))

    def _few(self, observations: Iterator[Observation]) -> Iterator[Observation]:
        for one in observations:
            self._seen[one.rule] += 1
            if self._seen[one.rule] <= LISTED:
                yield one

    def _guessed(self, where: _Where, came: list[_Came]) -> Iterator[Observation]:
        """Each sign-in behind failures that no earlier one is behind."""
        minutes = [failed for _, failed in sorted(self._failures.get(where, {}).items())]
        starts = [failed.minute for failed in minutes]
        told = datetime.min  # noqa: DTZ901 - before all, as all of these without a zone
        for one in came:
            after = max(_before(one.moment), told)
            near = minutes[bisect_left(starts, _minute(after)) : bisect_right(starts, one.moment)]
            before = [part for each in near if (part := each.within(after, one.moment))]
            if sum(each.count for each in before) >= FAILURES:
                told = one.moment
                yield self._guessed_in(one, before)

    def _guessed_in(self, came: _Came, before: list[_Failed]) -> Observation:
        count, names = sum(each.count for each in before), set().union(*(e.names for e in before))
        hard = count >= HARD or len(names) >= NAMES
        text = (
            f"{count} failures with at least {len(names)} names from {came.address} since "
            f"{before[0].first.isoformat()}{'Z' if came.at else ''}; then signed in: {came.user}"
        )
        return self._observed(self._rules.guessed_hard if hard else self._rules.guessed, came, text)

    def _from_networks(self, came: list[_Came]) -> Iterator[Observation]:
        """One user from several networks within a day; told once for each such day."""
        recent: dict[str, _Came] = {}
        for one in came:
            recent = {
                name: each for name, each in recent.items() if one.moment - each.moment <= DAY
            }
            recent[network_of(one.address)] = one
            if len(recent) >= FEWEST and self._rules.networks:
                each = sorted(recent.values(), key=_by_time)
                addresses = ", ".join(came.address for came in each)
                text = f"{one.user} from {len(each)} networks: {addresses}"
                yield self._observed(self._rules.networks, each[0], text)
                recent = {}

    def _observed(self, rule: str, came: _Came, text: str) -> Observation:
        place = came.place
        return Observation(
            at=came.at, item=place.item, kind="event", offset=place.offset, origin=place.origin,
            place="" if place.line is None else f"line {place.line}",
            rule=f"{self._rules.namespace}:{rule}", text=shown(text),
        )  # fmt: skip


def _before(moment: datetime) -> datetime:
    """From when on failures count; logs may tell of the calendar's first hour."""
    return moment - WITHIN if moment - datetime.min > WITHIN else datetime.min  # noqa: DTZ901


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _moment(when: When) -> datetime | None:
    """By UTC where it is known, else by the appliance's own clock; without a zone."""
    return when.local if when.at is None else datetime.fromisoformat(when.at).replace(tzinfo=None)


def _by_time(came: _Came) -> datetime:
    return came.moment
