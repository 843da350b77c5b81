"""How often, and from when until when: rows that are counted instead of listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.triage.examiner import Cell, Row

MOST = 50_000  # different rows of a table; what comes after them is counted as one


@dataclass(slots=True)
class _Count:
    count: int = 0
    first: str | None = None
    last: str | None = None

    def add(self, at: str | None) -> None:
        self.count += 1
        if at is not None:
            if self.first is None or at < self.first:
                self.first = at
            if self.last is None or at > self.last:
                self.last = at


class Counted:
    """Rows of the same columns, each with how often it came. Says nothing of what it means."""

    def __init__(self, *columns: str) -> None:
        self._columns = columns
        self._counts: dict[tuple[Cell, ...], _Count] = {}
        self.left = 0
        """Of rows that came when there were too many different ones."""

    def add(self, at: str | None, *cells: Cell) -> None:
        """One more, at a time (UTC) or at none that is known; a cell for each column."""
        count = self._counts.get(cells)
        if count is None:
            if len(self._counts) >= MOST:
                self.left += 1
                return
            count = self._counts[cells] = _Count()
        count.add(at)

    def rows(self) -> Iterator[Row]:
        """The most frequent first."""
        for key, each in sorted(self._counts.items(), key=lambda item: -item[1].count):
            cells = dict(zip(self._columns, key, strict=True))
            yield {**cells, "count": each.count, "first": each.first, "last": each.last}
