"""How often, and from when until when: rows that are counted instead of listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence.triage.examiner import Cell, Row

MOST = 50_000  # different rows of a table; what comes after them is counted as one


@dataclass(slots=True)
class _Span:
    first: str | None = None
    last: str | None = None

    def add(self, at: str) -> None:
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at


@dataclass(slots=True)
class _Count:
    count: int = 0
    known: _Span = field(default_factory=_Span)
    local: _Span = field(default_factory=_Span)


class Counted:
    """Rows of the same columns, each with how often it came. Says nothing of what it means.

    Times of the host's own, whose distance from UTC nobody knows, stand in columns of their own:
    none of them can be said to be earlier than one in UTC.
    """

    def __init__(self, *columns: str, local: bool = False) -> None:
        """Of these columns.

        Args:
            columns: that tell rows from each other.
            local: whether there are times of the host's own.
        """
        self._columns, self._local = columns, local
        self._counts: dict[tuple[Cell, ...], _Count] = {}
        self.left = 0
        """Of rows that came when there were too many different ones."""

    def add(
        self, at: str | None, *cells: Cell, local: str | None = None, times: int = 1
    ) -> None:  # fmt: skip
        """One more, or several.

        Args:
            at: when that was (UTC).
            cells: one for each column.
            local: when, by the host's own time, where that is all that is known.
            times: how often it came.
        """
        count = self._counts.get(cells)
        if count is None:
            if len(self._counts) >= MOST:
                self.left += times
                return
            count = self._counts[cells] = _Count()
        count.count += times
        if at is not None:
            count.known.add(at)
        elif local is not None:
            count.local.add(local)

    def rows(self) -> Iterator[Row]:
        """The most frequent first."""
        for key, each in sorted(self._counts.items(), key=lambda item: -item[1].count):
            row = dict(zip(self._columns, key, strict=True))
            row |= {"count": each.count, "first": each.known.first, "last": each.known.last}
            if self._local:
                row |= {"first_local": each.local.first, "last_local": each.local.last}
            yield row
