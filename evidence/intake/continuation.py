"""The custody log goes on in the master: what the importing machine did."""

from __future__ import annotations

from pathlib import Path

from chain_of_custody.event import Check, Person
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import HOLDER_ROLE, self_signed
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.stages.statements import left_by_act
from evidence.custody import custodian
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.machine.clock import Clock

_CLOCK = "clock of the importing machine"


def holder_key(actor: str | None) -> SigningKey:
    """A fresh key that says who holds the bundle; only its certificate vouches for that.

    A certificate takes 64 bytes of a name, 21 characters of Japanese; the event has all of it.
    """
    name = (actor or "hozen import").encode()[:64].decode(errors="ignore")
    return self_signed(HOLDER_ROLE, name=name)


def tell(master: Path, source: str, check: Check, *, actor: str | None, clock: Clock) -> bool:
    """Say that it was copied and verified; False where a leftover of the run is in the way.

    Raises:
        CustodianError: the log could be read when it was verified, and can't be now.
        OSError: the medium did not take it.
    """
    person = None
    if actor is not None:
        person = Person(contact=None, name=actor, organisation=None, title=None)
    acts = [
        Act(
            kind="copied", actor=person, purpose="import", at_source=_CLOCK,
            text=f"byte for byte into a case: {source}",
        ),
        Act(
            kind="verified", actor=person, purpose="import", at_source=_CLOCK, check=check,
            text="the copy, before anything was opened",
        ),
    ]  # fmt: skip
    try:
        if _left_by_run(master):
            return False
        custodian.append(master, acts, holder_key(actor), clock=clock)
    except CustodianError as error:
        if error.key in ("log_unread", "log_unreadable"):
            raise
        return False
    return True


def _left_by_run(master: Path) -> bool:
    """Whether a run left a signature alone where ours would have to go: a master stays as it is."""
    found = custodian.load(master, partial=True)
    left = left_by_act(BundleFolder(master), found)
    return found.manifest is None and any(name.endswith(".p7s") for name in left)
