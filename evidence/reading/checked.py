"""From a folder to a verified bundle: only what passed verification can be taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import pyrage

from chain_of_custody import documents
from chain_of_custody.disclosure import empty_verdict, verify_exhibit
from chain_of_custody.documents import Documents
from chain_of_custody.errors import AlteredError, CustodyError, UnreadError, UnusableError
from chain_of_custody.event import Closed, Started
from chain_of_custody.exhibit import ExhibitFolder, looks_like_exhibit
from chain_of_custody.findings import escaped
from chain_of_custody.folder import BundleFolder
from chain_of_custody.item import ItemRecord
from chain_of_custody.items import Hearer, ItemReader, Sink, Unfinished
from chain_of_custody.manifest import VolumeEntry
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Exit, Outcome, Stage, Verdict
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener
from evidence.sentences import SENTENCES


class RefusedError(Exception):
    """A bundle that is not taken apart; the verdict says all that was found."""

    exit_code: ClassVar[int] = Exit.ALTERED
    without_failure: ClassVar[int] = 4
    """The stage to speak of when none failed."""
    what_next: ClassVar[str] = ""  # the key of what can be done, the line's second half

    def __init__(self, path: Path, verdict: Verdict) -> None:
        """Say the first finding against the first stage that was not passed."""
        self.path, self.verdict = path, verdict
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """What, where: one line in `ja`, or English for everything else."""
        failed = self.verdict.failed
        stage = self.verdict.stage(failed[0] if failed else self.without_failure)
        words = stage.first.sentence(language) if stage.first else stage.outcome.value
        words += SENTENCES[self.what_next][language == "ja"] if self.what_next else ""
        said, path = SENTENCES["refused.stage"][language == "ja"], escaped(str(self.path))
        return said.format(path=path, number=stage.number, why=words)


class AlteredBundleError(RefusedError):
    """The evidence is not what was signed."""


class UnusableBundleError(RefusedError):
    """No bundle, or of no form that this version reads."""

    exit_code = Exit.UNUSABLE


class PartialBundleError(RefusedError):
    """Never sealed, and the caller did not allow that."""

    exit_code = Exit.INCOMPLETE
    without_failure = 5
    what_next = "refused.partial"


class ClosedBundleError(RefusedError):
    """The contents could not be opened: no identity was given, or none that fits."""

    exit_code = Exit.INCOMPLETE
    what_next = "refused.closed"


class Extraction(Protocol):
    """Receives what is taken out of a bundle, in the order in which it lies there.

    All bytes of an item come before its record. What was received counts for nothing until
    `VerifiedBundle.extract` has returned.
    """

    def data(self, item: int, piece: bytes | memoryview, /) -> None:
        """The next bytes of an item; an empty item comes as one empty piece."""
        ...

    def abandoned(self, found: Unfinished, /) -> None:
        """An interruption cut an item off: its bytes are no item's, its number may come again."""
        ...

    def record(self, record: ItemRecord) -> None:
        """What was recorded of an item whose bytes, if it has any, have all come."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedBundle:
    """A bundle that passed verification with its contents opened; made by `open_bundle` alone."""

    folder: BundleFolder
    documents: Documents
    verdict: Verdict
    opener: VolumeOpener

    @property
    def case_id(self) -> str:
        """The case number that the collection was given."""
        started = self.documents.events[0].detail
        return started.case_id if isinstance(started, Started) else ""

    @property
    def items(self) -> int:
        """How many items it holds, gaps included."""
        return self._last.tree.size if self._last is not None else 0

    @property
    def bytes(self) -> int:
        """The sum of all items' sizes."""
        return self._last.tree.bytes if self._last is not None else 0

    @property
    def _last(self) -> Closed | None:
        closed = [f.detail for f in self.documents.events if isinstance(f.detail, Closed)]
        return closed[-1] if closed else None

    def records(self) -> Iterator[ItemRecord]:
        """Every item's record, in order.

        Raises:
            CustodyError: a volume changed since it was verified.
        """
        for found in self._walk(None):
            if isinstance(found, ItemRecord):
                yield found

    def extract(self, sink: Extraction) -> None:
        """Give all contents to a sink; every byte is held against record and tree once more.

        Raises:
            CustodyError: a volume changed since it was verified; nothing received is to be kept.
        """
        for found in self._walk(sink.data):
            if isinstance(found, ItemRecord):
                sink.record(found)
            else:
                sink.abandoned(found)

    def _walk(self, sink: Sink | None) -> Iterator[ItemRecord | Unfinished]:
        """Records, and what was cut off where a session ended."""
        reader = ItemReader(sink)
        for session in self.documents.sessions():
            for entry, closed in session.volumes:
                yield from self._volume(reader, entry)
                if reader.head() != closed.tree:
                    raise AlteredError(4, "tree_differs", name=entry.name)
            found = reader.abandon(session.volumes[-1][1]) if session.volumes else None
            if found is not None:
                yield found

    def _volume(self, reader: ItemReader, entry: VolumeEntry) -> Iterator[ItemRecord]:
        with self.folder.open(f"data/{entry.name}") as file:
            yield from reader.volume(entry.name, entry.number, self.opener.members(entry, file))


def verify_bundle(
    path: str | Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    sink: Sink | None = None,
    hearer: Hearer | None = None,
) -> Verdict:
    """The verdict on a bundle; contents are checked where they can be opened. Writes nothing.

    Args:
        path: the bundle's folder. What is no bundle gets a verdict, too: unusable.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        sink: sees the items' bytes pass, unproven.
        hearer: hears the items' records, unproven until stage 4 has passed.
    """
    try:
        folder = BundleFolder(path)
    except UnusableError as error:
        return unusable(error)
    opener = VolumeOpener(list(identities))
    return verify(folder, trust=trust, anchors=anchors, contents=opener, sink=sink, hearer=hearer)


def verify_path(
    path: str | Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
) -> Verdict:
    """The verdict on whatever lies there: an exhibit, or else a bundle. Writes nothing.

    Args:
        path: the folder.
        identities: age identities, for a bundle; an exhibit is never encrypted.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
    """
    if not looks_like_exhibit(Path(path)):
        return verify_bundle(path, identities=identities, trust=trust, anchors=anchors)
    try:
        folder = ExhibitFolder(path)
    except UnusableError as error:
        return unusable(error, empty_verdict())
    return verify_exhibit(folder, trust=trust, anchors=anchors)


def open_bundle(
    path: str | Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    allow_partial: bool = False,
    sink: Sink | None = None,
    hearer: Hearer | None = None,
) -> VerifiedBundle:
    """A bundle that passed every stage that could be checked, its contents among them.

    Args:
        path: the bundle's folder.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        allow_partial: whether a bundle that was never sealed will do.
        sink: sees the items' bytes pass during verification, unproven.
        hearer: hears the items' records meanwhile, unproven as well.

    Raises:
        RefusedError: one of its four kinds, with the verdict.
    """
    verdict = verify_bundle(
        path, identities=identities, trust=trust, anchors=anchors, sink=sink, hearer=hearer
    )
    refusal = _refusal(verdict, allow_partial=allow_partial)
    if refusal is not None:
        raise refusal(Path(path), verdict)
    folder, loaded = judged(Path(path), verdict)
    opener = VolumeOpener(list(identities))
    return VerifiedBundle(folder=folder, documents=loaded, verdict=verdict, opener=opener)


def judged(path: Path, verdict: Verdict) -> tuple[BundleFolder, Documents]:
    """The folder and the signed documents that a verdict is about.

    Raises:
        AlteredBundleError: they are no longer what was verified, or can't be read any more.
    """
    loaded = documents.load(folder := BundleFolder(path))
    for problem in loaded.problems:
        stage = verdict.stage(problem.stage)
        if not stage.failed:
            stage.failed, stage.against = True, problem.finding
            verdict.unread = isinstance(problem, UnreadError)
            raise AlteredBundleError(path, verdict)
    # What is read now has to be what was verified: these two bind everything else.
    head = loaded.events[-1].sha256 if loaded.events else None
    root = loaded.manifest.items.merkle_root if loaded.manifest is not None else None
    if (head, root) != (verdict.head, verdict.root):
        raise AlteredBundleError(path, verdict)
    return folder, loaded


def _refusal(verdict: Verdict, *, allow_partial: bool) -> type[RefusedError] | None:
    if verdict.exit is Exit.ALTERED:
        return AlteredBundleError
    if verdict.exit is Exit.UNUSABLE:
        return UnusableBundleError
    if not verdict.sealed and not allow_partial:
        return PartialBundleError
    if verdict.stage(4).outcome is not Outcome.PASS:
        return ClosedBundleError
    return None


def unusable(error: CustodyError, verdict: Verdict | None = None) -> Verdict:
    """The verdict on no folder of its kind (a bundle's, where none is given); no stage was run."""
    verdict = verdict or Verdict([Stage(n) for n in range(1, 10)], sealed=False)
    verdict.exit = Exit.UNUSABLE
    verdict.stage(error.stage).failed = True
    verdict.stage(error.stage).add(error.finding)
    return verdict


__all__ = [
    "AlteredBundleError", "ClosedBundleError", "Extraction", "PartialBundleError", "RefusedError",
    "UnusableBundleError", "VerifiedBundle", "judged", "open_bundle", "unusable",
    "verify_bundle", "verify_path",
]  # fmt: skip
