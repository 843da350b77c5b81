"""One verification under way: the bundle as it lies there, and what was found wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from chain_of_custody import statements
from chain_of_custody.documents import Documents, load
from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError, UnusableError
from chain_of_custody.findings import Finding
from chain_of_custody.folder import BundleFolder
from chain_of_custody.items import Hearer, Sink
from chain_of_custody.manifest import VolumeEntry
from chain_of_custody.trust import TrustStore
from chain_of_custody.verdict import Anchors, Contents, Exit, Outcome, Stage, Verdict


@dataclass(kw_only=True)
class Examination:
    """What the stages share: the input, and the verdict that grows."""

    folder: BundleFolder
    trust: TrustStore
    anchors: Anchors
    contents: Contents | None
    sink: Sink | None
    hearer: Hearer | None = None
    errors: list[CustodyError] = field(default_factory=list)
    proved_time: datetime.datetime | None = None
    """Not later than then the manifest's signature existed, by a time token that was checked."""

    @cached_property
    def documents(self) -> Documents:
        """Manifest and events, read once."""
        return load(self.folder)

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
        """Keep what is wrong; it is put at its own stage at the end."""
        self.errors.extend(errors)

    def say(self, stage: int, key: str, **facts: object) -> None:
        """Add a sentence to a stage that is no refusal."""
        self.verdict.stage(stage).findings.append(Finding.of(key, **facts))

    def passed(self, number: int, finding: Finding) -> None:
        """Let a stage pass that had nothing to refuse."""
        self.verdict.stage(number).findings.append(finding)
        self.verdict.stage(number).outcome = Outcome.PASS

    def conclude(self) -> Verdict:
        """Put every refusal at its stage and say what it all comes to."""
        for error in self.errors:
            self._place(error)
        verdict = self.verdict
        verdict.level = "B" if verdict.stage(8).outcome is Outcome.PASS else "C"
        last = verdict.stage(9)
        last.findings.extend(self._statements())
        last.outcome = Outcome.PASS
        verdict.exit = self._exit()
        return verdict

    def _place(self, error: CustodyError) -> None:
        """Put a refusal at its own stage, which need not be the one that met it."""
        stage = self.verdict.stage(error.stage)
        if not isinstance(error, IncompleteError):
            stage.outcome = Outcome.FAIL
        elif stage.outcome is not Outcome.FAIL:
            stage.outcome = Outcome.NOT_CHECKED
        if error.finding not in stage.findings:
            stage.findings.append(error.finding)

    def _statements(self) -> Iterator[Finding]:
        verdict = self.verdict
        return statements.of(
            self.folder, self.documents, verdict.counts, sealed=self.sealed, level=verdict.level,
            trust=self.trust,
        )  # fmt: skip

    def _exit(self) -> Exit:
        """Altered wins over unusable, unusable over incomplete."""
        kinds = {type(error) for error in self.errors}
        for kind, exit_code in (
            (AlteredError, Exit.ALTERED),
            (UnusableError, Exit.UNUSABLE),
            (IncompleteError, Exit.INCOMPLETE),
        ):
            if kind in kinds:
                return exit_code
        return Exit.VERIFIED if self.sealed else Exit.INCOMPLETE
