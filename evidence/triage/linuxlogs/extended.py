"""W3C extended logs, as IIS writes them: a line says which fields the lines after it have.

https://www.w3.org/TR/WD-logfile; its times are in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from evidence.triage.linuxlogs.access import Request
from evidence.triage.linuxlogs.stamp import utc

_FIELDS = b"#Fields:"
_NONE = b"-"


class Extended:
    """The fields of one log, and its lines by them."""

    DIRECTIVES: ClassVar[tuple[bytes, ...]] = (b"#Software: ", b"#Version: ", _FIELDS)
    """How the first lines of such a log begin."""

    def __init__(self) -> None:
        """Before any line said which fields there are."""
        self._fields: list[bytes] = []

    def directs(self, line: bytes) -> bool:
        """Whether a line speaks of the log, and is no request."""
        if line.startswith(_FIELDS):
            self._fields = line[len(_FIELDS) :].split()
        return line.startswith(b"#")

    def parse(self, line: bytes) -> Request | None:
        """A request; None where the fields are not known, or others than were said."""
        values = line.split()
        if not self._fields or len(values) != len(self._fields):
            return None
        told = dict(zip(self._fields, values, strict=True))
        address, status = told.get(b"c-ip"), told.get(b"sc-status", b"")
        if address is None or not (status.isdigit() and len(status) == 3):
            return None
        return Request(
            address=address.decode("ascii", "backslashreplace"), at=_utc(told), status=int(status),
            user=told.get(b"cs-username", _NONE).decode("utf-8", "backslashreplace"),
            parts={
                "request": _request(told), "size": told.get(b"sc-bytes"),
                "agent": told.get(b"cs(User-Agent)"),
            },
        )  # fmt: skip


def _request(told: dict[bytes, bytes]) -> bytes:
    """Method, path and query as another server would have written them."""
    query = told.get(b"cs-uri-query", _NONE)
    path = told.get(b"cs-uri-stem", _NONE) + (b"" if query == _NONE else b"?" + query)
    return told.get(b"cs-method", _NONE) + b" " + path


def _utc(told: dict[bytes, bytes]) -> str | None:
    text = (told.get(b"date", b"") + b" " + told.get(b"time", b"")).decode("ascii", "replace")
    try:
        at = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return utc(at)
