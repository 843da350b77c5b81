"""Events that become rows of one table: which, and what of them a row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.triage.evtx.match import Match
from evidence.triage.examiner import Cell

_HERE = frozenset({None, "", "-", "::1", "127.0.0.1", "LOCAL"})
_REOPENED = "7"  # a screen unlocked, or a session of remote desktop taken up again


@dataclass(frozen=True, slots=True)
class Kind:
    """Events that become rows of one table."""

    table: str
    columns: tuple[str, ...]
    """Of the table, in their order."""
    match: Match
    values: Mapping[str, str]
    """Column to the name of the event's value; the other columns stay empty."""
    types: frozenset[str] = frozenset()
    """Types of sign-in that are wanted; all where none is named."""
    counted: bool = False
    """Whether events of all types are counted, too, by who and from where."""

    def wants(self, channel: str, signin: str, address: Cell) -> bool:
        """Whether an event, whose provider and number fit, belongs into the table.

        Args:
            channel: its.
            signin: its type of sign-in, `3` over the network; anything where it has none.
            address: where that came from.
        """
        if channel not in self.match.channels:
            return False
        if not self.types:
            return True
        if signin not in self.types:
            return False
        return signin != _REOPENED or address not in _HERE
