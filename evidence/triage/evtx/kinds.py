"""Which events become rows of which table, and what a row says of them: a table of tables.

Numbers and the names of their values are Microsoft's (learn.microsoft.com: the pages of security
auditing, Defender, Remote Desktop Services); those of 21 to 25 and 1149 are as logs have them.
"""

from __future__ import annotations

from evidence.triage.evtx.kind import Kind
from evidence.triage.evtx.match import AUDITING, EVENTLOG, SECURITY, SERVICES, SYSTEM, Match, match

# Types of sign-in that come from elsewhere: over the network, in clear text, by remote desktop;
# and the one that is either a screen unlocked or a session of remote desktop taken up again.
_NETWORK, _CLEARTEXT, _REMOTE, _REOPENED = "3", "8", "10", "7"

TABLES = {
    "signins": (
        "user", "domain", "type", "address", "workstation", "to", "by", "process", "status",
        "sub_status",
    ),
    "remote_desktop": ("user", "domain", "address", "session", "client"),
    "services": ("name", "path", "type", "start", "account", "by"),
    "service_starts": ("name", "before", "after", "service"),
    "powershell": ("text", "context", "path", "block", "part", "parts"),
    "defender": ("threat", "severity", "path", "process", "user", "action", "before", "after"),
    "log_clearing": ("cleared", "user", "domain", "backup"),
    "tasks": ("name", "user", "content"),
    "accounts": (
        "account", "domain", "sid", "member", "member_sid", "by", "by_domain", "new_name",
    ),
    "processes": (
        "process", "command", "parent", "pid", "parent_pid", "user", "domain", "for_user",
    ),
}  # fmt: skip
"""Table to the columns that are its own."""

_DESKTOPS = "Microsoft-Windows-TerminalServices-"
_POWERSHELL = "Microsoft-Windows-PowerShell"
_TASKER = "Microsoft-Windows-TaskScheduler"
_GUARD = "Microsoft-Windows-Windows Defender"


def _kind(
    table: str, events: Match, *types: str, counted: bool = False, **values: str
) -> Kind:  # fmt: skip
    return Kind(table, TABLES[table], events, values, frozenset(types), counted)


def _audited(*numbers: int) -> Match:
    return match(SECURITY, AUDITING, *numbers)


def _operational(provider: str, *numbers: int) -> Match:
    return match((f"{provider}/Operational",), (provider,), *numbers)


KINDS = (
    _kind(
        "signins", _audited(4624, 4625), _NETWORK, _CLEARTEXT, _REMOTE, _REOPENED,
        counted=True,
        user="TargetUserName", domain="TargetDomainName", type="LogonType", address="IpAddress",
        workstation="WorkstationName", by="SubjectUserName", process="ProcessName",
        status="Status", sub_status="SubStatus",
    ),
    _kind(
        "signins", _audited(4648),
        user="TargetUserName", domain="TargetDomainName", address="IpAddress",
        to="TargetServerName", by="SubjectUserName", process="ProcessName",
    ),
    _kind(
        "remote_desktop", _audited(4624, 4625), _REMOTE, _REOPENED,
        user="TargetUserName", domain="TargetDomainName", address="IpAddress",
        session="TargetLogonId", client="WorkstationName",
    ),
    _kind(
        "remote_desktop", _audited(4778, 4779),
        user="AccountName", domain="AccountDomain", address="ClientAddress",
        session="SessionName", client="ClientName",
    ),
    _kind(
        "remote_desktop", _operational(f"{_DESKTOPS}RemoteConnectionManager", 1149),
        user="Param1", domain="Param2", address="Param3",
    ),
    _kind(
        "remote_desktop", _operational(f"{_DESKTOPS}LocalSessionManager", 21, 22, 23, 24, 25),
        user="User", address="Address", session="SessionID",
    ),
    _kind(
        "services", match(SYSTEM, SERVICES, 7045),
        name="ServiceName", path="ImagePath", type="ServiceType", start="StartType",
        account="AccountName",
    ),
    _kind(
        "services", _audited(4697),
        name="ServiceName", path="ServiceFileName", type="ServiceType", start="ServiceStartType",
        account="ServiceAccount", by="SubjectUserName",
    ),
    _kind(
        "service_starts", match(SYSTEM, SERVICES, 7040),
        name="param1", before="param2", after="param3", service="param4",
    ),
    _kind(
        "powershell", _operational(_POWERSHELL, 4104),
        text="ScriptBlockText", path="Path", block="ScriptBlockId", part="MessageNumber",
        parts="MessageTotal",
    ),
    _kind("powershell", _operational(_POWERSHELL, 4103), text="Payload", context="ContextInfo"),
    _kind("powershell", match(("Windows PowerShell",), ("PowerShell",), 400, 600), text="2"),
    _kind(
        "defender",
        _operational(
            _GUARD, 1006, 1007, 1008, 1013, 1015, 1116, 1117, 1118, 1119, 5001, 5004, 5007, 5010,
            5012, 5013,
        ),
        threat="Threat Name", severity="Severity Name", path="Path", process="Process Name",
        user="Detection User", action="Action Name", before="Old Value", after="New Value",
    ),
    _kind(
        "log_clearing", match(SECURITY, EVENTLOG, 1102),
        user="SubjectUserName", domain="SubjectDomainName",
    ),
    _kind(
        "log_clearing", match(SYSTEM, EVENTLOG, 104),
        cleared="Channel", user="SubjectUserName", domain="SubjectDomainName", backup="BackupPath",
    ),
    _kind("tasks", _operational(_TASKER, 106), name="TaskName", user="UserContext"),
    _kind("tasks", _operational(_TASKER, 140, 141), name="TaskName", user="UserName"),
    _kind(
        "tasks", _audited(4698, 4699, 4700, 4701),
        name="TaskName", user="SubjectUserName", content="TaskContent",
    ),
    _kind(
        "tasks", _audited(4702),
        name="TaskName", user="SubjectUserName", content="TaskContentNew",
    ),
    _kind(
        "accounts",
        _audited(
            4720, 4722, 4723, 4724, 4725, 4726, 4728, 4729, 4732, 4733, 4738, 4740, 4756, 4757,
            4767,
        ),
        account="TargetUserName", domain="TargetDomainName", sid="TargetSid", member="MemberName",
        member_sid="MemberSid", by="SubjectUserName", by_domain="SubjectDomainName",
    ),
    _kind(
        "accounts", _audited(4781),
        account="OldTargetUserName", new_name="NewTargetUserName", domain="TargetDomainName",
        sid="TargetSid", by="SubjectUserName", by_domain="SubjectDomainName",
    ),
    _kind(
        "processes", _audited(4688),
        process="NewProcessName", command="CommandLine", parent="ParentProcessName",
        pid="NewProcessId", parent_pid="ProcessId", user="SubjectUserName",
        domain="SubjectDomainName", for_user="TargetUserName",
    ),
)  # fmt: skip
