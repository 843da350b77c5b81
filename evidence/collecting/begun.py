"""What the first event says of the source: a run that goes on must not take another one."""

from __future__ import annotations

from dataclasses import replace

from chain_of_custody.event import CustodyEvent
from collectors.table import TABLES, SourceKind
from evidence.writing.history import Presence

_SAID: dict[str, SourceKind] = {f"source: {kind}": kind for kind in TABLES}


def saying(presence: Presence, kind: SourceKind) -> Presence:
    """What the first event is to say, with what is taken; of what was received that is told.

    Args:
        presence: as it was asked for.
        kind: of the source.
    """
    return presence if presence.text is not None else replace(presence, text=f"source: {kind}")


def begun_on(first: CustodyEvent) -> SourceKind | None:
    """What the first event says (format, section 7); None: another remark, or an old bundle."""
    return _SAID.get(first.text or "")


__all__ = ["begun_on", "saying"]
