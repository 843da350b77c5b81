"""The examiner of VPN appliances' logs: a table of sign-ins, and what they come to together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

from evidence.observed.observation import Observation, Unread, shown
from evidence.triage.counting import Counted
from evidence.triage.examiner import Examined, Row, Tables
from evidence.triage.held import stored
from evidence.triage.linuxlogs import lines as texts
from evidence.triage.linuxlogs.latest import latest
from evidence.triage.linuxlogs.lines import Lines, PackedError
from evidence.triage.linuxlogs.stamp import Clock, Latest, Stamp, Turns
from evidence.triage.patience import OF_A_HOST, Reserve
from evidence.triage.signins.following import Following, Place, Rules
from evidence.triage.signins.signin import Format, OddError, Read, Record, SignIn
from evidence.triage.vpn.formats import FORMATS

# Most logs are of something else, and Linux's own are read by their examiner, too: a tenth of what
# that one has for a small log, and for all. Each MiB has the same.
_SHARE = 0.1
_SECONDS = _SHARE * texts.SECONDS
TABLE, COUNTS, LOGS = "vpn_signins", "vpn_counts", "vpn_logs"
_RULES = Rules(
    "vpn", "vpn_guess_then_signin", "vpn_guesses_then_signin", "vpn_user_from_networks"
)  # fmt: skip
# An export has whatever name somebody gave it; a log server names files by its own rules.
_PACKED = r"(?:[.-](?:[\d-]{1,10}|old|bak))*(?:\.(?:gz|xz|bz2|zst))?$"
_LOG = re.compile(rf"\.log{_PACKED}|/(?:syslog|messages|user\.log){_PACKED}", re.IGNORECASE)
_MAKER = (
    r"(?:forti|fgt|vpn|firewall|cisco|anyconnect|ivanti|pulsesecure|globalprotect|paloalto"
    r"|sonicwall|yamaha|rtx\d)"
)
_OF_APPLIANCE = re.compile(
    rf"{_MAKER}[^/]*(?:/[^/]+)*\.(?:txt|csv){_PACKED}"
    rf"|/[^/]*{_MAKER}[^/]*(?:/[^/.]+)*/[^/.]+{_PACKED}",
    re.IGNORECASE,
)
# Any other text or sheet may be an export, too: its first lines tell.
_TEXT = re.compile(r"\.(?:txt|csv)(?:\.gz)?$", re.IGNORECASE)
_HEAD = 200  # lines
_ODD = "{count} lines that look like {maker} are in another form, and were not read"


@dataclass(slots=True)
class _Log:
    """One log, while it is read."""

    examined: Examined
    named: bool
    """Whether its name says that it is a log."""
    odd: Counter[str] = field(default_factory=Counter)
    """Lines that look like an appliance's and were not read, by maker."""
    met: bool = False
    """Whether a record of an appliance was there."""
    dated: bool = False
    """Whether it is known how often the year turns from one line to the next."""
    clock: Clock = field(default_factory=lambda: Clock(Latest(None)))
    readers: list[tuple[Format, Read]] = field(default_factory=lambda: [*_begun()])

    @property
    def is_other(self) -> bool:
        """Whether nothing says that it is a log of an appliance: neither its name nor its lines."""
        return not (self.named or self.met or self.odd)


class _NoYearError(Exception):
    """A line that tells no year: all must be looked at, to know how often that turns."""


def _begun() -> Iterator[tuple[Format, Read]]:
    return ((each, each.begin()) for each in FORMATS)


def _named(examined: Examined) -> bool:
    return any(each.search(examined.origin) for each in (_LOG, _OF_APPLIANCE))


class VpnLogs:
    """Logs of VPN appliances: sign-ins, those that failed, from where, as whom."""

    name: ClassVar[str] = "vpn_logs"
    rules: ClassVar[frozenset[str]] = _RULES.names

    def __init__(self) -> None:
        """For one host."""
        self._following = Following(_RULES)
        self._counted = Counted("maker", "device", "what", "user", "address", local=True)
        self._logs = Counted("maker", "device", "origin", local=True)
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
        for maker, count in log.odd.items():
            yield self._unread(examined, _ODD.format(count=count, maker=maker))
        lines.cut = 0  # any program's log may have long lines; those of an appliance are counted
        yield from (self._unread(examined, why) for why in lines.shortcomings())

    def _read(self, log: _Log, lines: Lines, tables: Tables) -> None:
        number = self._lines(log, lines, tables, begin=1)
        if number:  # a line without a year, and nothing was read of it yet
            turns = Turns.of(lines.beforehand())
            log.clock, log.dated = Clock(latest(log.examined, lines), turns), True
            log.readers = [*_begun()]
            self._lines(log, lines, tables, begin=number)

    def _lines(self, log: _Log, lines: Lines, tables: Tables, *, begin: int) -> int:
        """All from one on; the number of the first that can't be dated yet, or 0."""
        for number, line in lines:
            if number > _HEAD and log.is_other:
                break
            if number < begin:
                log.clock.read(line)  # which counts how often the year turns
                continue
            try:
                self._line(log, number, line, lines, tables)
            except _NoYearError:
                return number
        return 0

    def _line(
        self, log: _Log, number: int, line: bytes, lines: Lines, tables: Tables
    ) -> None:  # fmt: skip
        readers = [each for each in log.readers if any(mark in line for mark in each[0].marks)]
        if not (readers or log.dated):
            return
        head, rest = log.clock.read(line)
        for format_, read in readers:
            record, odd = _record(read, head, rest)
            if odd or (record is not None and _is_cut(line, lines)):
                log.odd[format_.maker] += 1
                return
            if record is not None and record.when.written is not None and not log.dated:
                raise _NoYearError
            if record is not None:
                self._add(log, format_.maker, record, number, lines, tables)
                return

    def _add(
        self, log: _Log, maker: str, record: Record, number: int, lines: Lines, tables: Tables
    ) -> None:  # fmt: skip
        when, examined = record.when, log.examined
        self._met = log.met = True
        local = when.local.isoformat() if when.local is not None else None
        self._logs.add(when.at, maker, record.device, examined.origin, local=local)
        if record.signin is None:
            return
        lines.untimed += local is None
        told = record.signin.what, record.signin.user, record.signin.address
        self._counted.add(when.at, maker, record.device, *told, local=local)
        place = Place(examined.origin, examined.item, number)
        self._following.add(record, place)
        tables.add(TABLE, _row(maker, record, record.signin, place))

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What all logs together say."""
        for table, counted in ((LOGS, self._logs), (COUNTS, self._counted)):
            for row in counted.rows():
                tables.add(table, row)
            if counted.left:
                yield self._unread(None, f"{table}: {counted.left} more are not counted")
        yield from self._following.conclude()
        for why in self._following.left_out(TABLE):
            yield self._unread(None, why)

    def _unread(self, examined: Examined | None, why: str) -> Unread:
        """Of a file, or of all logs together."""
        item, origin = (examined.item, examined.origin) if examined else (None, "")
        return Unread(examiner=self.name, item=item, origin=origin, why=shown(why))


def _record(read: Read, head: Stamp, rest: bytes) -> tuple[Record | None, bool]:
    """A record, if it is one, and whether it only looks like one."""
    try:
        return read(head, rest), False
    except OddError:
        return None, True


def _is_cut(line: bytes, lines: Lines) -> bool:
    """Whether a line may lack its end, and with it an address: the last, if no quote ends it."""
    quoted = line.endswith(b'"') and line.count(b'"') % 2 == 0
    return len(line) == texts.LONGEST or (lines.broken_off and not quoted)


def _row(maker: str, record: Record, signin: SignIn, place: Place) -> Row:
    when = record.when
    return {
        "time": when.at, "local": when.local.isoformat() if when.local else when.written,
        "zone": when.zone, "year": when.year, "maker": maker, "device": record.device,
        "what": signin.what, "user": signin.user, "address": signin.address,
        "assigned": signin.assigned, "group": signin.group, "reason": signin.reason,
        "tunnel": signin.tunnel, "message": signin.message, "line": place.line,
        "origin": place.origin, "item": place.item,
    }  # fmt: skip
