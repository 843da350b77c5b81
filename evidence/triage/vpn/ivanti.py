"""Sign-ins in logs of Ivanti Connect Secure (Pulse Secure, Juniper), in both forms it sends.

One is `PulseSecure: 2024-05-13 02:00:00 - ive - [198.51.100.7] taro(Users)[] - …`, the other
(WELF) has names and values, and the message's number. No page of the maker's that names these was
at hand: they are as public parsers and their samples have them (Sekoia's documentation of its
intake, Exabeam's content library, github.com). Administrators are told from others by the number
alone: ADM22668 signed in, AUT30685 and AUT23458 failed. What failed is often written twice: that
the password was wrong, and that the sign-in failed. Times are the appliance's own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.signins.when import of_own
from evidence.triage.vpn.pairs import Pairs

_MARKS = (b"PulseSecure: ", b"Juniper: ", b"id=firewall time=")
_BEFORE = rb"(?:<\d{1,3}>)?(?:[\w.:-]{1,255} )?(?:(?:PulseSecure|Juniper): )?(?:- ){0,5}"
_PAIRS = re.compile(_BEFORE + rb'(?=id=firewall time=")')
_PLAIN = re.compile(
    rb"(?:<\d{1,3}>)?(?:[\w.:-]{1,255} )?(?:PulseSecure|Juniper): (?:- ){0,5}"
    rb"(?P<day>\d{4}-\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d) - (?P<device>[^\s\[]{1,255}) - "
    rb"\[(?P<address>[\da-fA-F:.]*)\] (?P<user>.*?)\((?P<realm>[^()]*)\)\[(?P<roles>[^\[\]]*)\] - "
    rb"(?P<text>.*)",
    re.DOTALL,
)
_LOOKS = re.compile(
    rb"(?:^|\s)(?:PulseSecure|Juniper): (?:id=firewall |\d{4}-\d\d-\d\d )|\bid=firewall time="
)
_WANTED = frozenset(b"time fw vpn user realm src msg".split())
_CODE = re.compile(r"([A-Z]{3}\d{5}): ")
_ADMINISTRATORS = {"ADM22668": signin.ADMINISTRATOR} | dict.fromkeys(
    ("AUT30685", "AUT23458"), signin.ADMINISTRATOR_FAILED
)
_WORDS = {
    "Login succeeded for ": signin.SIGNED_IN, "Agent login succeeded for ": signin.SIGNED_IN,
    "Primary authentication successful for ": signin.AUTHENTICATED,
    "Primary authentication failed for ": signin.FAILED,
    "Login failed": signin.FAILED, "VPN Tunneling: Session started for user": signin.ASSIGNED,
}  # fmt: skip
_ASSIGNED = re.compile(r" with (?:IPv4 address|IP) ([\da-fA-F:.]+)")
_REASON = re.compile(r"Reason: (.{1,200}?)\.?$")


def read(head: Stamp, rest: bytes) -> Record | None:
    """A record, or None.

    Raises:
        OddError: it says something twice, or is in another form.
    """
    if begun := _PAIRS.match(rest):
        return _pairs(Pairs(rest[begun.end() :], _WANTED), head)
    if found := _PLAIN.match(rest):
        return _plain(found, head)
    if _LOOKS.search(rest):
        raise OddError
    return None


def _pairs(pairs: Pairs, head: Stamp) -> Record:
    when = of_own(pairs.of("time").replace(" ", "T"), head)
    record = Record(when=when, device=pairs.known("vpn", "fw"))
    code = _CODE.match(pairs.of("msg"))
    text = pairs.of("msg")[code.end() if code else 0 :]
    what = _ADMINISTRATORS.get(code[1]) if code else None
    what = what or _what(text)
    if what is None:
        return record
    pairs.once()
    told = _signin(what, text, pairs.known("user"), pairs.known("src"), pairs.known("realm"))
    return replace(record, signin=replace(told, message=code[1] if code else None))


def _plain(found: re.Match[bytes], head: Stamp) -> Record:
    when = of_own(f"{found['day'].decode()}T{found['clock'].decode()}", head)
    record = Record(when=when, device=as_text(found["device"]))
    text = as_text(found["text"].rstrip()) or ""
    what = _what(text)
    if what is None:
        return record
    user, realm = (as_text(found[name]) or None for name in ("user", "realm"))
    told = _signin(what, text, user, found["address"].decode() or None, realm)
    return replace(record, signin=told)


def _what(text: str) -> str | None:
    return next((what for words, what in _WORDS.items() if text.startswith(words)), None)


def _signin(
    what: str, text: str, user: str | None, address: str | None, realm: str | None
) -> SignIn:
    within = _ASSIGNED.search(text) if what == signin.ASSIGNED else None
    reason = _REASON.search(text) if what in (signin.FAILED, signin.ADMINISTRATOR_FAILED) else None
    return SignIn(
        what=what, user=user, address=address, assigned=within[1] if within else None, group=realm,
        reason=reason[1] if reason else None,
    )  # fmt: skip


def _begin() -> Read:
    return read


FORMAT = Format("Ivanti, Pulse Secure", _MARKS, _begin)
