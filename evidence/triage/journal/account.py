"""What each journal still holds: from when until when, which boots, which numbers are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evidence.triage.examiner import Cell, Row, Tables
from evidence.triage.journal.layout import Header
from evidence.triage.journal.reader import Entry, Journal
from evidence.triage.runs import Runs

TABLE, BOOTS, SEQUENCES = "journals", "journal_boots", "journal_sequences"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC, shown with its Z
_MOST = 500  # boots of one journal, and sequences of a host; more come from a forger only
_OTHERS = "(others)"
_BACK = 60 * 10**6  # µs by which a clock goes back that is put back


@dataclass(slots=True)
class _Span:
    """Entries, and from when until when they are."""

    entries: int = 0
    oldest: int = 0
    newest: int = 0
    uptime: int = 0
    """µs since the boot, at the first."""

    def add(self, entry: Entry) -> None:
        if not self.entries:
            self.uptime = entry.monotonic
        self.entries += 1
        if time := entry.realtime:
            self.oldest = min(self.oldest or time, time)
            self.newest = max(self.newest, time)

    def cells(self) -> dict[str, Cell]:
        return {
            "entries": self.entries, "oldest": utc(self.oldest), "newest": utc(self.newest),
        }  # fmt: skip


@dataclass(slots=True)
class Account:
    """One journal, entry by entry."""

    _all: _Span = field(default_factory=_Span)
    _boots: dict[str, _Span] = field(default_factory=dict)
    _last: int = 0
    _backwards: int = 0
    runs: Runs = field(default_factory=Runs)

    def add(self, entry: Entry) -> None:
        """One more, in the order of writing."""
        boot = self._boots.get(entry.boot)
        if boot is None:
            name = entry.boot if len(self._boots) < _MOST else _OTHERS
            boot = self._boots.setdefault(name, _Span())
        boot.add(entry)
        self._all.add(entry)
        if entry.realtime:
            self._backwards += self._last - entry.realtime > _BACK
            self._last = entry.realtime
        self.runs.add(entry.number, entry.number)

    def tell(self, journal: Journal, origin: str, item: int | None, tables: Tables) -> None:
        """A row for the journal, and one for each boot."""
        header, file = journal.header, {"origin": origin, "item": item}
        gaps, missing = self.runs.gaps()
        row: dict[str, Cell] = {
            **self._all.cells(), "state": header.state, "boots": len(self._boots),
            "first_number": self.runs.first, "last_number": self.runs.last, "gaps": gaps,
            "missing": missing, "clock_back": self._backwards, "unlisted": journal.unlisted,
            "seals": journal.seals, "machine": header.machine, "sequence": header.sequence, **file,
        }  # fmt: skip
        tables.add(TABLE, row)
        for boot, span in self._boots.items():
            uptime = span.uptime // 10**6
            tables.add(BOOTS, {"boot": boot, **span.cells(), "uptime_at_oldest": uptime, **file})


@dataclass(slots=True)
class _Sequence:
    files: int = 0
    runs: Runs = field(default_factory=Runs)


class Sequences:
    """Numbers of all journals of a host.

    The system's journal and those of its users are numbered together: what one lacks, another has.
    """

    def __init__(self) -> None:
        self._all: dict[str, _Sequence] = {}
        self.left = 0
        """Journals of further sequences, when there were too many."""

    def add(self, header: Header, account: Account) -> None:
        """One more journal."""
        if header.sequence not in self._all and len(self._all) >= _MOST:
            self.left += 1
            return
        sequence = self._all.setdefault(header.sequence, _Sequence())
        sequence.files += 1
        sequence.runs.join(account.runs.kept)

    def rows(self) -> Iterator[Row]:
        """A row for each sequence."""
        for name, each in self._all.items():
            gaps, missing = each.runs.gaps()
            yield {
                "sequence": name, "files": each.files, "first_number": each.runs.first,
                "last_number": each.runs.last, "gaps": gaps, "missing": missing,
            }  # fmt: skip


def utc(realtime: int) -> str | None:
    """A time as records keep it; None where there is none.

    Args:
        realtime: of an entry.
    """
    if not realtime:
        return None
    time = _EPOCH + timedelta(microseconds=realtime)
    return time.isoformat(timespec="microseconds") + "Z"
