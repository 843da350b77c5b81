"""From the members of volumes to items: each part, size, digest and number held to its record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.errors import AlteredError, UnusableError
from chain_of_custody.event import Closed, TreeHead
from chain_of_custody.item import ItemRecord, Part, leaf_in, parse_line
from chain_of_custody.merkle import Tree

RECORDS = "records.jsonl"
MAX_LINE = 4 << 20  # bytes of a record: format, section 11
MAX_RECORDS = 64 << 20  # bytes of a volume's records: format, section 4
MAX_MEMBER = (1 << 20) - 512  # bytes; with its header a mebibyte: format, section 4
MAX_PENDING = 1 << 17  # items of one volume: more than the shortest records that 64 MiB can hold
_MEMBER = re.compile(r"items/(?!0{8})([0-9]{8})(?:\.(?!0{7})([0-9]{7}))?")


class Member(NamedTuple):
    """One tar member, its header already held against the canonical one."""

    name: str
    data: bytes | memoryview


Sink = Callable[[int, bytes | memoryview], None]
"""Receives the bytes of an item: its number, the next piece."""

Hearer = Callable[[ItemRecord], None]
"""Receives each record, once its item's bytes were held against it."""


class Unfinished(NamedTuple):
    """What closed volumes hold of an item that has no record: an interruption cut it off."""

    item: int
    """The number that it would have had; the next session gives it to another."""
    size: int
    sha256: str
    first: int
    """The first volume with parts of it."""
    last: int
    collector: str
    """Which collector was at work; nothing tells what it read."""
    phase: str


class _Pending:
    """An item of which members were met, but no record yet."""

    __slots__ = ("hasher", "last_part", "number", "runs")

    def __init__(self, number: int) -> None:
        self.number = number
        self.last_part = -1
        self.hasher = sha256()
        self.runs: list[Part] = []

    def add(self, volume: int, part: int, data: bytes | memoryview) -> None:
        """The next member; those of one volume are one run."""
        size, first = len(data), part
        if self.runs and self.runs[-1].volume == volume:
            run = self.runs.pop()
            size, first = run.size + size, run.first
        self.runs.append(Part(first=first, last=part, size=size, volume=volume))
        self.last_part = part
        self.hasher.update(data)


class ItemReader:
    """Follows items through volumes, in order. One reader a bundle."""

    def __init__(self, sink: Sink | None = None) -> None:
        self.tree = Tree()
        self.counts = {"acquired": 0, "partial": 0, "gap": 0}
        self.bytes = 0
        self._sink = sink
        self._pending: dict[int, _Pending] = {}
        self._name = ""

    @property
    def goes_on(self) -> int | None:
        """The number of an item that goes on in the next volume, if there is one."""
        return next(iter(self._pending), None)

    def head(self) -> TreeHead:
        """The tree over the records so far, as events state it."""
        return TreeHead(
            acquired=self.counts["acquired"], bytes=self.bytes, gap=self.counts["gap"],
            partial=self.counts["partial"], peaks=[peak.hex() for peak in self.tree.peaks],
            root=self.tree.root().hex(), size=self.tree.size,
        )  # fmt: skip

    def abandon(self, closed: Closed) -> Unfinished | None:
        """Drop an item that the end of its session cut off; its number comes again (section 4).

        Args:
            closed: how the session closed its last volume.

        Raises:
            AlteredError: it was closed as no writer does within an item: a record is missing.
        """
        if not self._pending:
            return None
        number, pending = self._pending.popitem()
        if not closed.within_items:
            raise AlteredError(4, "no_record", name=closed.volume.name, item=number)
        runs = pending.runs
        return Unfinished(
            item=number, size=sum(run.size for run in runs), sha256=pending.hasher.hexdigest(),
            first=runs[0].volume, last=runs[-1].volume,
            collector=closed.progress.current or "?", phase=closed.phase,
        )  # fmt: skip

    def volume(self, name: str, number: int, members: Iterable[Member]) -> Iterator[ItemRecord]:
        """The records of the items that end in a volume, each with its bytes checked.

        Raises:
            AlteredError: content and records contradict each other.
            UnusableError: what no writer of this format writes.
        """
        self._name = name
        records: bytes | memoryview | None = None
        for member in members:
            if records is not None:
                raise UnusableError(4, "bad_container", name=name, why="a member after the records")
            if member.name == RECORDS:
                records = member.data
            else:
                self._take(number, member)
        if records is None:
            raise AlteredError(4, "bad_container", name=name, why="no records.jsonl in it")
        yield from self._records(bytes(records))

    def _take(self, volume: int, member: Member) -> None:
        name, data = member
        found = _MEMBER.fullmatch(name)
        if found is None:
            raise UnusableError(4, "bad_container", name=self._name, why=f"member name {name!r}")
        item, part = int(found[1]), int(found[2] or 0)
        self._pending_for(item, part).add(volume, part, data)
        if self._sink is not None:
            self._sink(item, data)

    def _pending_for(self, item: int, part: int) -> _Pending:
        pending = self._pending.get(item)
        if pending is None:
            newest = next(reversed(self._pending), self.tree.size)  # they only ascend
            if item <= newest:
                raise UnusableError(4, "duplicate_item", name=self._name, item=item)
            if len(self._pending) == MAX_PENDING:
                raise UnusableError(
                    4, "bad_container", name=self._name, why="more items than records can tell of"
                )
            if part > 1:
                raise AlteredError(4, "record_parts", name=self._name, item=item)
            return self._pending.setdefault(item, _Pending(item))
        if item != next(reversed(self._pending)) or pending.last_part == part:
            raise UnusableError(4, "duplicate_item", name=self._name, item=item)
        if pending.last_part == 0 or part != pending.last_part + 1:
            raise AlteredError(4, "record_parts", name=self._name, item=item)
        return pending

    def _records(self, data: bytes) -> Iterator[ItemRecord]:
        if data and not data.endswith(b"\n"):
            raise self._bad(data.count(b"\n") + 1, "the last line has no newline")
        start = index = 0
        while start < len(data):  # one line at a time: 64 MiB of newlines make no list
            end, index = data.index(b"\n", start), index + 1
            line = data[start:end]
            record = self._parse(index, line)
            start, seq = end + 1, record.content.seq
            self._check_new(seq)
            self._check_bytes(record)
            self._check_next(seq, data, start)
            self._count(record, leaf_in(line))
            yield record
        self._check_leftover()

    def _parse(self, index: int, line: bytes) -> ItemRecord:
        if len(line) > MAX_LINE:
            raise self._bad(index, "too long")
        try:
            return parse_line(line)
        except CanonicalError as error:
            raise self._bad(index, str(error)) from error

    def _bad(self, line: int, why: str) -> UnusableError:
        return UnusableError(4, "bad_record", name=self._name, line=line, why=why)

    def _check_new(self, seq: int) -> None:
        if seq <= self.tree.size:
            raise UnusableError(4, "duplicate_item", name=self._name, item=seq)

    def _check_next(self, seq: int, data: bytes, later: int) -> None:
        expected = self.tree.size + 1
        if seq == expected:
            return
        if data.find(b'"seq":%d,' % expected, later) >= 0:
            raise AlteredError(4, "reordered", name=self._name, item=seq)
        raise AlteredError(3, "number_hole", what="item", number=expected)

    def _check_bytes(self, record: ItemRecord) -> None:
        content = record.content
        pending = self._pending.pop(content.seq, None)
        runs = pending.runs if pending is not None else []
        if runs != content.parts:
            raise AlteredError(4, "record_parts", name=self._name, item=content.seq)
        if pending is None:
            return
        found = pending.hasher.hexdigest()
        if found != content.sha256:
            raise AlteredError(
                4, "item_hash",
                name=self._name, item=content.seq, expected=content.sha256, found=found,
            )  # fmt: skip

    def _count(self, record: ItemRecord, leaf: bytes) -> None:
        self.tree.append(leaf)
        self.counts[record.content.status] += 1
        self.bytes += record.content.size

    def _check_leftover(self) -> None:
        """Only the volume's last item may go on, and it is the next in number."""
        if not self._pending:
            return
        first = next(iter(self._pending.values()))
        goes_on = len(self._pending) == 1 and first.last_part > 0
        if not goes_on or first.number != self.tree.size + 1:
            raise AlteredError(4, "no_record", name=self._name, item=first.number)
