"""One verification and all that a report says of it beside the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pyrage

from chain_of_custody.counted import Shown
from chain_of_custody.disclosure import empty_verdict, inspected
from chain_of_custody.documents import Documents
from chain_of_custody.errors import UnusableError
from chain_of_custody.event import COLLECTION_TYPES, Closed
from chain_of_custody.exhibit import ExhibitFolder, looks_like_exhibit
from chain_of_custody.folder import BundleFolder
from chain_of_custody.manifest import ClockReading
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Exit, Outcome, Verdict
from evidence.custody.holding import Holding, holding_of
from evidence.machine.clock import Clock
from evidence.reading.checked import judged, unusable, verify_bundle
from evidence.report.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the verifier had beside the bundle; of keys only the public halves."""

    trust: TrustStore
    anchors: Anchors
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A verdict, what it is about, and by whose clock."""

    name: str
    verdict: Verdict
    given: Given
    began: ClockReading
    ended: ClockReading
    folder: BundleFolder | None
    """None where there is no bundle at all."""
    documents: Documents
    survey: Survey | None
    """What the records come to; only where all of them have passed."""
    holding: Holding | None
    """Who held it; only where the log has passed and the bundle is sealed."""
    shown: list[Shown]
    """The items that lead to the root in the manifest; only of an exhibit."""

    @property
    def refused(self) -> bool:
        """Whether the bundle is altered or can't be used."""
        return self.verdict.exit in (Exit.ALTERED, Exit.UNUSABLE)

    @property
    def is_exhibit(self) -> bool:
        """Whether it is single items of a bundle."""
        return self.verdict.kind == "exhibit"

    @property
    def counts(self) -> dict[str, int]:
        """How many items were acquired, partial, or gaps; empty where no intact log attests it."""
        if not self.passed(7):  # an exhibit has no log at all
            return {}
        closed = [f.detail for f in self.documents.events if isinstance(f.detail, Closed)]
        if self.verdict.counts or not closed:
            return self.verdict.counts
        tree = closed[-1].tree
        return {"acquired": tree.acquired, "partial": tree.partial, "gap": tree.gap}

    def passed(self, number: int) -> bool:
        """Whether this stage passed."""
        return any(
            each.number == number and each.outcome is Outcome.PASS for each in self.verdict.stages
        )


def examine(
    path: Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    clock: Clock | None = None,
) -> Examined:
    """Verify a bundle or an exhibit, and keep what a report has to say; reads once, writes nothing.

    Args:
        path: its folder. What is neither gets a report, too.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        clock: where time comes from.

    Raises:
        AlteredBundleError: it was changed while it was being verified.
    """
    clock = clock or Clock()
    given = Given(
        trust=TrustStore() if trust is None else trust, anchors=anchors or Anchors(),
        recipients=tuple(str(each.to_public()) for each in identities),
    )  # fmt: skip
    began = clock.reading()
    looks = _looked_at_exhibit if looks_like_exhibit(path) else _looked_at_bundle
    looked = looks(path, given, identities)
    return Examined(
        name=path.resolve().name, given=given, began=began, ended=clock.reading(), **looked
    )


class _Looked(TypedDict):
    """What a verification comes to, by its names in `Examined`."""

    verdict: Verdict
    folder: BundleFolder | None
    documents: Documents
    survey: Survey | None
    holding: Holding | None
    shown: list[Shown]


def _looked_at_bundle(
    path: Path, given: Given, identities: Sequence[pyrage.x25519.Identity]
) -> _Looked:
    survey = Survey()
    verdict = verify_bundle(
        path, identities=identities, trust=given.trust, anchors=given.anchors, hearer=survey.add
    )
    folder, documents = _documents(path, verdict)
    opened = verdict.stage(4).outcome is Outcome.PASS
    return _Looked(
        verdict=verdict, folder=folder, documents=documents, survey=survey if opened else None,
        holding=_holding(documents, verdict, given.trust), shown=[],
    )  # fmt: skip


def _looked_at_exhibit(path: Path, given: Given, _: Sequence[pyrage.x25519.Identity]) -> _Looked:
    """An exhibit is never encrypted, and has neither volumes nor a log."""
    verdict, documents, shown = empty_verdict(), Documents(), list[Shown]()
    try:
        inspection = inspected(ExhibitFolder(path), trust=given.trust, anchors=given.anchors)
        verdict, documents = inspection.verdict, inspection.documents
        shown = inspection.shown
    except UnusableError as error:
        unusable(error, verdict)
    return _Looked(
        verdict=verdict, folder=None, documents=documents, survey=None, holding=None, shown=shown
    )


def _documents(path: Path, verdict: Verdict) -> tuple[BundleFolder | None, Documents]:
    try:
        return judged(path, verdict)
    except UnusableError:
        if verdict.exit is not Exit.UNUSABLE:  # it was a bundle when it was verified
            raise
        return None, Documents()


def _holding(documents: Documents, verdict: Verdict, trust: TrustStore) -> Holding | None:
    """Who held it, by an intact log; of what was never sealed, once somebody signed for it."""
    held = any(file.event.type not in COLLECTION_TYPES for file in documents.events)
    told = documents.manifest is not None or held
    if not told or verdict.stage(7).outcome is not Outcome.PASS:
        return None
    return holding_of(documents, trust)
