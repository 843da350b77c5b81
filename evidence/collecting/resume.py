"""Going on with an interrupted bundle: what was open is kept as it lies, and taken again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from chain_of_custody.digest import sha256_of
from chain_of_custody.documents import UNNAMED, Documents, load
from chain_of_custody.event import COLLECTION_TYPES, Closed, Progress, Started
from chain_of_custody.folder import MANIFEST, BundleFolder
from chain_of_custody.manifest import VolumeEntry
from chain_of_custody.merkle import Tree
from chain_of_custody.missing import missing_by
from chain_of_custody.receipt import Receipt
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.stages.lone import Lone, lone
from chain_of_custody.stages.statements import sealing_cut_off
from chain_of_custody.verify import verify
from collectors.collector import Collector
from collectors.disk.whole.image import WholeDisk
from collectors.files.source import Source
from collectors.table import DISK, FOLDER, LIVE_HOST, WINDOWS_HOST, SourceKind
from collectors.told import ToldError
from collectors.tree import Tree as WholeFolder
from evidence.collecting.answers import Answers
from evidence.collecting.begun import begun_in, begun_on, place
from evidence.collecting.session import Checkpoint, OriginChain, Resumption
from evidence.machine.host import EVERY_SESSION, HostIdentity
from evidence.planning.leftout import LeftOut
from evidence.sentences import SENTENCES
from evidence.writing import medium
from evidence.writing.history import History, Order, Tally
from evidence.writing.log_lock import LogLock


class ResumeError(ToldError):
    """A folder that can't be gone on with; says why."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


_EACH_SESSION = EVERY_SESSION | {Answers.name, LeftOut.name}  # who goes on has answered, too

# Collectors of disks include those of running machines: the order matters.
_OWN: dict[SourceKind, set[str]] = {
    "folder": {collector.name for collector in FOLDER},
    "live windows": {WINDOWS_HOST[0].name},
    "disk": {DISK[0].name},
    "live": {collector.name for collector in LIVE_HOST},
}
_BEGUN: dict[SourceKind, str] = {
    "live": "resume.live", "live windows": "resume.windows", "folder": "resume.folder",
    "disk": "resume.disk",
}  # fmt: skip


class Interruption:
    """An interrupted bundle, checked, with everything that going on needs."""

    def __init__(self, path: Path) -> None:
        """Check what is signed so far.

        Raises:
            CustodyError: it is no bundle.
            ResumeError: it is sealed, or what was signed is not as it was.
        """
        self.path = path
        self.folder = BundleFolder(path)
        if self.folder.sealed and not sealing_cut_off(self.folder):
            raise ResumeError("resume.sealed", path=path)
        verdict = verify(self.folder)
        if verdict.failed:
            first = verdict.stage(verdict.failed[0]).first
            raise ResumeError("resume.broken", path=path, why=first)
        self.documents: Documents = load(self.folder)
        for problem in self.documents.problems:  # it could be read for the verdict
            raise ResumeError("resume.broken", path=path, why=problem.finding)
        started = self.documents.events[0].detail
        if not isinstance(started, Started):
            raise ResumeError("resume.no_beginning", path=path)
        self.started: Started = started
        events = [file.event for file in self.documents.events]
        held = [event.seq for event in events if event.type not in COLLECTION_TYPES]
        if held and not any(event.type == "sealed" for event in events):
            raise ResumeError("resume.held", path=path, number=held[0])

    @classmethod
    def alone(cls, log: LogLock, path: Path) -> Interruption:
        """The same, with everybody else kept out from before it is looked at.

        Raises:
            CustodyError, ResumeError: as above, or somebody is at it.
            OSError: the medium failed.
        """
        _check_named(path)
        keep_others_out(log, path)
        return cls(path)

    def finish_sealing(self) -> bool:
        """Give the manifest its name, where only that was missing. True if that was so."""
        if not self.documents.unnamed:
            return False
        (self.path / UNNAMED).rename(self.path / MANIFEST)  # verified: it is what was sealed
        medium.sync_folder(self.path)
        return True

    def make_way(self) -> None:
        """Take away a signature that the interrupted run left alone; nobody else's is ever lost.

        Raises:
            ResumeError: it is not known to be the run's.
            OSError: the medium failed.
        """
        left = self.path / f"custody/{len(self.documents.events) + 1:05d}.json.p7s"
        found = lone(self.folder, self.documents)
        if found is not None and not self._is_ours(found):
            raise ResumeError(
                "resume.signed", path=self.path, number=found.number, signer=found.signer
            )
        left.unlink(missing_ok=True)

    def _is_ours(self, found: Lone) -> bool:
        key = self.documents.sessions()[-1].key_sha256
        return found.certificate is not None and fingerprint(found.certificate) == key

    @property
    def bundle_id(self) -> str:
        """The bundle's UUID."""
        return self.documents.events[0].event.bundle

    def order(self, host_ref: str) -> Order:
        """What the collection was asked to be."""
        return Order(
            case_id=self.started.case_id, host_ref=host_ref,
            profile=self.started.profile, recipients=tuple(self.started.recipients),
            previous_bundle=self.started.previous_bundle, challenge=self.started.challenge,
        )  # fmt: skip

    def salvaged(self) -> list[VolumeEntry]:
        """Volumes that were open, measured as they lie; they are never touched again."""
        known = {entry.name for entry in [*self.documents.closed(), *self.documents.salvaged()]}
        return [
            self._measure(name)
            for name in sorted(self.folder.listing.files)
            if name.startswith("data/") and name[5:] not in known
        ]

    def _measure(self, name: str) -> VolumeEntry:
        with self.folder.open(name) as file:
            digest, size = sha256_of(file)
        return VolumeEntry(name=name[5:], sha256=digest, size=size)

    def history(self) -> History:
        """The state of the writer after the last signed event."""
        closed = [f.detail for f in self.documents.events if isinstance(f.detail, Closed)]
        history = History(
            seq=len(self.documents.events), head=self.documents.events[-1].sha256,
            volumes=self.documents.closed(), salvaged=self.documents.salvaged(),
            missing=self._missing(), signed=self.documents.signed,
            started=self.documents.events[0].event.at, start_clock=self.started.clock,
        )  # fmt: skip
        if closed:
            head = closed[-1].tree
            history.tree = Tree.of(head.size, [bytes.fromhex(peak) for peak in head.peaks])
            history.tally = Tally.of(head)
        return history

    def resumption(self) -> Resumption:
        """What earlier sessions have done, and how far the cut-off collector had come."""
        steps = self._progress()
        done = steps[-1].completed if steps else []
        return Resumption(
            completed=tuple(name for name in done if name not in _EACH_SESSION),
            checkpoints=tuple(
                Checkpoint(collector=step.current, count=step.count, chain=step.chain)
                for step in steps
                if step.current and step.chain
            ),
        )

    def _missing(self) -> int:
        said = [missing_by(file.event) for file in self.documents.events]
        return next((each for each in reversed(said) if each is not None), 0)

    @property
    def receipt(self) -> Receipt | None:
        """What the first event says of a folder that was received; None of what hozen collected."""
        return Receipt.of(self.documents.events[0].event)

    def check_source(self, kind: SourceKind, *, received: bool = False) -> None:
        """Refuse to go on with another kind of source than the bundle was begun with.

        Where nothing that is signed says which that was, this machine is not taken for it.

        Args:
            kind: of the source that is named now.
            received: whether others collected what it holds.

        Raises:
            ResumeError: saying which that was.
        """
        if received != (self.receipt is not None):
            verb = "hozen collect" if received else "hozen ingest"
            raise ResumeError("resume.verb", path=self.path, verb=verb)
        begun = begun_on(self.documents.events[0].event) or self._shown_by_names()
        if begun is None and kind in ("live", "live windows"):  # what is meant where none is named
            raise ResumeError("resume.unknown", path=self.path)
        if begun not in (None, kind):
            raise ResumeError(_BEGUN[begun], path=self.path)

    def _shown_by_names(self) -> SourceKind | None:
        """Where the first event doesn't say it: which table the names of collectors are of."""
        names = {name for step in self._progress() for name in (*step.completed, step.current)}
        return next((table for table, own in _OWN.items() if names & own), None)

    def check_host(self, identity: HostIdentity) -> None:
        """Refuse to go on on another machine: one bundle would speak of two.

        Raises:
            ResumeError: saying so.
        """
        if identity.comparable and identity.reference != self.started.host_ref:
            raise ResumeError("resume.other_host", path=self.path)

    def check_place(self, collectors: Sequence[Collector], source: Source, named: str) -> None:
        """Refuse to go on with another disk or folder: what an earlier session took isn't there.

        Args:
            collectors: those that are to run.
            source: what is to be gone on with.
            named: the same, as on the command line.

        Raises:
            ResumeError: saying so.
        """
        for collector in collectors:
            if isinstance(collector, WholeDisk) and not self._agrees(collector, source):
                raise ResumeError("resume.other_disk", path=self.path)
            if isinstance(collector, WholeFolder) and not self._agrees(collector, source):
                raise ResumeError("resume.other_folder", path=self.path)
            if isinstance(collector, WholeFolder) and self._is_elsewhere(collector, named):
                raise ResumeError("resume.other_place", path=self.path)

    def _is_elsewhere(self, collector: Collector, named: str) -> bool:
        """Whether nothing that was taken shows which folder it was, and its mark is another's."""
        begun = begun_in(self.documents.events[0].event)
        marks = {begun, place(named, self.bundle_id)}
        return not self.resumption().points(collector.name) and begun is not None and len(marks) > 1

    def _agrees(self, collector: Collector, source: Source) -> bool:
        """Whether one of what was signed of this collector still fits; true where nothing was."""
        wanted = self.resumption().points(collector.name)
        chain = OriginChain(self.bundle_id, collector.name)
        last = max(wanted, default=0)
        for thing in collector.collect(source) if wanted else ():
            chain.add(thing.origin)
            if chain.count in wanted and wanted[chain.count] == chain.shown():
                return True
            if chain.count >= last:
                break
        return not wanted

    def _progress(self) -> list[Progress]:
        details = [file.detail for file in self.documents.events]
        return [detail.progress for detail in details if isinstance(detail, Closed)]


def _check_named(path: Path) -> None:
    """Refuse the folder in which bundles lie, and name the one that was begun last.

    Raises:
        ResumeError: with the folder to name.
    """
    within = sorted((each.name[-16:], each) for each in path.glob("HZ_*Z") if each.is_dir())
    if within and not (path / "custody").exists():
        raise ResumeError("resume.parent", path=path, last=within[-1][1])


def keep_others_out(log: LogLock, path: Path) -> None:
    """Nobody signs for a bundle while it is collected, and no other run goes on with it.

    Raises:
        ResumeError: somebody is at it.
        OSError: the medium failed.
    """
    try:
        log.take(path)
    except BlockingIOError as error:
        raise ResumeError("resume.under_way", path=path) from error


__all__ = ["Interruption", "ResumeError", "keep_others_out"]
