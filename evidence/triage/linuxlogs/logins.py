"""Records of logins: wtmp, btmp, utmp. Each has 384 bytes, and a time that knows its zone."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.live.utmp import RECORD, is_odd, records
from evidence.triage.examiner import Row
from evidence.triage.linuxlogs.lines import Lines

TABLE = "login_records"
_AT_ONCE = 1000  # records
_SHOWN = 1000


def rows(lines: Lines, origin: str, item: int | None) -> Iterator[Row]:
    """A row for each record that says anything; those of zeros alone are counted.

    Raises:
        PackedError: the file can't be unpacked to its end.
        OSError: the medium failed.
    """
    number = 0
    while data := lines.read(_AT_ONCE * RECORD.size):
        lines.rest = len(data) % RECORD.size
        for place, record in enumerate(records(data)):
            number += 1
            whole = data[place * RECORD.size : (place + 1) * RECORD.size]
            if not whole.strip(b"\0"):
                lines.zeroed += 1
                continue
            lines.odd += is_odd(whole)
            yield {
                "time": record["utc"], "type": record["type"],
                "user": _told(record, "user"), "line": _told(record, "line"),
                "host": _told(record, "host"), "address": record["address"],
                "pid": record["pid"], "record": number, "origin": origin, "item": item,
            }  # fmt: skip


def _told(record: dict[str, object], name: str) -> str | None:
    """A text; the bytes of one that is none, in base64."""
    value = record.get(name) or record.get(f"{name}_b64")
    return str(value)[:_SHOWN] if value else None
