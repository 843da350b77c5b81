"""The event of an act, as the log goes on from where it is; and whether the log ends with it.

Who was killed between the event's name and the word of it gives the same command again. What the
command would have made in the last event's place tells whether it did: what an act takes from the
log (which release it answers) is taken from the log as it was then.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.code import spoken_code
from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import Check, CustodyEvent, Detail, Timestamped, make_event, parse_event
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import Signer
from chain_of_custody.stages import hand_overs
from evidence.custody.appending import CustodianError
from evidence.machine.clock import Clock

if TYPE_CHECKING:
    from evidence.custody.custodian import Act

VERIFIED = "all stages of verification"
"""What a `check` is about that a verification made, and no person's word."""
_SPAN = datetime.timedelta(hours=12)
"""A command whose machine lost its power is given again on the same day; what is done daily, or
renewed after years, is done once more and says so by that."""


def event_of(act: Act, before: Documents, clock: Clock) -> bytes:
    """The bytes of an act's event.

    Args:
        act: what was done.
        before: the bundle's documents, with the events that it is to follow.
        clock: where time comes from, unless the act states it.

    Raises:
        CustodianError: it has no such bytes.
    """
    act, last, raw = _answering(act, before), before.events[-1], before.manifest_raw
    about = () if raw is None else (f"manifest:{sha256(raw)}",)
    try:
        return make_event(
            kind=act.kind, seq=last.event.seq + 1, prev=last.sha256, bundle=last.event.bundle,
            at=act.at or clock.utc(clock.wall()), mono=clock.mono() if act.at is None else None,
            at_source=act.time_from, actor=act.actor, counterpart=act.counterpart,
            witnesses=act.witnesses, place=act.place, purpose=act.purpose, storage=act.storage,
            authority=act.authority, transport=act.transport, check=act.check,
            refs=(*about, *act.refs), detail=act.detail, text=act.text,
        )  # fmt: skip
    except UnicodeEncodeError as error:
        raise CustodianError("event_unwritable", 2, why=error.reason) from error


def _answering(act: Act, before: Documents) -> Act:
    """An answer names the last release that is open, and a receipt who gave it, if nobody else."""
    release = next(reversed(hand_overs.unanswered(before)), None) if act.answers else None
    if release is None:
        return act
    giver = release.event.actor if act.kind == "received" else None
    refs = (*act.refs, f"event:{release.event.seq}")
    return replace(act, refs=refs, counterpart=act.counterpart or giver)


def refuse_said(acts: Sequence[Act], found: Documents, signer: Signer, clock: Clock) -> None:
    """See that the log does not end with these very acts, signed with this key and a while ago.

    Times aside, and what a machine found: whose answer it was that stamped, or what a verification
    came to. Where somebody stated the time, it is the same act at any later time.

    Raises:
        CustodianError: it does.
    """
    last = found.events[-1]
    if all(_says(act, found, back, signer, clock) for back, act in enumerate(reversed(acts), 1)):
        code, at = spoken_code(last.sha256), last.event.at
        facts = {"number": last.event.seq, "at": at, "head": last.sha256, "code": code}
        raise CustodianError("said_already", 2, **facts)


def _says(act: Act, found: Documents, back: int, signer: Signer, clock: Clock) -> bool:
    """Whether the event that is so far from the end is what this act would have made there."""
    before, last = replace(found, events=found.events[:-back]), found.events[-back:][0]
    if not before.events or not _by(last, signer):
        return False
    try:
        made, detail = parse_event(event_of(act, before, clock))
    except CanonicalError:  # no reader would take it: that is said before it is signed
        return False
    return _same(made, last.event, stated=act.at is not None) and _alike(detail, last.detail)


def _by(file: EventFile, signer: Signer) -> bool:
    return cms.verify(file.raw, file.signature or b"").certificate == signer.certificate


def _same(made: CustodyEvent, there: CustodyEvent, *, stated: bool) -> bool:
    """Whether two events say the same, of which one would have been made in the other's place."""
    at, then = (datetime.datetime.fromisoformat(each.at) for each in (made, there))
    if not stated and abs(at - then) > _SPAN:  # a clock may have been set back, too
        return False
    time = made.at if stated else there.at
    check = there.check if _asked(made.check) == _asked(there.check) else made.check
    taken = {"mono": there.mono, "prev": there.prev, "detail": there.detail}
    return structs.replace(made, at=time, check=check, **taken) == there


def _asked(check: Check | None) -> Check | None:
    return None if check is None or check.what == VERIFIED else check


def _alike(one: Detail, other: Detail | None) -> bool:
    """Whether both stamp the same: the seal, or a list of everything."""
    kinds = [
        {each.name.partition(".")[2] for each in detail.files}
        for detail in (one, other)
        if isinstance(detail, Timestamped)
    ]
    return kinds[:1] == kinds[1:]
