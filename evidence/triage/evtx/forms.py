"""The form in which a row comes from the process apart: each kind has one, with its columns."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, ClassVar, cast

from msgspec import Struct, defstruct

from evidence.triage.evtx.event import Moment, Natural
from evidence.triage.evtx.kind import Kind
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.examiner import Cell


class RawRow(Struct, array_like=True, gc=False):
    """A row of a table without what the file adds."""

    time: Moment | None
    """Of its event."""
    computer: str
    channel: str
    event: int
    record: Natural
    listed: bool
    """Whether the table has it; else it is only counted."""
    place: ClassVar[int]
    """Of its kind, in the list of them."""


def _form(place: int, kind: Kind) -> type[RawRow]:
    """So many cells, and nothing else in any of them: whoever decodes holds an answer to that."""
    form = defstruct(
        "Row", [(column, Cell) for column in kind.columns], bases=(RawRow,),
        namespace={"place": place}, tag=place, tag_field="kind", array_like=True,
        forbid_unknown_fields=True, gc=False,
    )  # fmt: skip
    return cast("type[RawRow]", form)


FORMS = tuple(_form(place, kind) for place, kind in enumerate(KINDS))
"""Of each kind, in the order of the list."""
if TYPE_CHECKING:
    AnyRow = RawRow
else:
    AnyRow = functools.reduce(operator.or_, FORMS)
