"""Processes: real ones that the test starts, and odd ones made of files."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import threading

import pytest
from busy import leaderless

from collectors.artifact import Reason
from collectors.files.source import Source
from collectors.live.processes import hidden
from collectors.live.processes.capabilities import capabilities
from collectors.live.processes.census import Processes
from collectors.live.processes.mappings import deleted_code
from collectors.live.processes.process import Boot
from collectors.live.processes.procfs import line


class Only(Source):
    """This machine, with a listing of /proc that names a few processes only."""

    pids: tuple[int, ...] = ()

    def listing(self, path):
        if path == "/proc":
            return [(str(pid), "d") for pid in self.pids]
        return super().listing(path)


def only(*pids):
    source = Only("/")
    source.pids = pids
    return source


@pytest.fixture
def sleeper(tmp_path):
    """A running copy of sleep(1) with a planted environment and an open file."""
    copy = tmp_path / "sleeper"
    shutil.copy(shutil.which("sleep"), copy)
    with open(tmp_path / "held open", "w") as held:
        child = subprocess.Popen(
            [copy, "3600", "0"], stdin=held, cwd=tmp_path, env={"PLANTED": "value"}
        )
    yield child, copy
    child.kill()
    child.wait()


def test_finds_a_process_with_command_line_environment_and_open_files(sleeper, tmp_path, collected):
    child, copy = sleeper
    result = collected(Processes, only(child.pid))
    row = result.row("processes", pid=child.pid)

    assert row["command"] == [str(copy), "3600", "0"]
    assert result.raw[f"/proc/{child.pid}/cmdline"] == str(copy).encode() + b"\x003600\x000\x00"
    assert result.raw[f"/proc/{child.pid}/environ"] == b"PLANTED=value\x00"
    assert str(copy).encode() in result.raw[f"/proc/{child.pid}/maps"]
    assert b"[stack]" in result.raw[f"/proc/{child.pid}/maps"]
    assert row["ppid"] == os.getpid()
    assert row["cwd"] == str(tmp_path)
    assert {"fd": 0, "target": str(tmp_path / "held open")} in row["files"]
    assert row["uid"]["effective"] == os.geteuid()
    assert row["namespaces"]["net"] == os.stat("/proc/self/ns/net").st_ino
    assert row["kernel_thread"] is False


def test_says_that_the_program_of_a_process_was_deleted(sleeper, collected):
    child, copy = sleeper
    inode = copy.stat().st_ino
    copy.unlink()
    result = collected(Processes, only(child.pid))
    exe = result.row("processes", pid=child.pid)["exe"]

    assert (exe["path"], exe["inode"], exe["deleted"]) == (str(copy), inode, True)
    assert exe["path_leads_to_it"] is False
    assert {
        "pid": child.pid, "what": "its program file was deleted", "name": copy.name[:15],
    } in result.document["anomalies"]  # fmt: skip
    assert result.row("processes", pid=child.pid)["deleted_code"] == [str(copy)]


def test_a_program_that_still_lies_there_is_not_called_deleted(sleeper, collected):
    child, _ = sleeper
    exe = collected(Processes, only(child.pid)).row("processes", pid=child.pid)["exe"]

    assert (exe["deleted"], exe["path_leads_to_it"]) == (False, True)


def test_every_raw_file_says_when_and_how_it_was_read(sleeper, collected):
    child, _ = sleeper
    reading = collected(Processes, only(child.pid)).taken[f"/proc/{child.pid}/status"]

    assert reading.taken.mono_start_ns <= reading.taken.mono_end_ns
    assert reading.method.door == "guarded system call"
    assert reading.stat.uid == os.geteuid()


def test_a_pid_that_vanished_is_one_gap(collected):
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    result = collected(Processes, only(child.pid))

    gap = result.gap(f"/proc/{child.pid}")
    assert (gap.reason, gap.detail) == (Reason.ABSENT, "ended while it was read")
    assert len(result.gaps) == 1
    assert result.document["processes"] == []


def test_a_pid_that_vanishes_halfway_keeps_what_was_read(machine, collected):
    class Fading(Source):
        def snapshot(self, path, **options):
            if path == "/proc/7/environ":
                shutil.rmtree(self.place("/proc/7"))
            return super().snapshot(path, **options)

    machine.process(7, b"fading")
    result = collected(Processes, machine.source(Fading))

    assert result.gap("/proc/7").detail == "ended while it was read"
    assert sorted(result.raw) == ["/proc/7/cmdline", "/proc/7/stat", "/proc/7/status"]
    assert result.row("processes", pid=7)["ended_while_read"] is True


def test_a_zombie_has_no_program_and_that_is_no_gap(collected):
    child = subprocess.Popen(["/bin/true"], stdout=subprocess.PIPE)
    child.stdout.read()  # its end closes the pipe
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    result = collected(Processes, only(child.pid))
    child.communicate()

    assert result.row("processes", pid=child.pid)["state"] == "Z"
    assert [gap.origin for gap in result.gaps if "stack" not in gap.origin] == []


def test_a_process_whose_first_thread_ended_is_looked_at_through_another(collected):
    with leaderless(b"nothing", env={"HIDDEN": "found", "PATH": os.environ["PATH"]}) as child:
        result = collected(Processes, only(child.pid))
    row = result.row("processes", pid=child.pid)
    (environ,) = (data for path, data in result.raw.items() if path.endswith("/environ"))

    assert row["state"] == "Z"
    assert row["exe"]["path"] == os.path.realpath(sys.executable)
    assert b"HIDDEN=found" in environ
    assert [gap.origin for gap in result.gaps if "stack" not in gap.origin] == []
    odd = result.document["anomalies"]
    told = [each["what"] for each in odd if each["pid"] == child.pid]
    assert told == ["its first thread ended while others run on, so that it looks ended"]


def test_kernel_threads_are_told_and_make_no_gaps(machine, collected):
    machine.process(2, b"kthreadd", flags=0x00200040, cmdline=b"", exe=None)
    result = collected(Processes, machine.source())

    assert result.gaps == []
    assert result.row("processes", pid=2)["kernel_thread"] is True
    assert "/proc/2/environ" not in result.raw


def test_command_lines_that_are_no_utf8_keep_their_bytes(machine, collected):
    raw = b"/bin/\x83\x65\0--name=\xff\0"
    machine.process(9, b"odd", cmdline=raw)
    row = collected(Processes, machine.source()).row("processes", pid=9)

    assert row["command"] == ["/bin/\\x83e", "--name=\\xff"]
    assert base64.b64decode(row["command_b64"]) == raw


def test_names_may_hold_newlines_and_brackets(machine, collected):
    machine.process(9, b"a) R 1\nb", start=4321)
    row = collected(Processes, machine.source()).row("processes", pid=9)

    assert (row["name"], row["state"], row["started"]["ticks"]) == ("a) R 1\nb", "S", 4321)


def test_a_file_that_this_kernel_lacks_is_told_once(machine, collected):
    for pid in (3, 4, 5):
        machine.process(pid)
        os.unlink(machine.root + b"/proc/%d/loginuid" % pid)
    result = collected(Processes, machine.source())

    told = [gap.origin for gap in result.gaps if gap.origin.endswith("loginuid")]
    assert told == ["/proc/*/loginuid"]


def test_nonsense_in_status_costs_the_row_and_not_the_run(machine, collected):
    machine.process(3).process(4)
    machine.file("/proc/3/status", "CapEff:\tnonsense\n")
    result = collected(Processes, machine.source())

    assert "not_understood" in result.row("processes", pid=3)
    assert result.raw["/proc/3/status"] == b"CapEff:\tnonsense\n"
    assert result.row("processes", pid=4)["uid"]["saved"] == 7


def test_processes_come_in_numeric_order(machine, collected):
    machine.process(10).process(9).process(100)
    result = collected(Processes, machine.source())

    assert [row["pid"] for row in result.document["processes"]] == [9, 10, 100]


def test_a_process_in_brackets_with_a_program_is_told(machine, collected):
    machine.process(8, b"kworker/0:1", cmdline=b"[kworker/0:1]\0", exe="/bin/evil")
    machine.file("/bin/evil", b"\x7fELF")
    result = collected(Processes, machine.source())

    anomaly = result.row("anomalies", pid=8)
    assert anomaly["what"] == "calls itself a kernel thread, but has a program"
    assert anomaly["name"] == "kworker/0:1"


def test_an_ordinary_users_denials_are_gaps(machine, collected):
    class Closed(Source):
        def snapshot(self, path, **options):
            if path.endswith(("environ", "stack")):
                raise PermissionError(13, "Permission denied")
            return super().snapshot(path, **options)

        def readlink(self, path):
            if path.endswith(("exe", "cwd", "root")) or "/ns/" in path:
                raise PermissionError(13, "Permission denied")
            return super().readlink(path)

    machine.process(3).process(4)
    result = collected(Processes, machine.source(Closed))

    denied = {gap.origin for gap in result.gaps if gap.reason is Reason.DENIED}
    assert denied == {
        "/proc/3/environ", "/proc/4/environ", "/proc/3/exe", "/proc/4/exe", "/proc/*/stack",
    }  # fmt: skip
    assert result.row("processes", pid=3)["not_readable"] == ["exe", "cwd", "root", "ns"]


def test_finds_a_process_that_the_listing_hides(sleeper):
    child, _ = sleeper
    listed = [
        int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != child.pid
    ]

    class Rootkit(Source):
        def listing(self, path):
            return [one for one in super().listing(path) if one[0] != str(child.pid)]

    source = Rootkit("/")
    try:
        found = hidden.search(source, listed, child.pid)
    finally:
        source.guard.close()
    assert child.pid in found.hidden
    assert found.probed_to == child.pid


@pytest.mark.parametrize("began", ["before we looked", "after we looked"])
def test_threads_are_not_taken_for_hidden_processes(began, monkeypatch):
    if began == "after we looked":
        monkeypatch.setattr(hidden, "_threads", lambda source, pids: set())
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    source = Source("/")
    try:
        found = hidden.search(source, [os.getpid()], thread.native_id)
    finally:
        stop.set()
        thread.join()
        source.guard.close()
    assert thread.native_id not in found.hidden


def test_only_the_own_kernel_is_asked_for_hidden_processes(machine, collected):
    machine.process(3)

    assert collected(Processes, machine.source()).document["search_for_unlisted"] is None


def test_start_times_count_from_boot(machine):
    machine.file("/proc/stat", "cpu 1 2\nbtime 1700000000\n")
    boot = Boot.of(machine.source())

    assert boot.utc(boot.ticks * 90) == "2023-11-14T22:14:50.000Z"
    assert boot.utc(1 << 62) is None


def test_capabilities_have_names():
    assert capabilities("0000000000280001") == ["chown", "sys_ptrace", "sys_admin"]
    assert capabilities("20000000000") == ["bit 41"]


def test_code_mapped_from_deleted_files_is_told_and_data_is_not():
    maps = (
        b"7f00-7f10 r-xp 0 08:01 5 /usr/lib/lib a.so (deleted)\n"
        b"7f10-7f20 r--p 0 08:01 6 /var/cache/data (deleted)\n"
        b"7f20-7f30 r-xp 0 08:01 7 /usr/lib/ok.so\n"
        b"7f30-7f40 rwxp 0 00:00 0 /memfd:x (deleted)\n"
    )
    assert deleted_code(maps) == [b"/usr/lib/lib a.so", b"/memfd:x"]


def test_refuses_what_is_no_stat_line():
    with pytest.raises(ValueError, match="no line"):
        line(b"12 (name S 1")


def test_an_empty_proc_is_an_absent_listing(machine, collected):
    machine.file("/proc/uptime", "1 1\n")
    result = collected(Processes, machine.source())

    assert result.gap("/proc").reason is Reason.ABSENT
    assert result.document is None
