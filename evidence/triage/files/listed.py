"""The examiner of names and times: of all files that are listed, else of all items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, ClassVar

from collectors.bodyfile import ORIGIN as BODY_FILE
from evidence.observed.observation import Observation, Unread
from evidence.triage.bodyfile import BodyFileError, lines
from evidence.triage.examiner import Examined, Tables
from evidence.triage.files.endings import Endings
from evidence.triage.files.file import File
from evidence.triage.files.mft import Folders, MftError, is_mft, named, volume_of
from evidence.triage.files.minutes import Minutes
from evidence.triage.files.notes import Notes
from evidence.triage.files.shadows import ShadowCopies
from evidence.triage.means import Means
from evidence.triage.seen import Seen

MOST_HEARD = 500_000  # items and gaps whose paths are kept, as hashes


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

    Without a body file, items and gaps are counted, and the files of each `$MFT` that are no items.
    It cannot see an ending that differs from file to file, nor when a file was encrypted whose
    times were put back.
    """

    name: ClassVar[str] = "files"
    rules: ClassVar[frozenset[str]] = frozenset(
        {
            "note_beside_ending", "appended_ending", "note_in_folders", "unknown_ending",
            "mass_change", "no_shadow_copies",
        }
    )  # fmt: skip

    @property
    def tried(self) -> frozenset[str]:
        """None over what was taken alone; those of shadow copies where their folder was listed."""
        if not self._whole:
            return frozenset()
        listed = self._counts.shadows.was_listed
        return self.rules if listed else self.rules - {"no_shadow_copies"}

    def __init__(self, means: Means) -> None:  # noqa: ARG002 - no scanner's rules are needed
        self._heard, self._listed = _Counts(), _Counts()
        self._item: int | None = None
        self._has_body_file = self._whole = False
        self._paths: set[int] = set()
        self._beyond = 0
        """Items and gaps beyond those whose paths are kept."""

    def hear(self, seen: Seen) -> Iterator[Observation | Unread]:
        """Count an item, a gap or a file of a folder."""
        self._has_body_file |= seen.origin == BODY_FILE and not seen.is_gap
        file = File.of_seen(seen)
        if file is not None:
            self._heard.add(file)
            self._whole |= seen.record is None  # a folder is gone through as a whole
        if file is not None and seen.record is not None:
            self._keep(file)
        yield from ()

    def _keep(self, file: File) -> None:
        if len(self._paths) < MOST_HEARD:
            self._paths.add(hash(file.path))
        else:
            self._beyond += 1

    def wants(self, examined: Examined) -> bool:
        """The body file; where there is none, the master file tables of volumes as they are now."""
        if examined.origin == BODY_FILE:
            return True
        of_case = examined.record is not None and examined.origin.startswith("/")
        return of_case and not self._has_body_file and is_mft(examined)

    def examine(
        self,
        examined: Examined,
        file: BinaryIO,
        tables: Tables,  # noqa: ARG002 - at the end
    ) -> Iterator[Observation | Unread]:
        """Count the file of each line, or of each record."""
        if examined.origin == BODY_FILE:
            yield from self._body_file(examined, file)
        else:
            yield from self._table(examined, file)

    def _body_file(self, examined: Examined, file: BinaryIO) -> Iterator[Unread]:
        self._item = examined.item
        try:
            for line in lines(file):
                if line.letter != "d":
                    self._whole = True
                    self._listed.add(File.of_line(line, examined.item))
        except BodyFileError as error:
            yield self._unread(str(error))

    def _table(self, examined: Examined, file: BinaryIO) -> Iterator[Unread]:
        """Beside the items, which lead to bytes; damaged records are told by whoever names them."""
        folders, volume = Folders.of(file), volume_of(examined.origin)
        with suppress(MftError):
            for each in named(file):
                path = volume + folders.path(each)
                if each.in_use and not each.is_folder and hash(path) not in self._paths:
                    self._whole = True
                    self._heard.add(File.of_record(each, path, examined.item))
        if self._beyond:
            why = f"{self._beyond} items may be counted twice, as records of an MFT"
            yield Unread(examiner=self.name, item=examined.item, origin=examined.origin, why=why)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """Say what the counts say."""
        counts = self._counts
        for row in counts.endings.rows():
            tables.add("unknown-endings", row)
        for row in counts.minutes.rows():
            tables.add("minutes", row)
        yield from counts.observed()
        if counts.uncounted:
            yield self._unread(f"{counts.uncounted} names or times beyond what is counted")

    @property
    def _counts(self) -> _Counts:
        return self._listed if self._listed.files else self._heard

    def _unread(self, why: str) -> Unread:
        return Unread(examiner=self.name, item=self._item, origin=BODY_FILE, why=why)
