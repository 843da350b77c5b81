"""A file's attributes on NTFS, gathered from all records that its list of them names."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Reason
from collectors.disk.content import LOST, SPARSE, Run, Segment, laid_out
from collectors.disk.nodes import Content, Obstacle
from collectors.disk.ntfs import mft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from collectors.artifact import Stat
    from collectors.disk.laid import LaidReading

_BEGINS_NOWHERE = (
    "the record that tells where it begins is another file's, though its list names it"
)

_MOST_SHOWN = 20  # numbers of records in a note


class Gathered(NamedTuple):
    """What was found, and what the list names in records that say to be another file's."""

    attributes: list[mft.Attribute]
    lost: list[mft.Listed]
    damaged: list[int]
    """Numbers of the records of which not all attributes could be read."""

    @property
    def note(self) -> str:
        """Which records are missing, in words; empty where none is."""
        if not self.lost and not self.damaged:
            return ""
        others = sorted({each.record for each in self.lost})
        return "; ".join(
            f"attributes in records {_shown(numbers)} are missing: {why}"
            for numbers, why in ((others, "another file's"), (self.damaged, "damaged"))
            if numbers
        )

    def streams_without_beginning(self, found: Iterable[str]) -> list[str]:
        """Names of content that is nowhere but in the list."""
        named = {each.name for each in self.lost if each.type == mft.DATA}
        return sorted(named.difference(found)) if named else []


def _shown(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _MOST_SHOWN} more" if len(numbers) > _MOST_SHOWN else ""
    return ", ".join(map(str, numbers[:_MOST_SHOWN])) + more


def gather(
    base: mft.Record,
    value: Callable[[mft.Attribute], bytes],
    record: Callable[[int], mft.Record],
) -> Gathered:
    """All attributes of a file, those in further records too.

    Args:
        base: its own record.
        value: reads an attribute's value, wherever it lies.
        record: reads a further record.

    Raises:
        OSError: the list or a record can't be read.
    """
    found = list(base.attributes)
    lost: list[mft.Listed] = []
    damaged = [] if base.whole else [base.number]
    listed = [each for each in found if each.type == mft.LIST]
    if not listed:
        return Gathered(found, lost, damaged)
    named: dict[int, list[mft.Listed]] = {}
    for each in mft.listed_in(value(listed[0])):
        if each is None:
            damaged = [base.number]
        else:
            named.setdefault(each.record, []).append(each)
    for number in sorted(named.keys() - {base.number}):
        further = record(number)
        if further.base == base.number:
            found += further.attributes
            damaged += [] if further.whole else [number]
        else:
            lost += named[number]
    return Gathered(found, lost, damaged)


def by_name(attributes: Iterable[mft.Attribute]) -> dict[str, list[mft.Attribute]]:
    """The pieces of each stream, in order."""
    pieces: dict[str, list[mft.Attribute]] = {}
    for each in attributes:
        pieces.setdefault(each.name, []).append(each)
    for found in pieces.values():
        if len(found) > 1:
            found.sort(key=attrgetter("start"))
    return pieces


def first_value(found: Mapping[int, Sequence[mft.Attribute]], kind: int) -> bytes | None:
    """The first value of this type that lies in a record."""
    for each in found.get(kind, ()):
        if each.value is not None:
            return each.value
    return None


def segments(pieces: Sequence[mft.Attribute], block: int) -> list[Segment]:
    """Where the bytes of a stream lie; what no piece tells of is lost."""
    first, runs = pieces[0], runs_in(pieces)
    return laid_out(runs, block=block, size=first.size, written=first.valid, absent=LOST)


def runs_in(pieces: Iterable[mft.Attribute]) -> Iterator[Run]:
    """The runs of all pieces of a stream."""
    for piece in pieces:
        at = piece.start
        for length, cluster in piece.runs:
            yield Run(cluster or 0, length, at, 0 if cluster is not None else SPARSE)
            at += length


def without_beginning(name: str) -> Content:
    """A stream of which neither size nor beginning is known."""
    obstacle = Obstacle(Reason.UNREADABLE, _BEGINS_NOWHERE)
    return Content(
        stream=mft.shown(name) if name else None, size=0, read=_nothing, obstacle=obstacle,
        is_placed=lambda: False,
    )  # fmt: skip


def _nothing(_stat: Stat, _notes: Sequence[str]) -> LaidReading:
    raise OSError(_BEGINS_NOWHERE)
