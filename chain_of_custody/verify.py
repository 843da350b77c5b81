"""Verification: the nine stages of the format page, section 10, from a folder to a verdict.

  1 structure      plain files, safe names, documents of a known schema
  2 volumes        size and SHA-256 as in the signed documents
  3 completeness   nothing missing, nothing extra, every list exact
  4 items          with the key: every byte, record and number, and the tree
  5 signature      the manifest's, and whose it is
  6 time           tokens (a later version; until then never PASS)
  7 custody        the chain of events, each signed by who may
  8 anchors        what was noted outside the bundle
  9 statements     what is true, and no failure

Not done here: chains of certificates, revocation, time-stamp tokens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from cryptography import x509

from chain_of_custody import cms, code, custody, documents, statements
from chain_of_custody.digest import sha256_of
from chain_of_custody.documents import Documents
from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError, UnusableError
from chain_of_custody.findings import Finding
from chain_of_custody.folder import (
    MANIFEST,
    PARTIAL_FILES,
    SEALED_FILES,
    SUMS,
    TAG_SUMS,
    BundleFolder,
    numbered,
)
from chain_of_custody.items import ItemReader, Sink
from chain_of_custody.keys import fingerprint
from chain_of_custody.manifest import BOUND_FILES, VolumeEntry
from chain_of_custody.verdict import Anchors, Contents, Exit, Outcome, Stage, Verdict


def verify(
    folder: BundleFolder,
    *,
    trust: Sequence[x509.Certificate] = (),
    anchors: Anchors | None = None,
    contents: Contents | None = None,
    sink: Sink | None = None,
) -> Verdict:
    """Run all stages over a bundle; writes nothing and asks nobody.

    Args:
        folder: the bundle.
        trust: certificates that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        contents: opens volumes; without it stage 4 is not checked.
        sink: receives item bytes during stage 4, which are unproven until the verdict.
    """
    return _Run(folder, list(trust), anchors or Anchors(), contents, sink).run()


class _Run:
    """One verification; holds what later stages need of earlier ones."""

    def __init__(
        self, folder: BundleFolder, trust: list[x509.Certificate], anchors: Anchors,
        contents: Contents | None, sink: Sink | None,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.trust = trust
        self.anchors = anchors
        self.contents = contents
        self.sink = sink
        self.documents: Documents = documents.load(folder)
        self.sealed = folder.sealed and not statements.sealing_cut_off(folder)
        self.verdict = Verdict([Stage(number) for number in range(1, 10)], self.sealed)
        self.errors: list[CustodyError] = []

    def run(self) -> Verdict:
        self._tell()
        for number, stage in enumerate(
            (
                self._structure, self._volumes, self._completeness, self._items,
                self._signature, self._time, self._custody, self._anchors,
            ), 1
        ):  # fmt: skip
            before = len(self.errors)
            passed = stage()
            if passed is not None and len(self.errors) == before:
                self.verdict.stage(number).findings.append(passed)
                self.verdict.stage(number).outcome = Outcome.PASS
        for error in self.errors:
            self._place(error)
        self._conclude()
        return self.verdict

    def _tell(self) -> None:
        manifest, events = self.documents.manifest, self.documents.events
        if manifest is not None:
            self.verdict.bundle_id = manifest.bundle_id
            self.verdict.root = manifest.items.merkle_root
            items = manifest.items
            self.verdict.counts = {
                "acquired": items.acquired, "partial": items.partial, "gap": items.gap,
            }  # fmt: skip
        elif events:
            self.verdict.bundle_id = events[0].event.bundle
        self.verdict.head = events[-1].sha256 if events else None

    def _place(self, error: CustodyError) -> None:
        """Put a refusal at its own stage, which need not be the one that met it."""
        stage = self.verdict.stage(error.stage)
        if isinstance(error, IncompleteError):
            if stage.outcome is not Outcome.FAIL:
                stage.outcome = Outcome.NOT_CHECKED
        else:
            stage.outcome = Outcome.FAIL
        if error.finding not in stage.findings:
            stage.findings.append(error.finding)

    # 1: links and devices would lead the later stages out of the bundle.

    def _structure(self) -> Finding | None:
        for name in self.folder.listing.unsafe:
            self.errors.append(AlteredError(1, "unsafe_file", name=name))
        self.errors.extend(self.documents.problems)
        names = [entry.name for entry in self._entries()]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.errors.append(UnusableError(1, "volume_twice", name=name))
        self._check_encryption_names()
        return Finding.of("volumes_intact", count=len(names), size=self._stored())

    def _check_encryption_names(self) -> None:
        recipients = self._recipients()
        if recipients is None:
            return
        for entry in self._entries():
            if entry.encrypted != bool(recipients):
                error = AlteredError(1, "encryption_contradicts", name=entry.name)
                self.errors.append(error)

    def _recipients(self) -> list[str] | None:
        if self.documents.manifest is not None:
            return self.documents.manifest.recipients
        return statements.recipients(self.documents)

    def _entries(self) -> list[VolumeEntry]:
        manifest = self.documents.manifest
        if manifest is not None:
            return [*manifest.volumes, *manifest.salvaged]
        return [*self.documents.closed(), *self.documents.salvaged()]

    def _stored(self) -> int:
        return sum(entry.size for entry in self._entries())

    # 2: the signed size and digest of every volume.

    def _volumes(self) -> Finding | None:
        entries = self._entries()
        if not entries and not self.documents.events:
            self.errors.append(IncompleteError(2, "no_documents"))
            return None
        for entry in entries:
            self.errors.extend(self._check_volume(entry))
        return Finding.of("volumes_intact", count=len(entries), size=self._stored())

    def _check_volume(self, entry: VolumeEntry) -> Iterator[CustodyError]:
        name = f"data/{entry.name}"
        if name not in self.folder.listing.files:
            return  # stage 3 says that it is missing
        try:
            with self.folder.open(name) as file:
                stated = os.fstat(file.fileno()).st_size
                found, size = sha256_of(file)
        except CustodyError as error:
            yield error
            return
        except OSError as error:
            yield AlteredError(2, "unreadable", name=name, why=error.strerror)
            return
        if size != entry.size or stated != size:
            yield AlteredError(2, "volume_size", name=name, expected=entry.size, found=size)
        elif found != entry.sha256:
            yield AlteredError(2, "volume_hash", name=name, expected=entry.sha256, found=found)

    # 3: what is listed lies here, what lies here is listed.

    def _completeness(self) -> Finding | None:
        wanted = self._wanted()
        for name in sorted(wanted - self.folder.listing.files):
            self.errors.append(AlteredError(3, "missing_file", name=name))
        tolerated = statements.tolerated(self.folder, self.documents, sealed=self.sealed)
        for name in self.folder.unwanted(wanted | tolerated):
            self.errors.append(AlteredError(3, "extra_file", name=name))
        self._check_volume_numbers()
        if self.sealed:
            self._check_bindings()
            self._check_sums()
        return Finding.of("volumes_intact", count=len(wanted), size=self._stored())

    def _wanted(self) -> frozenset[str]:
        volumes = {f"data/{entry.name}" for entry in self._entries()}
        events = {file.name for file in self.documents.events}
        events |= {name for name, _, _ in self.documents.unreadable}
        events |= {f"{name}.p7s" for name in events}
        tokens = {n for n in self.folder.listing.files if n.startswith("anchors/") and numbered(n)}
        top = SEALED_FILES if self.sealed else PARTIAL_FILES
        # A missing signature is told at stage 5 or 7, where it matters.
        absent = {n for n in events | top if n.endswith(".p7s")} - self.folder.listing.files
        return frozenset(volumes | events | tokens | top) - absent

    def _check_volume_numbers(self) -> None:
        numbers = sorted(entry.number for entry in self._entries())
        for expected, number in enumerate(numbers, 1):
            if number > expected:
                self.errors.append(AlteredError(3, "number_hole", what="volume", number=expected))
                return

    def _check_bindings(self) -> None:
        manifest = self.documents.manifest
        if manifest is None:
            return
        for key, name in BOUND_FILES.items():
            if name in self.folder.listing.files and self._digest(name) != getattr(
                manifest.bindings, key
            ):
                self.errors.append(AlteredError(3, "not_bound", name=name))

    def _digest(self, name: str) -> str:
        with self.folder.open(name) as file:
            return sha256_of(file)[0]

    def _check_sums(self) -> None:
        entries = sorted(self._entries(), key=lambda entry: entry.name)
        sums = "".join(f"{entry.sha256}  data/{entry.name}\n" for entry in entries)
        tagged = sorted((SEALED_FILES - {TAG_SUMS}), key=str.encode)
        present = [name for name in tagged if name in self.folder.listing.files]
        tags = "".join(f"{self._digest(name)}  {name}\n" for name in present)
        for name, expected in ((SUMS, sums), (TAG_SUMS, tags)):
            if name not in self.folder.listing.files:
                continue
            try:
                found = self.folder.read(name, documents.MAX_MANIFEST)
            except CustodyError as error:
                self.errors.append(error)
                continue
            if found != expected.encode():
                self.errors.append(AlteredError(3, "sums_differ", name=name))

    # 4: the items, when they can be opened.

    def _items(self) -> Finding | None:
        volumes = [entry for entry in self._entries() if entry in self.documents.closed()]
        refusal = self._why_not_open(volumes)
        if refusal is not None:
            self.verdict.stage(4).findings.append(refusal.finding)
            if isinstance(refusal, IncompleteError):
                self.errors.append(refusal)
            return None
        try:
            return self._read_items()
        except CustodyError as error:
            self.errors.append(error)
            return None

    def _why_not_open(self, volumes: list[VolumeEntry]) -> CustodyError | None:
        if self.documents.problems or not self.documents.events:
            return AlteredError(4, "no_documents")
        if any(error.stage in (1, 2, 3) for error in self.errors):
            return AlteredError(4, "volumes_not_intact")
        if self.contents is None or not all(self.contents.can_open(entry) for entry in volumes):
            return AlteredError(4, "needs_identity")
        return None

    def _read_items(self) -> Finding | None:
        if self.contents is None:
            return None
        reader = ItemReader(self.sink)
        for session in self.documents.sessions():
            given_up = reader.abandon()
            if given_up is not None:
                self._state("abandoned", name=f"session {session.opened_by}", item=given_up)
            for entry, closed in session.volumes:
                self._read_volume(reader, entry)
                if reader.head() != closed.tree:
                    raise AlteredError(4, "tree_differs", name=entry.name)
        self._check_totals(reader)
        self.verdict.counts = dict(reader.counts)
        return Finding.of("items_intact", count=reader.tree.size)

    def _read_volume(self, reader: ItemReader, entry: VolumeEntry) -> None:
        if self.contents is None:
            return
        with self.folder.open(f"data/{entry.name}") as file:
            if entry.encrypted:
                self._count_stanzas(entry, self.contents.stanzas(entry, file))
                file.seek(0)
            for _ in reader.volume(entry.name, entry.number, self.contents.members(entry, file)):
                pass

    def _count_stanzas(self, entry: VolumeEntry, found: int) -> None:
        expected = len(self._recipients() or [])
        if found != expected:
            self._state("recipients_differ", name=entry.name, found=found, expected=expected)

    def _check_totals(self, reader: ItemReader) -> None:
        manifest = self.documents.manifest
        if manifest is None:
            return
        if reader.unfinished is not None:
            raise AlteredError(4, "no_record", name=MANIFEST, item=reader.unfinished)
        items = manifest.items
        if reader.tree.root().hex() != items.merkle_root:
            raise AlteredError(4, "tree_differs", name=MANIFEST)
        stated = (items.count, items.acquired, items.partial, items.gap, items.bytes)
        counts = reader.counts
        found = (
            reader.tree.size, counts["acquired"], counts["partial"], counts["gap"], reader.bytes,
        )  # fmt: skip
        if stated != found:
            raise AlteredError(4, "counts_differ", expected=items.count, found=reader.tree.size)

    # 5: whose signature it is. Checked over the bytes as they lie, readable or not.

    def _signature(self) -> Finding | None:
        if not self.sealed:
            self.errors.append(IncompleteError(5, "no_manifest"))
            return None
        raw, signature = self.documents.manifest_raw, self.documents.manifest_signature
        if raw is None or signature is None:
            name = MANIFEST if raw is None else f"{MANIFEST}.p7s"
            self.errors.append(AlteredError(5, "missing_file", name=name))
            return None
        try:
            signer = fingerprint(cms.verify(raw, signature))
        except cms.SignatureError as error:
            self.errors.append(AlteredError(5, "bad_signature", name=f"{MANIFEST}.p7s", why=error))
            return None
        return self._check_signer(signer)

    def _check_signer(self, signer: str) -> Finding | None:
        manifest, sessions = self.documents.manifest, self.documents.sessions()
        named = {manifest.signer_certificate_sha256} if manifest is not None else set()
        # The key that sealed is the one that collected last: not one that came afterwards.
        named |= {sessions[-1].key_sha256} if sessions else set()
        if named - {signer}:
            self.errors.append(AlteredError(5, "other_certificate", name=MANIFEST))
            return None
        if not self.trust:
            self.verdict.stage(5).findings.append(Finding.of("no_trust"))
            return None
        if signer not in {fingerprint(certificate) for certificate in self.trust}:
            self.errors.append(AlteredError(5, "stranger", found=signer))
            return None
        return Finding.of("signed_by", found=signer)

    # 6: tokens are not read by this version, and it says so.

    def _time(self) -> Finding | None:
        self.verdict.stage(6).findings.append(Finding.of("no_token"))
        return None

    # 7: the chain of events.

    def _custody(self) -> Finding | None:
        self.errors.extend(custody.check(self.documents, self.trust))
        return Finding.of(
            "custody_intact", count=len(self.documents.events), head=self.verdict.head
        )

    # 8: against a bundle that was made anew, whole and consistent.

    def _anchors(self) -> Finding | None:
        given = self.anchors
        if not (given.root or given.code or given.head):
            self.verdict.stage(8).findings.append(Finding.of("no_anchor"))
            return None
        checks = (
            ("root", given.root, lambda value: self.verdict.root == value.strip().lower()),
            ("head", given.head, lambda value: self.verdict.head == value.strip().lower()),
            ("code", given.code, self._code_fits),
        )
        fitting = [name for name, value, fits in checks if value and self._fits(name, value, fits)]
        return Finding.of("anchor_fits", what=", ".join(fitting))

    def _fits(self, name: str, value: str, fits: object) -> bool:
        try:
            good = callable(fits) and fits(value)
        except code.CodeError as error:
            self.errors.append(UnusableError(8, "anchor_unusable", what=name, why=error))
            return False
        if not good:
            self.errors.append(AlteredError(8, "anchor_differs", what=name))
        return bool(good)

    def _code_fits(self, value: str) -> bool:
        return code.matches(value, self.verdict.root or "00" * 32)

    # 9: what is true and no failure.

    def _state(self, key: str, **facts: object) -> None:
        self.verdict.stage(9).findings.append(Finding.of(key, **facts))

    def _conclude(self) -> None:
        stage = self.verdict.stage(9)
        anchored = self.verdict.stage(8).outcome is Outcome.PASS
        self.verdict.level = "B" if anchored else "C"
        stage.findings.extend(
            statements.of(
                self.folder, self.documents, self.verdict.counts,
                sealed=self.sealed, level=self.verdict.level,
            )
        )  # fmt: skip
        stage.outcome = Outcome.PASS
        self.verdict.exit = self._exit()

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
