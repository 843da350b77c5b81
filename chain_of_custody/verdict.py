"""What a verification comes to: nine stages, an exit, a level; and what the caller brings to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from io import FileIO
from typing import Protocol

from chain_of_custody.findings import Finding
from chain_of_custody.items import Member
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
    outcome: Outcome = Outcome.NOT_CHECKED
    findings: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The stage's name."""
        return STAGES[self.number - 1]


@dataclass(slots=True)
class Verdict:
    """What the nine stages came to."""

    stages: list[Stage]
    sealed: bool
    exit: Exit = Exit.VERIFIED
    level: str = "C"
    root: str | None = None
    head: str | None = None
    bundle_id: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def stage(self, number: int) -> Stage:
        """The stage with this number, 1 to 9."""
        return self.stages[number - 1]

    @property
    def failed(self) -> list[int]:
        """The numbers of the stages that failed."""
        return [stage.number for stage in self.stages if stage.outcome is Outcome.FAIL]


def document_of(verdict: Verdict) -> dict[str, object]:
    """The verdict for machines, both languages in it."""
    return {
        "schema": "hozen-verdict/1",
        "exit": int(verdict.exit),
        "sealed": verdict.sealed,
        "level": verdict.level,
        "bundle_id": verdict.bundle_id,
        "root": verdict.root,
        "head": verdict.head,
        "counts": verdict.counts,
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
