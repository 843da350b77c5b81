"""What ransomware leaves to be told by: its notes, and a few of the files that it encrypted."""

from __future__ import annotations

from collections import Counter
from stat import S_ISREG
from typing import TYPE_CHECKING, ClassVar, Protocol

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.files.snapshot import document
from collectors.files.source import Limits
from collectors.files.walk import Walk
from collectors.privacy.private import ENCRYPTED, by_name, of_system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

SCHEMA = "hozen-ransom-notes/1"
SAMPLES = 3  # files that were encrypted: from these it can be told by what
OF_A_RULE = 3  # notes: in every folder there is the same
LARGEST = 16 << 20  # bytes of a note or a sample
MOST = 3_000_000  # names that are looked at


class Names(Protocol):
    """Knows files by their names."""

    def note(self, path: str) -> str | None:
        """The rule that knows a file as a ransom note; None: there is none."""
        ...

    def encrypted(self, path: str) -> bool:
        """Whether a rule knows a file as one that was encrypted."""
        ...


class RansomNotes:
    """Takes ransom notes, and three files at the most that were encrypted, by their names.

    Notes are known by the rules' names, three of each; encrypted files by endings that rules know,
    or that stand behind a document's own. All names of the local disks are looked at but those in
    folders of the system; `hozen:/ransom-notes.json` tells how many there were of each.
    It cannot show a note of another name, nor files that were encrypted under their own names; what
    is over 16 MiB stays, of a note that is a gap.
    """

    name: ClassVar[str] = "ransom-notes"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(self, names: Names | None = None) -> None:
        """Know these names; without any, endings alone that stand behind others."""
        self._names = names

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield notes and samples as they are found, then how much was looked at."""
        hunt = _Hunt(source, self._names)
        yield from hunt.found()
        if not hunt.counted["names"]:
            yield Gap(
                origin=f"hozen:/{self.name}", kind="disk", reason=Reason.ABSENT,
                detail="no file is here that could be looked at",
            )  # fmt: skip
            return
        yield document(f"hozen:/{self.name}.json", "note", {"schema": SCHEMA, **hunt.told()})


class _Hunt:
    """One walk over all names."""

    def __init__(self, source: Source, names: Names | None) -> None:
        self._source = source
        self._names = names
        self._notes: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        """By rules; by no name, samples of what was encrypted."""
        self._large: Counter[str] = Counter()
        self.counted = Counter(names=0, encrypted=0, closed=0, larger=0)

    def told(self) -> dict[str, object]:
        """How much was looked at, and found."""
        counted = {**self.counted, "samples": self._given[""]}
        return {**counted, "notes": dict(self._notes), "whole": not self.counted["closed"]}

    def found(self) -> Iterator[Artifact | Gap]:
        limits = Limits(files=MOST)
        for one in Walk(source=self._source, kind="disk", limits=limits, once=False).below("/"):
            if isinstance(one, Gap):  # the list of all files says which, and why
                self.counted["closed"] += 1
                if one.reason is Reason.SKIPPED:  # but not where this walk ended
                    yield one
                continue
            self.counted["names"] += 1
            if not of_system(one.origin):
                yield from self._told_by(one)

    def _told_by(self, one: Artifact) -> Iterator[Artifact | Gap]:
        """A file that tells of ransomware, if more of its kind are wanted."""
        rule = self._names.note(one.origin) if self._names is not None else None
        if rule is not None:
            self._notes[rule] += 1
            yield from self._wanted(one, rule, OF_A_RULE)
        elif self._is_encrypted(one.origin):
            self.counted["encrypted"] += 1
            yield from self._wanted(one, "", SAMPLES)

    def _wanted(self, one: Artifact, rule: str, most: int) -> Iterator[Artifact | Gap]:
        """It, or of a note that it is too large, unless there were so many of this rule."""
        if self._given[rule] == most:
            return
        for found in self._taken(one):
            if isinstance(found, Artifact):
                self._given[rule] += 1
                yield found
            elif rule and self._large[rule] < most:
                self._large[rule] += 1
                yield found

    def _is_encrypted(self, path: str) -> bool:
        known = self._names is not None and self._names.encrypted(path)
        return known or by_name(path) == ENCRYPTED

    def _taken(self, one: Artifact) -> list[Artifact | Gap]:
        """It, or that it is too large; nothing where no file is, or another collector gave it."""
        path = one.origin
        try:
            stat = self._source.look(path)
        except OSError:
            return []
        if not S_ISREG(stat.mode):
            return []
        if stat.size > LARGEST:
            self.counted["larger"] += 1
            detail = f"{stat.size} bytes: over the limit of this collector"
            return [Gap(path, "disk", Reason.SKIPPED, detail, stat=stat)]
        return [one] if self._source.once(path) else []
