"""Stage 9: what is true of a bundle and no failure; and what an interruption may leave behind."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.documents import Documents
from chain_of_custody.event import COLLECTION_TYPES, Resumed, Started
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST, SEALED_FILES, BundleFolder, numbered


def sealing_cut_off(folder: BundleFolder) -> bool:
    """Whether the run ended while it was sealing: the manifest takes its name last of all."""
    return MANIFEST not in folder.listing.files and f"{MANIFEST}.tmp" in folder.listing.files


def recipients(documents: Documents) -> list[str] | None:
    """The age recipients that the first event names; None when there is none."""
    for file in documents.events:
        if isinstance(file.detail, Started):
            return file.detail.recipients
    return None


def _open_volumes(folder: BundleFolder, documents: Documents) -> list[str]:
    known = {f"data/{entry.name}" for entry in [*documents.closed(), *documents.salvaged()]}
    lying = {name for name in folder.listing.files if name.startswith("data/")} - known
    return sorted(name for name in lying if numbered(name))


def tolerated(folder: BundleFolder, documents: Documents, *, sealed: bool) -> frozenset[str]:
    """What a cut-off run leaves: its open volume, half-written files; none when sealed."""
    if sealed:
        return frozenset()
    left = {name for name in folder.listing.files if name.endswith(".tmp")}
    next_event = f"custody/{len(documents.events) + 1:05d}.json.p7s"
    left |= {next_event} & folder.listing.files
    left |= set(_open_volumes(folder, documents)[-1:])
    left |= {"data"}  # empty while the first volume has not begun
    if sealing_cut_off(folder):
        left |= SEALED_FILES
    return frozenset(left)


def of(
    folder: BundleFolder,
    documents: Documents,
    counts: dict[str, int],
    *,
    sealed: bool,
    level: str,
) -> Iterator[Finding]:
    """Everything to be said of a bundle beside its stages."""
    if not sealed:
        yield from _interrupted(folder, documents)
    yield from _sessions(documents)
    yield from _clock(documents)
    if recipients(documents) == []:
        yield Finding.of("unencrypted")
    if sealed and not sum(counts.values()):
        yield Finding.of("nothing_collected")
    elif counts:
        yield Finding.of("gaps", gaps=counts.get("gap", 0), partial=counts.get("partial", 0))
    for name in folder.listing.attributed:
        yield Finding.of("attributes_on_file", name=name)
    yield from _holders(documents)
    yield Finding.of("before_reading")
    yield Finding.of("level_b" if level == "B" else "level_c")


def _interrupted(folder: BundleFolder, documents: Documents) -> Iterator[Finding]:
    yield Finding.of("partial_bundle")
    for name in _open_volumes(folder, documents):
        size = (folder.path / name).stat().st_size
        yield Finding.of("open_volume", name=name, size=size)
    for name in sorted(folder.listing.files):
        if name.endswith(".tmp"):
            yield Finding.of("left_temporary", name=name)


def _sessions(documents: Documents) -> Iterator[Finding]:
    count = len(documents.sessions())
    if count > 1:
        yield Finding.of("resumed_sessions", count=count - 1)
    for entry in documents.salvaged():
        yield Finding.of("salvaged", name=entry.name)


def _clock(documents: Documents) -> Iterator[Finding]:
    before = ""
    for file in documents.events:
        if isinstance(file.detail, Started | Resumed) and not file.detail.clock.synchronised:
            yield Finding.of("clock_unsynchronised")
        if file.event.at < before:
            yield Finding.of("clock_backwards", name=file.name)
        before = file.event.at


def _holders(documents: Documents) -> Iterator[Finding]:
    for file in documents.events:
        if file.event.type not in COLLECTION_TYPES:
            yield Finding.of("holder_unknown", name=file.name)
