"""What the tables say of an event: made in the process apart, where it is decoded anyway."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import msgspec

from evidence.triage.evtx.event import Head, texts
from evidence.triage.evtx.forms import FORMS, RawRow
from evidence.triage.evtx.kind import Kind
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.evtx.wanted import WANTED
from evidence.triage.examiner import Cell

SHOWN = 1000  # characters of a cell; scripts are longer
_SIGNIN, _ADDRESS, _UNNAMED = "LogonType", "IpAddress", "Data"
_NO_NAME = "\uffff"  # of a column that stays empty: XML has no such character
_ABSENT = msgspec.Raw(b"")


class Rows:
    """Makes rows of the events that some kinds want: what all of them ask for is decoded once."""

    def __init__(self, places: tuple[int, ...]) -> None:
        """Of the kinds at these places in the list of them."""
        kinds = [KINDS[place] for place in places]
        wanted = (name for kind in kinds for name in kind.values.values())
        names = dict.fromkeys((_SIGNIN, _ADDRESS, _NO_NAME, *wanted))
        self._fields = {name: f"value_{place}" for place, name in enumerate(names)}
        self._found = msgspec.defstruct("Found", list(self._form()), gc=False)
        self._decode = msgspec.json.Decoder(self._found).decode
        self._of_signin = operator.attrgetter(self._fields[_SIGNIN], self._fields[_ADDRESS])
        self._kinds = [
            (kind, self._cells(kind), FORMS[place])
            for place, kind in zip(places, kinds, strict=True)
        ]

    def _form(self) -> Iterator[tuple[str, Any, Any]]:
        for name, field in self._fields.items():
            yield field, Cell, msgspec.field(name=name, default=None)
        yield "unnamed", msgspec.Raw, msgspec.field(name=_UNNAMED, default=_ABSENT)

    def _cells(self, kind: Kind) -> operator.attrgetter[tuple[Cell, ...]]:
        names = (kind.values.get(column, _NO_NAME) for column in kind.columns)
        return operator.attrgetter(*(self._fields[name] for name in names))

    def _decoded(self, said: bytes) -> Any:  # noqa: ANN401 - its form is made here
        """Nothing where a value is more than a cell."""
        try:
            return self._decode(said)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def of_raw(self, head: Head, raw: bytes) -> list[RawRow] | None:
        """The rows of an event as the parser gave it; None where it has to be made flat before.

        Args:
            head: what every row says.
            raw: what the event says, values without a name perhaps among that.
        """
        found = self._decoded(raw)
        if found is None or found.unnamed is not _ABSENT:
            return None
        return self._rows(head, found, long=len(raw) > SHOWN)

    def of_flat(self, head: Head, said: bytes) -> list[RawRow]:
        """The same of one that was made flat; as text where that is the only way."""
        found = self._decoded(said)
        if found is None:
            found = self._found(*map(texts(said).get, self._fields))
        return self._rows(head, found, long=len(said) > SHOWN)

    def _rows(self, head: Head, found: Any, *, long: bool) -> list[RawRow]:  # noqa: ANN401 - of `_decoded`
        """Of each kind that wants it, or counts it."""
        signin, address = self._of_signin(found)
        signin, rows = str(signin), []
        for kind, cells_of, form in self._kinds:
            listed = kind.wants(head[2], signin, address)
            if listed or kind.counted:
                cells = cells_of(found)
                rows.append(form(*head, listed, *(map(_short, cells) if long else cells)))
        return rows


def _short(cell: Cell) -> Cell:
    return cell[:SHOWN] if isinstance(cell, str) else cell


ROWS = {places: Rows(places) for places in {use.kinds for use in WANTED.values()} if places}
"""By the places of kinds."""
