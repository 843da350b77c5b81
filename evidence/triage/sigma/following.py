"""The rules of Sigma over the events of one host: batch by batch, each rule accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.apart.answering import Apart
from evidence.observed.observation import Observation, Unread, shown
from evidence.triage.evtx.beside import wants
from evidence.triage.evtx.seen import Seen
from evidence.triage.examiner import Row, Tables
from evidence.triage.sigma.asking import Ask, Asking
from evidence.triage.sigma.messages import Asked, Condition
from evidence.triage.sigma.rule import Rule
from evidence.triage.sigma.translation import Translation
from evidence.triage.sigma.values import TEXT, admits, renamed, values_of

NAME = "sigma"
TABLE = "sigma_rules"
_BATCH, _BYTES = 4096, 8 << 20  # events that are held, and bytes of what they say
_OF_A_RULE, _OF_A_RULE_AND_EVENT = 30.0, 0.001  # seconds on a host, and for each event
_VALUE = 60  # characters of a value that are shown


@dataclass(slots=True)
class Outcome:
    """What came of one rule."""

    rule: Rule
    why_not: str
    """Why it was not run, or not to the end."""
    was_left: bool = False
    """Whether that was for what all rules took, and not for anything of its own."""
    events: int = 0
    """Of its log source, that it was held against to their end."""
    seen: int = 0
    seconds: float = 0
    named: set[str] = field(default_factory=set)
    """Its fields that any of these events had, in small letters."""

    @property
    def left(self) -> float:
        """Seconds that it may still take."""
        return _OF_A_RULE + _OF_A_RULE_AND_EVENT * self.events - self.seconds

    @property
    def was_tried(self) -> bool:
        """Whether it met any event."""
        return self.events > 0 or self.seen > 0

    def add(self, asked: Asked) -> None:
        """What came of a batch; one that it did not get through counts by what it fits alone."""
        self.seen += len(asked.rows)
        self.seconds += asked.seconds
        self.named.update(asked.named)
        if asked.fault:
            self.set_aside(asked.fault)
        else:
            self.events += asked.events

    def leave(self, why: str) -> None:
        """It was not asked any more."""
        self.was_left = True
        self.set_aside(why)

    def set_aside(self, why: str) -> None:
        """Nothing more is asked of it."""
        after = f"set aside after {self.events} events: " if self.events else ""
        self.why_not = f"{after}{shown(why)}"

    def row(self) -> Row:
        """What a table says of it."""
        rule = self.rule
        unnamed = [each for each in rule.fields if each.lower() not in self.named]
        return {
            "rule": rule.name, "title": rule.title, "id": rule.id, "level": rule.level,
            "author": rule.author, "licence": rule.licence, "source": rule.source,
            "events": self.events, "seen": self.seen,
            "fields_in_no_event": shown(", ".join(unnamed)) if self.events else "",
            "not_run": self.why_not,
        }  # fmt: skip


class Following:
    """All rules over one host."""

    def __init__(self, translation: Translation, apart: Apart | None = None) -> None:
        """Begin with a host.

        Args:
            translation: the rules.
            apart: where SQLite runs; a process of its own, if none is given.
        """
        self.translation = translation
        self.outcomes = [Outcome(rule, rule.why_not) for rule in translation.rules]
        self.beside = translation.beside
        self._running = [each for each in self.outcomes if not each.why_not]
        rules = (each.rule for each in self._running)
        self._asking = Asking([Condition(r.feeds, r.query, r.fields) for r in rules], apart)
        self._batch: list[Seen] = []
        self._bytes = 0
        self._missed = 0
        """Events that not all rules were asked of, of whatever log source."""

    def see(self, seen: Seen) -> Iterator[Observation]:
        """One event more, of any channel."""
        if wants(self.beside, seen.event.channel, seen.event.id):
            self._batch.append(seen)
            self._bytes += len(seen.event.said)
            if len(self._batch) >= _BATCH or self._bytes >= _BYTES:
                yield from self.end()

    def end(self) -> Iterator[Observation]:
        """Enough events are held, of however many logs; or there are no more."""
        batch, self._batch, self._bytes = self._batch, [], 0
        asks = [(place, each.left) for place, each in enumerate(self._running) if not each.why_not]
        if batch and asks:
            yield from self._ask(asks, batch)
        if any(each.was_left for each in self._running):
            self._missed += len(batch)

    def _ask(self, asks: list[Ask], batch: list[Seen]) -> Iterator[Observation]:
        left = {place for place, _ in asks}
        for asked in self._asking.ask(asks, [seen.event for seen in batch]):
            left.discard(asked.place)
            outcome = self._running[asked.place]
            outcome.add(asked)
            yield from (_observation(outcome.rule, batch[row]) for row in asked.rows)
        for place in left:
            self._running[place].leave(self._asking.given_up)

    def conclude(self, tables: Tables) -> Iterator[Unread]:
        """All logs were read: a row for each rule, and what could not be looked at."""
        self._asking.close()
        for each in self.outcomes:
            tables.add(TABLE, each.row())
            if each.why_not and not each.rule.why_not and not each.was_left:
                yield _unread(each.rule.name, each.why_not)
        left = sum(each.was_left for each in self.outcomes)
        if left:
            told = f"rules that missed up to {self._missed} events: {left}"
            yield _unread("", shown(f"{told}; {self._asking.given_up}"))
        for one in self.translation.sets:
            count = sum(bool(each.rule.why_not) for each in self.of_set(one.name))
            if count:
                yield _unread(
                    f"{one.name}/", f"rules that can't be run: {count}; see tables/{TABLE}"
                )

    def of_set(self, name: str) -> list[Outcome]:
        """The rules of one set."""
        return [each for each in self.outcomes if each.rule.name.startswith(f"{name}/")]


def _unread(origin: str, why: str) -> Unread:
    return Unread(examiner=NAME, item=None, origin=origin, why=why)


def _observation(rule: Rule, seen: Seen) -> Observation:
    """An event that a rule fits, with the values that the rule asked for."""
    event = seen.event
    return Observation(
        at=event.at, item=seen.item, kind="event",
        offset=None if seen.offset is None else str(seen.offset), origin=seen.origin,
        place=f"record {event.record}", rule=rule.name, text=shown(_asked_for(rule, seen)),
    )  # fmt: skip


def _asked_for(rule: Rule, seen: Seen) -> str:
    """The values that a rule asked for, by its names; the whole event where it asked for words."""
    values = values_of(seen.event)
    feed = next((each for each in rule.feeds if admits(each, seen.event, values)), None)
    found = renamed(feed, values) if feed is not None else {}
    told = ((each, found.get(each.lower(), "")) for each in rule.fields if each != TEXT)
    parts = [f"{name}={value[:_VALUE]}" for name, value in told if value]
    return "; ".join(parts) or seen.event.text
