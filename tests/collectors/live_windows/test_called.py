"""Files by Windows' own calls, as far as they can be tried where there is no Windows."""

import errno
import os
import stat
from types import SimpleNamespace

import hosts
import pytest

from collectors.artifact import Gap, MissingRange, ReadApart, Reason, Stat
from collectors.bodyfile import BodyFile
from collectors.definitions.windows import EventLogs, Registry
from collectors.live_windows import called
from collectors.live_windows.called import CalledFiles, _letter, _require_here
from collectors.live_windows.machine import CalledWindows
from collectors.named.leads import FIRST, Leads
from collectors.named.referenced import Referenced

JUNCTION, SYMLINK, CLOUD, PIPE = 0xA0000003, 0xA000000C, 0x9000401A, 0x80000024
CONTAINER = 0x80000018
REPARSE, OFFLINE, RECALL = 0x400, 0x1000, 0x400000


def told(mode=stat.S_IFREG, *, attributes=0x20, tag=0):
    return SimpleNamespace(st_mode=mode, st_file_attributes=attributes, st_reparse_tag=tag)


def test_a_path_is_written_as_windows_reads_it_however_long():
    assert CalledFiles("D:").place("/Users/花子/a b") == "\\\\?\\D:\\Users\\花子\\a b"
    assert CalledFiles("D:").place("/") == "\\\\?\\D:\\"


@pytest.mark.parametrize(
    ("found", "number", "why"),
    [
        (told(attributes=OFFLINE), errno.EREMOTE, "marked as kept elsewhere"),
        (told(attributes=REPARSE | RECALL, tag=CLOUD), errno.EREMOTE, "a cloud service"),
        (told(attributes=REPARSE, tag=PIPE), errno.ENOTSUP, "a pipe of the Linux subsystem"),
        (told(attributes=REPARSE, tag=JUNCTION), errno.ENOTSUP, "a junction"),
        (told(stat.S_IFDIR), errno.ENOTSUP, "no regular file"),
    ],
    ids=["offline", "cloud", "pipe", "junction", "folder"],
)
def test_what_would_be_fetched_or_is_no_file_is_not_opened(found, number, why):
    with pytest.raises(OSError, match=why) as raised:
        _require_here(found)

    assert raised.value.errno == number


@pytest.mark.parametrize(
    ("attributes", "tag", "number"),
    [(REPARSE | RECALL, CLOUD, errno.EREMOTE), (REPARSE, CONTAINER, errno.ENOTSUP)],
    ids=["cloud", "container"],
)
def test_a_folder_that_a_program_would_have_to_fill_is_not_listed(
    monkeypatch, attributes, tag, number
):
    folder = told(stat.S_IFDIR, attributes=attributes, tag=tag)
    monkeypatch.setattr("os.lstat", lambda _: folder)

    with pytest.raises(OSError, match="reparse tag") as raised:
        CalledFiles("C:").listing("/Users/a/OneDrive")

    assert raised.value.errno == number


@pytest.mark.parametrize("found", [told(), told(attributes=REPARSE, tag=CLOUD)])
def test_what_lies_here_is_read(found):
    _require_here(found)


class Listed(CalledFiles):
    """A drive of which only the names are known; one folder refuses."""

    def listing(self, path):
        names = {"/": ["Windows"], "/Windows": ["SYSTEM", "SY\ufb06EM", "Temp", "TEMP"]}
        if path not in names:
            raise PermissionError(errno.EACCES, "Access is denied")
        return [(name, "f") for name in names[path]]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/windows/system", ["/Windows/SYSTEM"]),
        ("/windows/sy\ufb06em", ["/Windows/SY\ufb06EM"]),
        ("/WINDOWS/TEMP", ["/Windows/TEMP"]),
        ("/windows/temp", ["/Windows/Temp", "/Windows/TEMP"]),
        ("/Windows/none", ["/Windows/none"]),
        ("/closed/any", ["/closed/any"]),
    ],
)
def test_a_name_means_what_windows_takes_it_for_and_of_twins_all(asked, meant):
    assert Listed("C:").spellings(asked) == meant


def test_a_thousand_ways_to_spell_a_path_are_not_all_gone():
    class Twins(CalledFiles):
        def listing(self, path):
            return [("TEMP", "d"), ("Temp", "d")]

    with pytest.raises(OSError, match="more than 64 names differ in case only"):
        Twins("C:").spellings("/temp" * 40)


def test_the_body_file_lists_what_windows_tells():
    class Drive(Listed):
        def look(self, path):
            mode = stat.S_IFDIR if path == "/" else stat.S_IFREG
            return Stat(7, mode | 0o644, 0, 0, 1, 1, 42, 5_000_000_000, None, None, None)

    (artifact,) = BodyFile().collect(Drive("C:"))
    taken = hosts.read(artifact)

    assert taken.data.decode().splitlines() == [
        "0|/|42|d/drw-r--r--|0|0|7|0|5|0|0", "0|/Windows|42|r/rrw-r--r--|0|0|7|0|5|0|0",
    ]  # fmt: skip
    assert not taken.errors


def test_a_folder_that_shows_itself_again_is_listed_once():
    class Drive(Listed):
        def listing(self, path):
            return [("again", "d"), ("file", "f")]

        def look(self, path):
            name = path.rpartition("/")[2]
            mode, number = (stat.S_IFREG, 2) if name == "file" else (stat.S_IFDIR, 1)
            return Stat(0, mode, 0, 0, 1, 1, number, 0, None, None, None)

    (artifact,) = BodyFile().collect(Drive("C:"))
    taken = hosts.read(artifact)

    assert [line.split("|")[1] for line in taken.data.decode().splitlines()] == [
        "/", "/again", "/file",
    ]  # fmt: skip
    assert list(taken.errors) == ["/again: ELOOP: the same folder has another name"]


LINKS = {
    "C:\\a\\near": "..\\real", "C:\\a\\whole": "\\\\?\\c:\\real", "C:\\a\\rooted": "\\real",
    "C:\\a\\plain": "C:\\real", "C:\\a\\other": "\\\\?\\D:\\data", "C:\\a\\letter": "D:\\data",
    "C:\\a\\volume": "\\\\?\\Volume{1}\\x", "C:\\a\\far": "\\\\server\\share",
    "C:\\a\\farther": "\\\\?\\UNC\\server\\share",
}  # fmt: skip


@pytest.fixture
def linked(monkeypatch):
    """A drive with links of every kind; all else in it are folders."""
    words = {f"\\\\?\\{path}": target for path, target in LINKS.items()}

    def lstat(place):
        return told(stat.S_IFDIR, attributes=REPARSE, tag=SYMLINK) if place in words else told()

    monkeypatch.setattr("os.lstat", lstat)
    monkeypatch.setattr("os.readlink", words.__getitem__)
    return CalledFiles("C:")


@pytest.mark.parametrize("name", ["near", "whole", "rooted", "plain"])
def test_a_link_on_the_drive_is_followed_however_it_is_written(linked, name):
    assert linked.resolve(f"/a/{name}/file") == "/real/file"


@pytest.mark.parametrize(
    ("name", "number", "where"),
    [
        ("other", errno.ENOTSUP, "on a volume that is not the system's"),
        ("letter", errno.ENOTSUP, "on a volume that is not the system's"),
        ("volume", errno.ENOTSUP, "on a volume that is not the system's"),
        ("far", errno.EREMOTE, "on another machine"),
        ("farther", errno.EREMOTE, "on another machine"),
    ],
)
def test_what_lies_behind_a_link_that_leads_elsewhere_is_not_told_as_absent(
    linked, name, number, where
):
    with pytest.raises(OSError, match=where) as raised:
        linked.resolve(f"/a/{name}/file")

    assert raised.value.errno == number
    assert LINKS[f"C:\\a\\{name}"] in raised.value.strerror
    (gap,) = Referenced(Leads([(f"/a/{name}/file", 3)])).collect(linked)
    assert (gap.origin, gap.led_by) == (f"/a/{name}/file", 3)
    assert gap.reason is (Reason.NOT_LOCAL if number == errno.EREMOTE else Reason.UNSUPPORTED)


class Pair(CalledFiles):
    """A drive with two programs whose names differ in case only; Windows refuses one of them."""

    def listing(self, path):
        return [("TOOL.exe", "f"), ("Tool.exe", "f"), ("link", "l")]

    def look(self, path):
        if path == "/TOOL.exe":
            raise PermissionError(errno.EACCES, "Access is denied")
        mode = stat.S_IFLNK if path == "/link" else stat.S_IFREG
        return Stat(7, mode, 0, 0, 1, 1, 42, 0, None, None, None)

    def readlink(self, path):
        if path == "/link":
            return "/tool.EXE"
        raise OSError(errno.EINVAL, "no link")


@pytest.mark.parametrize("named", ["/tool.exe", "/link"])
def test_a_twin_that_is_closed_keeps_no_other_from_us_and_is_told_by_its_own_name(named):
    found = list(Referenced(Leads([(named, 3)])).collect(Pair("C:")))

    assert [(one.origin, isinstance(one, Gap)) for one in found if one.origin != "/link"] == [
        ("/TOOL.exe", True), ("/Tool.exe", False),
    ]  # fmt: skip
    assert {one.led_by for one in found} == {3}


@pytest.mark.parametrize(("grown", "lost"), [(4, False), (100, True)])
def test_what_a_file_grows_beyond_our_limit_is_told_as_missing(tmp_path, monkeypatch, grown, lost):
    monkeypatch.setattr(called, "GROWTH", 8)
    monkeypatch.setattr(called.api, "opened", lambda path, **_: os.open(path, os.O_RDONLY))
    path = tmp_path / "growing"
    path.write_bytes(b"a" * 10)
    reading = called.CalledReading(str(path))
    with path.open("ab") as file:
        file.write(b"b" * grown)

    given, room = 0, memoryview(bytearray(7))
    while count := reading.readinto(room):
        given += count

    assert given == (18 if lost else 10 + grown)
    beyond = MissingRange(18, None, "grew by more than our limit while it was read")
    assert list(reading.missing) == ([beyond] if lost else [])
    assert reading.changed
    reading.close()


class Refusing(CalledWindows):
    """As Windows shows itself to who is no administrator: two folders are there, and refuse."""

    FOLDERS = ("/Windows/System32/config", "/Windows/System32/winevt/Logs")

    def listing(self, path):
        self.look(path)
        below = {each[len(path.rstrip("/")) + 1 :].split("/")[0] for each in self.FOLDERS
                 if each.startswith(path.rstrip("/") + "/")}  # fmt: skip
        if not below:
            raise PermissionError(errno.EACCES, "Access is denied")
        return [(name, "d") for name in sorted(below)]

    def look(self, path):
        for folder in self.FOLDERS:
            if path.casefold().startswith(folder.casefold() + "/"):
                raise PermissionError(errno.EACCES, "Access is denied")
            if (folder + "/").casefold().startswith(path.rstrip("/").casefold() + "/"):
                return Stat(0, stat.S_IFDIR, 0, 0, 1, 1, 1, 0, 0, None, 0)
        raise FileNotFoundError(errno.ENOENT, "no such file")

    def readlink(self, path):
        self.look(path)
        raise OSError(errno.EINVAL, "no link")


@pytest.mark.parametrize("topic", [EventLogs, Registry], ids=lambda one: one.name)
def test_what_every_windows_has_and_refuses_is_not_told_as_removed(topic):
    found = list(topic().collect(Refusing("C:", "no administrator")))
    gaps = [one for one in found if isinstance(one, Gap) and one.expected]

    assert [gap.origin for gap in gaps] == [f"/{path}" for path in topic.mandatory]
    assert {gap.reason for gap in gaps} == {Reason.DENIED}
    assert {gap.detail for gap in gaps} == {"EACCES: Access is denied"}
    origins = [one.origin for one in found]
    assert [origins.count(gap.origin) for gap in gaps] == [1] * len(gaps)


def test_a_junction_is_a_link_and_no_folder():
    assert _letter(told(stat.S_IFDIR, attributes=REPARSE, tag=JUNCTION)) == "l"
    assert _letter(told(stat.S_IFDIR)) == "d"


def test_what_a_script_of_windows_names_is_looked_for_as_windows_does(tmp_path):
    class There(CalledWindows):
        def place(self, path):
            return f"{tmp_path}{path}"

    (tmp_path / "Scripts").mkdir()
    (tmp_path / "Scripts/Job.cmd").write_bytes(b"start C:\\Scripts\\next.exe\r\n")
    named = Leads()
    named.add([("/scripts/job.CMD", 1)], FIRST, ignoring_case=True)
    (script,) = Referenced(named).collect(There("C:", "no rights"))

    assert script.origin == "/Scripts/Job.cmd"
    assert isinstance(script.references, ReadApart)
    assert script.references.reader == "script"
