"""Which events become rows of which table, and what a row says of them: a table of tables.

Numbers and the names of their values are Microsoft's (learn.microsoft.com: the pages of security
auditing, Defender, Remote Desktop Services); those of 21 to 25 and 1149 are as logs have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.triage.evtx.event import Event
from evidence.triage.evtx.match import AUDITING, EVENTLOG, SECURITY, SERVICES, SYSTEM, Match, match
from evidence.triage.examiner import Cell, Row

SHOWN = 1000  # characters of a value in a row; scripts are longer
_NETWORK, _CLEARTEXT, _REMOTE = "3", "8", "10"  # types of sign-in that come from elsewhere
_REOPENED = "7"  # a screen unlocked, or a session of remote desktop taken up again
_HERE = frozenset({"", "-", "::1", "127.0.0.1", "LOCAL"})

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Events that become rows of one table."""

    table: str
    match: Match
    columns: Columns
    """To each column, the values of an event that it may come from: the first there is."""
    types: tuple[str, ...] = ()
    """Types of sign-in that are wanted; all where none is named."""

    def row(self, event: Event, origin: str, item: int | None) -> Row | None:
        """The row of an event; None where it belongs in no row."""
        if not self.match.fits(event) or not self._wanted(event):
            return None
        row: dict[str, Cell] = {
            "time": event.at, "computer": event.computer, "channel": event.channel,
            "event": event.id, "record": event.record,
        }  # fmt: skip
        for column, names in self.columns.items():
            row[column] = None
            for name in names:
                if (value := event.data.get(name)) is not None:
                    row[column] = value[:SHOWN]
                    break
        row["origin"], row["item"] = origin, item
        return row

    def _wanted(self, event: Event) -> bool:
        kind = event.data.get("LogonType", "")
        if self.types and kind == _REOPENED:
            return kind in self.types and event.data.get("IpAddress", "") not in _HERE
        return not self.types or kind in self.types


def _columns(**names: str) -> Columns:
    return MappingProxyType({column: tuple(each.split("|")) for column, each in names.items()})


_SIGN_INS = _columns(
    user="TargetUserName", domain="TargetDomainName", type="LogonType", address="IpAddress",
    workstation="WorkstationName", to="TargetServerName", by="SubjectUserName",
    process="ProcessName", status="Status", sub_status="SubStatus",
)  # fmt: skip
_DESKTOP = _columns(
    user="TargetUserName|User|AccountName|Param1", domain="TargetDomainName|AccountDomain|Param2",
    address="IpAddress|Address|ClientAddress|Param3", session="SessionID|SessionName|TargetLogonId",
    client="WorkstationName|ClientName",
)  # fmt: skip
_SERVICES = _columns(
    name="ServiceName", path="ImagePath|ServiceFileName", type="ServiceType",
    start="StartType|ServiceStartType", account="AccountName|ServiceAccount", by="SubjectUserName",
)  # fmt: skip
_STARTS = _columns(name="param1", before="param2", after="param3", service="param4")
_SCRIPTS = _columns(
    text="ScriptBlockText|Payload|2", context="ContextInfo", path="Path", block="ScriptBlockId",
    part="MessageNumber", parts="MessageTotal",
)  # fmt: skip
_DEFENDER = _columns(
    threat="Threat Name", severity="Severity Name", path="Path", process="Process Name",
    user="Detection User|User", action="Action Name", before="Old Value", after="New Value",
)  # fmt: skip
_CLEARED = _columns(
    cleared="Channel", user="SubjectUserName", domain="SubjectDomainName", backup="BackupPath",
)  # fmt: skip
_TASKS = _columns(
    name="TaskName", user="UserContext|UserName|SubjectUserName",
    content="TaskContent|TaskContentNew",
)  # fmt: skip
_ACCOUNTS = _columns(
    account="TargetUserName|NewTargetUserName", domain="TargetDomainName",
    sid="TargetSid", member="MemberName", member_sid="MemberSid", by="SubjectUserName",
    by_domain="SubjectDomainName", old_name="OldTargetUserName",
)  # fmt: skip
_PROCESSES = _columns(
    process="NewProcessName", command="CommandLine", parent="ParentProcessName",
    pid="NewProcessId", parent_pid="ProcessId", user="SubjectUserName", domain="SubjectDomainName",
    for_user="TargetUserName",
)  # fmt: skip

_DESKTOPS = "Microsoft-Windows-TerminalServices-"
_POWERSHELL = "Microsoft-Windows-PowerShell"
_TASKER = "Microsoft-Windows-TaskScheduler"
_GUARD = "Microsoft-Windows-Windows Defender"

KINDS = (
    Kind(
        "signins", match(SECURITY, AUDITING, 4624, 4625), _SIGN_INS,
        (_NETWORK, _CLEARTEXT, _REMOTE, _REOPENED),
    ),
    Kind("signins", match(SECURITY, AUDITING, 4648), _SIGN_INS),
    Kind("remote_desktop", match(SECURITY, AUDITING, 4624, 4625), _DESKTOP, (_REMOTE, _REOPENED)),
    Kind("remote_desktop", match(SECURITY, AUDITING, 4778, 4779), _DESKTOP),
    Kind(
        "remote_desktop",
        match(
            (f"{_DESKTOPS}RemoteConnectionManager/Operational",),
            (f"{_DESKTOPS}RemoteConnectionManager",), 1149,
        ),
        _DESKTOP,
    ),
    Kind(
        "remote_desktop",
        match(
            (f"{_DESKTOPS}LocalSessionManager/Operational",),
            (f"{_DESKTOPS}LocalSessionManager",), 21, 22, 23, 24, 25,
        ),
        _DESKTOP,
    ),
    Kind("services", match(SYSTEM, SERVICES, 7045), _SERVICES),
    Kind("services", match(SECURITY, AUDITING, 4697), _SERVICES),
    Kind("service_starts", match(SYSTEM, SERVICES, 7040), _STARTS),
    Kind(
        "powershell", match((f"{_POWERSHELL}/Operational",), (_POWERSHELL,), 4103, 4104), _SCRIPTS
    ),
    Kind("powershell", match(("Windows PowerShell",), ("PowerShell",), 400, 600), _SCRIPTS),
    Kind(
        "defender",
        match(
            (f"{_GUARD}/Operational",), (_GUARD,),
            1006, 1007, 1008, 1013, 1015, 1116, 1117, 1118, 1119,
            5001, 5004, 5007, 5010, 5012, 5013,
        ),
        _DEFENDER,
    ),
    Kind("log_clearing", match(SECURITY, EVENTLOG, 1102), _CLEARED),
    Kind("log_clearing", match(SYSTEM, EVENTLOG, 104), _CLEARED),
    Kind("tasks", match((f"{_TASKER}/Operational",), (_TASKER,), 106, 140, 141), _TASKS),
    Kind("tasks", match(SECURITY, AUDITING, 4698, 4699, 4700, 4701, 4702), _TASKS),
    Kind(
        "accounts",
        match(
            SECURITY, AUDITING,
            4720, 4722, 4723, 4724, 4725, 4726, 4728, 4729, 4732, 4733, 4738, 4740, 4756, 4757,
            4767, 4781,
        ),
        _ACCOUNTS,
    ),
    Kind("processes", match(SECURITY, AUDITING, 4688), _PROCESSES),
)  # fmt: skip
