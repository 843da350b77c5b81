"""Sign-ins in logs of Cisco ASA and Firepower (FTD), AnyConnect among them: `%ASA-6-113039: …`.

Numbers and words are those of Cisco's ASA Series Syslog Messages (cisco.com): 113004 and 113012
(a password was right), 113005 and 113015 (it wasn't), 113039 and 716001 (a session began), 716038
and 716039 (the same of both, for SSL), 713228 and 722051 (an address was assigned; with IPsec that
is the sign-in), 605004 and 605005 (administrators). A failure of SSL is written twice, by 113005 or
113015 and by 716039. Of a user that it doesn't know the appliance writes `*****`, unless told not
to. How its own time looks, and where its name stands, depends on its settings.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.linuxlogs.stamp import MONTHS, Stamp
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.signins.when import When, in_zone, of_head, of_own

_NAME = rb"[\w.:-]{1,255}"
_TIME = (
    rb":?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?"
    rb"(?P<clock>\d\d:\d\d:\d\d)(?:\.\d{1,9})?:? "
)
# What may stand before a record: who sent it, as the log server has it; the appliance's own time
# and zone; its name. Nothing else, since other programs quote what people type.
_BEGIN = re.compile(
    rb"(?:(?P<sender>%b) (?=(?:<\d{1,3}>)?:?[A-Z][a-z]{2} |[\w.-]{1,255} : %%))?(?:<\d{1,3}>)?"
    rb"(?:%b)?(?:(?P<zone>[A-Z]{3,5}): )?(?:(?P<name>%b) (?:: )?)?(?:- ){0,5}(?:: )?"
    rb"%%(?:ASA|FTD|PIX)-(?:\w{1,16}-)?[0-7]-(?P<number>\d{6}): (?P<text>.*)"
    % (_NAME, _TIME, _NAME),
    re.DOTALL,
)
# Each to the line's end: what people type may hold the words that follow it.
_SESSION = rb"Group <(?P<group>[^<>]*)> User <(?P<user>[^<>]*)> IP <(?P<address>[^<>]*)> "
_TAIL = rb"[^<>]*\Z"
_WHOM = (
    rb"(?:server ?= {1,2}\S+|local database) ?: [Uu]ser ?= {1,2}(?P<user>.*?)"
    rb"(?: : user IP ?= (?P<address>[\da-fA-F.:]+))?\Z"
)
_RIGHT = rb"AAA user authentication [Ss]uccessful ?: " + _WHOM
_WRONG = rb"AAA user authentication [Rr]ejected ?: reason ?= (?P<reason>[^:]*) : " + _WHOM
_LOGIN = (
    rb"Login %b from (?P<address>[\da-fA-F.:]+)/\d{1,5} to [^\s:]{1,255}:[^\s/]{1,255}/"
    rb"(?P<tunnel>\w+) for user "
    rb"['\"](?P<user>.*)['\"]\Z"
)
_MESSAGES = {
    number: (what, re.compile(pattern))
    for number, what, pattern in (
        (b"113004", signin.AUTHENTICATED, _RIGHT), (b"113012", signin.AUTHENTICATED, _RIGHT),
        (b"113005", signin.FAILED, _WRONG), (b"113015", signin.FAILED, _WRONG),
        (b"113039", signin.SIGNED_IN, _SESSION + rb"AnyConnect parent session started" + _TAIL),
        (b"716001", signin.SIGNED_IN, _SESSION + rb"WebVPN session started" + _TAIL),
        (b"716038", signin.AUTHENTICATED, _SESSION + rb"Authentication: successful" + _TAIL),
        (b"716039", signin.FAILED, _SESSION + rb"Authentication: rejected" + _TAIL),
        (b"722051", signin.ASSIGNED,
         _SESSION + rb"(?:IPv4 )?Address <(?P<assigned>[^<>]*)>"
         rb"(?: IPv6 address <[^<>]*>)? assigned to session" + _TAIL),
        (b"713228", signin.SIGNED_IN,
         rb"Group = (?P<group>[^,]*), Username = (?P<user>.*), IP = (?P<address>[\da-fA-F.:]+), "
         rb"Assigned private IP address (?P<assigned>\S+) to remote user\Z"),
        (b"605004", signin.ADMINISTRATOR_FAILED, _LOGIN % b"denied"),
        (b"605005", signin.ADMINISTRATOR, _LOGIN % b"permitted"),
    )
}  # fmt: skip
_NUMBERS = re.compile(rb"%%(?:ASA|FTD|PIX)-(?:\w{1,16}-)?[0-7]-(?:%b): " % b"|".join(_MESSAGES))


def read(head: Stamp, rest: bytes) -> Record | None:
    """A record, or None.

    Raises:
        OddError: a message that tells of a sign-in, in a form or a place that isn't known.
    """
    begun = _BEGIN.match(rest)
    if begun is None:
        if _NUMBERS.search(rest):
            raise OddError
        return None
    record = Record(when=_when(head, begun), device=_device(begun))
    if begun["number"] not in _MESSAGES:
        return record
    what, pattern = _MESSAGES[begun["number"]]
    found = pattern.match(begun["text"].rstrip())
    if found is None:
        raise OddError
    return replace(record, signin=_signin(what, begun["number"], found))


def _signin(what: str, number: bytes, found: re.Match[bytes]) -> SignIn:
    return SignIn(
        what=what, user=_told(found, "user"), address=_told(found, "address"),
        assigned=_told(found, "assigned"), group=_told(found, "group"),
        reason=_told(found, "reason"), tunnel=_told(found, "tunnel"), message=number.decode(),
    )  # fmt: skip


def _told(found: re.Match[bytes], name: str) -> str | None:
    value = found.groupdict().get(name) or b""
    return as_text(value.strip()) if value.strip(b"* ") else None


def _device(begun: re.Match[bytes]) -> str | None:
    name = begun["name"] or begun["sender"]
    return None if name is None else as_text(name.rstrip(b":")) or None


def _when(head: Stamp, begun: re.Match[bytes]) -> When:
    """By its own clock where that tells the year; else by the head, which is the server's."""
    when = of_head(head)
    if begun["year"] is not None:
        month = MONTHS.get(begun["month"], 0)
        text = (
            f"{int(begun['year']):04}-{month:02}-{int(begun['day']):02}T{begun['clock'].decode()}"
        )
        when = of_own(text, head)
    return when if begun["zone"] is None else in_zone(when, begun["zone"].decode())


def _begin() -> Read:
    return read


FORMAT = Format("Cisco ASA, FTD", (b"%ASA-", b"%FTD-", b"%PIX-"), _begin)
