"""Sign-ins in logs of SonicWall: firewalls (`id=firewall sn=…`) and SMA (`id=sslvpn sn=…`).

Numbers (`m`) are those of SonicWall's SonicOS 6.5.1 Log Events Reference Guide (sonicwall.com):
1080, 237 and 238 (remote users signed in), 139 and 140 (XAUTH of its client), 311, 312, 318 and
319 (its L2TP server), 32, 33, 243, 246, 344, 745 and 749 (denied), 29, 30, 199, 200, 235 and 236
(administrators). SMA numbers otherwise, and is read by its words. `time` is the appliance's own,
and may say that it is UTC; `vp_time` is the same time in UTC.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.signins.when import When, in_zone, of_own
from evidence.triage.vpn.pairs import Pairs

_BEGIN = re.compile(
    rb"(?:<\d{1,3}>)?(?:[\w.:-]{1,255} )?(?:SSLVPN: )?(?:- ){0,5}id=(?P<id>firewall|sslvpn) sn="
)
_ANYWHERE = re.compile(rb"(?:^|[\s>])id=(?:firewall|sslvpn) sn=")
_WANTED = frozenset(b"sn time vp_time fw m msg src usr user".split())
_NUMBERS = {
    signin.SIGNED_IN: "139 237 238 318 319 1080",
    signin.FAILED: "32 33 140 243 246 311 312 344 745 749",
    signin.ADMINISTRATOR: "29 199 235 236",
    signin.ADMINISTRATOR_FAILED: "30 200",
}
_MESSAGES = {number: what for what, each in _NUMBERS.items() for number in each.split()}
_WORDS = {"User login successful": signin.SIGNED_IN, "User login failed": signin.FAILED}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)( UTC)?")
# With it stand port and interface: `198.51.100.7:50000:X1`, `[2001:db8::7]:50000:X1`.
_ADDRESS = re.compile(r"\[([\da-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])|([\da-fA-F:]+)$")


def read(head: Stamp, rest: bytes) -> Record | None:
    """A record, or None.

    Raises:
        OddError: it says something twice, or stands where no log server puts it.
    """
    begun = _BEGIN.match(rest)
    if begun is None:
        if _ANYWHERE.search(rest):
            raise OddError
        return None
    pairs = Pairs(rest[begun.start("id") :], _WANTED)
    record = Record(when=_when(pairs, head), device=pairs.known("sn", "fw"))
    if begun["id"] == b"firewall":
        what = _MESSAGES.get(pairs.of("m"))
    else:
        what = _WORDS.get(pairs.of("msg"))
    if what is None:
        return record
    pairs.once()
    return replace(record, signin=_signin(what, pairs))


def _signin(what: str, pairs: Pairs) -> SignIn:
    return SignIn(
        what=what, user=pairs.known("usr", "user"), address=_address(pairs.of("src")),
        reason=pairs.known("msg"), message=pairs.known("m"),
    )  # fmt: skip


def _address(source: str) -> str | None:
    found = _ADDRESS.match(source)
    return next(filter(None, found.groups()), None) if found else source or None


def _when(pairs: Pairs, head: Stamp) -> When:
    time = _TIME.fullmatch(pairs.of("time"))
    if time is None:
        return When()
    when = of_own(f"{time[1]}T{time[2]}", head)
    if time[3]:
        return in_zone(when, "UTC")
    beside = _TIME.fullmatch(pairs.of("vp_time"))
    if beside is None or not beside[3]:
        return when
    known = in_zone(of_own(f"{beside[1]}T{beside[2]}", head), "UTC", "vp_time")
    return replace(when, at=known.at, zone=known.zone)


def _begin() -> Read:
    return read


FORMAT = Format("SonicWall", (b"id=firewall sn=", b"id=sslvpn sn="), _begin)
