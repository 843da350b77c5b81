"""The examiner of names and times: of all files that are listed, else of all items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from collectors.bodyfile import ORIGIN as BODY_FILE
from evidence.triage.bodyfile import BodyFileError, lines
from evidence.triage.examiner import Examined, Tables
from evidence.triage.files.endings import Endings
from evidence.triage.files.file import File
from evidence.triage.files.minutes import Minutes
from evidence.triage.files.notes import Notes
from evidence.triage.files.shadows import ShadowCopies
from evidence.triage.means import Means
from evidence.triage.observation import Observation, Unread
from evidence.triage.seen import Seen


class _Counts:
    """Everything that is counted of files."""

    def __init__(self) -> None:
        self.files = 0
        self.endings, self.notes = Endings(), Notes()
        self.minutes, self.shadows = Minutes(), ShadowCopies()

    def add(self, file: File) -> None:
        """One more file."""
        self.files += 1
        for each in (self.endings, self.notes, self.minutes, self.shadows):
            each.add(file)

    def observed(self) -> Iterator[Observation]:
        """What stands out."""
        yield from self.notes.observed(self.endings.put_behind)
        yield from self.endings.observed()
        yield from self.minutes.observed()
        yield from self.shadows.observed()

    @property
    def uncounted(self) -> int:
        """How often a count had no room left."""
        return self.endings.uncounted + self.notes.uncounted + self.minutes.uncounted


class Listed:
    """Counts endings, equal small texts, and times of change, over the files of a body file.

    Without a body file, the items and gaps themselves are counted: far fewer. It cannot see an
    ending that differs from file to file, nor when a file was encrypted whose times were put back.
    """

    name: ClassVar[str] = "files"
    rules: ClassVar[frozenset[str]] = frozenset(
        {
            "note_beside_ending", "appended_ending", "note_in_folders", "unknown_ending",
            "mass_change", "no_shadow_copies",
        }
    )  # fmt: skip

    def __init__(self, means: Means) -> None:  # noqa: ARG002 - no scanner's rules are needed
        self._heard, self._listed = _Counts(), _Counts()
        self._item: int | None = None

    def hear(self, seen: Seen) -> Iterator[Observation | Unread]:
        """Count an item, a gap or a file of a folder."""
        file = File.of_seen(seen)
        if file is not None:
            self._heard.add(file)
        yield from ()

    def wants(self, examined: Examined) -> bool:
        """The body file."""
        return examined.origin == BODY_FILE

    def examine(
        self,
        examined: Examined,
        file: BinaryIO,
        tables: Tables,  # noqa: ARG002 - at the end
    ) -> Iterator[Observation | Unread]:
        """Count each line's file."""
        self._item = examined.item
        try:
            for line in lines(file):
                if line.letter != "d":
                    self._listed.add(File.of_line(line, examined.item))
        except BodyFileError as error:
            yield self._unread(str(error))

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """Say what the counts say."""
        counts = self._listed if self._listed.files else self._heard
        for row in counts.endings.rows():
            tables.add("unknown-endings", row)
        for row in counts.minutes.rows():
            tables.add("minutes", row)
        yield from counts.observed()
        if counts.uncounted:
            yield self._unread(f"{counts.uncounted} names or times beyond what is counted")

    def _unread(self, why: str) -> Unread:
        return Unread(examiner=self.name, item=self._item, origin=BODY_FILE, why=why)
