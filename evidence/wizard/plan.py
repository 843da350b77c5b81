"""What a guided collection is given when it is started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.machine.restraint import SERVER

if TYPE_CHECKING:
    from chain_of_custody.signing.keys import Signer
    from evidence.planning.request import Request
    from evidence.telling.catalogue import Say, Sentence
    from evidence.wizard.contact import Contact

NewKey = Callable[[Path | None], "Signer | None"]
"""Makes a session's key, a new one each time; None for one that nobody vouches for. It is told
which bundle is gone on with."""


def nobodys(_: Path | None) -> None:
    """No key of a kit's: each session makes its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The kit's key, once somebody was asked for its passphrase."""

    new_key: NewKey
    told: Sequence[Sentence]
    """What is to be known of it, above all that it goes on without; making keys may add to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a guided collection was given when it was started."""

    request: Request
    new_key: NewKey = nobodys
    unlock: Callable[[str], Opened | None] | None = None
    """Opens the kit's key, which then makes the others: by a passphrase, or not at all where that
    is empty. Gives None where the passphrase is wrong. It is None itself where none is needed."""
    contact: Contact | None = None
    other: Say | None = None
    """The texts of the other language; None where the terminal shows only one."""
    differing: Callable[[], str | None] | None = None
    """Names the kit's own files that are not as its list says; gives None while they are read."""


def asked_for(request: Request, kind: str | None, bundle: str | None) -> Request:
    """What is taken: of a server only what doesn't weigh on it; on from where it was left.

    Args:
        request: what the program was started with.
        kind: of machine, as it was answered.
        bundle: the name of the one that was begun. One that was pulled before its first event
            holds nothing, and another is begun.
    """
    folder = request.output / (bundle or "")
    begun = bundle is not None and (folder / "custody" / "00001.json").is_file()
    request = replace(request, resume=folder if begun else None)
    if kind != "server":
        return request
    rate = request.limits.rate or SERVER
    return replace(request, profile="quick", limits=replace(request.limits, rate=rate))
