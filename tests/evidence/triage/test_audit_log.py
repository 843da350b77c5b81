"""Linux's audit log: records as auditd writes them, plain and enriched, whole and broken."""

import gzip

import pytest
from examinations import examine
from hypothesis import given
from hypothesis import strategies as st

from evidence.triage.linuxlogs import audit
from evidence.triage.linuxlogs.audit import TABLE, WHAT
from evidence.triage.linuxlogs.examiner import LinuxLogs

LOG = "/var/log/audit/audit.log"
AT = b"msg=audit(1716102000.123:%d): "


def record(kind, fields, serial=456):
    return b"type=" + kind.encode() + b" " + AT % serial + fields + b"\n"


def rows(tmp_path, *lines, origin=LOG):
    found = examine(LinuxLogs(), tmp_path, {origin: b"".join(lines)})
    return found.tables.get(TABLE, []), [each.why for each in found.said]


def cells(tmp_path, *lines, **more):
    (row,), said = rows(tmp_path, *lines, **more)
    assert said == []
    return row


LOGIN = record(
    "USER_LOGIN",
    b"pid=812 uid=0 auid=1000 ses=3 subj=unconfined msg='op=login id=1000 "
    b'exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=success\'',
)


def test_a_sign_in_tells_who_whence_and_when(tmp_path):
    row = cells(tmp_path, LOGIN)

    assert row == {
        "time": "2024-05-19T07:00:00.123Z", "host": None, "what": "signed in", "account": "1000",
        "auid": "1000", "uid": "0", "address": "192.0.2.7", "terminal": "ssh",
        "program": "/usr/sbin/sshd", "command": "login", "folder": None, "pid": "812",
        "result": "success", "event": "456", "line": 1, "origin": LOG, "item": None,
    }  # fmt: skip


@pytest.mark.parametrize("behind", [b"", bytes(9), bytes(9) + LOGIN], ids=len)
def test_of_a_record_that_broke_off_no_half_a_field_is_told(behind, tmp_path):
    begun = LOGIN.partition(b".7 terminal")[0]
    (row, *_), said = rows(tmp_path, begun, behind)

    assert (row["account"], row["address"]) == ("1000", "192.0.2.7")
    assert said == ["1 lines are in another form, and were not read"]
    (row, *_), _ = rows(tmp_path, begun.replace(b"hostname=192.0.2.7", b"hostname=?"), behind)
    assert row["address"] is None


def test_names_that_an_enriched_log_adds_stand_for_numbers(tmp_path):
    row = cells(tmp_path, LOGIN.replace(b"'\n", b'\'\x1dUID="root" AUID="taro"\n'))

    assert (row["uid"], row["auid"]) == ("root", "taro")


def test_a_failure_by_a_name_that_needed_digits(tmp_path):
    """A name with a blank is written as hexadecimal digits; nobody had signed in yet."""
    row = cells(
        tmp_path,
        record(
            "USER_AUTH",
            b"pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? "
            b"acct=" + b"ta ro".hex().upper().encode()
            + b' exe="/usr/sbin/sshd" hostname=? addr=? terminal=ssh res=failed\'',
        ),
    )  # fmt: skip

    assert (row["account"], row["auid"], row["address"], row["result"]) == (
        "ta ro", None, None, "failed",
    )  # fmt: skip


def test_a_command_line_comes_with_whose_call_it_was(tmp_path):
    """Records of two events lie in each other; one argument needed digits, one came in pieces."""
    call = b"arch=c000003e syscall=59 success=yes exit=0 ppid=7 pid=8 auid=1000 uid=0 tty=pts0 "
    script = "rm -rf /backup; 復元".encode().hex().upper().encode()
    listed, said = rows(
        tmp_path,
        record("SYSCALL", call + b'comm="bash" exe="/usr/bin/bash" key="exec"', 1),
        record("SYSCALL", call.replace(b"pid=8", b"pid=9") + b'comm="ls" exe="/usr/bin/ls"', 2),
        record("EXECVE", b'argc=3 a0="bash" a1="-c" a2=' + script, 1),
        record("EXECVE", b'argc=2 a0="ls" a1_len=8 a1[0]="/var" a1[1]="/log"', 2),
    )

    assert said == []
    assert [(row["program"], row["command"], row["pid"], row["auid"]) for row in listed] == [
        ("/usr/bin/bash", "bash -c rm -rf /backup; 復元", "8", "1000"),
        ("/usr/bin/ls", "ls /var/log", "9", "1000"),
    ]


def test_a_command_without_its_call_is_a_row_all_the_same(tmp_path):
    row = cells(tmp_path, record("EXECVE", b'argc=1 a0="id"'))

    assert (row["command"], row["program"], row["uid"]) == ("id", None, None)


def test_sudo_and_an_end_of_auditing(tmp_path):
    command = b"cat /etc/shadow".hex().upper().encode()
    listed, _ = rows(
        tmp_path,
        record("USER_CMD", b"pid=5 uid=1000 auid=1000 msg='cwd=\"/root\" cmd=" + command
               + b' exe="/usr/bin/sudo" terminal=pts/0 res=success\''),
        record("DAEMON_END", b"op=terminate auid=0 uid=0 ses=3 pid=9 res=success"),
        record("CONFIG_CHANGE", b"op=set audit_enabled=0 old=1 auid=1000 ses=3 res=1"),
    )  # fmt: skip

    assert [(row["what"], row["command"], row["folder"]) for row in listed] == [
        ("ran with sudo", "cat /etc/shadow", "/root"), ("auditing ended", "terminate", None),
        ("auditing was changed", "set", None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", WHAT)
def test_every_type_of_the_table_is_a_row(kind, tmp_path):
    assert cells(tmp_path, record(kind, b"pid=1 res=success"))["what"] == WHAT[kind]


def test_what_is_no_record_is_counted_and_other_types_are_passed_over(tmp_path):
    listed, said = rows(
        tmp_path, b"\0\0", record("PROCTITLE", b"proctitle=6C73"), b"words\n", LOGIN
    )

    assert len(listed) == 1
    assert said == ["1 lines are in another form, and were not read"]


@pytest.mark.parametrize("name", ["audit.log.1", "audit.log.4.gz", "audit.log-20240519"])
def test_rotated_and_packed(name, tmp_path):
    data = gzip.compress(LOGIN) if name.endswith("gz") else LOGIN

    assert cells(tmp_path, data, origin=f"/var/log/audit/{name}")["address"] == "192.0.2.7"


def test_many_calls_without_programs_hold_no_memory(tmp_path):
    calls = (record("SYSCALL", b'pid=1 exe="/x"', serial) for serial in range(audit._OPEN + 1))
    last = record("EXECVE", b'a0="late"', 0)

    assert cells(tmp_path, *calls, last)["program"] is None


@given(st.binary(max_size=400))
def test_no_bytes_end_the_reading(tail):
    fields = audit._fields(tail)
    line = audit._arguments(fields)

    assert audit._shown(line) is None or isinstance(audit._shown(line), str)


def test_a_time_beyond_all_calendars_is_none(tmp_path):
    row = cells(tmp_path, LOGIN.replace(b"1716102000", b"999999999999"))

    assert row["time"] is None
