"""Each kind of event in its table: one that belongs there, one that is only like it."""

import pytest
from eventlogs import Event, log
from examinations import Here, examine

from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.evtx.kinds import KINDS, TABLES
from evidence.triage.evtx.rows import ROWS as MAKERS
from evidence.triage.evtx.rows import SHOWN
from evidence.triage.evtx.wanted import WANTED

NAME = "C:\\Windows\\System32\\winevt\\Logs\\any.evtx"
AUDIT = {"channel": "Security", "provider": "Microsoft-Windows-Security-Auditing"}
TASKER = "Microsoft-Windows-TaskScheduler"
GUARD = "Microsoft-Windows-Windows Defender"
POWERSHELL = "Microsoft-Windows-PowerShell"
SESSIONS = "Microsoft-Windows-TerminalServices-LocalSessionManager"
CONNECTIONS = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"


def audited(number, data):
    return Event(id=number, data=data, **AUDIT)


def signin(kind, number=4624, **data):
    told = {"TargetUserName": "taro", "TargetDomainName": "HOSPITAL", "LogonType": kind,
            "IpAddress": "192.0.2.7", "WorkstationName": "VENDOR-PC"} | data  # fmt: skip
    return audited(number, told)


# A table, an event, and some cells of its row.
ROWS = {
    "a sign-in over the network": ("signins", signin("3"), {
        "user": "taro", "domain": "HOSPITAL", "type": "3", "address": "192.0.2.7"}),
    "one that failed": ("signins", signin("3", 4625, Status="0xc000006d", SubStatus="0xc000006a"), {
        "event": 4625, "sub_status": "0xc000006a"}),
    "one with other credentials": ("signins", audited(4648, {
        "SubjectUserName": "taro", "TargetUserName": "admin", "TargetServerName": "DC01"}), {
        "user": "admin", "to": "DC01", "by": "taro", "type": None}),
    "one by remote desktop": ("remote_desktop", signin("10"), {
        "user": "taro", "address": "192.0.2.7", "client": "VENDOR-PC"}),
    "one that took up a session again": ("remote_desktop", signin("7"), {"user": "taro"}),
    "a session that was taken up": ("remote_desktop", audited(4778, {
        "AccountName": "taro", "AccountDomain": "H", "SessionName": "RDP-Tcp#3",
        "ClientName": "VENDOR-PC", "ClientAddress": "192.0.2.7"}), {
        "user": "taro", "address": "192.0.2.7", "session": "RDP-Tcp#3"}),
    "a connection": ("remote_desktop", Event(
        channel=f"{CONNECTIONS}/Operational", provider=CONNECTIONS, id=1149, wrapped="EventXML",
        data={"Param1": "taro", "Param2": "HOSPITAL", "Param3": "192.0.2.7"}), {
        "user": "taro", "domain": "HOSPITAL", "address": "192.0.2.7"}),
    "a session": ("remote_desktop", Event(
        channel=f"{SESSIONS}/Operational", provider=SESSIONS, id=21, wrapped="EventXML",
        data={"User": "HOSPITAL\\taro", "SessionID": "2", "Address": "192.0.2.7"}), {
        "user": "HOSPITAL\\taro", "session": "2", "address": "192.0.2.7"}),
    "a service": ("services", Event(id=7045, data={
        "ServiceName": "s", "ImagePath": "C:\\s.exe", "AccountName": "LocalSystem"}), {
        "name": "s", "path": "C:\\s.exe", "account": "LocalSystem"}),
    "a service, audited": ("services", audited(4697, {
        "SubjectUserName": "taro", "ServiceName": "s", "ServiceFileName": "C:\\s.exe",
        "ServiceType": "0x10", "ServiceStartType": "3", "ServiceAccount": "LocalSystem"}), {
        "path": "C:\\s.exe", "start": "3", "by": "taro"}),
    "a start that was changed": ("service_starts", Event(id=7040, data={
        "param1": "Windows Update", "param2": "auto start", "param3": "disabled",
        "param4": "wuauserv"}), {
        "before": "auto start", "after": "disabled", "service": "wuauserv"}),
    "a script": ("powershell", Event(
        channel=f"{POWERSHELL}/Operational", provider=POWERSHELL, id=4104, data={
            "MessageNumber": "1", "MessageTotal": "2", "ScriptBlockText": "Get-Date;" * 900,
            "ScriptBlockId": "b", "Path": "C:\\a.ps1"}), {
        "text": ("Get-Date;" * 900)[:SHOWN], "part": "1", "parts": "2", "path": "C:\\a.ps1"}),
    "a pipeline": ("powershell", Event(
        channel=f"{POWERSHELL}/Operational", provider=POWERSHELL, id=4103, data={
            "ContextInfo": "Host Application = powershell", "Payload": "Get-Date"}), {
        "text": "Get-Date", "context": "Host Application = powershell"}),
    "PowerShell of old": ("powershell", Event(
        channel="Windows PowerShell", provider="PowerShell", id=400,
        data=["Available", "None", "HostApplication=powershell -enc AAAA"]), {
        "text": "HostApplication=powershell -enc AAAA", "path": None}),
    "what Defender found": ("defender", Event(
        channel=f"{GUARD}/Operational", provider=GUARD, id=1116, data={
            "Threat Name": "Trojan:Test", "Severity Name": "Severe", "Path": "file:_C:\\a.exe",
            "Process Name": "C:\\b.exe", "Detection User": "H\\taro"}), {
        "threat": "Trojan:Test", "path": "file:_C:\\a.exe", "user": "H\\taro"}),
    "Defender switched off": ("defender", Event(
        channel=f"{GUARD}/Operational", provider=GUARD, id=5001), {"event": 5001, "threat": None}),
    "a log cleared": ("log_clearing", Event(
        channel="Security", provider="Microsoft-Windows-Eventlog", id=1102,
        wrapped="LogFileCleared", data={"SubjectUserName": "taro"}), {"user": "taro"}),
    "another log cleared": ("log_clearing", Event(
        provider="Microsoft-Windows-Eventlog", id=104, wrapped="LogFileCleared",
        data={"Channel": "Application"}), {"cleared": "Application", "user": None}),
    "a task": ("tasks", Event(
        channel=f"{TASKER}/Operational", provider=TASKER, id=106,
        data={"TaskName": "\\t", "UserContext": "H\\taro"}), {"name": "\\t", "user": "H\\taro"}),
    "a task changed by its service": ("tasks", Event(
        channel=f"{TASKER}/Operational", provider=TASKER, id=140,
        data={"TaskName": "\\t", "UserName": "H\\taro"}), {"name": "\\t", "user": "H\\taro"}),
    "a task changed, audited": ("tasks", audited(4702, {
        "SubjectUserName": "taro", "TaskName": "\\t", "TaskContentNew": "<Task/>"}), {
        "user": "taro", "content": "<Task/>"}),
    "an account renamed": ("accounts", audited(4781, {
        "OldTargetUserName": "taro", "NewTargetUserName": "admin", "SubjectUserName": "x"}), {
        "account": "taro", "new_name": "admin", "by": "x"}),
    "a task, audited": ("tasks", audited(4698, {
        "SubjectUserName": "taro", "TaskName": "\\t", "TaskContent": "<Task>" + "x" * 5000}), {
        "user": "taro", "content": ("<Task>" + "x" * 5000)[:SHOWN]}),
    "an account": ("accounts", audited(4720, {
        "TargetUserName": "new", "TargetSid": "S-1-5-21-1", "SubjectUserName": "taro"}), {
        "account": "new", "sid": "S-1-5-21-1", "by": "taro"}),
    "a member of a group": ("accounts", audited(4732, {
        "MemberName": "-", "MemberSid": "S-1-5-21-2", "TargetUserName": "Administrators"}), {
        "account": "Administrators", "member_sid": "S-1-5-21-2"}),
    "a process": ("processes", audited(4688, {
        "SubjectUserName": "taro", "NewProcessId": "0x1f4", "NewProcessName": "C:\\a.exe",
        "ProcessId": "0x4", "CommandLine": "a.exe /x", "ParentProcessName": "C:\\b.exe"}), {
        "process": "C:\\a.exe", "command": "a.exe /x", "parent": "C:\\b.exe", "pid": "0x1f4"}),
}  # fmt: skip


COUNTED = ("channels", "signin_counts")


def tables_of(folder, *events):
    found = examine(EventLogs([Here()]), folder, {NAME: log(*events)})
    assert found.unread == []
    return {
        name: rows
        for name, rows in found.tables.items()
        if name not in ("channels", "signin_counts")
    }


@pytest.mark.parametrize("name", ROWS)
def test_an_event_becomes_a_row(name, tmp_path):
    table, event, cells = ROWS[name]
    (row,) = tables_of(tmp_path, event)[table]

    assert {key: row[key] for key in cells} == cells
    assert (row["record"], row["event"], row["origin"]) == (1, event.id, NAME)


def test_every_kind_has_its_event():
    tried = [event for _, event, _ in ROWS.values()]
    here = [(event.channel, event.provider, event.id) for event in tried]

    for kind in KINDS:
        match = kind.match
        assert [
            each for each in here if each[0] in match.channels and each[1] in match.providers
            and each[2] in match.ids
        ], kind.table  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("change", ["channel", "provider"])
def test_the_same_number_elsewhere_is_no_row(name, change, tmp_path):
    _, event, _ = ROWS[name]
    told = {
        field: getattr(event, field) for field in ("channel", "provider", "id", "data", "wrapped")
    }

    assert tables_of(tmp_path, Event(**told | {change: "Somewhere else"})) == {}


@pytest.mark.parametrize(
    "event",
    [signin("2"), signin("5"), signin("7", IpAddress="127.0.0.1"), signin("11")],
    ids=["at the screen", "a service", "a screen unlocked", "from a cache"],
)
def test_who_signs_in_at_the_machine_is_no_remote_sign_in(event, tmp_path):
    assert tables_of(tmp_path, event) == {}


def test_sign_ins_are_counted_by_who_and_from_where_without_a_verdict(tmp_path):
    events = [*[signin("3", 4625)] * 40, signin("3"), signin("2")]
    found = examine(EventLogs([Here()]), tmp_path, {NAME: log(*events)})

    assert found.said == []
    assert [(row["event"], row["user"], row["type"], row["count"])
            for row in found.tables["signin_counts"]] == [
        (4625, "taro", "3", 40), (4624, "taro", "3", 1), (4624, "taro", "2", 1),
    ]  # fmt: skip


def test_no_kind_fills_a_column_that_its_table_has_not():
    assert {kind.table for kind in KINDS} == set(TABLES)
    for kind in KINDS:
        assert set(kind.values) <= set(TABLES[kind.table])


def test_a_value_that_has_attributes_is_told_by_its_text():
    maker = MAKERS[WANTED["Service Control Manager", 7045].kinds]
    said = b'{"ServiceName":{"#attributes":{"Name":"x"},"#text":"Updater"},"ImagePath":"a.exe"}'
    head = None, "WS-01", "System", 7045, 1
    (row,) = maker.of_flat(head, said)

    assert maker.of_raw(head, said) is None
    assert (row.name, row.path) == ("Updater", "a.exe")
    assert maker.of_raw(head, b'{"ServiceName":"Updater","ImagePath":"a.exe"}') == [row]
