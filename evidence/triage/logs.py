"""Logs that could not be read, or not to their end: a page names them, since each may hold all."""

from __future__ import annotations

from collections.abc import Iterable

from chain_of_custody.item import ItemRecord
from evidence.observed.document import UnreadLog
from evidence.observed.observation import Unread
from evidence.triage.examiner import Examiner
from evidence.triage.places import Missing

READERS = frozenset({"event_logs", "linux_logs", "vpn_logs"})
"""Examiners whose files are logs."""
_REFUSED = ("denied", "unreadable", "timed_out", "not_local", "unsupported", "skipped")
MOST = 100  # that are named in the document


class Logs:
    """The first of them, and how many there are."""

    def __init__(self) -> None:
        self.first: list[UnreadLog] = []
        self.count = 0
        self._last: tuple[int | None, str] | None = None

    def unread(self, one: Unread) -> None:
        """An examiner could not read a file, or not to its end."""
        if one.examiner in READERS and one.origin:
            self.add(one.item, one.origin, one.why)

    def file(self, wanting: Iterable[Examiner], item: int | None, origin: str, why: str) -> None:
        """One that isn't whole here, or can't be read, if whoever wants it reads logs."""
        if READERS & {each.name for each in wanting}:
            self.add(item, origin, why)

    def gap(self, item: int | None, found: Missing) -> None:
        """One that was never collected."""
        if found.log is not None:
            self.add(item, found.origin, found.log, found.reason)

    def add(self, item: int | None, origin: str, why: str, reason: str = "") -> None:
        """One more; of one file only the first reason."""
        if (item, origin) == self._last:
            return
        self._last = item, origin
        self.count += 1
        if len(self.first) < MOST:
            self.first.append(UnreadLog(item=item, origin=origin, reason=reason, why=why))


def refused(record: ItemRecord) -> str | None:
    """What was said of a log that was there and could not be had; None of anything else."""
    if record.meta.kind != "log" or record.meta.reason not in _REFUSED:
        return None
    return " ".join(record.meta.errors)
