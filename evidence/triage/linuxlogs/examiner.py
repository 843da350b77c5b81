"""The examiner of Linux's logs, systemd's journals among them: tables of what they say.

Its rules are of sign-ins by SSH alone. What stands in a log of text and in a journal is counted for
each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO, ClassVar

from evidence.observed.observation import Observation, Unread, shown
from evidence.triage.counting import Counted
from evidence.triage.examiner import Cell, Examined, Tables
from evidence.triage.held import stored
from evidence.triage.journal import reader
from evidence.triage.journal.account import SEQUENCES, Account, Sequences, utc
from evidence.triage.journal.layout import JournalError
from evidence.triage.journal.reader import Entry, Journal
from evidence.triage.linuxlogs import audit, guessed, logins, sudolog
from evidence.triage.linuxlogs import lines as texts
from evidence.triage.linuxlogs.audit import AuditLog
from evidence.triage.linuxlogs.latest import latest
from evidence.triage.linuxlogs.lines import Lines, PackedError
from evidence.triage.linuxlogs.messages import (
    Found,
    as_text,
    find,
    is_unknown,
    is_wanted,
    repeats,
    told,
)
from evidence.triage.linuxlogs.stamp import NONE, Clock, Stamp, Turns
from evidence.triage.linuxlogs.units import TABLE as UNITS
from evidence.triage.linuxlogs.units import UnitStarts
from evidence.triage.linuxlogs.web import WebLogs
from evidence.triage.patience import OF_A_HOST, Patience, Reserve
from evidence.triage.signins.following import Following, Place

# A name, rotated or put aside: `auth.log`, `auth.log.1`, `secure-20240519.gz`, `messages.old`.
_ROTATED = r"(?:[.-](?:\d{1,10}|old|bak|orig|save))*(?:\.(?:gz|xz|bz2|zst))?$"
_SYSLOG = re.compile(rf"/(?:auth\.log|secure|syslog|messages|cron(?:\.log)?|user\.log){_ROTATED}")
_LOGINS = re.compile(rf"/(?:wtmp|btmp|utmp){_ROTATED}")
_ACCESS = re.compile(
    r"/[^/]*access[._-]?log(?:[._-][^/]*)?$"
    r"|/(?:u_)?ex\d{4,10}(?:_x)?\.log$|/W3SVC\d+/[^/]+\.log$",  # IIS
    re.IGNORECASE,
)
# Whatever a web server has among its logs: `nginx/site1.log`, `httpd/error_log-20240519`.
_OF_SERVER = re.compile(
    r"/(?:nginx|apache|httpd|lighttpd|caddy)[^/]*/(?:[^/]+/)*"
    r"(?:[^/]*\.log|[^/.]*error[._-]?log)(?:[._-][^/]*)?$",
    re.IGNORECASE,
)
_AUDIT = re.compile(rf"/audit/audit\.log{_ROTATED}")
# Whatever `Defaults logfile=` of sudo names: `sudo.log`, `sudolog.1`, `/var/log/sudo`.
_SUDO = re.compile(rf"/sudo[^/]*log{_ROTATED}|/log/(?:[^/]+/)*sudo{_ROTATED}")
_JOURNAL = re.compile(r"\.journal~?$")
_NOBODY: Mapping[str, Cell] = {"uid": None, "exe": None, "unit": None}  # a line tells no writer


class LinuxLogs:
    """Logs of Linux: sign-ins, sudo, accounts, cron, audit, login records, web servers' logs."""

    name: ClassVar[str] = "linux_logs"
    rules: ClassVar[frozenset[str]] = guessed.RULES.names

    def __init__(self) -> None:
        """For one host."""
        self._ssh = Counted("result", "user", "address", "log", local=True)
        self._cron = Counted("user", "command", "log", local=True)
        self._web = WebLogs()
        self._units = UnitStarts()
        self._sequences = Sequences()
        self._following, self._met = Following(guessed.RULES), False
        self._reserve = Reserve(OF_A_HOST)

    @property
    def tried(self) -> frozenset[str]:
        """All of them, once a sign-in by SSH was met."""
        return self.rules if self._met else frozenset()

    def wants(self, examined: Examined) -> bool:
        """By its name, as Debian and Red Hat name logs."""
        patterns = (_SYSLOG, _AUDIT, _SUDO, _LOGINS, _ACCESS, _OF_SERVER, _JOURNAL)
        return any(pattern.search(examined.origin) for pattern in patterns)

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look into one log.

        Raises:
            OSError: the medium of the working copy failed.
        """
        is_journal = _JOURNAL.search(examined.origin) is not None
        kind, look = (reader, self._journal) if is_journal else (texts, self._lines)
        size = stored(file)
        with self._reserve.of(size, begin=kind.SECONDS, of_a_mib=kind.OF_A_MIB) as patience:
            yield from look(examined, file, tables, patience)
        self._following.end()

    def _lines(
        self, examined: Examined, file: BinaryIO, tables: Tables, patience: Patience
    ) -> Iterator[Unread]:
        lines = Lines(file, patience)
        try:
            self._read(examined, lines, tables)
        except PackedError as error:
            yield self._unread(examined, str(error))
        yield from (self._unread(examined, why) for why in lines.shortcomings())

    def _read(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        if _LOGINS.search(examined.origin):
            for row in logins.rows(lines, examined.origin, examined.item):
                tables.add(logins.TABLE, row)
        elif _AUDIT.search(examined.origin):
            for row in AuditLog(examined.origin, examined.item).rows(lines):
                tables.add(audit.TABLE, row)
        elif _SUDO.search(examined.origin):
            self._sudo(examined, lines, tables)
        elif _ACCESS.search(examined.origin):
            self._web.read(examined, lines, tables, named=True)
        elif _OF_SERVER.search(examined.origin):
            self._web.read(examined, lines, tables, named=False)
        else:
            self._syslog(examined, lines, tables)

    def _syslog(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        clock, last = Clock(latest(examined, lines), Turns.of(lines.beforehand())), None
        for number, line in lines:
            stamp, rest = clock.read(line.lstrip(b"\0"))  # a crash leaves zeros before a line
            found = find(rest)
            if found is None and last is not None and (times := repeats(rest)):
                found = replace(last, times=times)
            elif found is None:
                unknown = stamp is NONE or is_unknown(rest)
                part = lines.broken_off and is_wanted(rest)  # of what would perhaps be a row
                lines.others += bool(rest) and (unknown or part)
            last = found
            if found is not None:
                lines.untimed += stamp.year is None
                self._add(
                    examined, stamp, found, {**_NOBODY, "line": number, "offset": None}, tables
                )

    def _sudo(self, examined: Examined, lines: Lines, tables: Tables) -> None:
        clock = Clock(latest(examined, lines), Turns.of(sudolog.beforehand(lines)))
        for number, entry in sudolog.entries(lines):
            stamp, rest = clock.read(entry.lstrip(b"\0"))
            found = sudolog.find(rest)
            if stamp is NONE or found is None:
                lines.others += bool(rest)
                continue
            lines.untimed += stamp.year is None
            place: dict[str, Cell] = {**_NOBODY, "line": number, "offset": None}
            self._add(examined, stamp, found, place, tables)

    def _journal(
        self, examined: Examined, file: BinaryIO, tables: Tables, patience: Patience
    ) -> Iterator[Unread]:
        try:
            journal = Journal(file, patience)
        except JournalError as error:
            yield self._unread(examined, str(error))
            return
        account = Account()
        try:
            for entry in journal:
                account.add(entry)
                self._units.see(entry)
                self._entry(examined, journal, entry, tables)
        except JournalError as error:
            yield self._unread(examined, str(error))
        account.tell(journal, examined.origin, examined.item, tables)
        self._sequences.add(journal.header, account)
        yield from (self._unread(examined, why) for why in journal.shortcomings())

    def _entry(self, examined: Examined, journal: Journal, entry: Entry, tables: Tables) -> None:
        """An entry that says what a line of syslog would say; who really wrote it stands beside."""
        program, text = entry.value("SYSLOG_IDENTIFIER", "_COMM"), entry.value("MESSAGE")
        if program is None or text is None:
            return
        found = told(entry.value("_HOSTNAME"), program, text)
        if found is not None:
            journal.check(entry, "MESSAGE")
            place: dict[str, Cell] = {
                "uid": as_text(entry.value("_UID")), "exe": as_text(entry.value("_EXE", "_COMM")),
                "unit": as_text(entry.value("_SYSTEMD_UNIT")), "line": None,
                "offset": entry.offset,
            }  # fmt: skip
            self._add(examined, Stamp(utc(entry.realtime), None, "entry"), found, place, tables)

    def _add(
        self, examined: Examined, stamp: Stamp, found: Found, place: Mapping[str, Cell],
        tables: Tables,
    ) -> None:  # fmt: skip
        table, cells = found.message.table, found.cells
        log = "text" if place["offset"] is None else "journal"
        local = stamp.local if stamp.year is not None else None  # without a year nothing is earlier
        if table == "cron_runs":
            said = cells["user"], cells["command"], log
            self._cron.add(stamp.at, *said, local=local, times=found.times)
            return
        if table == guessed.TABLE:
            told = found.message.what, cells["user"], cells["address"], log
            self._ssh.add(stamp.at, *told, local=local, times=found.times)
            self._follow(examined, stamp, found, place)
        row: dict[str, Cell] = {
            "time": stamp.at, "local": stamp.local, "year": stamp.year, "host": found.host,
            "what": found.message.what, "times": found.times, **cells, **place,
            "origin": examined.origin, "item": examined.item,
        }  # fmt: skip
        tables.add(table, row)

    def _follow(
        self, examined: Examined, stamp: Stamp, found: Found, place: Mapping[str, Cell]
    ) -> None:  # fmt: skip
        self._met = True
        record = guessed.record_of(stamp, found)
        if record is not None and place["uid"] in (None, "0"):  # a journal knows who wrote it
            line, offset = place["line"], place["offset"]
            where = Place(
                examined.origin, examined.item, None if line is None else int(line),
                None if offset is None else str(offset),
            )  # fmt: skip
            self._following.add(record, where, found.times)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What was counted over all logs."""
        every: list[tuple[str, Counted | Sequences]] = [
            ("ssh_counts", self._ssh), ("cron_runs", self._cron), *self._web.counted,
            (UNITS, self._units.counted), (SEQUENCES, self._sequences),
        ]  # fmt: skip
        for table, counted in every:
            for row in counted.rows():
                tables.add(table, row)
            if counted.left:
                yield self._unread(None, f"{table}: {counted.left} more are not counted")
        yield from self._following.conclude()
        for why in self._following.left_out(guessed.TABLE):
            yield self._unread(None, why)

    def _unread(self, examined: Examined | None, why: str) -> Unread:
        """Of a file, or of all logs together."""
        item, origin = (examined.item, examined.origin) if examined else (None, "")
        return Unread(examiner=self.name, item=item, origin=origin, why=shown(why))
