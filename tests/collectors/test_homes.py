import errno
import os

import hosts
import pytest

from collectors import homes as module
from collectors.artifact import Gap, Reason
from collectors.homes import homes
from collectors.logs import ShellHistories


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def test_homes_come_from_the_account_list_root_and_home(host):
    host.with_file("/etc/passwd", "a:x:1:1::/srv/a:/bin/sh\nb:x:2:2::/nonexistent:/bin/false\n")
    for folder in ("/srv/a", "/root", "/home/left-behind"):
        host.with_folder(folder)

    assert homes(host.source()) == ["/srv/a", "/root", "/home/left-behind"]


@pytest.mark.parametrize("name", ["$(reboot)", "*", "a b", "..x", "\udcff", "-rf", "é\n"])
def test_a_hostile_name_of_a_home_is_only_a_name(host, name):
    host.with_folder(f"/home/{name}").with_folder("/home/other")

    assert f"/home/{name}" in homes(host.source())


def test_system_folders_are_no_homes(host):
    host.with_file(
        "/etc/passwd", "bin:x:2:2::/bin:/x\nnobody:x:9:9::/:/x\nsync:x:1:1::/usr/sbin:/x\n"
    )
    host.with_folder("/bin").with_folder("/usr/sbin")

    assert homes(host.source()) == []


@pytest.mark.parametrize(
    "line", [b"", b":", b"a:b:c", b"x:x:1:1::relative:/x", b"\xff" * 500, b"a:x:1:1::/h\0x:"]
)
def test_a_broken_account_list_is_no_trouble(host, line):
    host.with_file("/etc/passwd", line + b"\nu:x:1:1::/srv/u:/x\n").with_folder("/srv/u")

    assert homes(host.source()) == ["/srv/u"]


def test_two_names_of_one_home_are_one_home(host):
    host.with_folder("/data/u").with_link("/home", "/data").with_file(
        "/etc/passwd", "u:x:1:1::/home/u:/x\nv:x:1:1::/home/../data/u/:/x\n"
    )

    assert homes(host.source()) == ["/data/u"]


def test_without_an_account_list_there_is_home_still(tmp_path):
    (tmp_path / "home" / "u").mkdir(parents=True)

    assert homes(hosts.LinuxHost(tmp_path).source()) == ["/home/u"]


def told_of_home(host) -> list[tuple[Reason, str]]:
    found = [each for each in ShellHistories().collect(host.source()) if isinstance(each, Gap)]
    return [(each.reason, each.detail or "") for each in found if each.origin == "/home"]


def test_homes_behind_those_that_are_looked_at_are_a_gap(host, monkeypatch):
    for name in "abc":
        host.with_folder(f"/home/{name}")
    assert told_of_home(host) == []

    monkeypatch.setattr(module, "MOST", 2)
    assert told_of_home(host) == [(Reason.SKIPPED, "only the first 2 homes were looked at")]


def test_a_home_that_can_t_be_listed_is_a_gap_and_one_that_is_not_there_is_none(host, monkeypatch):
    source = host.source()
    listing = source.listing

    def failing(path):
        if path == "/home":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return listing(path)

    monkeypatch.setattr(source, "listing", failing)
    found = [each for each in ShellHistories().collect(source) if each.origin == "/home"]

    assert [each.reason for each in found if isinstance(each, Gap)] == [Reason.UNREADABLE]


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EIO, [Reason.UNREADABLE]), (errno.ENOENT, [])]
)
def test_a_home_that_can_t_be_looked_at_is_a_gap(host, monkeypatch, number, reason):
    host.with_file("/etc/passwd", "u:x:1:1::/srv/u:/bin/sh\n")
    source = host.source()
    look = source.look

    def failing(path):
        if path == "/srv/u":
            raise OSError(number, os.strerror(number))
        return look(path)

    monkeypatch.setattr(source, "look", failing)
    monkeypatch.setattr(source, "resolve", lambda path: path)
    found = [each for each in ShellHistories().collect(source) if each.origin == "/srv/u"]

    assert [each.reason for each in found if isinstance(each, Gap)] == reason
