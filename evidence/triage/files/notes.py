"""One small text of the same name and size in many folders, as notes to the victim are left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.observed.observation import Observation
from evidence.triage.files.endings import MOST_FOLDERS, Ending, how_many
from evidence.triage.files.file import File
from evidence.triage.files.kinds import endings_of, of_system

FOLDERS = 10  # with a text of the same name and size, whose name speaks of getting files back
BESIDE = 5  # folders with it where files have an ending that was put behind their own
NAMES = 5  # that those folders have among them: copies of one tree have the same again and again
SMALLEST, LARGEST = 64, 256 << 10  # bytes
MOST_NAMES = 200_000  # that are kept; with them their first folders
_OF_PROJECTS = frozenset(
    {
        "license", "licence", "copying", "authors", "contributors", "changelog", "requirements",
        "robots", "index", "cmakelists",
    }
)  # fmt: skip
"""Texts that lie in many folders of programs, and beside any ending that these have."""
_TEXTS = frozenset({"txt", "html", "htm", "hta", "rtf", ""})
_SPEAKS = re.compile(
    r"decrypt|recover|restor|unlock|ransom|your[ _-]?files|復号|復元|暗号化", re.IGNORECASE
)


@dataclass(slots=True)
class Note:
    """A name with a size."""

    first: File
    last: File
    folders: set[str] = field(default_factory=set)

    def add(self, file: File) -> None:
        """One more folder with it."""
        if len(self.folders) < MOST_FOLDERS:
            self.folders.add(file.path.rpartition("/")[0])
        if 0 < file.modified < (self.first.modified or file.modified + 1):
            self.first = file
        if file.modified > self.last.modified:
            self.last = file

    def is_scattered(self, level: int = 1) -> bool:
        """Whether its folders aren't all copies of one another, by their names.

        Args:
            level: 1 is the folder itself, 2 the one around it.
        """
        return len({folder.rsplit("/", level)[-level:][0] for folder in self.folders}) >= NAMES

    def observed(self, rule: str, beside: Sequence[str] = ()) -> Iterator[Observation]:
        """The one that was written first, and the one that was written last."""
        others = "".join(f", .{ending}" for ending in beside)
        for file in dict.fromkeys((self.first, self.last)):
            yield file.observed(rule, f"× {how_many(self.folders)}{others}")


class Notes:
    """Counts the folders of small texts while files pass."""

    def __init__(self) -> None:
        self._each: dict[tuple[str, int], Note] = {}
        self.uncounted = 0
        """Texts of names beyond those that are kept."""

    def add(self, file: File) -> None:
        """One more file."""
        ending = (endings_of(file.path) or [""])[-1]
        if ending not in _TEXTS or not SMALLEST <= file.size <= LARGEST or of_system(file.path):
            return
        key = (file.path.rpartition("/")[2].casefold(), file.size)
        if key not in self._each:
            if len(self._each) >= MOST_NAMES:
                self.uncounted += 1
                return
            self._each[key] = Note(file, file)
        self._each[key].add(file)

    def observed(self, put_behind: Mapping[str, Ending]) -> Iterator[Observation]:
        """What stands out, alone or beside endings that were put behind others."""
        for (name, _), note in self._each.items():
            beside = [] if name.partition(".")[0] in _OF_PROJECTS else _beside(note, put_behind)
            if beside and (note.is_scattered() or note.is_scattered(2)):  # or: years of departments
                yield from note.observed("note_beside_ending", beside)
            elif len(note.folders) >= FOLDERS and _SPEAKS.search(name) and note.is_scattered():
                yield from note.observed("note_in_folders")


def _beside(note: Note, put_behind: Mapping[str, Ending]) -> list[str]:
    """The endings in whose folders the note lies, and in few others."""
    return [
        ending
        for ending, each in put_behind.items()
        if len(shared := note.folders & each.folders) >= BESIDE
        and 2 * len(shared) >= len(note.folders)
    ]
