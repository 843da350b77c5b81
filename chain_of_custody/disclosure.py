"""Checking an exhibit: those stages of a verification that single items allow (format, 13).

  1 structure      plain files, safe names, a manifest of a known schema
  3 completeness   of every item that is shown all its files, and nothing else
  4 items          bytes, record parts and salts lead to the manifest's root
  5 signature      the manifest's, and whose it is
  6 time           as for a bundle
  8 anchors        the root, or its code, that was noted outside
  9 statements     which items, and what an exhibit can't say

Stages 2 and 7 need volumes and events, which an exhibit has not.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from chain_of_custody import counted
from chain_of_custody.canonical import CanonicalError, ModelT, decode
from chain_of_custody.counted import Shown
from chain_of_custody.digest import sha256_of
from chain_of_custody.errors import (
    AlteredError,
    CustodyError,
    IncompleteError,
    UnusableError,
    extra,
    unread,
)  # fmt: skip
from chain_of_custody.examination import Examination
from chain_of_custody.exhibit import (
    MAX_PART,
    MAX_PROOF,
    README,
    SCRIPT,
    SIGNED,
    ExhibitFolder,
    Names,
    OtherSchemaError,
    Proof,
    ProofError,
)
from chain_of_custody.findings import Finding
from chain_of_custody.item import Content, Meta, agree
from chain_of_custody.manifest import Items
from chain_of_custody.merkle import root_from_proof
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import anchors as outside
from chain_of_custody.stages import signature, timing
from chain_of_custody.stages.completeness import anchored
from chain_of_custody.verdict import Anchors, Stage, Verdict

STAGE = 4


def empty_verdict() -> Verdict:
    """The stages that an exhibit has, before any of them was run."""
    numbers = [number for number, _ in STAGES]
    return Verdict([Stage(n) for n in (*numbers, 9)], sealed=True, kind="exhibit")


@dataclass(kw_only=True)
class Inspection(Examination):
    """One exhibit under examination."""

    whole: ClassVar[bool] = False
    folder: ExhibitFolder
    shown: list[Shown] = field(default_factory=list)

    @cached_property
    def sealed(self) -> bool:
        """Only a sealed bundle has a root to prove against."""
        return True

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict, with what the manifest says."""
        verdict = empty_verdict()
        manifest = self.documents.manifest
        if manifest is not None:
            verdict.bundle_id, verdict.root = manifest.bundle_id, manifest.items.merkle_root
        return verdict

    def open(self) -> None:
        """Check every item that there is any file of; what is wrong is kept for its stage."""
        manifest = self.documents.manifest
        if manifest is None:
            return
        for number in self.folder.numbers:
            try:
                self.shown.append(_proved(self.folder, manifest.items, number))
            except CustodyError as error:
                self.refuse(error)
        self.refuse(*counted.contradictions(self.shown, manifest))
        self.verdict.counts = dict(Counter(each.content.status for each in self.shown))

    def _statements(self) -> Iterator[Finding]:
        manifest = self.documents.manifest
        yield from map(_statement, self.shown)
        if manifest is not None:
            count = manifest.items.count
            yield Finding.of("exhibit_rest", shown=len(self.shown), count=count)
        for name in self.folder.listing.attributed:
            yield Finding.of("attributes_on_file", name=name)
        yield Finding.of("exhibit_unsigned")
        yield Finding.of("before_reading")
        yield Finding.of(f"level_{self.verdict.level.lower()}")


def verify_exhibit(
    folder: ExhibitFolder,
    *,
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    now: datetime.datetime | None = None,
) -> Verdict:
    """Run the stages over an exhibit, as `inspected` does; writes nothing and asks nobody."""
    return inspected(folder, trust=trust, anchors=anchors, now=now).verdict


def inspected(
    folder: ExhibitFolder,
    *,
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    now: datetime.datetime | None = None,
) -> Inspection:
    """The same, with the items that were looked at beside the verdict.

    Args:
        folder: the exhibit.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        anchors: what the user noted outside the bundle.
        now: the verifier's clock.
    """
    inspection = Inspection(
        folder=folder, trust=TrustStore() if trust is None else trust, anchors=anchors or Anchors(),
        now=now or datetime.datetime.now(datetime.UTC), contents=None, sink=None,
    )  # fmt: skip
    inspection.open()
    inspection.run(STAGES)
    return inspection


# One item.


def _proved(folder: ExhibitFolder, items: Items, number: int) -> Shown:
    """An item whose files lead to the root."""
    names = Names.of(number)
    proof = _proof(folder, names.proof)
    content = folder.read(names.content, MAX_PART)
    meta = folder.read(names.meta, MAX_PART) if proof.salt_meta is not None else b""
    try:
        root = root_from_proof(proof.leaf(content, meta), number - 1, items.count, proof.nodes)
    except ValueError as error:
        raise AlteredError(STAGE, "exhibit_differs", item=number) from error
    if root.hex() != items.merkle_root:
        raise AlteredError(STAGE, "exhibit_differs", item=number)
    shown = Shown(
        number=number, content=_decoded(Content, names.content, content),
        meta=_decoded(Meta, names.meta, meta) if proof.salt_meta is not None else None,
    )  # fmt: skip
    _check(folder, shown)
    return shown


def _proof(folder: ExhibitFolder, name: str) -> Proof:
    try:
        return Proof.parse(folder.read(name, MAX_PROOF))
    except OtherSchemaError as error:
        raise UnusableError(STAGE, "bad_document", name=name, why=error) from error
    except ProofError as error:
        raise AlteredError(STAGE, "exhibit_proof", name=name) from error


def _decoded(kind: type[ModelT], name: str, data: bytes) -> ModelT:
    try:
        return decode(kind, data)
    except CanonicalError as error:
        raise UnusableError(STAGE, "bad_document", name=name, why=error) from error


def _check(folder: ExhibitFolder, shown: Shown) -> None:
    """Hold the record against its number, against itself, and against the bytes."""
    names, content = Names.of(shown.number), shown.content
    if content.seq != shown.number:
        raise AlteredError(STAGE, "exhibit_number", item=shown.number, found=content.seq)
    try:
        agree(content, shown.meta)
    except CanonicalError as error:
        raise UnusableError(STAGE, "bad_document", name=names.content, why=error) from error
    if content.status == "gap":
        return
    try:
        with folder.open(names.data) as file:
            found, size = sha256_of(file)
    except OSError as error:
        raise unread(STAGE, names.data, error) from error
    if (found, size) != (content.sha256, content.size):
        raise AlteredError(
            STAGE, "item_hash",
            name=names.data, item=shown.number, expected=content.sha256, found=found,
        )  # fmt: skip


# The stages.


def _structure(inspection: Inspection) -> Finding | None:
    for name in inspection.folder.listing.unsafe:
        inspection.refuse(AlteredError(1, "unsafe_file", name=name))
    inspection.refuse(*inspection.documents.problems)
    return Finding.of("exhibit_sound")


def _completeness(inspection: Inspection) -> Finding | None:
    """Files that are not signed may be absent: whoever checks should have them from elsewhere."""
    present = inspection.folder.listing.files
    wanted = {*SIGNED}.union(*(each.files for each in inspection.shown), anchored(present))
    for name in sorted(wanted - present - {SIGNED[1]}):  # stage 5 says that a signature is missing
        inspection.refuse(AlteredError(3, "missing_file", name=name))
    tolerated = {SCRIPT, README} | _undecided(inspection)
    for name in inspection.folder.unwanted(frozenset(wanted | tolerated)):
        inspection.refuse(extra(name))
    return Finding.of("files_complete", count=len(present))


def _undecided(inspection: Inspection) -> set[str]:
    """The files of items that are refused, or could not be read without the manifest."""
    known = {each.number for each in inspection.shown}
    unknown = [Names.of(number) for number in inspection.folder.numbers if number not in known]
    return {name for n in unknown for name in (n.data, n.content, n.meta, n.proof)}


def _items(inspection: Inspection) -> Finding | None:
    if inspection.documents.manifest is None:
        inspection.say(STAGE, "exhibit_no_manifest")
        return None
    if len(inspection.shown) < len(inspection.folder.numbers) or not inspection.shown:
        return None
    return Finding.of("exhibit_fits", count=len(inspection.shown))


def _anchors(inspection: Inspection) -> Finding | None:
    """There is no log here, so that a head can't be compared."""
    if inspection.anchors.head is not None:
        inspection.refuse(IncompleteError(8, "exhibit_no_head"))
        inspection.anchors = replace(inspection.anchors, head=None)
    return outside.check(inspection)


STAGES = (
    (1, _structure),
    (3, _completeness),
    (STAGE, _items),
    (5, signature.check),
    (6, timing.check),
    (8, _anchors),
)  # stage 9 is written by the conclusion


def _statement(shown: Shown) -> Finding:
    content, meta = shown.content, shown.meta
    facts = {"item": shown.number}
    if content.status == "gap":
        if meta is None:
            return Finding.of("exhibit_gap_closed", **facts)
        if meta.same_as is not None:
            return Finding.of("exhibit_same", **facts, origin=meta.source.origin, same=meta.same_as)
        return Finding.of("exhibit_gap", **facts, origin=meta.source.origin, reason=meta.reason)
    stored = {"status": content.status, "size": content.size, "sha256": content.sha256}
    if meta is None:
        return Finding.of("exhibit_closed", **facts, **stored)
    return Finding.of("exhibit_item", **facts, **stored, origin=meta.source.origin)
