"""The custody log goes on after the sealing: what people and holders' tools add, each signed.

Nothing is ever edited. An event that was wrong is followed by one that says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage

from chain_of_custody import documents
from chain_of_custody.code import CodeError, digits_of, spoken_code
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.errors import CustodyError, UnreadError
from chain_of_custody.event import (
    Authority,
    Check,
    Detail,
    EventType,
    Person,
    Transport,
)
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import COLLECTION_ROLE, LIST_ROLE, PROFILES, role_of
from chain_of_custody.signing.keys import Signer
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import custody, statements
from chain_of_custody.stages.anchors import first_noted
from chain_of_custody.verdict import Anchors, Exit, Verdict
from evidence import __version__
from evidence.custody import appending, making
from evidence.custody.appending import CustodianError
from evidence.machine.clock import Clock
from evidence.reading.checked import verify_bundle

STATED = "as stated by the signer"
PATHS_CLOSED = "the paths stay closed"
"""What a `disclosed` says of an exhibit whose items do not tell where they lay."""
_AHEAD = datetime.timedelta(minutes=10)  # that the clock beside a person's own may be behind
_OURS = {*PROFILES, COLLECTION_ROLE, LIST_ROLE}
"""Roles that a provider gives; a holder whom nobody certified has none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something a holder did, as the event's fields say it (format, section 7)."""

    kind: EventType
    actor: Person | None = None
    counterpart: Person | None = None
    witnesses: tuple[Person, ...] = ()
    place: str | None = None
    purpose: str | None = None
    storage: str | None = None
    authority: Authority | None = None
    transport: Transport | None = None
    check: Check | None = None
    refs: tuple[str, ...] = ()
    detail: Detail | None = None
    text: str | None = None
    at: str | None = None
    """UTC, where the person states another time than the machine's; then `at_source` says so."""
    at_source: str = "clock of the holder's machine"
    answers: bool = False
    """Whether it answers the last release that is open; the log says which that is."""

    @property
    def time_from(self) -> str:
        """Whose word its time is."""
        return self.at_source if self.at is None else STATED


def load(bundle: str | Path, *, partial: bool = False) -> Documents:
    """The signed documents of a bundle whose log can go on.

    Args:
        bundle: the bundle's folder.
        partial: whether one that was never sealed will do.

    Raises:
        CustodyError: no bundle.
        CustodianError: not sealed, or its log is not intact.
    """
    folder = BundleFolder(bundle)
    found = documents.load(folder)
    failing = next((each for each in found.problems if isinstance(each, UnreadError)), None)
    if failing is not None:
        raise CustodianError("log_unread", 4, path=bundle, why=failing)
    if not found.events or found.problems or found.unreadable:
        raise CustodianError("log_unreadable", 3, path=bundle)
    unsealed = not folder.sealed or statements.sealing_cut_off(folder)
    if found.manifest is None and not (partial and unsealed):
        raise CustodianError("log_not_sealed" if unsealed else "log_unreadable", 3, path=bundle)
    broken = next(custody.check(found, TrustStore()), None)
    if broken is not None:
        raise CustodianError("log_broken", 1, path=bundle, why=broken)
    return found


def append(
    bundle: str | Path,
    acts: Sequence[Act],
    signer: Signer,
    *,
    clock: Clock | None = None,
    again: bool = False,
    beside: Mapping[str, bytes] | None = None,
    ready: Callable[[Sequence[EventFile]], None] = lambda _: None,
) -> list[EventFile]:
    """Add events behind those that are there, each signed; all of it or nothing.

    Args:
        bundle: its log must be intact; one that was never sealed can't be gone on with after it.
        acts: what was done, in order. Each refers to the manifest, whatever else it refers to.
        signer: who acted.
        clock: where time comes from.
        again: whether it was done once more, where the log ends with just this.
        beside: files that the events speak of, by their names in the bundle; put in before them.
        ready: called with the signed events before anything is written; its errors pass through.

    Raises:
        CustodyError, CustodianError: nothing was written; the log ends with just this, too.
        StaysError: the medium failed, and whether the events stand can't be told.
        OSError: the medium did not take it; nothing is left of it.
    """
    clock = clock or Clock()
    with appending.alone(Path(bundle)):
        found = load(bundle, partial=True)
        appending.refuse_loss(Path(bundle), found)
        there = custody.Citable.of(found)
        for act in acts:
            admit(signer, act, clock)
            for what in there.unknown(act.refs, found.events[-1].event.seq + 1):
                raise CustodianError("cites_nothing", 2, what=what)
        if not again:
            making.refuse_said(acts, found, signer, clock)
        made = _signed(acts, found, signer, clock)
        ready(made)
        appending.put(Path(bundle), found, made, beside or {})
    return made


def ends_collection(bundle: str | Path) -> bool:
    """Whether a collection can be gone on with until somebody signs for it.

    Raises:
        CustodyError, CustodianError: nobody can sign for it as it is.
    """
    with appending.alone(Path(bundle)):
        found = load(bundle, partial=True)
        appending.refuse_loss(Path(bundle), found)
    return appending.goes_on(found)


def admit(signer: Signer, act: Act, clock: Clock | None = None) -> None:
    """Refuse a signature that a verifier would not take as it is: it could never be taken back.

    Args:
        signer: who acts.
        act: what is to be signed; a time that it states is held against the certificate, too.
        clock: where time comes from.

    Raises:
        CustodianError: the key is for something else, or its certificate not in its dates.
    """
    expected, role = custody.roles_for(act.kind), role_of(signer.certificate)
    if role in _OURS and role not in expected:
        raise CustodianError("wrong_signer", 2, role=role, roles=", ".join(expected))
    clock = clock or Clock()
    if act.at is not None:
        _past(act.at, clock)
    if role not in _OURS:  # a key that nobody certified: its dates are made up with it
        return
    _dated(signer, "signer_out_of_date", clock.utc(clock.wall()))
    if act.at is not None:
        _dated(signer, "stated_out_of_date", act.at)


def _past(time: str, clock: Clock) -> None:
    """Nobody can sign for what is still to come."""
    now = clock.utc(clock.wall())
    if datetime.datetime.fromisoformat(time) > datetime.datetime.fromisoformat(now) + _AHEAD:
        raise CustodianError("stated_in_future", 2, at=time, now=f"{now[:19]}Z")


def _dated(signer: Signer, refusal: str, time: str) -> None:
    """Whether a certificate is in its dates at a time, to the second, as readers judge it."""
    at = datetime.datetime.fromisoformat(time).replace(microsecond=0)
    certificate = signer.certificate
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at <= ends:
        times = {"at": at.isoformat(), "begins": begins.isoformat(), "ends": ends.isoformat()}
        raise CustodianError(refusal, 2, **times)


def _signed(acts: Sequence[Act], found: Documents, signer: Signer, clock: Clock) -> list[EventFile]:
    made: list[EventFile] = []
    for act in acts:
        before = replace(found, events=[*found.events, *made])
        made.append(appending.signed(making.event_of(act, before, clock), signer))
    return made


def refuse_said(bundle: str | Path, act: Act, signer: Signer, clock: Clock | None = None) -> None:
    """The same as of `append`, before a verification that may take hours.

    Where nobody can sign for it as it is, the verification says so.

    Raises:
        CustodianError: the log ends with just this.
    """
    try:
        found = load(bundle, partial=True)
    except (CustodyError, CustodianError):
        return
    making.refuse_said([act], found, signer, clock or Clock())


def checked(
    bundle: str | Path,
    trust: TrustStore,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    anchors: Anchors | None = None,
) -> Check:
    """Verify the bundle as a receiver must, before anything is signed.

    Args:
        bundle: what is to be received.
        trust: whom the receiver trusts.
        identities: what opens the contents, where the receiver has it.
        anchors: what the receiver noted, or was told, outside the bundle.

    Raises:
        CustodianError: it is altered, unusable or incomplete; exits as `hozen verify` does.
    """
    verdict = verify_bundle(bundle, identities=identities, trust=trust, anchors=anchors)
    return check_of(verdict, "received_refused", partial=True)


def compared(bundle: str | Path, code: str) -> Check:
    """Compare digits that somebody outside read out with the root's own, or those of a head.

    Raises:
        CustodianError: they are another's, or no spoken code at all; nothing is to be signed.
    """
    documents = load(bundle)
    assert documents.manifest is not None  # noqa: S101 - `load` gives no other
    try:
        read = digits_of(code)
    except CodeError as error:
        raise CustodianError(error.key, 2) from error
    return Check(
        what=_whose(documents, documents.manifest.items.merkle_root, read),
        result="as it was read out", version=f"hozen {__version__}",
    )  # fmt: skip


def _whose(documents: Documents, root: str, code: str) -> str:
    if code == spoken_code(root):
        return "the spoken code of the root"
    for file in documents.events[first_noted(documents.events) - 1 :]:
        if code == spoken_code(file.sha256):
            return "the spoken code of a head"
    raise CustodianError("code_differs", 1)


def check_of(verdict: Verdict, refusal: str, *, partial: bool = False) -> Check:
    """A verdict without reserve, as events name it.

    Args:
        verdict: what a verification came to.
        refusal: the sentence to say where it is another one.
        partial: whether it may be short of a seal, where that is all that is wrong with it.

    Raises:
        CustodianError: it is altered, unusable or incomplete; exits as `hozen verify` does.
    """
    outcome = ", ".join(f"{s.number} {s.outcome}" for s in verdict.stages)
    undecided = [each.number for each in verdict.stages if each.undecided]
    never_sealed = not verdict.sealed and verdict.exit is Exit.INCOMPLETE and undecided == [5]
    if verdict.exit and not (never_sealed and partial):
        numbers = ", ".join(str(number) for number in verdict.failed or undecided)
        raise CustodianError(refusal, int(verdict.exit), failed=numbers, exit=int(verdict.exit))
    form = "never sealed" if never_sealed else f"level {verdict.level}"
    return Check(
        what=making.VERIFIED,
        result=f"exit {int(verdict.exit)}, {form}; {outcome}",
        version=f"hozen {__version__}",
    )
