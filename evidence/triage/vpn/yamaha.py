"""Sign-ins in logs of YAMAHA's routers (RTX, NVR): L2TP/IPsec and PPTP, and administrators.

One sign-in stands in several lines: `[L2TP] TUNNEL[1] connected from …` has the address,
`PP[ANONYMOUS01] Call detected from user '…'` the name, `PP[ANONYMOUS01] PPP/IPCP up (…)` says that
it succeeded, and what address it has within. These, and `Login succeeded for SSH: …` of
administrators, are as YAMAHA's own pages on connecting and the logs that people published have them
(network.yamaha.com: router_firewall/ts_router; rtpro.yamaha.co.jp: L2TP/IPsec). No page names all
messages: how a failure looks is known of one cause alone (`PPP: Authentication failed`), and of
administrators by analogy. A call that nothing follows is told as `called`, without a verdict.

By syslog a line has no more than the log server puts before it; `show log` has the router's own
time, without a zone.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence.triage.linuxlogs.access import as_text
from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins import signin
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.signins.when import When, of_head, of_own

_ADDRESS = rb"(?P<address>[\da-fA-F.:]*[\da-fA-F])"
_BEGIN = re.compile(
    rb"(?:<\d{1,3}>)?(?:(?P<device>[\w.:-]{1,255}) )?(?:- ){0,5}"
    rb"(?:(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d) (?P<clock>\d\d:\d\d:\d\d): )?"
    rb"(?=\[L2TP\] |\[PPTP\] |PP\[ANONYMOUS\d{0,5}\] |Login |'administrator' )"
)
_LOOKS = re.compile(rb"\] TUNNEL\[\d{1,5}\] connected from |PP\[ANONYMOUS\d{0,5}\] Call detected ")
_CONNECTED = re.compile(
    rb"\[(?P<tunnel>L2TP|PPTP)\] TUNNEL\[\d{1,5}\] connected from %b\s*\Z" % _ADDRESS
)
_OF_CALL = re.compile(rb"(?P<pp>PP\[ANONYMOUS\d{0,5}\]) (?P<text>.*)", re.DOTALL)
_CALLED = re.compile(rb"Call detected from user '(?P<user>.*)'\s*\Z", re.DOTALL)
_UP = re.compile(rb"PPP/IPCP up(?: +\(Local: [^,]{1,64}, Remote: (?P<within>[^\s)]{1,64})\))?\s*\Z")
_OVER = re.compile(rb"Disconnected(?:, cause \[(?P<cause>[^\]]{1,200})\])?\s*\Z")
_LOGIN = re.compile(
    rb"(?P<who>Login|'administrator') (?P<what>succeeded|failed) for (?P<tunnel>[A-Z]{2,10}): "
    rb"%b(?: (?P<user>.*))?\Z" % _ADDRESS,
    re.DOTALL,
)
_REFUSED = b"PPP: Authentication failed"
_WITHIN = timedelta(minutes=1)  # from the tunnel to the call, and from there to its end
_CALLS = 3000  # and routers, that are followed at once; no model takes more calls
_ADMINISTRATORS = {
    (b"Login", b"succeeded"): signin.ADMINISTRATOR,
    (b"Login", b"failed"): signin.ADMINISTRATOR_FAILED,
    (b"'administrator'", b"succeeded"): signin.ROSE,
    (b"'administrator'", b"failed"): signin.ADMINISTRATOR_FAILED,
}


@dataclass(frozen=True, slots=True)
class _Tunnel:
    """One that was connected, and no call came of it yet."""

    local: datetime | None
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Call:
    """One that was detected, and nothing is known yet of what came of it."""

    local: datetime | None
    user: str | None
    tunnel: _Tunnel | None


class _Reader:
    """One log, the oldest line first; what comes in another order isn't put together."""

    def __init__(self) -> None:
        """Before the first line."""
        self._tunnels: OrderedDict[str | None, list[_Tunnel]] = OrderedDict()
        self._calls: OrderedDict[tuple[str | None, bytes], _Call] = OrderedDict()

    def read(self, head: Stamp, rest: bytes) -> Record | None:
        """A record, or None.

        Raises:
            OddError: it looks like one, and stands where no log server puts it.
        """
        begun = _BEGIN.match(rest)
        if begun is None:
            if _LOOKS.search(rest):
                raise OddError
            return None
        device = _text(begun["device"])
        record = Record(when=_when(begun, head), device=device)
        text = rest[begun.end() :]
        if found := _LOGIN.match(text):
            return replace(record, signin=_administrator(found))
        if found := _CONNECTED.match(text):
            return replace(record, signin=self._connected(record, found))
        if found := _OF_CALL.match(text):
            key = device, found["pp"]
            return replace(record, signin=self._of_call(record, key, found["text"]))
        return record if text.startswith(b"[") else None

    def _connected(self, record: Record, found: re.Match[bytes]) -> SignIn:
        address, kind = found["address"].decode(), found["tunnel"].decode()
        waiting = self._near(record)
        waiting.append(_Tunnel(record.when.local, address, kind))
        self._tunnels[record.device] = waiting[-2:]  # of two, nobody knows whose call it is
        if len(self._tunnels) > _CALLS:
            self._tunnels.popitem(last=False)
        return SignIn(what=signin.CONNECTED, address=address, tunnel=kind)

    def _near(self, record: Record) -> list[_Tunnel]:
        tunnels = self._tunnels.get(record.device, [])
        return [each for each in tunnels if _follows(record.when.local, each.local)]

    def _of_call(
        self, record: Record, key: tuple[str | None, bytes], text: bytes
    ) -> SignIn | None:  # fmt: skip
        if found := _CALLED.match(text):
            return self._called(record, key, _text(found["user"]))
        if found := _UP.match(text):
            return self._ended(record, key, signin.SIGNED_IN, within=found["within"])
        if (found := _OVER.match(text)) and found["cause"] == _REFUSED:
            return self._ended(record, key, signin.FAILED, reason=found["cause"])
        if found:
            self._calls.pop(key, None)
        return None

    def _called(self, record: Record, key: tuple[str | None, bytes], user: str | None) -> SignIn:
        near = self._near(record)
        tunnel = near[0] if len({each.address for each in near}) == 1 else None
        self._tunnels.pop(record.device, None)
        self._calls[key] = _Call(record.when.local, user, tunnel)
        if len(self._calls) > _CALLS:
            self._calls.popitem(last=False)
        return _signin(signin.CALLED, self._calls[key])

    def _ended(
        self, record: Record, key: tuple[str | None, bytes], what: str, *,
        within: bytes | None = None, reason: bytes | None = None,
    ) -> SignIn:  # fmt: skip
        call = self._calls.pop(key, None)
        if call is None or not _follows(record.when.local, call.local):
            call = None
        told = SignIn(what=what) if call is None else _signin(what, call)
        return replace(told, assigned=_text(within), reason=_text(reason))


def _text(value: bytes | None) -> str | None:
    return as_text(value.strip()) or None if value is not None else None


def _signin(what: str, call: _Call) -> SignIn:
    tunnel = call.tunnel
    return SignIn(
        what=what, user=call.user, address=tunnel.address if tunnel else None,
        tunnel=tunnel.kind if tunnel else None,
    )  # fmt: skip


def _follows(later: datetime | None, earlier: datetime | None) -> bool:
    """Whether one came soon after the other; where no time is known the order of lines counts."""
    if later is None or earlier is None:
        return later is earlier
    return timedelta(0) <= later - earlier <= _WITHIN


def _administrator(found: re.Match[bytes]) -> SignIn:
    return SignIn(
        what=_ADMINISTRATORS[found["who"], found["what"]], address=found["address"].decode(),
        user=_text(found["user"]),
        tunnel=found["tunnel"].decode(), message=found["who"].decode().strip("'"),
    )  # fmt: skip


def _when(begun: re.Match[bytes], head: Stamp) -> When:
    if begun["year"] is None:
        return of_head(head)
    day = b"-".join(begun.group("year", "month", "day"))
    return of_own(f"{day.decode()}T{begun['clock'].decode()}", head)


def _begin() -> Read:
    return _Reader().read


_MARKS = (b"[L2TP] ", b"[PPTP] ", b"PP[ANONYMOUS", b" succeeded for ", b" failed for ")
FORMAT = Format("YAMAHA", _MARKS, _begin)
