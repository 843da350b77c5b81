"""The examiner of Linux's logs: tables of what they say. It has no rules, and gives no verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, ClassVar

from evidence.triage.counting import Counted
from evidence.triage.examiner import Cell, Examined, Tables
from evidence.triage.linuxlogs import logins
from evidence.triage.linuxlogs.access import parse
from evidence.triage.linuxlogs.lines import Lines, PackedError
from evidence.triage.linuxlogs.messages import Found, find
from evidence.triage.linuxlogs.stamp import Clock, Stamp
from evidence.triage.observation import Observation, Unread, shown

# A name, rotated or not: `auth.log`, `auth.log.1`, `secure-20240519.gz`.
_ROTATED = r"(?:[.-]\d{1,10})*(?:\.(?:gz|xz|bz2|zst))?$"
_SYSLOG = re.compile(rf"/(?:auth\.log|secure|syslog|messages|cron(?:\.log)?|user\.log){_ROTATED}")
_LOGINS = re.compile(rf"/(?:wtmp|btmp|utmp){_ROTATED}")
_ACCESS = re.compile(r"/[^/]*access[._-]?log(?:[._-][^/]*)?$")
_JOURNAL = re.compile(r"\.journal~?$")
_NO_JOURNAL = (
    "journals of systemd are not read here: `journalctl --file` reads them on another machine"
)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 253_402_300_799  # the last second of the year 9999


class LinuxLogs:
    """Logs of Linux: sign-ins, sudo, accounts, cron, login records, web servers' access logs."""

    name: ClassVar[str] = "linux_logs"
    rules: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        """For one host."""
        self._ssh = Counted("result", "user", "address")
        self._cron = Counted("user", "command")
        self._clients = Counted("address", "status", "origin")

    def wants(self, examined: Examined) -> bool:
        """By its name, as Debian and Red Hat name logs."""
        patterns = (_SYSLOG, _LOGINS, _ACCESS, _JOURNAL)
        return any(pattern.search(examined.origin) for pattern in patterns)

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look into one log.

        Raises:
            OSError: the medium of the working copy failed.
        """
        if _JOURNAL.search(examined.origin):
            yield self._unread(examined, _NO_JOURNAL)
            return
        lines = Lines(file)
        try:
            self._read(examined, lines, tables)
        except PackedError as error:
            yield self._unread(examined, str(error))
        yield from (self._unread(examined, why) for why in lines.shortcomings())

    def _read(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        if _LOGINS.search(examined.origin):
            for row in logins.rows(lines, examined.origin, examined.item):
                tables.add(logins.TABLE, row)
        elif _ACCESS.search(examined.origin):
            self._access(examined, lines, tables)
        else:
            self._syslog(examined, lines, tables)

    def _syslog(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        clock = Clock(changed(examined))
        for number, line in lines:
            stamp, rest = clock.read(line)
            found = find(rest)
            if found is not None:
                self._add(examined, number, stamp, found, tables)

    def _add(
        self, examined: Examined, number: int, stamp: Stamp, found: Found, tables: Tables
    ) -> None:
        table, cells = found.message.table, found.cells
        if table == "cron_runs":
            self._cron.add(stamp.at or stamp.local, cells["user"], cells["command"])
            return
        if table == "ssh_signins":
            told = found.message.what, cells["user"], cells["address"]
            self._ssh.add(stamp.at or stamp.local, *told)
        row: dict[str, Cell] = {
            "time": stamp.at, "local": stamp.local, "year": stamp.year, "host": found.host,
            "what": found.message.what, **cells, "line": number, "origin": examined.origin,
            "item": examined.item,
        }  # fmt: skip
        tables.add(table, row)

    def _access(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        for number, line in lines:
            request = parse(line)
            if request is None:
                lines.others += 1
                continue
            self._clients.add(request.at, request.address, request.status, examined.origin)
            if (asked := request.asked) is not None:
                row: dict[str, Cell] = {
                    "time": request.at, "address": request.address, "user": request.user,
                    "asked": asked, "request": request.cell("request"), "status": request.status,
                    "size": request.cell("size"), "agent": request.cell("agent"), "line": number,
                    "origin": examined.origin, "item": examined.item,
                }  # fmt: skip
                tables.add("web_requests", row)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What was counted over all logs."""
        for table, counted in (
            ("ssh_counts", self._ssh), ("cron_runs", self._cron), ("web_clients", self._clients),
        ):  # fmt: skip
            for row in counted.rows():
                tables.add(table, row)
            if counted.left:
                yield self._unread(None, f"{table}: {counted.left} more are not counted")

    def _unread(self, examined: Examined | None, why: str) -> Unread:
        """Of a file, or of all logs together."""
        item, origin = (examined.item, examined.origin) if examined else (None, "")
        return Unread(examiner=self.name, item=item, origin=origin, why=shown(why))


def changed(examined: Examined) -> datetime | None:
    """When a log was changed last: as the item's record has it, else the file that lies here."""
    if examined.record is None:
        seconds = int(examined.path.stat().st_mtime)
    else:
        times = examined.record.meta.times
        if times is None or times.m is None:
            return None
        seconds = int(times.m) // 10**9
    return _1970 + timedelta(seconds=seconds) if 0 <= seconds < _FAR else None
