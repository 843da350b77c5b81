"""Endings that no program knows, behind the endings of many kinds of people's files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from evidence.observed.observation import Observation
from evidence.triage.files.file import File
from evidence.triage.files.kinds import KINDS, endings_of, is_unknown, of_system

FILES, OF_KINDS, IN_FOLDERS = 20, 3, 2
"""So many files, of so many kinds, in so many folders, make an ending that was put behind."""
SPREAD_FILES, SPREAD_FOLDERS = 200, 20
"""So many files in so many folders make an unknown ending worth a look."""
MOST_ENDINGS = 20_000
MOST_FOLDERS = 5_000  # of an ending, that are kept; more make no difference
ROWS, OTHERS = 1000, "(others)"  # of a table, one by one; what stands for all others


@dataclass(slots=True)
class Ending:
    """All files of one ending that no program is known for."""

    files: int = 0
    appended: int = 0
    """Those that have the ending of a kind of people's files before it."""
    kinds: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    first: File | None = None
    last: File | None = None

    def add(self, file: File, kinds: set[str]) -> None:
        """One more."""
        self.files += 1
        self.appended += bool(kinds)
        self.kinds |= kinds
        if len(self.folders) < MOST_FOLDERS:
            self.folders.add(file.path.rpartition("/")[0])
        if self.first is None or 0 < file.modified < (self.first.modified or file.modified + 1):
            self.first = file
        if self.last is None or file.modified > self.last.modified:
            self.last = file

    @property
    def is_put_behind(self) -> bool:
        """Whether that many kinds of files have it behind their own that it is no program's."""
        many = self.appended >= FILES and len(self.kinds) >= OF_KINDS
        return many and len(self.folders) >= IN_FOLDERS

    @property
    def is_spread(self) -> bool:
        """Whether it is on many files in many folders."""
        return self.files >= SPREAD_FILES and len(self.folders) >= SPREAD_FOLDERS

    def observed(self, rule: str, ending: str) -> Iterator[Observation]:
        """The file that was written first, and the one that was written last."""
        for file in dict.fromkeys((self.first, self.last)):
            if file is not None:
                yield file.observed(rule, f".{ending} × {self.files}")


class Endings:
    """Counts endings while files pass."""

    def __init__(self) -> None:
        self.each: dict[str, Ending] = {}
        self.uncounted = 0
        """Files of endings beyond those that are kept."""

    def add(self, file: File) -> None:
        """One more file."""
        *inner, ending = endings_of(file.path) or [""]
        kinds = {KINDS[one] for one in inner if one in KINDS}
        if not ending or not is_unknown(ending, behind=bool(kinds)) or of_system(file.path):
            return
        if ending not in self.each:
            if len(self.each) >= MOST_ENDINGS:
                self.uncounted += 1
                return
            self.each[ending] = Ending()
        self.each[ending].add(file, kinds)

    @property
    def put_behind(self) -> dict[str, Ending]:
        """Those that were put behind others."""
        return {ending: each for ending, each in self.each.items() if each.is_put_behind}

    def observed(self) -> Iterator[Observation]:
        """What stands out."""
        for ending, each in self.each.items():
            if each.is_put_behind:
                yield from each.observed("appended_ending", ending)
            elif each.is_spread:
                yield from each.observed("unknown_ending", ending)

    def rows(self) -> Iterator[dict[str, str | int | None]]:
        """The most frequent ones, as a table; the others are one row."""
        ranked = sorted(self.each.items(), key=lambda pair: (-pair[1].files, pair[0]))
        for ending, each in ranked[:ROWS]:
            yield {
                "ending": ending, "files": each.files, "behind_another": each.appended,
                "kinds": ", ".join(sorted(each.kinds)), "folders": how_many(each.folders),
            }  # fmt: skip
        others = [each for _, each in ranked[ROWS:]]
        if others:
            yield {
                "ending": OTHERS, "files": sum(each.files for each in others),
                "behind_another": sum(each.appended for each in others), "kinds": None,
                "folders": None,
            }  # fmt: skip


def how_many(folders: Collection[str]) -> int | str:
    """How many of them there are, or that there may be more."""
    return len(folders) if len(folders) < MOST_FOLDERS else f"{MOST_FOLDERS}+"
