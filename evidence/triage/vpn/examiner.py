"""The examiner of VPN appliances' logs: a table of sign-ins, and what they come to together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

from evidence.triage.counting import Counted
from evidence.triage.examiner import Examined, Row, Tables
from evidence.triage.held import stored
from evidence.triage.linuxlogs import lines as texts
from evidence.triage.linuxlogs.lines import Lines, PackedError
from evidence.triage.linuxlogs.stamp import Clock, Latest
from evidence.triage.observation import Observation, Unread, shown
from evidence.triage.patience import OF_A_HOST, Reserve
from evidence.triage.vpn import fortigate
from evidence.triage.vpn.following import (
    GUESSED,
    GUESSED_HARD,
    NAMESPACE,
    NETWORKS,
    Following,
    Place,
)
from evidence.triage.vpn.signin import SignIn

# Most logs are of something else, and Linux's own are read by their examiner, too: a tenth of what
# that one has for a small log, and for all. Each MiB has the same.
_SHARE = 0.1
_SECONDS = _SHARE * texts.SECONDS
TABLE, COUNTS, LOGS = "vpn_signins", "vpn_counts", "vpn_logs"
# An export has whatever name somebody gave it; a log server names files by its own rules.
_PACKED = r"(?:[.-](?:[\d-]{1,10}|old|bak))*(?:\.(?:gz|xz|bz2|zst))?$"
_LOG = re.compile(rf"\.log{_PACKED}|/(?:syslog|messages|user\.log){_PACKED}", re.IGNORECASE)
_OF_APPLIANCE = re.compile(
    rf"(?:forti|fgt|vpn|firewall)[^/]*(?:/[^/]+)*\.(?:txt|csv){_PACKED}"
    rf"|/[^/]*(?:forti|fgt|vpn|firewall)[^/]*(?:/[^/.]+)*/[^/.]+{_PACKED}",
    re.IGNORECASE,
)
# Any other text or sheet may be an export, too: its first lines tell.
_TEXT = re.compile(r"\.(?:txt|csv)(?:\.gz)?$", re.IGNORECASE)
_HEAD = 200  # lines
# What is not read is told by its maker: by the name of the program, or by what begins each message.
# Ivanti's was Pulse Secure's and Juniper's; no page of theirs that names fields was at hand.
_NOT_READ = re.compile(
    rb"(?P<ivanti>(?:^|\s)(?:PulseSecure|Juniper): (?:id=firewall |\d{4}-\d\d-\d\d ))"
    rb"|(?P<cisco>%(?:ASA|FTD)-(?:\w{1,16}-)?[0-7]-\d{6}: )"
    rb"|(?P<sonicwall>\bid=(?:firewall|sslvpn) sn=)"
    rb"|(?P<paloalto>,GLOBALPROTECT,)"
)
_MAKERS = {
    "ivanti": "Ivanti, Pulse Secure", "cisco": "Cisco ASA, FTD", "sonicwall": "SonicWall",
    "paloalto": "Palo Alto GlobalProtect",
}  # fmt: skip


@dataclass(slots=True)
class _Log:
    """One log, while it is read."""

    examined: Examined
    named: bool
    """Whether its name says that it is a log."""
    not_read: Counter[str] = field(default_factory=Counter)
    """Lines of appliances that are not read here, by maker."""
    met: bool = False
    """Whether a record of an appliance was there."""

    @property
    def is_other(self) -> bool:
        """Whether nothing says that it is a log of an appliance: neither its name nor its lines."""
        return not (self.named or self.met or self.not_read)


def _named(examined: Examined) -> bool:
    return any(each.search(examined.origin) for each in (_LOG, _OF_APPLIANCE))


class VpnLogs:
    """Logs of VPN appliances (FortiGate): sign-ins, those that failed, from where, as whom."""

    name: ClassVar[str] = "vpn_logs"
    rules: ClassVar[frozenset[str]] = frozenset(
        f"{NAMESPACE}:{rule}" for rule in (GUESSED, GUESSED_HARD, NETWORKS)
    )

    def __init__(self) -> None:
        """For one host."""
        self._following = Following()
        self._counted = Counted("device", "what", "user", "address", local=True)
        self._logs = Counted("device", "origin", local=True)
        self._reserve = Reserve(_SHARE * OF_A_HOST)
        self._met = False

    @property
    def tried(self) -> frozenset[str]:
        """All of them, once a record of an appliance was met."""
        return self.rules if self._met else frozenset()

    def wants(self, examined: Examined) -> bool:
        """By its name: logs of any program and texts, since exports are named freely."""
        return _named(examined) or _TEXT.search(examined.origin) is not None

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look into one log.

        Raises:
            OSError: the medium of the working copy failed.
        """
        size = stored(file)
        with self._reserve.of(size, begin=_SECONDS, of_a_mib=texts.OF_A_MIB) as patience:
            lines = Lines(file, patience)
            log = _Log(examined, _named(examined))
            try:
                self._read(log, lines, tables)
            except PackedError as error:
                if not log.is_other:
                    yield self._unread(examined, str(error))
        self._following.end()
        for maker, count in log.not_read.items():
            yield self._unread(examined, f"{count} lines of {_MAKERS[maker]} are not read")
        lines.cut = 0  # any program's log may have long lines; those of an appliance are counted
        yield from (self._unread(examined, why) for why in lines.shortcomings())

    def _read(self, log: _Log, lines: Lines, tables: Tables) -> None:
        for number, line in lines:
            if number > _HEAD and log.is_other:
                return
            if b"logid=" in line or b"subtype=" in line:
                self._line(log, number, line, lines, tables)
            elif (found := _NOT_READ.search(line)) and found.lastgroup:
                log.not_read[found.lastgroup] += 1

    def _line(self, log: _Log, number: int, line: bytes, lines: Lines, tables: Tables) -> None:
        head, rest = Clock(Latest(None)).read(line)
        if not fortigate.is_record(rest):
            return
        self._met = log.met = True
        if _is_cut(line, lines):
            lines.others += 1
            return
        try:
            record = fortigate.parse(head, rest)
        except fortigate.OddError:
            lines.others += 1
            return
        local = record.local.isoformat() if record.local is not None else None
        self._logs.add(record.at, record.device, log.examined.origin, local=local)
        if record.signin is not None:
            lines.untimed += local is None
            self._add(record.signin, Place(log.examined.origin, log.examined.item, number), tables)

    def _add(self, signin: SignIn, place: Place, tables: Tables) -> None:
        local = signin.local.isoformat() if signin.local is not None else None
        told = signin.device, signin.what, signin.user, signin.address
        self._counted.add(signin.at, *told, local=local)
        self._following.add(signin, place)
        row: Row = {
            "time": signin.at, "local": local, "zone": signin.zone, "device": signin.device,
            "what": signin.what, "user": signin.user, "address": signin.address,
            "group": signin.group, "reason": signin.reason, "tunnel": signin.tunnel,
            "message": signin.message, "line": place.line, "origin": place.origin,
            "item": place.item,
        }  # fmt: skip
        tables.add(TABLE, row)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What all logs together say."""
        for table, counted in ((LOGS, self._logs), (COUNTS, self._counted)):
            for row in counted.rows():
                tables.add(table, row)
            if counted.left:
                yield self._unread(None, f"{table}: {counted.left} more are not counted")
        yield from self._following.conclude()
        for rule, count in self._following.unlisted.items():
            yield self._unread(None, f"{rule}: {count} more are not listed")
        if self._following.unfollowed:
            yield self._unread(None, f"{TABLE}: {self._following.unfollowed} more are not followed")

    def _unread(self, examined: Examined | None, why: str) -> Unread:
        """Of a file, or of all logs together."""
        item, origin = (examined.item, examined.origin) if examined else (None, "")
        return Unread(examiner=self.name, item=item, origin=origin, why=shown(why))


def _is_cut(line: bytes, lines: Lines) -> bool:
    """Whether a line may lack its end, and with it an address: the last, if no quote ends it."""
    quoted = line.endswith(b'"') and line.count(b'"') % 2 == 0
    return len(line) == texts.LONGEST or (lines.broken_off and not quoted)
