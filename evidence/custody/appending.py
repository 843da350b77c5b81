"""Putting signed events behind those of a log: one writer at a time, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.documents import (
    MAX_CUSTODY,
    MAX_EVENT,
    MAX_EVENTS,
    MAX_SIGNATURE,
    Documents,
    EventFile,
)
from chain_of_custody.event import COLLECTION_TYPES, parse_event
from chain_of_custody.findings import FindingError
from chain_of_custody.folder import MANIFEST, BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import Signer
from chain_of_custody.stages import statements
from chain_of_custody.stages.lone import lone, signed_of_next
from evidence.writing import medium, together
from evidence.writing.log_lock import LogLock

_PATIENCE = 10  # seconds for somebody else's act


class CustodianError(FindingError):
    """The log can't go on: says why, and nothing was written."""

    def __init__(self, key: str, exit_code: int, **facts: object) -> None:
        """State a finding, and what the command exits with."""
        self.exit_code = exit_code
        super().__init__(key, **facts)


@contextmanager
def alone(bundle: Path) -> Iterator[None]:
    """Keep others out while somebody signs.

    Another act is over at once, and waited for; a collection, which has no manifest yet, is not.

    Raises:
        CustodianError: somebody else is at it.
        OSError: the medium failed.
    """
    with LogLock() as lock:
        try:
            lock.take(bundle, patience=_PATIENCE if (bundle / MANIFEST).exists() else 0)
        except BlockingIOError as error:
            raise CustodianError("log_held", 3, path=bundle) from error
        yield


def signed(raw: bytes, signer: Signer) -> EventFile:
    """An event with its signature, read and verified as every reader will.

    Raises:
        CustodianError: no reader would take it.
    """
    if len(raw) > MAX_EVENT:
        raise CustodianError("event_too_large", 2, size=len(raw), limit=MAX_EVENT)
    try:
        event, detail = parse_event(raw)
    except CanonicalError as error:
        raise CustodianError("event_unwritable", 2, why=error) from error
    signature = cms.sign(raw, signer)
    try:
        certificate = cms.verify(raw, signature).certificate
    except cms.SignatureError as error:
        raise CustodianError("signature_unsound", 2, why=error) from error
    if certificate != signer.certificate or len(signature) > MAX_SIGNATURE:
        raise CustodianError("signature_unsound", 2, why="not that of its certificate alone")
    return EventFile(
        name=f"custody/{event.seq:05d}.json", raw=raw, signature=signature, event=event,
        detail=detail,
    )  # fmt: skip


def refuse_loss(bundle: Path, found: Documents) -> None:
    """See that an act takes away nothing that counts: a signature, or what a run can still seal.

    Raises:
        CustodianError: it would.
    """
    folder = BundleFolder(bundle)
    gone = lone(folder, found)
    if gone is not None:
        facts = {"name": gone.name, "number": gone.number, "signer": gone.signer}
        raise CustodianError("log_event_gone", 3, **facts)
    if goes_on(found) and (left := _of_run(folder, found)):
        raise CustodianError("log_of_run", 3, path=bundle, name=left[0])


def goes_on(found: Documents) -> bool:
    """Whether the collection can be gone on with: it was not sealed, and no holder signed yet."""
    collected = all(file.event.type in COLLECTION_TYPES for file in found.events)
    return found.manifest is None and collected


def _of_run(folder: BundleFolder, found: Documents) -> list[str]:
    """What an interrupted run has signed, or can still seal, that an act would make void."""
    sealing = [f"{MANIFEST}.tmp"] if statements.sealing_cut_off(folder) else []
    return [*sealing, *signed_of_next(folder, found)]


def put(
    bundle: Path, found: Documents, made: Sequence[EventFile], beside: Mapping[str, bytes]
) -> None:
    """Write signed events, and before them what lies beside them; for who is `alone` with the log.

    Args:
        bundle: the bundle's folder.
        found: its documents, which the events were made to follow.
        made: the events, in order.
        beside: further files by their names in the bundle, in order.

    Raises:
        CustodianError: something is in the way, or the log is full.
        StaysError: the medium failed, and whether the events stand can't be told.
        OSError: the medium did not take it; nothing is left of it.
    """
    _check_room(found, made)
    steps = [{f"{each.name}.p7s": each.signature or b"", each.name: each.raw} for each in made]
    steps[0] = dict(beside) | steps[0]  # the signature first: an event never stands without it
    _make_way(bundle, found, {name for step in steps for name in step})
    _write(bundle, steps, mode=(bundle / found.events[-1].name).stat().st_mode & 0o777)


def _check_room(found: Documents, made: Sequence[EventFile]) -> None:
    held = found.signed + sum(each.signed for each in made)
    if len(found.events) + len(made) > MAX_EVENTS or held > MAX_CUSTODY:
        raise CustodianError("log_full", 2, count=len(found.events))


def _make_way(bundle: Path, found: Documents, files: set[str]) -> None:
    """Take away what an act left that was cut off; refuse where anything else is in the way."""
    left = statements.left_by_act(BundleFolder(bundle), found)
    for name in sorted(files):
        if name not in left and os.path.lexists(bundle / name):
            raise CustodianError("log_in_the_way", 3, path=bundle / name)
    for name in left:
        (bundle / name).unlink()


def _write(bundle: Path, steps: Sequence[Mapping[str, bytes]], *, mode: int) -> None:
    """All of them with their neighbours' permissions, or none; what is cut off is of one event."""
    folders: list[Path] = []
    named: list[Path] = []
    try:
        for step in steps:
            files = {bundle / name: data for name, data in step.items()}
            for folder in {path.parent: None for path in files}:
                if not folder.exists():
                    folders.append(folder)
                    medium.make_folders(folder)
            together.write_together(files, mode)
            named.extend(files)
    except together.StaysError:
        raise  # what stays of an event stands upon those before it
    except BaseException as error:
        together.take_away(named, after=error)
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        raise
