"""What a verification comes to: its stages, an exit, a level; and what the caller brings to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from io import FileIO
from typing import Literal, Protocol

from chain_of_custody.findings import Finding
from chain_of_custody.items import Member, Unfinished
from chain_of_custody.manifest import VolumeEntry


class Outcome(StrEnum):
    """How a stage ended."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    NOT_CHECKED = "NOT CHECKED"


class Exit(IntEnum):
    """What the verdict comes to; the command line exits with this number."""

    VERIFIED = 0
    ALTERED = 1
    UNUSABLE = 2
    INCOMPLETE = 3


SHOWN = 100  # findings of one kind; a bundle made to hurt has as many as it has files

STAGES = (
    "structure", "volumes", "completeness", "items", "signature",
    "time", "custody", "anchors", "statements",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What the user noted outside the bundle, each None when not given."""

    root: str | None = None
    code: str | None = None
    head: str | None = None
    challenge: str | None = None
    """What was given to whoever collected, before: it anchors the beginning, not the contents."""


class Contents(Protocol):
    """Opens volumes: knows the container and holds the key."""

    def can_open(self, entry: VolumeEntry) -> bool:
        """Whether what was given is enough to open it."""
        ...

    def is_recipient(self, recipients: Sequence[str]) -> bool:
        """Whether what was given must be able to open what is encrypted to these."""
        ...

    def members(self, entry: VolumeEntry, file: FileIO) -> Iterable[Member]:
        """The members of a volume, in order.

        Raises:
            CustodyError: not a volume of this format.
        """
        ...

    def stanzas(self, entry: VolumeEntry, file: FileIO) -> int:
        """How many recipients an encrypted volume's header names."""
        ...


@dataclass(slots=True)
class Stage:
    """One stage: its number, how it ended, what it has to say."""

    number: int
    passed: bool = False
    """Nothing was found against it by the check that this stage is for."""
    failed: bool = False
    undecided: bool = False
    """Something that was asked for could not be checked."""
    findings: list[Finding] = field(default_factory=list)
    against: Finding | None = None
    """The first of them for which it failed."""
    _said: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The stage's name."""
        return STAGES[self.number - 1]

    @property
    def outcome(self) -> Outcome:
        """What counts against it counts first, whichever check met it."""
        if self.failed:
            return Outcome.FAIL
        return Outcome.PASS if self.passed and not self.undecided else Outcome.NOT_CHECKED

    @property
    def first(self) -> Finding | None:
        """What is to be said of it where there is room for one thing."""
        return self.against or next(iter(self.findings), None)

    def add(self, finding: Finding) -> None:
        """Say one more thing, once; of very many of one kind only that there are more."""
        if self._said[finding.key] < SHOWN and finding in self.findings:
            return
        self._said[finding.key] += 1
        if self._said[finding.key] <= SHOWN:
            self.findings.append(finding)

    def end(self) -> None:
        """Say how many findings were left out."""
        more = sum(max(0, count - SHOWN) for count in self._said.values())
        if more:
            self.findings.append(Finding.of("more_findings", count=more))


@dataclass(slots=True)
class Verdict:
    """What the stages came to."""

    stages: list[Stage]
    sealed: bool
    kind: Literal["bundle", "exhibit"] = "bundle"
    exit: Exit = Exit.VERIFIED
    untrusted: bool = False
    """Refused for who signed it: nothing that was checked is other than it was signed."""
    unread: bool = False
    """Refused for what can't be read: nothing that was read is other than it was signed."""
    level: str = "C"
    root: str | None = None
    head: str | None = None
    bundle_id: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    unfinished: list[Unfinished] = field(default_factory=list)
    """What no record tells of, where the contents were opened."""

    def stage(self, number: int) -> Stage:
        """The stage with this number, 1 to 9; an exhibit has not all of them."""
        return next(stage for stage in self.stages if stage.number == number)

    @property
    def failed(self) -> list[int]:
        """The numbers of the stages that failed."""
        return [stage.number for stage in self.stages if stage.outcome is Outcome.FAIL]

    @property
    def told(self) -> str:
        """What a line that sums it up has to tell: the exit, or why it is refused after all."""
        if self.untrusted:
            return "untrusted"
        return "unread" if self.unread else str(int(self.exit))


def document_of(verdict: Verdict) -> dict[str, object]:
    """The verdict for machines, both languages in it."""
    return {
        "schema": "hozen-verdict/1",
        "kind": verdict.kind,
        "exit": int(verdict.exit),
        "untrusted": verdict.untrusted,
        "unread": verdict.unread,
        "sealed": verdict.sealed,
        "level": verdict.level,
        "bundle_id": verdict.bundle_id,
        "root": verdict.root,
        "head": verdict.head,
        "counts": verdict.counts,
        "unfinished": [each._asdict() for each in verdict.unfinished],
        "stages": [
            {
                "number": stage.number,
                "name": stage.name,
                "outcome": stage.outcome.value,
                "findings": [
                    {"key": f.key, "en": f.sentence("en"), "ja": f.sentence("ja")}
                    for f in stage.findings
                ],
            }
            for stage in verdict.stages
        ],
    }
