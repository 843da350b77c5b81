"""`import`: a bundle becomes a master that stays sealed and a working copy that tools open.

  1  the case is held; a bundle that is in it already is refused
  2  copied byte for byte, each file read back                          → bundles/NAME.partial
  3  the copy is verified whole, contents included; nothing is opened before that
  4  unpacked under numbers, held against records and tree once more    → hosts/NAME.partial
  5  placed: files first, links last, what is unsafe aside; the image of a disk put together
  6  the custody log is continued in the copy
  7  both get their names, then case.json its entry

Whatever fails removes both temporary folders: they are copies, made here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyrage

from chain_of_custody import documents
from chain_of_custody.code import spoken_code
from chain_of_custody.errors import CustodyError, UnusableError
from chain_of_custody.event import Check
from chain_of_custody.folder import BundleFolder
from chain_of_custody.items import Unfinished
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Exit, Verdict
from chain_of_custody.verify import verify
from evidence import __version__
from evidence.custody.appending import CustodianError
from evidence.intake import continuation
from evidence.intake.case import Case, Import, StoredVerdict, final, name_for
from evidence.intake.errors import ActorError, CaseError, CopyError, RoomError
from evidence.intake.images.image import Exported, ImageKind, export_image
from evidence.intake.listener import Listener, Silent
from evidence.intake.master import Copied, copy_bundle, lost, refuse_unread, size_of
from evidence.intake.placing import RESERVE, Placed, Placing
from evidence.intake.staging import Staging
from evidence.machine.clock import Clock
from evidence.reading.checked import (
    AlteredBundleError,
    RefusedError,
    UnusableBundleError,
    VerifiedBundle,
    open_bundle,
    unusable,
)
from evidence.writing import medium

AN_ITEM = 4096 + 1500  # bytes: what the smallest file costs, and the line of its record


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import made."""

    bundle: Path
    """The master: a bundle as any other, with a longer custody log."""
    host: Path
    """The working copy."""
    verdict: Verdict
    copied: Copied
    placed: Placed
    image: Exported | None
    """The image of the disk, where one was asked for."""
    unfinished: tuple[Unfinished, ...]
    """What interruptions left without a record: put aside, never placed."""
    custody_continued: bool
    """False where the run's own leftover stands where the next event would have to."""

    @property
    def code(self) -> str | None:
        """The root as spoken code, to be compared with what was noted at the endpoint."""
        return spoken_code(self.verdict.root) if self.verdict.root is not None else None

    @property
    def exit_code(self) -> int:
        """0, or 3 for a bundle that was never sealed, or an image that lacks something."""
        lacks = self.image is not None and bool(self.image.missing)
        return Exit.INCOMPLETE if lacks or not self.verdict.sealed else Exit.VERIFIED


def import_bundle(
    path: str | Path,
    case: str | Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    allow_partial: bool = False,
    actor: str | None = None,
    image: ImageKind | None = None,
    listener: Listener | None = None,
    clock: Clock | None = None,
) -> Imported:
    """Take a bundle into a case: master, working copy, continued custody log.

    Args:
        path: the bundle's folder; it is only read.
        case: the case's folder, made where it is missing.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        allow_partial: whether a bundle that was never sealed will do.
        actor: who imports; None when nobody said.
        image: also make one image of a whole disk's pieces, which it replaces.
        listener: hears the progress.
        clock: where time comes from.

    Raises:
        RefusedError: the bundle does not pass; one of its kinds, with the verdict.
        ActorError: the actor's name can't be signed.
        CaseError: the case can't take it, or has it already.
        RoomError: not enough free space.
        CopyError: the medium failed.
        ImageError: the image that was asked for can't be made of this bundle.
        IntakeError: another import is at work in the case.
    """
    _refuse_unwritable(actor)
    reception = _Reception(
        Path(path).resolve(), Case(Path(case).resolve()), allow_partial=allow_partial, actor=actor,
        image=image, listener=listener or Silent(), clock=clock or Clock(), anchors=anchors,
        trust=TrustStore() if trust is None else trust, identities=identities,
    )  # fmt: skip
    try:
        return reception.run()
    except OSError as error:
        key = "small_files" if medium.takes_no_larger(error) else "failed"
        raise CopyError(key, path=error.filename or case, why=error.strerror) from error


def _refuse_unwritable(actor: str | None) -> None:
    """Half of a pair of surrogates is no character, and stands in no document of ours."""
    try:
        (actor or "").encode()
    except UnicodeEncodeError as error:
        raise ActorError("actor", why=error.reason) from error


@dataclass(slots=True)
class _Reception:
    """One import."""

    path: Path
    case: Case
    identities: Sequence[pyrage.x25519.Identity]
    trust: TrustStore
    anchors: Anchors | None
    allow_partial: bool
    actor: str | None
    image: ImageKind | None
    listener: Listener
    clock: Clock

    def run(self) -> Imported:
        source = self._source()
        bundle_id = self._bundle_id(source)
        if self.case.path.is_relative_to(self.path):
            raise CaseError("in_bundle", path=self.case.path)
        name = name_for(self.path, bundle_id)
        self._refuse_early(source)
        with self.case.held():
            self._check_absent(bundle_id, name)
            master = self.case.fresh(self.case.bundles, name)
            host = self.case.fresh(self.case.hosts, name)
            try:
                return self._take_in(source, master, host)
            finally:
                for left in (master, host):
                    if os.path.lexists(left):
                        shutil.rmtree(left)

    def _source(self) -> BundleFolder:
        """The bundle as it lies at the source; links and devices are never copied."""
        try:
            source = BundleFolder(self.path)
        except UnusableError as error:
            raise UnusableBundleError(self.path, unusable(error)) from error
        if source.listing.unsafe:
            raise AlteredBundleError(self.path, verify(source))
        return source

    def _bundle_id(self, source: BundleFolder) -> str:
        found = documents.load(source)
        if not found.events:
            verdict = verify(source)
            if not verdict.failed:  # it can be read by now, as where a cable is loose
                verdict = unusable(found.problems[0])
            raise UnusableBundleError(self.path, verdict)
        return found.events[0].event.bundle

    def _refuse_early(self, source: BundleFolder) -> None:
        """Refuse what can't be taken in anyway, before hours of copying."""
        opens = bool(self.identities) or not any(n.endswith(".age") for n in source.listing.files)
        if not (opens and (source.sealed or self.allow_partial)):
            self._verify(self.path)

    def _check_absent(self, bundle_id: str, name: str) -> None:
        for entry in self.case.read().imports:
            if entry.bundle_id == bundle_id:
                raise CaseError(
                    "imported", path=self.case.path, when=entry.imported, name=entry.name
                )
        for folder in (self.case.bundles, self.case.hosts):
            if os.path.lexists(folder / name):
                raise CaseError("taken", path=folder / name)

    def _take_in(self, source: BundleFolder, master: Path, host: Path) -> Imported:
        copied = self._copy(source, master)
        bundle = self._verify(master)
        placed, unfinished = self._unpack(bundle, host)
        image = self._export(bundle, host)
        continued = self._continue(master, bundle, copied)
        done = Imported(
            bundle=final(master), host=final(host), verdict=bundle.verdict, copied=copied,
            placed=placed, image=image, unfinished=unfinished, custody_continued=continued,
        )  # fmt: skip
        medium.settle(self.case.path)
        self.case.settle(self._entry(done), host, master)
        return done

    def _copy(self, source: BundleFolder, master: Path) -> Copied:
        try:
            size = size_of(source)
            self._check_room(size, "no_room_master")
            self.listener.step("copy", size)
            return copy_bundle(source, master, advance=self.listener.advance)
        except CustodyError as error:
            raise CopyError("not_copied", path=self.path, why=error) from error

    def _check_room(self, needed: int, key: Literal["no_room_master", "no_room_copy"]) -> None:
        free = medium.free_space(self.case.path)
        if needed + RESERVE > free:
            raise RoomError(
                key, path=self.case.path, needed=needed + RESERVE >> 20, free=free >> 20
            )

    def _verify(self, bundle: Path) -> VerifiedBundle:
        self.listener.step("verify", 0)
        try:
            return open_bundle(
                bundle, identities=self.identities, trust=self.trust, anchors=self.anchors,
                allow_partial=self.allow_partial,
                sink=lambda _, piece: self.listener.advance(len(piece)),
            )  # fmt: skip
        except RefusedError as error:  # the copy goes; the bundle is where to look
            refuse_unread(self.case.path, error.verdict, copy=bundle != self.path)
            raise type(error)(self.path, error.verdict) from error

    def _unpack(self, bundle: VerifiedBundle, host: Path) -> tuple[Placed, tuple[Unfinished, ...]]:
        size = bundle.bytes + sum(each.size for each in bundle.verdict.unfinished)
        self._check_room(size + bundle.items * AN_ITEM, "no_room_copy")
        host.mkdir(mode=0o700)
        self.listener.step("unpack", size)
        staging = Staging(host, advance=self.listener.advance)
        try:
            bundle.extract(staging)
            self.listener.step("place", staging.count)
            placed = Placing(host, staging, advance=self.listener.advance).run()
            return placed, tuple(staging.unfinished)
        except CustodyError as error:
            raise lost(self.case.path, bundle.folder.path, error) from error
        finally:
            staging.close()

    def _export(self, bundle: VerifiedBundle, host: Path) -> Exported | None:
        if self.image is None:
            return None
        self.listener.step("image", 0)
        names = bundle.case_id, bundle.verdict.bundle_id or ""
        return export_image(host, self.image, *names, self.clock)

    def _continue(self, master: Path, bundle: VerifiedBundle, copied: Copied) -> bool:
        verdict = bundle.verdict
        outcomes = ", ".join(f"{stage.number} {stage.outcome.value}" for stage in verdict.stages)
        check = Check(
            result=f"exit {int(verdict.exit)}, level {verdict.level}; {outcomes}",
            version=f"hozen {__version__}", what="the nine stages of hozen-bundle/1, with contents",
        )  # fmt: skip
        text = f"{copied.files} files, {copied.bytes} bytes; each read back and compared"
        try:
            return continuation.tell(master, text, check, actor=self.actor, clock=self.clock)
        except CustodianError as error:
            raise lost(self.case.path, master, error) from error

    def _entry(self, done: Imported) -> Import:
        return Import(
            actor=self.actor, aside=done.placed.aside, bundle_id=done.verdict.bundle_id or "",
            bytes=done.copied.bytes, custody_continued=done.custody_continued,
            files=done.copied.files, imported=self.clock.utc(self.clock.wall()),
            links=done.placed.links, links_aside=done.placed.links_aside, name=done.bundle.name,
            placed=done.placed.files, tool=f"hozen {__version__}",
            trusted=self.trust.fingerprints, verdict=StoredVerdict.of(done.verdict),
        )  # fmt: skip
