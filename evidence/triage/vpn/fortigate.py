"""Sign-ins in logs of FortiGate: lines of names and values, as exported or as sent by syslog.

Names of fields and numbers of messages are those of Fortinet's FortiOS Log Message Reference
(docs.fortinet.com, FortiGate 7.6.1): 39424 (SSL VPN tunnel up), 39426 (SSL VPN login fail), 32001
and 32002 (administrators); `action` of a failure as in Fortinet's Technical Tip 249506. Of a number
the last six digits name the message. `date` and `time` are the appliance's own, `tz` is their
distance from UTC; `eventtime` counts from 1970, in seconds or in parts of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.linuxlogs.stamp import Stamp, utc
from evidence.triage.vpn.signin import SignIn

MESSAGES = {
    "039424": "signed in", "039426": "failed",
    "032001": "administrator signed in", "032002": "administrator failed",
}  # fmt: skip
"""The last six digits of a message's number to a word of ours."""
_ACTIONS = {"tunnel-up": "signed in", "ssl-login-fail": "failed"}
# A record begins the line, or follows what a log server puts before it: host, program.
_BEGIN = re.compile(
    rb'(?:\d{1,9}: )?(?:<\d{1,3}>)?(?:[^\s="]{1,255} ){0,2}(?:- ){0,5}'
    rb'(?="?(?:date|itime|logver|timestamp|eventtime|devname|devid)=)'
)
_FIELD = re.compile(rb'(?:^|[\s,"])([a-z_]{2,20})=("[^"]*"|[^\s,"]*)')
_WANTED = frozenset(
    b"date time tz eventtime logid type subtype action remip srcip user xauthuser ui group reason "
    b"tunneltype devid devname".split()
)
_NOBODY = ("", "N/A", "(null)")
_ZONE = re.compile(r"[+-]\d\d:?\d\d")
_IN_UI = re.compile(r"\(([0-9A-Fa-f.:]+)\)$")
_NUMBER = 6  # last digits of `logid`
_SECONDS = 10  # digits of `eventtime` that are seconds, until the year 2286
_1970 = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as all that is compared with it
_APART = timedelta(minutes=5)  # between an appliance and whoever wrote the line's head
_Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of whatever kind."""

    at: str | None
    """UTC; None where nothing tells the distance from it."""
    local: datetime | None
    """By the appliance's own clock; None where that is no time."""
    device: str | None
    signin: SignIn | None = None
    """Where it tells of one."""


class OddError(Exception):
    """A record that is not what an appliance writes."""


def is_record(rest: bytes) -> bool:
    """Whether a line, behind its time if it has one, is a record of a FortiGate."""
    return (b"logid=" in rest or b"subtype=" in rest) and _BEGIN.match(rest) is not None


def parse(head: Stamp, rest: bytes) -> Record:
    """What a record says.

    Args:
        head: the time that a log server wrote before it, if any.
        rest: a line for which `is_record` holds.

    Raises:
        OddError: it says something twice: a name may hold quotes, and with them other fields.
    """
    begun = _BEGIN.match(rest)
    found, twice = _fields(rest[0 if begun is None else begun.end() :])
    what = _what(found)
    if what is not None and twice:
        raise OddError
    local = _local(found)
    at, zone = (None, None) if local is None else _at(local, found, head)
    device = _known(found, "devid") or _known(found, "devname")
    record = Record(at=at, local=local, device=device)
    return record if what is None else replace(record, signin=_signin(what, record, zone, found))


def _signin(what: str, record: Record, zone: str | None, found: _Fields) -> SignIn:
    return SignIn(
        what=what, at=record.at, local=record.local, zone=zone, device=record.device,
        user=_known(found, "user") or _known(found, "xauthuser"), address=_address(found),
        group=_known(found, "group"), reason=_known(found, "reason"),
        tunnel=_known(found, "tunneltype"), message=_known(found, "logid"),
    )  # fmt: skip


def _fields(record: bytes) -> tuple[_Fields, bool]:
    """The values that are wanted, and whether one of them stands there twice."""
    found: _Fields = {}
    twice = False
    for name, value in _FIELD.findall(record):
        if name in _WANTED:
            key = name.decode()
            twice = twice or key in found
            found.setdefault(key, as_text(value.strip(b'"')))
    return found, twice


def _what(found: _Fields) -> str | None:
    what = MESSAGES.get(found.get("logid", "")[-_NUMBER:])
    if what is None and (found.get("type"), found.get("subtype")) == ("event", "vpn"):
        what = _ACTIONS.get(found.get("action", ""))
    return what


def _known(found: _Fields, name: str) -> str | None:
    value = found.get(name, "")
    return None if value in _NOBODY else value


def _address(found: _Fields) -> str | None:
    """Of an administrator it may stand in `ui` alone: `https(192.0.2.7)`."""
    ui = _IN_UI.search(found.get("ui", ""))
    return _known(found, "remip") or _known(found, "srcip") or (ui[1] if ui else None)


def _local(found: _Fields) -> datetime | None:
    try:
        local = datetime.fromisoformat(f"{found.get('date', '')}T{found.get('time', '')}")
    except ValueError:
        return None
    return local if local.tzinfo is None and local.year >= _1970.year else None


def _at(local: datetime, found: _Fields, head: Stamp) -> tuple[str | None, str | None]:
    """UTC, and what tells it."""
    try:
        if _ZONE.fullmatch(found.get("tz", "")):
            return utc(datetime.fromisoformat(f"{local.isoformat()}{found['tz']}")), found["tz"]
        if found.get("eventtime", "").isdecimal():
            return utc(_counted(found["eventtime"])), "eventtime"
        if head.at is not None and head.local is not None:
            return _beside(local, datetime.fromisoformat(head.local))
    except (ValueError, OverflowError):
        pass
    return None, None


def _counted(digits: str) -> datetime:
    seconds, parts = digits[:_SECONDS], digits[_SECONDS:][:6]
    return (_1970 + timedelta(seconds=int(seconds), microseconds=int(parts.ljust(6, "0")))).replace(
        tzinfo=UTC
    )


def _beside(local: datetime, head: datetime) -> tuple[str | None, str | None]:
    """The zone of the line's head, if it shows about the same hour and minute."""
    if abs(head.replace(tzinfo=None) - local) > _APART:
        return None, None
    return utc(local.replace(tzinfo=head.tzinfo)), "head"
