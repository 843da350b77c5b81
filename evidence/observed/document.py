"""`triage.json`: with what was looked, into what, for what, and how often it was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from evidence.packs.used import UsedSet

FOLDER, DOCUMENT = "triage", "triage.json"
CLAIMS = "claims.json"
OBSERVATIONS, UNREAD, FILES, TABLES = "observations.jsonl", "unread.jsonl", "files.jsonl", "tables"
SCHEMA: Literal["hozen-triage/1"] = "hozen-triage/1"


class OtherSet(UsedSet, frozen=True, kw_only=True):
    """Rules beside ours."""

    count: int | None
    """How many were tried; None where they are the collection's, and were not searched for now."""
    engine: str = ""
    """What translated and ran rules of Sigma; empty for others, which ours ran."""
    no_events: int = 0
    """Rules of Sigma whose log source had no event here, so that nothing was tried."""
    not_run: int = 0
    """Rules of Sigma that could not be run."""


class RulesUsed(msgspec.Struct, frozen=True, kw_only=True):
    """Which set of rules, and who said what of it."""

    sha256: str
    """Of ours, as they were searched for."""
    count: int
    """Of ours."""
    engine: str
    at_collection: bool
    """Whether hits are those of the signed records, where an item was scanned as it was taken."""
    sets: list[OtherSet] = []
    """Of others: of this triage, then of the collection."""
    program_sha256: str = ""
    """Of those that the program has."""
    in_place_of_ours: UsedSet | None = None
    """Newer ones, which took their place."""

    @property
    def of_sigma(self) -> list[OtherSet]:
        """The sets in Sigma's language."""
        return [each for each in self.sets if each.engine]

    def licence(self, name: str) -> str:
        """Of a set; `?` where nobody says."""
        told = (each.licence for each in self.sets if each.name == name)
        return ", ".join(dict.fromkeys(told)) or "?"


class Looked(msgspec.Struct, kw_only=True):
    """What one examiner looked for, and how often it saw anything."""

    examiner: str
    looked_for: list[str]
    """As the index of the rules names it."""
    not_tried: list[str] = []
    """Of those, what had nothing here to look at: no such log, list or memory."""
    files: int = 0
    """How many it looked into."""
    observations: int = 0
    unread: int = 0


class Subject(msgspec.Struct, kw_only=True):
    """The rules of one subject."""

    tried: int = 0
    seen: int = 0
    """How many of them saw anything."""
    not_tried: int = 0
    """How many more there are, for which there was nothing to look at."""


class FoundFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that was read: a line of `files.jsonl`."""

    item: int | None
    origin: str
    sha256: str
    size: int
    holes: int = 0
    """Bytes more that the file claims and that nobody wrote: the digest is over all others."""


class Span(msgspec.Struct, kw_only=True):
    """From when to when a rule saw anything, those times among them that were not written down."""

    first: str
    last: str

    def add(self, at: str) -> None:
        """One more time."""
        self.first, self.last = min(self.first, at), max(self.last, at)


class UnreadLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log that could not be read, or not to its end: it may have held all."""

    item: int | None
    origin: str
    reason: str
    """Why it was not collected; empty where it is here."""
    why: str


class Triage(msgspec.Struct, kw_only=True):
    """One triage of one bundle or folder."""

    schema: Literal["hozen-triage/1"] = SCHEMA
    source: str
    """The bundle's name in its case, or the folder."""
    bundle_id: str | None
    folder: str
    """Where its results are: below the case's folder, where there is a case."""
    tool: str
    begun: str
    ended: str = ""
    rules: RulesUsed
    examiners: list[Looked] = []
    subjects: dict[str, Subject] = {}
    """Of our rules; behind a slash, all of another set."""
    seen: dict[str, int] = {}
    """Rule, with its table before it, to how often it was seen."""
    spans: dict[str, Span] = {}
    """The same rules to the times of what they saw; none of a rule whose sights bear no time."""
    kept: int = 0
    """Observations written down; of one rule only so many are."""
    looked_at: dict[str, int] = {}
    """`read` now to the end, or `scanned` by the collection; `in_part` where some was not."""
    not_looked_at: dict[str, int] = {}
    """Reason to number."""
    differing: list[str] = []
    """Items whose bytes here aren't those that were signed, or can't be read; the first of them."""
    altered: int = 0
    """How many such items there are."""
    unread: int = 0
    logs: list[UnreadLog] = []
    """Logs that could not be read, or not to their end; the first of them."""
    logs_unread: int = 0
    """How many such logs there are."""
    files: dict[str, str] = {}
    """Every file of this folder, with its SHA-256."""

    @property
    def tried(self) -> int:
        """How many rules were looked for in anything."""
        return sum(each.tried for each in self.subjects.values())

    @property
    def not_tried(self) -> int:
        """How many had nothing here to look at."""
        return sum(each.not_tried for each in self.subjects.values())

    @property
    def lacking(self) -> bool:
        """Whether a file that should be here is not, is another, or can't be read."""
        return bool(self.altered or self.not_looked_at.get("unreadable"))

    @property
    def complete(self) -> bool:
        """Whether all that should have been looked at was."""
        return not self.unread


def read_triage(folder: Path) -> Triage:
    """The document of a finished triage.

    Raises:
        FileNotFoundError: it was cut off.
        ValueError: the file is none of ours.
        OSError: it can't be read.
    """
    return msgspec.json.decode((folder / DOCUMENT).read_bytes(), type=Triage)


def folders_of(triages: Path) -> list[Path]:
    """The triages of one bundle, the newest last; cut-off ones are among them."""
    if not triages.is_dir():
        return []
    return sorted(path for path in triages.iterdir() if path.is_dir() and not path.is_symlink())
