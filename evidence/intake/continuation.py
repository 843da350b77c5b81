"""The custody log goes on: what the importing machine did, signed by a key of this holder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from chain_of_custody import cms, documents
from chain_of_custody.certificates import HOLDER_ROLE, self_signed
from chain_of_custody.digest import ZERO, sha256
from chain_of_custody.event import Check, EventType, Person, make_event
from chain_of_custody.folder import BundleFolder
from chain_of_custody.keys import SigningKey
from evidence import medium
from evidence.clock import Clock
from evidence.intake.master import READ_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something a holder did."""

    kind: EventType
    text: str
    check: Check | None = None


def holder_key(actor: str | None) -> SigningKey:
    """A fresh key that says who holds the bundle; only its certificate vouches for that."""
    name = (actor or "hozen import")[:64]  # RFC 5280, appendix A.1: ub-common-name
    return self_signed(HOLDER_ROLE, name=name)


def append(
    master: Path, acts: list[Act], *, key: SigningKey, actor: str | None, clock: Clock
) -> bool:
    """Add events behind those that are there; False where a leftover of the run is in the way.

    Raises:
        OSError: the medium did not take it.
    """
    found = documents.load(BundleFolder(master))
    seq = len(found.events)
    head = found.events[-1].sha256 if found.events else ZERO
    first = master / "custody" / f"{seq + 1:05d}.json.p7s"
    if not found.events or os.path.lexists(first):
        return False
    about = [f"manifest:{sha256(found.manifest_raw)}"] if found.manifest_raw is not None else []
    person = None
    if actor is not None:
        person = Person(contact=None, name=actor, organisation=None, title=None)
    for act in acts:
        seq += 1
        raw = make_event(
            kind=act.kind, seq=seq, prev=head, bundle=found.events[0].event.bundle,
            at=clock.utc(clock.wall()), mono=clock.mono(), actor=person, purpose="import",
            text=act.text, refs=about, check=act.check,
            at_source="clock of the importing machine",
        )  # fmt: skip
        _put(master / "custody" / f"{seq:05d}.json", raw, cms.sign(raw, key))
        head = sha256(raw)
    return True


def _put(path: Path, raw: bytes, signature: bytes) -> None:
    """The signature first: an event never stands without it."""
    for each, data in ((path.with_name(f"{path.name}.p7s"), signature), (path, raw)):
        medium.write_whole(each, data)
        each.chmod(READ_ONLY)
