"""Login records (utmp(5)) as glibc lays them out on x86-64 and aarch64: 384 bytes each."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from collectors.live.document import entry, utc
from collectors.live.sockettable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

# In this order: type and pid; line, id, user and host; the exit status (signal, code); session,
# seconds and microseconds; the address.
RECORD = struct.Struct("=hxxi32s4s32s256shhiii16s20x")
_TYPES = (
    "empty", "runlevel", "boot", "new time", "old time", "init", "login", "user", "dead",
    "accounting",
)  # fmt: skip
_SECOND = 1_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _text(key: str, field: bytes) -> dict[str, str]:
    return entry(key, field.partition(b"\0")[0])


def _address(raw: bytes) -> str | None:
    """An IPv4 address stands in the first word, the rest is zero then; None where there is none."""
    if not any(raw):
        return None
    return printable(raw if any(raw[4:]) else raw[:4])


def is_odd(record: bytes) -> bool:
    """Whether no program writes such a record: it is damaged, or begins elsewhere."""
    kind, *_, micros, _ = RECORD.unpack(record)
    return not (0 <= kind < len(_TYPES) and 0 <= micros < _SECOND)


def records(data: bytes) -> Iterator[dict[str, Any]]:
    """Every whole record, in the file's order."""
    for fields in RECORD.iter_unpack(data[: len(data) - len(data) % RECORD.size]):
        kind, pid, line, ident, user, host, ended, code, session, seconds, micros, where = fields
        when = _EPOCH + timedelta(seconds=seconds, microseconds=micros)
        yield {
            "type": _TYPES[kind] if 0 <= kind < len(_TYPES) else str(kind),
            "pid": pid,
            **_text("line", line), **_text("id", ident), **_text("user", user),
            **_text("host", host),
            "exit": {"code": code, "termination": ended},
            "session": session,
            "utc": utc(when, "microseconds"),
            "address": _address(where),
        }  # fmt: skip
