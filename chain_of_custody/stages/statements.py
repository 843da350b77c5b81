"""Stage 9: what is true of a bundle and no failure; and what an interruption may leave behind."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import COLLECTION_TYPES, Resumed, Started
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST, SEALED_FILES, Folder, numbered
from chain_of_custody.receipt import Receipt
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import PERSON_ROLES
from chain_of_custody.signing.trust import NotTiedError, TrustStore, in_date
from chain_of_custody.stages import bag, clocks, hand_overs, kits
from chain_of_custody.stages.lone import lone

_COMPARABLE = "8"  # the version of such a bundle's id (format, section 3)


def sealing_cut_off(folder: Folder) -> bool:
    """Whether the run ended while it was sealing: the manifest takes its name last of all."""
    return MANIFEST not in folder.listing.files and f"{MANIFEST}.tmp" in folder.listing.files


def recipients(documents: Documents) -> list[str] | None:
    """The age recipients that the first event names; None when there is none."""
    for file in documents.events:
        if isinstance(file.detail, Started):
            return file.detail.recipients
    return None


def challenge(documents: Documents) -> str | None:
    """What was bound in before: by the manifest or, in a partial bundle, by the first event."""
    if documents.manifest is not None:
        return documents.manifest.challenge
    for file in documents.events:
        if isinstance(file.detail, Started):
            return file.detail.challenge
    return None


def _open_volumes(folder: Folder, documents: Documents) -> list[str]:
    known = {f"data/{entry.name}" for entry in [*documents.closed(), *documents.salvaged()]}
    lying = {name for name in folder.listing.files if name.startswith("data/")} - known
    return sorted(name for name in lying if numbered(name))


def left_by_act(folder: Folder, documents: Documents) -> frozenset[str]:
    """What an act of custody left that was cut off before its event stood.

    That is of the next event a signature alone, of the next token what goes before it, and
    half-written files of both. They are no part of the log, and the next act takes their place.
    In a bundle that was never sealed, a run that was cut off may have left the same.
    """
    event = f"custody/{len(documents.events) + 1:05d}.json"
    begun, written = {f"{event}.p7s"}, {f"{event}.p7s", event}
    if documents.manifest is not None:  # nothing else is stamped
        token = f"anchors/{_tokens(folder) + 1:04d}"
        begun |= {f"{token}.tsq", f"{token}.sums"}
        written |= begun | {f"{token}.tsr"}
    return frozenset(begun | {f"{name}.tmp" for name in written}) & folder.listing.files


def _tokens(folder: Folder) -> int:
    """The number of the last token that lies there, whether or not it could be read."""
    names = (name for name in folder.listing.files if numbered(name) and name.endswith(".tsr"))
    return max((int(name[-8:-4]) for name in names), default=0)


def tolerated(folder: Folder, documents: Documents, *, sealed: bool) -> frozenset[str]:
    """What a cut-off run leaves: its open volume, half-written files; when sealed, an act's."""
    if sealed:
        empty = {"anchors"} & folder.listing.folders  # while no file is in it
        return left_by_act(folder, documents) | empty
    left = {name for name in folder.listing.files if name.endswith(".tmp")}
    left |= left_by_act(folder, documents)
    left |= set(_open_volumes(folder, documents)[-1:])
    left |= {"data"} & folder.listing.folders  # empty while the first volume has not begun
    if sealing_cut_off(folder):
        left |= SEALED_FILES
    return frozenset(left)


def of(
    folder: Folder,
    documents: Documents,
    counts: dict[str, int],
    *,
    sealed: bool,
    level: str,
    trust: TrustStore,
) -> Iterator[Finding]:
    """Everything to be said of a bundle beside its stages."""
    yield from _received(documents)
    if not sealed:
        yield from _interrupted(folder, documents)
        yield from _begun_with(documents, trust)
    else:
        yield from _acts_cut_off(folder, documents)
    yield from _sessions(documents)
    yield from clocks.of(documents)
    yield from bag.of(folder, documents)
    if recipients(documents) == []:
        yield Finding.of("unencrypted")
    if sealed and not sum(counts.values()):
        yield Finding.of("nothing_collected")
    elif counts:
        yield Finding.of("gaps", gaps=counts.get("gap", 0), partial=counts.get("partial", 0))
    for name in folder.listing.attributed:
        yield Finding.of("attributes_on_file", name=name)
    yield from holders(documents, trust)
    yield Finding.of("before_reading")
    yield Finding.of(f"level_{level.lower()}")


def _received(documents: Documents) -> Iterator[Finding]:
    """Said first of all: whose work this is, where it is not hozen's."""
    for file in documents.events[:1]:
        receipt = Receipt.of(file.event)
        if receipt is not None:
            yield Finding.of(
                "not_collected_here", by=receipt.collected_by, means=receipt.means,
                basis=receipt.basis, who=receipt.sender, handed=receipt.handed_over,
                at=file.event.at,
            )  # fmt: skip


def _interrupted(folder: Folder, documents: Documents) -> Iterator[Finding]:
    yield Finding.of("partial_bundle")
    for name in _open_volumes(folder, documents):
        size = (folder.path / name).stat().st_size
        yield Finding.of("open_volume", name=name, size=size)
    for name in sorted(folder.listing.files):
        if name.endswith(".tmp"):
            yield Finding.of("left_temporary", name=name)


def _begun_with(documents: Documents, trust: TrustStore) -> Iterator[Finding]:
    """Of a sealed bundle, stage 5 says it: with the signature that it is about."""
    for file in documents.events[:1]:
        if isinstance(file.detail, Started):
            with contextlib.suppress(cms.SignatureError):  # refused at stage 7
                signed = cms.verify(file.raw, file.signature or b"")
                yield from kits.claimed(file.detail.kit, signed, trust)


def _acts_cut_off(folder: Folder, documents: Documents) -> Iterator[Finding]:
    gone = lone(folder, documents)  # told at stage 7
    names = left_by_act(folder, documents) - ({gone.name} if gone is not None else set())
    if not any(name.startswith("anchors/") for name in folder.listing.files):
        names |= {"anchors"} & folder.listing.folders
    for name in sorted(names):
        yield Finding.of("left_by_act", name=name)


def _sessions(documents: Documents) -> Iterator[Finding]:
    count = len(documents.sessions())
    if count > 1:
        yield Finding.of("resumed_sessions", count=count - 1)
    for entry in documents.salvaged():
        yield Finding.of("salvaged", name=entry.name)
    yield from _machines(documents)


def _machines(documents: Documents) -> Iterator[Finding]:
    """Of a bundle whose id says that its references of hosts can be compared: the first other."""
    begun = ""
    for file in documents.events:
        if not isinstance(file.detail, Started | Resumed) or file.event.bundle[14] != _COMPARABLE:
            continue
        begun = begun or file.detail.host_ref
        if file.detail.host_ref != begun:
            yield Finding.of(
                "host_differs", name=file.name, found=file.detail.host_ref, begun=begun
            )


def holders(documents: Documents, trust: TrustStore) -> Iterator[Finding]:
    """Who held it, as far as it is not said plainly; and whose signature nobody vouches for."""
    for file in documents.events:
        if file.event.type not in COLLECTION_TYPES:
            yield from _vouched(file, trust)
    yield from hand_overs.of(documents)
    for file in documents.events:
        if file.event.type == "corrected":
            events = [each for each in file.event.refs if each.startswith("event:")]
            what = ", ".join(each.removeprefix("event:") for each in events)
            key = "corrected_by" if events else "corrects_nothing"
            yield Finding.of(key, name=file.name, what=what)


def _vouched(file: EventFile, trust: TrustStore) -> Iterator[Finding]:
    try:
        signed = cms.verify(file.raw, file.signature or b"")
        path = trust.path(signed.certificate, signed.others, PERSON_ROLES)
    except (cms.SignatureError, NotTiedError):
        yield Finding.of("holder_unknown", name=file.name)
        return
    since = trust.revoked(path)
    if since is not None:
        yield Finding.of("holder_revoked", name=file.name, since=since.isoformat())
    at = datetime.datetime.fromisoformat(file.event.at).replace(microsecond=0)
    if not in_date(path, at):
        yield Finding.of("holder_out_of_date", name=file.name, at=file.event.at)
