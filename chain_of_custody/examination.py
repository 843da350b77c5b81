"""One verification under way: the bundle as it lies there, and what was found wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self

from chain_of_custody.documents import Documents, load
from chain_of_custody.errors import (
    AlteredError,
    CustodyError,
    IncompleteError,
    UnreadError,
    UntrustedError,
    UnusableError,
)
from chain_of_custody.findings import Finding
from chain_of_custody.folder import Folder
from chain_of_custody.items import Hearer, Sink
from chain_of_custody.manifest import VolumeEntry
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import stamps, statements
from chain_of_custody.stages.stamps import Times
from chain_of_custody.verdict import Anchors, Contents, Exit, Outcome, Stage, Verdict


@dataclass(kw_only=True)
class Examination:
    """What the stages share: the input, and the verdict that grows."""

    whole: ClassVar[bool] = True
    """Whether everything that the bundle holds is to lie here."""

    folder: Folder
    trust: TrustStore
    anchors: Anchors
    now: datetime.datetime
    contents: Contents | None
    sink: Sink | None
    hearer: Hearer | None = None
    kinds: set[type[CustodyError]] = field(default_factory=set)
    refused: int = 0
    """How often something was refused."""

    @cached_property
    def documents(self) -> Documents:
        """Manifest and events, read once."""
        return load(self.folder)

    @cached_property
    def times(self) -> Times:
        """What the time-stamp tokens come to; needed by stage 5, told at stage 6."""
        return stamps.evaluate(self.folder, self.documents, self.trust, self.now, whole=self.whole)

    @property
    def proved_time(self) -> datetime.datetime | None:
        """Not later than then the manifest's signature existed, by a token that was believed."""
        proved = self.times.proved
        return proved.token.time if proved is not None else None

    @cached_property
    def sealed(self) -> bool:
        """Whether it is to be judged as a sealed bundle."""
        return self.folder.sealed and not statements.sealing_cut_off(self.folder)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict, with what the documents say of themselves."""
        verdict = Verdict([Stage(number) for number in range(1, 10)], self.sealed)
        manifest, events = self.documents.manifest, self.documents.events
        if manifest is not None:
            items = manifest.items
            verdict.bundle_id, verdict.root = manifest.bundle_id, items.merkle_root
            verdict.counts = {
                "acquired": items.acquired, "partial": items.partial, "gap": items.gap,
            }  # fmt: skip
        elif events:
            verdict.bundle_id = events[0].event.bundle
        verdict.head = events[-1].sha256 if events else None
        return verdict

    @cached_property
    def recipients(self) -> list[str] | None:
        """The age recipients that the documents name; None when none can be read."""
        if self.documents.manifest is not None:
            return self.documents.manifest.recipients
        return statements.recipients(self.documents)

    @cached_property
    def entries(self) -> list[VolumeEntry]:
        """Every file that is to lie in `data/`: by the manifest or, in a partial bundle, events."""
        manifest = self.documents.manifest
        if manifest is not None:
            return [*manifest.volumes, *manifest.salvaged]
        return [*self.documents.closed(), *self.documents.salvaged()]

    @property
    def listed(self) -> bool:
        """Whether every document could be read that tells what lies in `data/`."""
        return self.documents.manifest is not None or not self.documents.unreadable

    @property
    def stored(self) -> int:
        """Bytes that the entries state."""
        return sum(entry.size for entry in self.entries)

    def refuse(self, *errors: CustodyError) -> None:
        """Say what is wrong at its own stage, which need not be the one that met it."""
        for error in errors:
            stage = self.verdict.stage(error.stage)
            stage.add(error.finding)
            if isinstance(error, IncompleteError):
                stage.undecided = True
            else:
                stage.against = stage.against or error.finding
                stage.failed = True
            self.kinds.add(type(error))
            self.refused += 1

    def say(self, stage: int, key: str, **facts: object) -> None:
        """Add a sentence to a stage that is no refusal."""
        self.verdict.stage(stage).add(Finding.of(key, **facts))

    def passed(self, number: int, finding: Finding) -> None:
        """Let a stage pass that had nothing to refuse."""
        stage = self.verdict.stage(number)
        stage.passed = True
        if stage.outcome is Outcome.PASS:  # another check may have met what is wrong with it
            stage.add(finding)

    def run(self, stages: Iterable[tuple[int, Callable[[Self], Finding | None]]]) -> Verdict:
        """Let each stage check; one passes that says so and has found nothing to refuse."""
        for number, check in stages:
            before = self.refused
            passed = check(self)
            if passed is not None and self.refused == before:
                self.passed(number, passed)
        return self.conclude()

    def conclude(self) -> Verdict:
        """Say what it all comes to."""
        verdict = self.verdict
        verdict.level = self._level()
        for finding in self._statements():
            verdict.stage(9).add(finding)
        verdict.stage(9).passed = True
        for stage in verdict.stages:
            stage.end()
        verdict.exit = self._exit()
        if AlteredError not in self.kinds:
            verdict.unread = UnreadError in self.kinds
            verdict.untrusted = UntrustedError in self.kinds and not verdict.unread
        return verdict

    def _level(self) -> str:
        """A: known signer, proved time, as noted outside. B: one of the last two. C: neither."""
        passed = [self.verdict.stage(n).outcome is Outcome.PASS for n in (5, 6, 8)]
        if all(passed):
            return "A"
        return "B" if passed[1] or passed[2] else "C"

    def _statements(self) -> Iterator[Finding]:
        verdict = self.verdict
        return statements.of(
            self.folder, self.documents, verdict.counts, sealed=self.sealed, level=verdict.level,
            trust=self.trust,
        )  # fmt: skip

    def _exit(self) -> Exit:
        """Altered wins over unusable, unusable over incomplete."""
        for kind, exit_code in (
            (AlteredError, Exit.ALTERED),
            (UnusableError, Exit.UNUSABLE),
            (IncompleteError, Exit.INCOMPLETE),
        ):
            if any(issubclass(found, kind) for found in self.kinds):
                return exit_code
        return Exit.VERIFIED if self.sealed else Exit.INCOMPLETE
