"""Linux's audit log: who came in, what was run, which accounts changed, when the log was stopped.

A line is a record: its type, a time in seconds since 1970 with the number of the event, and fields
(audit.log(8) of the audit project, "Audit event parsing"). Values that could be misread stand as
hexadecimal digits without quotes. Records of one event have its number and need not be neighbours.
"""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from evidence.triage.examiner import Row
from evidence.triage.linuxlogs.lines import LONGEST, Lines

TABLE = "audit_events"
_RECORD = re.compile(
    rb"(?:node=(?P<node>\S{1,255}) )?type=(?P<type>[A-Z0-9_]{1,40}) "
    rb"msg=audit\((?P<seconds>\d{1,12})\.(?P<milli>\d{3}):(?P<serial>\d{1,20})\): ?"
)
_FIELD = re.compile(rb"""(?:^|[ \x1d])([a-z0-9_\[\]-]{1,32}|[A-Z]{3,8})=("[^"]*"|'|[^\s'\x1d]*)""")
_ARGUMENT = re.compile(rb"a(\d{1,5})(?:\[(\d{1,5})\])?$")  # a long one comes in pieces
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 253_402_300_799  # the last second of the year 9999
_OPEN = 64  # events of which a call is kept until its program's arguments come
_ARGUMENTS = 200
_SHOWN = 1000  # characters of a cell

WHAT = {
    "USER_LOGIN": "signed in", "USER_AUTH": "authenticated", "USER_ACCT": "account admitted",
    "USER_ERR": "refused", "USER_CMD": "ran with sudo", "EXECVE": "ran",
    "ADD_USER": "user made", "DEL_USER": "user removed", "ADD_GROUP": "group made",
    "DEL_GROUP": "group removed", "USER_MGMT": "user changed", "GRP_MGMT": "group changed",
    "USER_CHAUTHTOK": "password changed", "USER_ROLE_CHANGE": "role changed",
    "DAEMON_START": "auditing began", "DAEMON_END": "auditing ended",
    "DAEMON_ABORT": "auditing broke off", "CONFIG_CHANGE": "auditing was changed",
    "SERVICE_START": "service began", "SERVICE_STOP": "service ended",
    "SYSTEM_BOOT": "machine started", "SYSTEM_SHUTDOWN": "machine shut down",
    "KERN_MODULE": "module loaded", "ANOM_PROMISCUOUS": "network card listens to all",
    "ANOM_ABEND": "program crashed",
}  # fmt: skip
"""Types that become rows, and what they say in a word of ours."""
_KEPT_BACK = ("SYSCALL",)  # says who it was that an EXECVE of the same event is of
_NOBODY = (b"4294967295", b"-1", b"unset")
_Fields = dict[bytes, bytes]
_Calls = OrderedDict[tuple[bytes, bytes], _Fields]


@dataclass(slots=True)
class AuditLog:
    """One log, line by line."""

    origin: str
    item: int | None
    _calls: _Calls = field(default_factory=OrderedDict)
    """By event: who made the call that an EXECVE of the same event is of."""

    def rows(self, lines: Lines) -> Iterator[Row]:
        """A row for each record that tells something; what is no record is counted.

        Raises:
            PackedError: the file can't be unpacked to its end.
            OSError: the medium failed.
        """
        for number, line in lines:
            line = line.lstrip(b"\0")  # a crash leaves zeros before a line
            record = _RECORD.match(line)
            if record is None:
                lines.others += bool(line)
                continue
            kind = record["type"].decode()
            if kind not in WHAT and kind not in _KEPT_BACK:
                continue
            lines.others += lines.broken_off
            fields = _fields(_whole(line, lines)[record.end() :])
            event = record["seconds"] + record["milli"], record["serial"]
            if kind in _KEPT_BACK:
                self._keep(event, fields)
                continue
            if kind == "EXECVE":
                fields = self._calls.get(event, {}) | {b"cmd": _arguments(fields)}
            yield self._row(number, record, fields)

    def _keep(self, event: tuple[bytes, bytes], fields: _Fields) -> None:
        self._calls[event] = fields
        if len(self._calls) > _OPEN:
            self._calls.popitem(last=False)

    def _row(self, number: int, record: re.Match[bytes], fields: _Fields) -> Row:
        seconds = int(record["seconds"])
        at = _1970 + timedelta(seconds=seconds) if seconds <= _FAR else None
        host = record["node"]
        return {
            "time": f"{at:%Y-%m-%dT%H:%M:%S}.{record['milli'].decode()}Z" if at else None,
            "host": _shown(host), "what": WHAT[record["type"].decode()],
            "account": _shown(fields.get(b"acct") or fields.get(b"id")),
            "auid": _somebody(fields, b"auid"), "uid": _somebody(fields, b"uid"),
            "address": _known(fields.get(b"addr") or fields.get(b"hostname")),
            "terminal": _known(fields.get(b"terminal") or fields.get(b"tty")),
            "program": _shown(fields.get(b"exe") or fields.get(b"comm")),
            "command": _shown(fields.get(b"cmd") or fields.get(b"op") or fields.get(b"unit")),
            "folder": _shown(fields.get(b"cwd")), "pid": _shown(fields.get(b"pid")),
            "result": _known(fields.get(b"res") or fields.get(b"success")),
            "event": record["serial"].decode(), "line": number, "origin": self.origin,
            "item": self.item,
        }  # fmt: skip


def _whole(line: bytes, lines: Lines) -> bytes:
    """Without its last field, where that may be half of one: half an address is another one."""
    is_cut = lines.broken_off or len(line) == LONGEST
    return line.rpartition(b" ")[0] if is_cut else line


def _fields(text: bytes) -> _Fields:
    """Names to values as they were meant; of a name that comes twice the first.

    What programs say of themselves stands in a `msg='…'` of its own, with fields of the same form.
    """
    found: _Fields = {}
    for name, value in _FIELD.findall(text.replace(b"msg='", b" ")):
        found.setdefault(name, _meant(name, value))
    return found


def _meant(name: bytes, value: bytes) -> bytes:
    if value.startswith(b'"'):
        return value[1:-1]
    encoded = name in (b"acct", b"cmd", b"cwd", b"exe", b"comm", b"data") or _ARGUMENT.match(name)
    if encoded and len(value) % 2 == 0 and re.fullmatch(rb"[0-9A-F]+", value):
        return bytes.fromhex(value.decode())
    return value


def _arguments(fields: _Fields) -> bytes:
    """A command line, as far as this record has it."""
    pieces: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for name, value in fields.items():
        if found := _ARGUMENT.match(name):
            pieces[int(found[1])][int(found[2] or 0)] = value
    whole = (b"".join(part for _, part in sorted(pieces[at].items())) for at in sorted(pieces))
    return b" ".join(islice(whole, _ARGUMENTS))


def _somebody(fields: _Fields, name: bytes) -> str | None:
    """A user's number, or the name that an enriched log adds; None where nobody had signed in."""
    value = fields.get(name)
    if value is None or value in _NOBODY:
        return None
    return _shown(fields.get(name.upper()) or value)


def _known(value: bytes | None) -> str | None:
    return None if value in (None, b"?", b"(none)", b"(null)") else _shown(value)


def _shown(value: bytes | None) -> str | None:
    if not value:
        return None
    return value.replace(b"\0", b" ").decode("utf-8", "backslashreplace")[:_SHOWN]
