"""What the first event says of the source: a run that goes on must not take another one."""

from __future__ import annotations

import hmac
import os
import re
from dataclasses import replace

from chain_of_custody.event import CustodyEvent
from collectors.table import TABLES, SourceKind
from evidence.machine import endpoint
from evidence.writing.history import Presence

_SAID: dict[str, SourceKind] = {f"source: {kind}": kind for kind in TABLES}
_PLACE = re.compile(r"source: folder; place: ([0-9a-f]{64})")


def saying(presence: Presence, named: str, kind: SourceKind, bundle_id: str) -> Presence:
    """What the first event is to say, with what is taken; of what was received that is told.

    Args:
        presence: as it was asked for.
        named: the source, as on the command line.
        kind: of the source.
        bundle_id: of the bundle that begins.
    """
    if presence.text is not None:
        return presence
    mark = place(named, bundle_id) if kind == "folder" else None
    return replace(presence, text=f"source: {kind}" + (f"; place: {mark}" if mark else ""))


def begun_on(first: CustodyEvent) -> SourceKind | None:
    """What the first event says (format, section 7); None: another remark, or an old bundle."""
    text = first.text or ""
    return "folder" if _PLACE.fullmatch(text) else _SAID.get(text)


def begun_in(first: CustodyEvent) -> str | None:
    """The mark of the folder that it was begun in; None where the first event has none."""
    found = _PLACE.fullmatch(first.text or "")
    return found[1] if found else None


def place(named: str, bundle_id: str) -> str | None:
    """A folder's mark, from which nobody learns its path who doesn't know this machine's number.

    Args:
        named: the folder, as on the command line.
        bundle_id: so that no two bundles have the same mark.

    Returns:
        None on a machine that has no number that can't be guessed.
    """
    number = endpoint.machine_number()  # of the machine that reads the folder: no evidence here
    path = os.fsencode(os.path.realpath(named))
    known = len(number) >= endpoint.UNGUESSABLE
    return hmac.digest(number, bundle_id.encode() + b"\0" + path, "sha256").hex() if known else None


__all__ = ["begun_in", "begun_on", "place", "saying"]
