"""How often who signed in from where, and failed to: a table for people, without a verdict.

Many failures are a password that was changed, a scan, or an attack; the count doesn't tell which.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator

from evidence.triage.counting import Counted
from evidence.triage.examiner import Row, Tables

TABLE = "signin_counts"
_COLUMNS = ("computer", "event", "user", "domain", "type", "address")
_of = operator.itemgetter(*_COLUMNS)


class SignIns:
    """All sign-ins of a host, of every type."""

    def __init__(self) -> None:
        self._counted = Counted(*_COLUMNS)

    def add(self, at: str | None, row: Row) -> None:
        """Count one, by its time and its row."""
        self._counted.add(at, *_of(row))

    def conclude(self, tables: Tables) -> Iterator[str]:
        """Write the table; what is not in it."""
        for row in self._counted.rows():
            tables.add(TABLE, row)
        if self._counted.left:
            yield f"{TABLE}: {self._counted.left} sign-ins are not counted"
