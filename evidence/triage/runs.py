"""Numbers that records bear, each once: which are missing among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 100_000  # runs that are kept


@dataclass(slots=True)
class Runs:
    """Numbers as they come, kept as runs of such as follow each other."""

    kept: list[tuple[int, int]] = field(default_factory=list)

    def add(self, first: int, last: int) -> None:
        """A run more."""
        if self.kept and self.kept[-1][1] == first - 1:
            self.kept[-1] = self.kept[-1][0], last
        elif len(self.kept) < MOST:
            self.kept.append((first, last))

    def join(self, others: Iterable[tuple[int, int]]) -> None:
        """Runs of another file, whose records are numbered on with these."""
        for first, last in others:
            self.add(first, last)

    @property
    def first(self) -> int | None:
        """The lowest number; None where there is none, or too many are kept to know."""
        return None if self._full else min((first for first, _ in self.kept), default=None)

    @property
    def last(self) -> int | None:
        """The highest number; None as above."""
        return None if self._full else max((last for _, last in self.kept), default=None)

    def gaps(self) -> tuple[int | None, int | None]:
        """How often numbers are skipped, and how many; None where that is past counting."""
        if self._full:
            return None, None
        gaps = missing = 0
        highest = None
        for first, last in sorted(self.kept):
            if highest is not None and first > highest + 1:
                gaps, missing = gaps + 1, missing + first - highest - 1
            highest = last if highest is None else max(highest, last)
        return gaps, missing

    @property
    def _full(self) -> bool:
        return len(self.kept) >= MOST
