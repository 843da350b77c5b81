"""The file that sudo writes itself: wrapped lines, years behind the clock, what is no command."""

import gzip
import os
from datetime import UTC, datetime

import pytest
from examinations import examine

from evidence.triage.linuxlogs.examiner import LinuxLogs
from evidence.triage.linuxlogs.lines import LONGEST

LOG = "/var/log/sudo.log"
# Wrapped at 80 characters by the rule of sudo 1.9: at a blank, then behind four others.
WRAPPED = b"""\
May 19 16:00:00 : taro : TTY=pts/0 ; PWD=/home/taro ; USER=root ;
    COMMAND=/usr/bin/rsync -a /srv/karte 192.0.2.7:/in
May 19 16:00:05 : hanako : command not allowed ; TTY=pts/1 ; PWD=/home/hanako ;
    USER=root ; COMMAND=/bin/sh
"""


@pytest.fixture
def looked(tmp_path):
    def look(content, origin=LOG, changed=datetime(2024, 5, 20, tzinfo=UTC)):
        path = tmp_path / "log"
        path.write_bytes(content)
        os.utime(path, (changed.timestamp(),) * 2)
        return examine(LinuxLogs(), tmp_path, {origin: path})

    return look


def test_an_entry_of_two_lines_is_one_row(looked):
    found = looked(WRAPPED)
    ran, refused = found.tables["sudo"]

    assert found.unread == []
    assert (ran["what"], ran["by"], ran["user"], ran["line"]) == ("ran", "taro", "root", 1)
    assert ran["command"] == "/usr/bin/rsync -a /srv/karte 192.0.2.7:/in"
    assert (ran["local"], ran["year"]) == ("2024-05-19T16:00:00", "file")
    assert (refused["what"], refused["why"], refused["line"]) == (
        "refused", "command not allowed", 3)  # fmt: skip
    assert (refused["folder"], refused["command"]) == ("/home/hanako", "/bin/sh")


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b"May 19 16:00:00 2021 : taro : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
         {"local": "2021-05-19T16:00:00", "year": "line", "host": None}),
        (b"May 19 16:00:00 : taro : HOST=srv1 ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
         {"host": "srv1", "terminal": "pts/0"}),
        (b"May 19 16:00:00 : taro : HOST=srv1 : a password is required ; TTY=pts/0 ; PWD=/ ;\n"
         b"    USER=root ; COMMAND=/bin/sh", {"host": "srv1", "why": "a password is required"}),
        (b"May 19 16:00:00 : taro : PWD=/ ; USER=root ; COMMAND=/bin/sh ; EXIT=0",
         {"what": "ran", "terminal": None}),
    ],
    ids=["with a year", "with a host", "with a host of old", "its end"],
)  # fmt: skip
def test_an_entry_in_each_of_its_forms(line, cells, looked):
    found = looked(line + b"\n")
    (row,) = found.tables["sudo"]

    assert {name: row[name] for name in cells} == cells
    assert found.unread == []


def test_years_behind_the_clock_turn_none_of_the_others(looked):
    command = b" : taro : PWD=/ ; USER=root ; COMMAND=/bin/sh\n"
    times = (b"Dec 30 10:00:00 2020", b"Jan  2 10:00:00 2021", b"May 19 10:00:00")
    found = looked(b"".join(each + command for each in times))

    assert [row["local"][:4] for row in found.tables["sudo"]] == ["2020", "2021", "2024"]


@pytest.mark.parametrize(
    "line",
    [b'{"accept":{"command":"/bin/sh"}}', b"    USER=root ; COMMAND=/bin/sh",
     b"taro : PWD=/ ; USER=root ; COMMAND=/bin/sh"],
    ids=["JSON", "the rest of an entry", "no time"],
)  # fmt: skip
def test_what_is_no_entry_is_told(line, looked):
    found = looked(line + b"\n")

    assert found.tables["sudo"] == []
    assert found.unread == ["1 lines are in another form, and were not read"]


def test_an_entry_without_end_is_cut_and_told(looked):
    found = looked(WRAPPED + b"    x\n" * LONGEST)

    assert len(found.tables["sudo"]) == 2
    (told,) = found.unread
    assert told.startswith("1 lines are longer than ")


def test_the_entry_before_a_packed_log_breaks_is_kept(looked):
    packed = gzip.compress(WRAPPED + os.urandom(1 << 16).hex().encode())
    found = looked(packed[: len(packed) // 2], origin="/var/log/sudo.log.2.gz")

    assert [row["by"] for row in found.tables["sudo"]][:2] == ["taro", "hanako"]
    assert any("can't be unpacked to its end" in why for why in found.unread)
