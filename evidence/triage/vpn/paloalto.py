"""Sign-ins in logs of Palo Alto firewalls: GlobalProtect, and before PAN-OS 9.1 the system's log.

The order of fields and the names of events are those of the PAN-OS 10.1 administrator's guide
(docs.paloaltonetworks.com: GlobalProtect Log Fields, System Log Fields; Event Descriptions for the
GlobalProtect Logs). `gateway-auth` and `portal-auth` say whether a password was right,
`gateway-connected` that a session began. The time is the one at which the firewall wrote the
record, without a zone; since 10.0 a second one, at the end, has a zone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.signins.when import When, in_zone, of_own

_MARKS = (b",GLOBALPROTECT,", b",SYSTEM,")
_BEGIN = re.compile(
    rb"(?:<\d{1,3}>)?(?:[\w.:-]{1,255} )?(?:- ){0,5}"
    rb'(?="?\d{0,3}"?,"?\d{4}[/-][^,]{1,40},[^,]{0,40},"?(?:GLOBALPROTECT|SYSTEM)"?,)'
)
_SERIAL, _TYPE, _SUBTYPE, _WRITTEN, _EVENT = 2, 3, 4, 6, 8
_TUNNEL, _USER, _PUBLIC, _WITHIN, _REASON, _ERROR, _STATUS = 11, 12, (15, 16), (17, 18), 25, 26, 28
_PRECISE = 36
_DESCRIPTION = 14  # of the system's log
_SHORTEST = {"GLOBALPROTECT": _STATUS + 1, "SYSTEM": _DESCRIPTION + 1}
_TIME = re.compile(r"(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(.*)")
_EVENTS = {
    ("gateway-auth", "success"): signin.AUTHENTICATED, ("gateway-auth", "failure"): signin.FAILED,
    ("portal-auth", "success"): signin.AUTHENTICATED, ("portal-auth", "failure"): signin.FAILED,
    ("gateway-connected", "success"): signin.SIGNED_IN,
}  # fmt: skip
_GLOBALPROTECT = re.compile(
    r" Login from: (?P<address>[\da-fA-F.:]+)(?:, .*?)?, User name: (?P<user>.*?)"
    r"(?:, (?:Client OS|Reason|Auth type|Private IP|Device name|error)\b.*|\.?$)",
    re.DOTALL,
)
_AUTH = re.compile(
    r"^(?:failed authentication|authenticated) for user '(?P<user>.*?)'\.", re.DOTALL
)
_FROM = re.compile(r"From: (?P<address>[\da-fA-F.:]*[\da-fA-F])\.?$")
_ADMINISTRATOR = re.compile(
    r"^User (?P<user>\S+) logged in via (?P<tunnel>\S+) from (?P<address>[\da-fA-F.:]+)(?: |$)"
)
_SYSTEM = {
    "globalprotectgateway-auth-succ": signin.AUTHENTICATED,
    "globalprotectportal-auth-succ": signin.AUTHENTICATED,
    "globalprotectgateway-auth-fail": signin.FAILED,
    "globalprotectportal-auth-fail": signin.FAILED,
    "globalprotectgateway-regist-succ": signin.SIGNED_IN,
    "auth-success": signin.AUTHENTICATED, "auth-fail": signin.FAILED,
    "general": signin.ADMINISTRATOR,
}  # fmt: skip
_PATTERNS = {"general": (_ADMINISTRATOR,)} | dict.fromkeys(
    ("auth-success", "auth-fail"), (_AUTH, _FROM)
)


def read(head: Stamp, rest: bytes) -> Record | None:
    """A record, or None.

    Raises:
        OddError: it has fewer fields, or stands where no log server puts it.
    """
    begun = _BEGIN.match(rest)
    if begun is None:
        if b",GLOBALPROTECT," in rest:
            raise OddError
        return None
    fields = _fields(rest[begun.end() :])
    record = Record(when=_when(fields, head), device=fields[_SERIAL] or None)
    told = _signin(fields) if fields[_TYPE] == "GLOBALPROTECT" else _of_system(fields)
    return replace(record, signin=told)


def _fields(record: bytes) -> list[str]:
    try:
        (fields,) = csv.reader([as_text(record.replace(b"\0", b"")) or ""], strict=True)
    except (csv.Error, ValueError) as error:
        raise OddError from error
    if len(fields) < _SHORTEST.get(fields[_TYPE] if len(fields) > _TYPE else "", len(fields) + 1):
        raise OddError
    return fields


def _signin(fields: list[str]) -> SignIn | None:
    what = _EVENTS.get((fields[_EVENT], fields[_STATUS]))
    if what is None:
        return None
    return SignIn(
        what=what, user=fields[_USER] or None, address=_first(fields, _PUBLIC),
        assigned=_first(fields, _WITHIN), tunnel=fields[_TUNNEL] or None,
        reason=fields[_ERROR] or fields[_REASON] or None, message=fields[_EVENT],
    )  # fmt: skip


def _first(fields: list[str], places: tuple[int, int]) -> str | None:
    """Of IPv4 and IPv6 the one that is there: the other is empty, or `0.0.0.0`."""
    each = (fields[place] for place in places)
    return next((one for one in each if one not in ("", "0.0.0.0", "::")), None)  # noqa: S104 - compared


def _of_system(fields: list[str]) -> SignIn | None:
    """Of the system's log; what is said there stands in words.

    Raises:
        OddError: an event that tells of a sign-in, in other words.
    """
    event, text = fields[_EVENT], fields[_DESCRIPTION]
    what = _SYSTEM.get(event)
    found: dict[str, str] = {}
    if what is None or (what == signin.ADMINISTRATOR and " logged in via " not in text):
        return None
    for pattern in _PATTERNS.get(event, (_GLOBALPROTECT,)):
        if each := pattern.search(text):
            found |= each.groupdict()
    if "user" not in found:
        raise OddError
    return SignIn(
        what=what, user=found["user"] or None, address=found.get("address"),
        tunnel=found.get("tunnel"), message=event,
    )  # fmt: skip


def _when(fields: list[str], head: Stamp) -> When:
    time = _TIME.fullmatch(fields[_WRITTEN])
    if time is None:
        return When()
    when = of_own(f"{time[1]}-{time[2]}-{time[3]}T{time[4]}", head)
    precise = _TIME.fullmatch(fields[_PRECISE]) if len(fields) > _PRECISE else None
    return in_zone(when, precise[5]) if precise and when.at is None else when


def _begin() -> Read:
    return read


FORMAT = Format("Palo Alto GlobalProtect", _MARKS, _begin)
