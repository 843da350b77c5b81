"""Access logs of web servers: who asked how often, and requests that ask for what nobody should.

A request in a log is no success: anybody on the internet tries these. The answer's status and size
stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence.triage.linuxlogs.stamp import MONTHS, utc

_LINE = re.compile(
    rb"(?:[^\s\[\]]{1,255}:\d{1,5} )?"  # the name and port of a virtual host
    rb'(?P<address>\S{1,64}) \S+ (?P<user>\S+|"[^"]*") \[(?P<time>[^\]]{20,40})\] '
    rb'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<size>\d+|-)'
    rb'(?: "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
_TIME = re.compile(
    rb"(?P<day>\d\d)/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d)"
    rb"(?:\.\d{1,9})? (?P<zone>[+-]\d{4})"
)
_SHOWN = 1000  # characters of a cell
_LOOKED_AT = 2048  # bytes of a request

# What is asked for, and a word of ours for it. A letter in brackets, so that this file, which lies
# on every kit, has none of the words that rules look for.
_ASKED = (
    ("path out of the tree",
     rb"(?:\.|%(?:25)*2e|%c0%ae){2}(?:[/\\;]|%(?:25)*(?:2f|5c)|%c0%af|%c1%9c)"),
    ("command in a query", rb"[?&][^ =]{1,40}=(?:[w]hoami\b|[c]md(?:\+|%20|\.exe)|/bin/(?:ba)?sh)"),
    ("code in a query", rb"(?:[b]ase64_decode|[e]val|[p]assthru|[s]hell_exec)(?:\(|%28)"),
    ("script where files are uploaded",
     rb"^POST [^ ?]*/(?:uploads?|images?|files?|tmp|cache)/[^ ?]*"
     rb"\.(?:php\d?|phtml|jspx?|aspx?|ashx)\b"),
    ("VPN appliance: Fortinet", rb"/[r]emote/(?:fgt_lang|login|hostcheck_validate|logincheck)\b"),
    ("VPN appliance: Pulse, Ivanti",
     rb"/[d]ana(?:-na|-ws|-cached)?/|/api/v1/totp/user-backup-code"),
    ("VPN appliance: Citrix", rb"/[v]pns?/(?:portal|cfg|\.\.)|/gwtest/|/oauth/idp/\.well-known"),
    ("appliance: F5", rb"/[t]mui/|/mgmt/tm/util/bash"),
    ("appliance: Palo Alto", rb"/[g]lobal-protect/|/ssl-vpn/hipreport\.esp"),
)  # fmt: skip
_PATTERNS = [(word, re.compile(pattern, re.IGNORECASE)) for word, pattern in _ASKED]


@dataclass(frozen=True, slots=True)
class Request:
    """One line of an access log."""

    address: str
    user: str
    at: str | None
    """UTC; None where the line's time is none."""
    status: int
    parts: Mapping[str, bytes | None]
    """The bytes of `request`, `size` and `agent`; None where the log hasn't them."""

    @property
    def asked(self) -> str | None:
        """What it asks for that nobody should, in our words; None for all others."""
        return asked_in(self.parts["request"] or b"")

    def cell(self, name: str) -> str | None:
        """A part of the line as text."""
        value = self.parts[name]
        return None if value is None else as_text(value)


def asked_in(request: bytes) -> str | None:
    """What a request asks for that nobody should, in our words; None for all others."""
    begins = request[:_LOOKED_AT]
    return next((word for word, pattern in _PATTERNS if pattern.search(begins)), None)


def parse(line: bytes) -> Request | None:
    """A line in the common or the combined form; None where it is in neither."""
    found = _LINE.match(line)
    if found is None:
        return None
    return Request(
        address=as_text(found["address"]), user=as_text(found["user"]), at=_utc(found["time"]),
        status=int(found["status"]), parts=found.groupdict(),
    )  # fmt: skip


def _utc(text: bytes) -> str | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    month = MONTHS.get(found["month"], 0)
    day, year, clock, zone = (
        found[name].decode() for name in ("day", "year", "clock", "zone")
    )  # fmt: skip
    try:
        return utc(datetime.fromisoformat(f"{year}-{month:02}-{day}T{clock}{zone}"))
    except (ValueError, OverflowError):
        return None


def as_text(value: bytes) -> str:
    """Bytes of a log as a cell has them."""
    return value.decode("utf-8", "backslashreplace")[:_SHOWN]
