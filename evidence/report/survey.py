"""One pass over a working copy's records: what is there, what isn't, what the rules saw."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from chain_of_custody.item import ItemRecord, Status
from evidence.archives.looked import OF_ARCHIVE
from evidence.packs.used import FOOTPRINT
from evidence.planning.asked import LEFT_OUT, How, read
from evidence.report.shown import cut

MOST = 200  # rows of a list that are shown; a report is read by people
EXAMPLES = 3
NUMBERS = 20  # of a group's items that are named
GROUPS = 300  # pairs of collector and reason; more come from a forger only


_LOG = re.compile(
    r"[/\\](?:var[/\\]log|winevt[/\\]logs)[/\\]|\.(?:log|evtx)(?:[.-][0-9]+)?(?:\.(?:gz|xz|bz2|zst))?$",
    re.IGNORECASE,
)
"""Where logs lie, and how they are named: what was taken out of a folder is no kind of its own."""


@dataclass(slots=True)
class GapGroup:
    """Things not obtained by one collector for one reason."""

    count: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)
    """Origin, and why it was not obtained in the collector's words."""
    numbers: list[int] = field(default_factory=list)
    """The first `NUMBERS` of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """A match of a rule."""

    item: int
    origin: str
    rule: str
    offset: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LogRow:
    """A log file."""

    modified_ns: int
    """0 where it is not known."""
    item: int
    origin: str
    size: int
    status: Status


@dataclass(slots=True)
class Survey:
    """What the records come to; lists are cut at `MOST`, texts to what a cell shows, counts not.

    A record may have megabytes of text: none is kept.
    """

    counts: dict[str, int] = field(default_factory=lambda: {"acquired": 0, "partial": 0, "gap": 0})
    bytes: int = 0
    same_file: int = 0
    gaps: dict[tuple[str, str], GapGroup] = field(default_factory=dict)
    left_out: dict[How, list[str]] = field(default_factory=dict)
    """What the collection was asked not to take, by name."""
    partial: list[tuple[int, str, int, str]] = field(default_factory=list)
    """Item, origin, bytes obtained, why."""
    archives: list[tuple[int, str, str]] = field(default_factory=list)
    """Item, origin, what in it was not looked into."""
    archive_count: int = 0
    modes: dict[str, int] = field(default_factory=lambda: {"whole": 0, "windows": 0, "none": 0})
    hits: list[HitRow] = field(default_factory=list)
    hit_count: int = 0
    hit_items: int = 0
    footprints: list[ItemRecord] = field(default_factory=list)
    """What each session of the collection said of itself."""
    log_count: int = 0
    _logs: list[LogRow] = field(default_factory=list)

    @property
    def logs(self) -> list[LogRow]:
        """Log files, the one that was written last first."""
        return sorted(self._logs, reverse=True)

    @property
    def gap_rows(self) -> list[tuple[str, str, GapGroup]]:
        """Collector, reason, group; the largest first."""
        rows = [(collector, reason, group) for (collector, reason), group in self.gaps.items()]
        return sorted(rows, key=lambda row: (-row[2].count, row[0], row[1]))

    def add(self, record: ItemRecord) -> None:
        """Count one more record."""
        if record.meta.same_as is not None:
            self.same_file += 1
            return
        self.counts[record.content.status] += 1
        self.bytes += record.content.size
        if record.content.status == "gap":
            self._gap(record)
            return
        if record.content.status == "partial" and len(self.partial) < MOST:
            missing = record.content.ranges_missing
            why = missing[0].error if missing else " ".join(record.meta.errors)
            self.partial.append(
                (record.content.seq, cut(record.meta.source.origin), record.content.size, cut(why))
            )
        if record.meta.source.origin == FOOTPRINT and len(self.footprints) < MOST:
            self.footprints.append(record)
        self._scan(record)
        self._archive(record)
        self._log(record)

    def _gap(self, record: ItemRecord) -> None:
        key: tuple[str, str] = (cut(record.meta.collector), record.meta.reason or "")
        if key not in self.gaps and len(self.gaps) >= GROUPS:
            key = ("…", "…")
        group = self.gaps.setdefault(key, GapGroup())
        group.count += 1
        if len(group.numbers) < NUMBERS:
            group.numbers.append(record.content.seq)
        if len(group.examples) < EXAMPLES:
            detail = record.meta.errors[0] if record.meta.errors else ""
            group.examples.append((cut(record.meta.source.origin), cut(detail)))
        if record.meta.collector == LEFT_OUT:
            self._left_out(record)

    def _left_out(self, record: ItemRecord) -> None:
        """Names, each once: every session of a collection says its own."""
        for how, names in filter(None, map(read, record.meta.errors)):
            known = self.left_out.setdefault(how, [])
            known += [name for name in names if name not in known][: MOST - len(known)]

    def _scan(self, record: ItemRecord) -> None:
        scan = record.meta.yara
        self.modes[scan.mode if scan is not None else "none"] += 1
        hits = scan.hits if scan is not None else []
        self.hit_count += len(hits)
        self.hit_items += bool(hits)
        self.hits.extend(
            HitRow(
                item=record.content.seq, origin=cut(record.meta.source.origin), rule=cut(hit.rule),
                offset=hit.offset or "", text=cut(hit.text),
            )
            for hit in hits[: MOST - len(self.hits)]
        )  # fmt: skip

    def _archive(self, record: ItemRecord) -> None:
        unseen = [each for each in record.meta.errors if each.startswith(OF_ARCHIVE)]
        self.archive_count += bool(unseen)
        if unseen and len(self.archives) < MOST:
            why = cut("; ".join(each.removeprefix(OF_ARCHIVE) for each in unseen[:EXAMPLES]))
            self.archives.append((record.content.seq, cut(record.meta.source.origin), why))

    def _log(self, record: ItemRecord) -> None:
        if record.meta.kind != "log" and _LOG.search(record.meta.source.origin) is None:
            return
        self.log_count += 1
        times = record.meta.times
        row = LogRow(
            modified_ns=int(times.m) if times is not None and times.m is not None else 0,
            item=record.content.seq, origin=cut(record.meta.source.origin),
            size=record.content.size, status=record.content.status,
        )  # fmt: skip
        if len(self._logs) < MOST:
            heapq.heappush(self._logs, row)
        else:
            heapq.heappushpop(self._logs, row)


def survey(records: Iterable[ItemRecord]) -> Survey:
    """Look at all records; memory does not grow with their number."""
    result = Survey()
    for record in records:
        result.add(record)
    return result
