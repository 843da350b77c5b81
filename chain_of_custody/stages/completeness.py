"""Stage 3: what is listed lies here, what lies here is listed, every list is exact."""

from __future__ import annotations

from chain_of_custody import documents
from chain_of_custody.digest import sha256_of
from chain_of_custody.errors import AlteredError, CustodyError, extra, unread
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import PARTIAL_FILES, SEALED_FILES, SUMS, TAG_SUMS, numbered
from chain_of_custody.manifest import BOUND_FILES
from chain_of_custody.stages import statements

STAGE = 3


def check(examination: Examination) -> Finding | None:
    """Compare the folder with the documents, and the lists with both."""
    folder = examination.folder
    tolerated = statements.tolerated(folder, examination.documents, sealed=examination.sealed)
    wanted = _wanted(examination, folder.listing.files - tolerated)
    for name in sorted(wanted - folder.listing.files):
        examination.refuse(AlteredError(STAGE, "missing_file", name=name))
    if not examination.listed:  # an unreadable event may name any of them
        tolerated |= {name for name in folder.listing.files if numbered(name)}
    for name in folder.unwanted(wanted | tolerated):
        examination.refuse(extra(name))
    if examination.listed:
        _check_volume_numbers(examination)
    if examination.sealed:
        try:
            _check_bindings(examination)
            _check_sums(examination)
        except CustodyError as error:
            examination.refuse(error)
    return Finding.of("files_complete", count=len(wanted))


def _wanted(examination: Examination, present: frozenset[str]) -> frozenset[str]:
    volumes = {f"data/{entry.name}" for entry in examination.entries}
    events = {file.name for file in examination.documents.events}
    events |= {file.name for file in examination.documents.unreadable}
    events |= {f"{name}.p7s" for name in events}
    tokens = anchored(present)
    top = SEALED_FILES if examination.sealed else PARTIAL_FILES
    # A missing signature is told at stage 5 or 7, where it matters.
    absent = {name for name in events | top if name.endswith(".p7s")} - present
    return frozenset(volumes | events | tokens | top) - absent


def anchored(present: frozenset[str]) -> set[str]:
    """What has to lie in `anchors/` beside what does: each token up to the last number there."""
    found = {name for name in present if name.startswith("anchors/") and numbered(name)}
    last = max((int(name[8:12]) for name in found), default=0)
    return found | {f"anchors/{number:04d}.tsr" for number in range(1, last + 1)}


def _check_volume_numbers(examination: Examination) -> None:
    numbers = sorted(entry.number for entry in examination.entries)
    for expected, number in enumerate(numbers, 1):
        if number > expected:
            error = AlteredError(STAGE, "number_hole", what="volume", number=expected)
            examination.refuse(error)
            return


def _check_bindings(examination: Examination) -> None:
    """Files that no signature covers are held by their digests in the signed manifest."""
    manifest = examination.documents.manifest
    if manifest is None:
        return
    for key, name in BOUND_FILES.items():
        present = name in examination.folder.listing.files
        if present and _digest(examination, name) != getattr(manifest.bindings, key):
            examination.refuse(AlteredError(STAGE, "not_bound", name=name))


def _digest(examination: Examination, name: str) -> str:
    try:
        with examination.folder.open(name) as file:
            return sha256_of(file)[0]
    except OSError as error:
        raise unread(STAGE, name, error) from error


def _check_sums(examination: Examination) -> None:
    for name, expected in ((SUMS, _sums(examination)), (TAG_SUMS, _tag_sums(examination))):
        known = name == TAG_SUMS or examination.listed
        if not known or name not in examination.folder.listing.files:
            continue
        if examination.folder.read(name, documents.MAX_MANIFEST) != expected.encode():
            examination.refuse(AlteredError(STAGE, "sums_differ", name=name))


def _sums(examination: Examination) -> str:
    entries = sorted(examination.entries, key=lambda entry: entry.name)
    return "".join(f"{entry.sha256}  data/{entry.name}\n" for entry in entries)


def _tag_sums(examination: Examination) -> str:
    tagged = sorted(SEALED_FILES - {TAG_SUMS}, key=str.encode)
    present = [name for name in tagged if name in examination.folder.listing.files]
    return "".join(f"{_digest(examination, name)}  {name}\n" for name in present)
