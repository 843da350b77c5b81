"""Events that become rows of one table: which, and what of them a row says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from evidence.triage.evtx.event import Event
from evidence.triage.evtx.match import Match
from evidence.triage.examiner import Cell

SHOWN = 1000  # characters of a cell; scripts are longer
_TYPE, _NUMBER = b'"LogonType":', re.compile(rb'"?(\d+)')
_HERE = frozenset({None, "", "-", "::1", "127.0.0.1", "LOCAL"})
_astuple = msgspec.structs.astuple
_OF_ALL, _WHERE = ("time", "computer", "channel", "event", "record"), ("origin", "item")
_REOPENED = b"7"  # a screen unlocked, or a session of remote desktop taken up again


@dataclass(frozen=True, slots=True)
class Kind:
    """Events that become rows of one table."""

    table: str
    columns: tuple[str, ...]
    """Of the table, in their order."""
    match: Match
    values: Mapping[str, str]
    """Column to the name of the event's value; the other columns stay empty."""
    types: frozenset[bytes] = frozenset()
    """Types of sign-in that are wanted; all where none is named."""
    counted: bool = False
    """Whether events of all types are counted, too, by who and from where."""
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """All columns of its rows: what every event has, its own, and where the event lies."""
    _decode: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", (*_OF_ALL, *self.columns, *_WHERE))
        object.__setattr__(self, "_decode", self._decoder().decode)

    def _decoder(self) -> msgspec.json.Decoder[Any]:
        """Decodes the wanted values alone, each under the name of its column."""
        # An unused column has a name that no event has: XML has no such character.
        names = {column: self.values.get(column, f"\uffff{column}") for column in self.columns}
        fields = [
            (key, Cell, msgspec.field(name=name, default=None)) for key, name in names.items()
        ]
        return msgspec.json.Decoder(msgspec.defstruct("Cells", fields, gc=False))

    @property
    def told(self) -> int:
        """How many cells the process apart tells of: all but the time, and where it lies."""
        return len(self.names) - 1 - len(_WHERE)

    def cells(self, event: Event) -> list[Cell]:
        """What a row says of an event, but for its time and where it lies."""
        said = event.said
        try:
            own: Iterable[Cell] = _astuple(self._decode(said))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # told as text
            own = map(event.data.get, [self.values.get(column, "") for column in self.columns])
        if len(said) > SHOWN:
            own = map(_short, own)
        return [event.computer, event.channel, event.id, event.record, *own]

    def wants(self, event: Event, signin: bytes) -> bool:
        """Whether an event, whose provider and number fit, belongs into the table.

        Args:
            event: that one.
            signin: its type of sign-in, as `signin_type` has it.
        """
        if event.channel not in self.match.channels:
            return False
        if not self.types:
            return True
        if signin not in self.types:
            return False
        return signin != _REOPENED or event.data.get("IpAddress") not in _HERE


def signin_type(event: Event) -> bytes:
    """The type of a sign-in, `3` over the network; empty where an event tells none."""
    _, _, rest = event.said.partition(_TYPE)  # far faster than to search by the expression
    found = _NUMBER.match(rest)
    return found[1] if found is not None else b""


def _short(cell: Cell) -> Cell:
    return cell[:SHOWN] if isinstance(cell, str) else cell
