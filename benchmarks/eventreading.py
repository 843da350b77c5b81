"""What the group `events` runs, in processes of its own: a log made, and read by ours and by peers."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIGN_IN = {
    "SubjectUserSid": "S-1-5-18", "SubjectUserName": "SRV01$", "SubjectDomainName": "HOSPITAL",
    "SubjectLogonId": "0x3e7", "TargetUserSid": "S-1-5-21-1-2-3-1104", "TargetUserName": "taro",
    "TargetDomainName": "HOSPITAL", "TargetLogonId": "0x1a2b3c", "LogonType": "3",
    "LogonProcessName": "Kerberos", "AuthenticationPackageName": "Kerberos",
    "WorkstationName": "WS-0117", "LogonGuid": "{00000000-0000-0000-0000-000000000000}",
    "TransmittedServices": "-", "LmPackageName": "-", "KeyLength": "0", "ProcessId": "0x2bc",
    "ProcessName": "C:\\Windows\\System32\\lsass.exe", "IpAddress": "192.0.2.117",
    "IpPort": "50123",
}  # fmt: skip
PRIVILEGES = {
    "SubjectUserSid": "S-1-5-18", "SubjectUserName": "SYSTEM", "SubjectDomainName": "NT AUTHORITY",
    "SubjectLogonId": "0x3e7", "PrivilegeList": "SeSecurityPrivilege SeBackupPrivilege",
}  # fmt: skip
PROCESS = {
    "SubjectUserSid": "S-1-5-18", "SubjectUserName": "SRV01$", "SubjectDomainName": "HOSPITAL",
    "SubjectLogonId": "0x3e7", "NewProcessId": "0x1f4", "ProcessId": "0x2bc",
    "NewProcessName": "C:\\Windows\\System32\\svchost.exe", "CommandLine": "svchost.exe -k x",
    "ParentProcessName": "C:\\Windows\\System32\\services.exe", "TokenElevationType": "%%1936",
}  # fmt: skip
# Of ten records of a security log, so many become rows.
FOUR = [
    (4624, SIGN_IN), (4672, PRIVILEGES), (4634, PRIVILEGES), (4624, SIGN_IN), (4672, PRIVILEGES),
    (4634, PRIVILEGES), (4688, PROCESS), (5379, PRIVILEGES), (4624, SIGN_IN), (4799, PRIVILEGES),
]  # fmt: skip
NONE = [
    (number, PRIVILEGES) for number in (4672, 4634, 5379, 4799, 4672, 4634, 5379, 4799, 5058, 5061)
]
TWO = [*NONE[:4], (4624, SIGN_IN), *NONE[5:9], (4624, SIGN_IN)]
KINDS = {"none": NONE, "two": TWO, "four": FOUR}


def make(kind: str, count: int, path: Path) -> None:
    """A log of so many records."""
    sys.path.insert(0, str(HERE.parent / "tests/machines"))
    from eventlogs import NOON, Event, log

    told = {"channel": "Security", "provider": "Microsoft-Windows-Security-Auditing"}
    events = [
        Event(id=number, at=NOON + timedelta(seconds=place), data=data, **told)
        for place in range(count)
        for number, data in [KINDS[kind][place % 10]]
    ]
    path.write_bytes(log(*events))


def ours(path: Path) -> int:
    """By our examiner, into rows; how many records its table of channels counts."""
    from evidence.triage.evtx.examiner import EventLogs
    from evidence.triage.examiner import Examined, Row

    rows: Counter[str] = Counter()
    records = 0

    class Count:
        def add(self, table: str, row: Row) -> None:
            nonlocal records
            rows[table] += 1
            if table == "channels":
                records += int(row["records"] or 0)

    examiner, tables = EventLogs(), Count()
    with path.open("rb") as file:
        examined = Examined(origin="Security.evtx", path=path, size=path.stat().st_size)
        said = [*examiner.examine(examined, file, tables), *examiner.conclude(tables)]
    assert not said, said
    return records


def parser(path: Path) -> int:
    """By the Rust parser: each record as JSON, looked at by nobody."""
    from evtx import PyEvtxParser

    return sum(1 for _ in PyEvtxParser(str(path), number_of_threads=1).records_json())


def dissect(path: Path) -> int:
    """By Dissect: each record as a dictionary."""
    from dissect.eventlog.evtx import Evtx

    with path.open("rb") as file:
        return sum(1 for _ in Evtx(file))


def main() -> None:
    """`make KIND COUNT PATH`, or `READER PATH`."""
    verb, *words = sys.argv[1:]
    if verb == "make":
        make(words[0], int(words[1]), Path(words[2]))
    else:
        print({"ours": ours, "parser": parser, "dissect": dissect}[verb](Path(words[0])))


if __name__ == "__main__":
    main()
