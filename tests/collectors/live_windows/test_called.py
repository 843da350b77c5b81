"""Files by Windows' own calls, as far as they can be tried where there is no Windows."""

import errno
import stat
from types import SimpleNamespace

import pytest

from collectors.artifact import ReadApart
from collectors.leads import FIRST, Leads
from collectors.live_windows.called import CalledFiles, _letter, _require_here
from collectors.live_windows.machine import CalledWindows
from collectors.referenced import Referenced

JUNCTION, CLOUD, PIPE = 0xA0000003, 0x9000401A, 0x80000024
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


@pytest.mark.parametrize("found", [told(), told(attributes=REPARSE, tag=CLOUD)])
def test_what_lies_here_is_read(found):
    _require_here(found)


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
