"""Conditions over events, by SQLite in memory: runs in the process apart.

Events come in batches and go with them: what is held does not grow with a case. Each log source
has a table, so that no rule meets what it isn't for.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence

import msgspec

from evidence.triage.evtx.event import Event
from evidence.triage.sigma.functions import teach
from evidence.triage.sigma.messages import Asked, Condition, Request
from evidence.triage.sigma.rule import Feed
from evidence.triage.sigma.values import admits, column, renamed, values_of

_COLUMNS = 1900  # of a table; SQLite has no more than 2000
_STEPS = 1000  # of SQLite's machine between two looks at the clock
_LIKE = 2000  # characters of a pattern: what it costs grows with them times those of the value
_STATEMENTS = 1024  # that stay prepared


class _Table:
    """The events of one log source."""

    def __init__(self, number: int, feeds: tuple[Feed, ...]) -> None:
        self.name, self.feeds = f"events{number}", feeds
        self.columns: dict[str, int] = {}
        self.made = -1
        """Columns that it has in the base; less than 0 where it isn't there."""
        self.count = 0
        self.named: set[str] = set()

    def takes(self, fields: Sequence[str]) -> bool:
        """Make room for a rule's fields, if there is any."""
        more = dict.fromkeys([*self.columns, *(each.lower() for each in fields)])
        if len(more) > _COLUMNS:
            return False
        self.columns = {name: number for number, name in enumerate(more)}
        return True

    def query(self, condition: Condition) -> str:
        """A condition's own columns out of those that it shares with others."""
        numbers = (self.columns[each.lower()] for each in condition.fields)
        own = "".join(f", {column(n)} AS {column(own)}" for own, n in enumerate(numbers))
        # A condition is a stranger's; what it could do here is in docs/decisions/0025-sigma.md.
        rows = f"SELECT place{own} FROM {self.name}"  # noqa: S608 - our own names
        return f"SELECT place FROM ({rows}) WHERE {condition.query}"  # noqa: S608 - decision 0025

    def row(self, place: int, event: Event, values: dict[str, str]) -> list[object] | None:
        """An event as a row, if it is one of its own."""
        feed = next((each for each in self.feeds if admits(each, event, values)), None)
        if feed is None:
            return None
        self.count += 1
        found = renamed(feed, values)
        self.named.update(found)
        return [place, *map(found.get, self.columns)]


class Matching:
    """The conditions, and SQLite."""

    def __init__(self) -> None:
        self._base = sqlite3.connect(
            ":memory:", cached_statements=_STATEMENTS, isolation_level=None
        )
        self._base.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _LIKE)
        self._base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        teach(self._base)
        self._conditions: dict[int, tuple[_Table, Condition]] = {}
        self._tables: dict[bytes, _Table] = {}

    def answer(self, request: Request) -> list[Asked]:
        """Keep conditions, and say of each whether SQLite takes it; or ask some."""
        if request.keep is not None:
            return list(self._keep(request.keep, time.monotonic() + request.seconds))
        self._fill(request.events)
        return self._ask(request)

    def _keep(self, conditions: list[tuple[int, Condition]], until: float) -> Iterator[Asked]:
        admitted = [(place, self._admit(place, condition)) for place, condition in conditions]
        for place, has_room in admitted:
            why = self._fault(place) if has_room else "too many different fields"
            yield Asked(place, fault=why)
            if time.monotonic() >= until:
                break

    def _admit(self, place: int, condition: Condition) -> bool:
        key = msgspec.msgpack.encode(condition.feeds)
        table = self._tables.setdefault(key, _Table(len(self._tables), condition.feeds))
        self._conditions[place] = table, condition
        return table.takes(condition.fields)

    def _fault(self, place: int) -> str:
        """What SQLite has against a condition."""
        table, condition = self._conditions[place]
        try:
            self._make(table)
            self._base.execute(f"EXPLAIN {table.query(condition)}").close()
        except (sqlite3.Error, ValueError) as error:
            return f"SQLite: {error}"
        return ""

    def _make(self, table: _Table) -> None:
        """A table with room for all fields; anew where rules that came later have others."""
        if table.made == len(table.columns):
            return
        columns = "".join(f", {column(n)} TEXT COLLATE NOCASE" for n in table.columns.values())
        table.made = -1
        self._base.execute(f"DROP TABLE IF EXISTS {table.name}")
        self._base.execute(f"CREATE TABLE {table.name} (place INTEGER{columns})")
        table.made = len(table.columns)

    def _fill(self, events: list[Event]) -> None:
        made = [each for each in self._tables.values() if each.made >= 0]
        for table in made:
            table.count, table.named = 0, set()
            self._base.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own name
        values = [values_of(event) for event in events]
        for table in made:
            rows = (table.row(n, *each) for n, each in enumerate(zip(events, values, strict=True)))
            places = ", ".join("?" * (len(table.columns) + 1))
            insert = f"INSERT INTO {table.name} VALUES ({places})"  # noqa: S608 - our own name
            self._base.executemany(insert, filter(None, rows))

    def _ask(self, request: Request) -> list[Asked]:
        until = time.monotonic() + request.seconds
        found = []
        for place, seconds in request.ask:
            now = time.monotonic()
            found.append(self._one(place, now, now + seconds))
            if time.monotonic() >= until:
                break
        return found

    def _one(self, place: int, begun: float, until: float) -> Asked:
        table, condition = self._conditions[place]
        asked = Asked(place, events=table.count)
        if not table.count:
            return asked
        asked.named = sorted({field.lower() for field in condition.fields} & table.named)
        self._base.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            # One by one: what it fits before it fails is kept.
            asked.rows.extend(row for (row,) in self._base.execute(table.query(condition)))
        except sqlite3.Error as error:
            asked.fault = "it takes too long" if time.monotonic() > until else f"SQLite: {error}"
        finally:
            self._base.set_progress_handler(None, 0)
        asked.seconds = time.monotonic() - begun
        return asked
