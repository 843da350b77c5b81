"""Error logs of web servers: what they complain of, and whose request they say it was.

Their times have no zone: they are the host's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from evidence.triage.linuxlogs.stamp import MONTHS

_APACHE = re.compile(
    rb"\[[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) (?P<clock>\d\d:\d\d:\d\d)"
    rb"(?:\.\d{1,9})? (?P<year>\d{4})\] \[(?P<module>[a-z_0-9]*:)?(?P<level>[a-z]{4,6}\d?)\] "
    rb"(?:\[pid [^\]]{1,60}\] )?(?P<said>.*)",
    re.DOTALL,
)
_NGINX = re.compile(
    rb"(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d) (?P<clock>\d\d:\d\d:\d\d) "
    rb"\[(?P<level>[a-z]{4,6})\] \d+#\d+: (?:\*\d+ )?"
    rb"(?P<said>.*)",
    re.DOTALL,
)
_OF_APACHE = re.compile(rb"\[(?:client|remote) ([^\] ]{1,70})\] ")
_OF_NGINX = re.compile(rb", client: ([^, ]{1,64})")
_ABOUT = re.compile(rb", (?:client|referer): .*", re.DOTALL)
_REQUEST = re.compile(rb"\b[A-Z]{3,16} /[^ \"]{0,4096} HTTP/\d(?:\.\d)?")
# What differs from one complaint to the next of the same kind.
_NAMES = re.compile(rb'"[^"]*"|/\S*')
_SHOWN = 200  # characters of a complaint


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of an error log."""

    local: str | None
    """As the host's clock had it; None where the time is none."""
    level: str
    address: str | None
    """Whose request it was, where that is told."""
    said: str
    """The kind of complaint: without the names and paths in it."""
    request: bytes
    """As the log quotes it; empty where it doesn't."""


def parse(line: bytes) -> Complaint | None:
    """An entry as Apache or nginx writes it; None where it is neither's."""
    found = _APACHE.match(line)
    if found is not None:
        address = _apache_address(found["said"], ported=found["module"] is not None)
        return _complaint(found, MONTHS.get(found["month"], 0), address)
    found = _NGINX.match(line)
    if found is None:
        return None
    client = _OF_NGINX.search(found["said"])
    return _complaint(found, int(found["month"]), client and client[1])


def _complaint(found: re.Match[bytes], month: int, address: bytes | None) -> Complaint:
    said, request = found["said"], _REQUEST.search(found["said"])
    kind = _NAMES.sub("…".encode(), _ABOUT.sub(b"", _OF_APACHE.sub(b"", said, count=1)))
    return Complaint(
        local=_time(found, month), level=_text(found["level"]), said=_text(kind)[:_SHOWN],
        address=None if address is None else _text(address),
        request=b"" if request is None else request[0],
    )  # fmt: skip


def _apache_address(said: bytes, *, ported: bool) -> bytes | None:
    """Since 2.4, which names its modules, a port stands behind it, after IPv6 as well."""
    client = _OF_APACHE.search(said)
    if client is None:
        return None
    return client[1].rpartition(b":")[0] or client[1] if ported else client[1]


def _time(found: re.Match[bytes], month: int) -> str | None:
    day, clock = int(found["day"]), found["clock"].decode()
    written = f"{found['year'].decode()}-{month:02}-{day:02}T{clock}"
    try:
        return datetime.fromisoformat(written).isoformat()
    except ValueError:
        return None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
