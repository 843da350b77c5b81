"""Sign-ins in logs of FortiGate: lines of names and values, as exported or as sent by syslog.

Names of fields and numbers of messages are those of Fortinet's FortiOS Log Message Reference
(docs.fortinet.com, FortiGate 7.6.1): 39424 (SSL VPN tunnel up), 39426 (SSL VPN login fail), 32001
and 32002 (administrators); `action` of a failure as in Fortinet's Technical Tip 249506. Of a number
the last six digits name the message. `date` and `time` are the appliance's own, `tz` is their
distance from UTC; `eventtime` counts from 1970, in seconds or in parts of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from evidence.triage.linuxlogs.stamp import Stamp, utc
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, Read, Record, SignIn
from evidence.triage.signins.when import When, in_zone, of_own
from evidence.triage.vpn.pairs import Pairs

_MESSAGES = {
    "039424": signin.SIGNED_IN, "039426": signin.FAILED,
    "032001": signin.ADMINISTRATOR, "032002": signin.ADMINISTRATOR_FAILED,
}  # fmt: skip
_ACTIONS = {"tunnel-up": signin.SIGNED_IN, "ssl-login-fail": signin.FAILED}
# A record begins the line, or follows what a log server puts before it: host, program.
_BEGIN = re.compile(
    rb'(?:\d{1,9}: )?(?:<\d{1,3}>)?(?:[^\s="]{1,255} ){0,2}(?:- ){0,5}'
    rb'(?="?(?:date|itime|logver|timestamp|eventtime|devname|devid)=)'
)
_WANTED = frozenset(
    b"date time tz eventtime logid type subtype action remip srcip user xauthuser ui group reason "
    b"tunneltype tunnelip devid devname".split()
)
_ZONE = re.compile(r"[+-]\d\d:?\d\d")
_IN_UI = re.compile(r"\(([0-9A-Fa-f.:]+)\)$")
_NUMBER = 6  # last digits of `logid`
_SECONDS = 10  # digits of `eventtime` that are seconds, until the year 2286
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def read(head: Stamp, rest: bytes) -> Record | None:
    """A record, or None.

    Raises:
        OddError: it says something twice.
    """
    begun = _BEGIN.match(rest)
    if begun is None:
        return None
    pairs = Pairs(rest[begun.end() :], _WANTED)
    what = _what(pairs)
    device = pairs.known("devid", "devname")
    record = Record(when=_when(pairs, head), device=device)
    if what is None:
        return record
    pairs.once()
    return replace(record, signin=_signin(what, pairs))


def _signin(what: str, pairs: Pairs) -> SignIn:
    return SignIn(
        what=what, user=pairs.known("user", "xauthuser"), address=_address(pairs),
        assigned=pairs.known("tunnelip"), group=pairs.known("group"),
        reason=pairs.known("reason"), tunnel=pairs.known("tunneltype"),
        message=pairs.known("logid"),
    )  # fmt: skip


def _what(pairs: Pairs) -> str | None:
    what = _MESSAGES.get(pairs.of("logid")[-_NUMBER:])
    if what is None and (pairs.of("type"), pairs.of("subtype")) == ("event", "vpn"):
        what = _ACTIONS.get(pairs.of("action"))
    return what


def _address(pairs: Pairs) -> str | None:
    """Of an administrator it may stand in `ui` alone: `https(192.0.2.7)`."""
    ui = _IN_UI.search(pairs.of("ui"))
    return pairs.known("remip", "srcip") or (ui[1] if ui else None)


def _when(pairs: Pairs, head: Stamp) -> When:
    when = of_own(f"{pairs.of('date')}T{pairs.of('time')}", head)
    if when.local is None:
        return when
    if _ZONE.fullmatch(pairs.of("tz")):
        return in_zone(replace(when, at=None, zone=None), pairs.of("tz"))
    if pairs.of("eventtime").isdecimal():
        at = _counted(pairs.of("eventtime"))
        return replace(when, at=at, zone=None if at is None else "eventtime")
    return when


def _counted(digits: str) -> str | None:
    seconds, parts = digits[:_SECONDS], digits[_SECONDS:][:6]
    try:
        return utc(_1970 + timedelta(seconds=int(seconds), microseconds=int(parts.ljust(6, "0"))))
    except (ValueError, OverflowError):
        return None


def _begin() -> Read:
    return read


FORMAT = Format("FortiGate", (b"logid=", b"subtype="), _begin)
