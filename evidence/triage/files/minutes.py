"""How many files were written in each minute, and the densest time among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.observed.observation import Observation
from evidence.triage.files.endings import OTHERS, ROWS
from evidence.triage.files.file import File
from evidence.triage.files.kinds import KINDS, endings_of, of_system
from evidence.triage.moment import moment

WITHIN = 10  # minutes
FILES = 500  # of people's kinds, written within those, make a mass change
MOST_MINUTES = 100_000  # that are kept: a disk written in each of them for ten weeks
_NS = 1_000_000_000


@dataclass(slots=True)
class Minute:
    """What was written and changed in one minute."""

    modified: int = 0
    changed: int = 0
    own: int = 0
    """Of the modified ones, those of people's kinds."""
    first: File | None = None
    last: File | None = None


class Minutes:
    """Counts by minute while files pass."""

    def __init__(self) -> None:
        self._each: dict[int, Minute] = {}
        self.uncounted = 0
        """Times beyond the minutes that are kept."""

    def add(self, file: File) -> None:
        """One more file."""
        changed = self._at(file.changed)
        if changed is not None:
            changed.changed += 1
        minute = self._at(file.modified)
        if minute is None:
            return
        minute.modified += 1
        own = any(ending in KINDS for ending in endings_of(file.path))
        if own and not of_system(file.path):
            minute.own += 1
            if minute.first is None or file.modified < minute.first.modified:
                minute.first = file
            if minute.last is None or file.modified >= minute.last.modified:
                minute.last = file

    def _at(self, seconds: int) -> Minute | None:
        key = seconds // 60
        if not seconds:
            return None
        if key not in self._each and len(self._each) >= MOST_MINUTES:
            self.uncounted += 1
            return None
        return self._each.setdefault(key, Minute())

    def observed(self) -> Iterator[Observation]:
        """The densest time, where it is dense enough: its first and its last file."""
        keys = self._densest()
        total = sum(self._each[key].own for key in keys)
        if total < FILES:
            return
        how_many = f"× {total} / {keys[-1] - keys[0] + 1} min"
        for file in dict.fromkeys((self._each[keys[0]].first, self._each[keys[-1]].last)):
            if file is not None:
                yield file.observed("mass_change", how_many)

    def _densest(self) -> list[int]:
        """The minutes of people's files in the densest ten."""
        keys = sorted(key for key, each in self._each.items() if each.own)
        best: tuple[int, int, int] = (0, 0, 0)
        total, start = 0, 0
        for end, key in enumerate(keys):
            total += self._each[key].own
            while key - keys[start] >= WITHIN:
                total -= self._each[keys[start]].own
                start += 1
            best = max(best, (total, start, end + 1))
        return keys[best[1] : best[2]]

    def rows(self) -> Iterator[dict[str, str | int | None]]:
        """The densest minutes, as a table in the order of time; the others are one row."""
        ranked = sorted(self._each, key=lambda key: -self._each[key].modified)
        for key in sorted(ranked[:ROWS]):
            yield _row(moment(key * 60 * _NS), [self._each[key]])
        if ranked[ROWS:]:
            yield _row(OTHERS, [self._each[key] for key in ranked[ROWS:]])


def _row(name: str | None, minutes: Sequence[Minute]) -> dict[str, str | int | None]:
    return {
        "minute": name, "modified": sum(each.modified for each in minutes),
        "changed": sum(each.changed for each in minutes),
        "of_people_s_kinds": sum(each.own for each in minutes),
    }  # fmt: skip
