"""The memory of other processes: read while they run on, scanned, and taken where it looks odd."""

from __future__ import annotations

import itertools
import json
import mmap
import os
import shutil
import signal
import subprocess
import sys
import time

import cores
import hosts
import pytest
from busy import alone, busy, leaderless, of, vast
from hypothesis import given
from hypothesis import strategies as st

from collectors.artifact import Artifact, Reason
from collectors.files.source import Source
from collectors.ram.image import CHUNK, HEADER
from collectors.ram.processes import chosen, process
from collectors.ram.processes.chosen import ProcessMemory
from collectors.ram.processes.fitting import fitting
from collectors.ram.processes.passed import Passed, closed
from collectors.ram.processes.process import Living, Region, living, regions, runs
from collectors.ram.ranges import bytes_of


@pytest.fixture
def machine():
    source = Source("/")
    yield source
    source.close()


def taking(machine, one):
    return chosen.opened(machine, one, runs(one.regions))


def test_a_process_is_read_whole_while_it_runs_on(monkeypatch, machine):
    marker = b"a marker of " + os.urandom(6).hex().encode()
    with busy(marker) as child:
        before = int(child.stdout.readline())
        reading = taking(machine, of(child, machine))
        image = cores.limed(hosts.read(Artifact("m", "memory", lambda: reading)).data)
        status = (hosts.Path("/proc") / str(child.pid) / "status").read_text()
        after = int(child.stdout.readline())

    assert any(marker in data for data in image.values())
    assert "TracerPid:\t0\n" in status
    assert after > before


def test_what_is_closed_to_us_is_named_in_the_gap_and_the_account(tmp_path):
    host = hosts.linux(tmp_path).with_file("/proc/5/stat", f"5 (sshd) S 1{' 0' * 40}")
    (host.root / "proc/5/maps").mkdir()  # nobody can read it, whatever their rights
    source = Source(str(host.root), live=True)
    gap, account = ProcessMemory().collect(source)
    source.close()
    told = json.loads(hosts.read(account).data)["passed_over"]

    assert (gap.reason, gap.detail[-15:]) == (Reason.DENIED, "their memory: 5")
    assert told["closed"] == [{"pid": 5, "name": "sshd", "error": "ENOTSUP: a folder; not read"}]


def test_of_many_that_are_closed_the_gap_names_some_and_counts_the_others():
    found = [Passed(pid, "closed") for pid in range(1, 104)]

    detail = closed("hozen:/x", found)[0].detail
    assert detail.startswith("103 processes: ")
    assert detail.endswith(", 99, 100 and 3 more")


def test_what_looks_odd_is_taken_and_says_why(monkeypatch, tmp_path, machine):
    rwx = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    with busy(prot=rwx) as child:
        alone(child, monkeypatch)
        found = list(ProcessMemory().collect(machine))
        image, account = found
        taken = hosts.read(image)

    (row,) = json.loads(hosts.read(account).data)["processes"]
    assert row["why"] == ["memory without a file that can be written and run"]
    assert (row["pid"], image.origin) == (child.pid, f"memory:/process-{child.pid}.lime")
    assert len(taken.data) == row["size"] + 32 * sum(
        Region(a, b, p.encode(), n.encode()).readable for a, b, p, n in row["regions"]
    )


def test_an_ordinary_process_is_left_alone(monkeypatch, machine):
    with busy() as child:
        alone(child, monkeypatch)
        (account,) = ProcessMemory().collect(machine)

    assert json.loads(hosts.read(account).data)["processes"] == []


def test_a_process_that_a_rule_matched_in_is_taken(monkeypatch, machine):
    with busy() as child:
        alone(child, monkeypatch)
        image, account = ProcessMemory({child.pid: ["apt:beacon"]}).collect(machine)

    assert image.origin == f"memory:/process-{child.pid}.lime"
    (row,) = json.loads(hosts.read(account).data)["processes"]
    assert row["why"] == ["apt:beacon"]


def test_a_deleted_program_and_one_where_anybody_may_write_are_odd(monkeypatch, tmp_path, machine):
    place = hosts.Path("/tmp") / f"sleep-{os.getpid()}"
    shutil.copy(shutil.which("sleep"), place)
    child = subprocess.Popen([place, "60"])
    try:
        assert of(child, machine).suspicions() == ["its program lies where anybody may write"]
        place.unlink()
        assert of(child, machine).suspicions() == [
            "its program was deleted", "its program lies where anybody may write",
        ]  # fmt: skip
    finally:
        child.kill()
        child.wait()
        place.unlink(missing_ok=True)


def test_of_more_than_the_limit_memory_that_looks_odd_comes_first(monkeypatch, machine):
    monkeypatch.setattr(chosen, "LARGEST", 1 << 20)
    with busy(prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as child:
        alone(child, monkeypatch)
        (odd,) = (each for each in of(child, machine).regions if each.injected)
        image, account = ProcessMemory().collect(machine)
        taken = hosts.read(image)
    held = cores.limed(taken.data)
    (row,) = json.loads(hosts.read(account).data)["processes"]

    assert len(held[odd.start]) == odd.end - odd.start
    assert sum(map(len, held.values())) == 1 << 20
    assert row["taken"] == [[start, start + len(data)] for start, data in held.items()]
    left = row["size"] - (1 << 20)
    (missing,) = taken.missing
    assert (missing.offset, missing.size) == (len(taken.data), left)
    assert missing.error == "over the limit of this collector"
    assert taken.errors == (f"{left} bytes of memory were not read: {missing.error}",)


@pytest.mark.parametrize("prot", [3, 7], ids=["written", "written and run"])
def test_a_tebibyte_of_nothing_hides_nothing_behind_it(monkeypatch, machine, prot):
    monkeypatch.setattr(chosen, "LARGEST", 64 << 20)
    marker = b"a marker of " + os.urandom(6).hex().encode()
    with vast(marker, prot) as child:
        alone(child, monkeypatch)
        image, _ = ProcessMemory({child.pid: ["a:rule"]}).collect(machine)
        taken = hosts.read(image)

    assert any(marker in data for data in cores.limed(taken.data).values())
    assert taken.missing[-1].size > 1 << 39


def test_a_process_for_which_nothing_is_left_of_what_all_may_have_is_a_gap(monkeypatch, machine):
    monkeypatch.setattr(chosen, "TOGETHER", 0)
    with busy() as child:
        alone(child, monkeypatch)
        gap, _ = ProcessMemory({child.pid: ["x"]}).collect(machine)

    assert (gap.reason, gap.origin) == (Reason.SKIPPED, f"memory:/process-{child.pid}.lime")


def test_what_fits_is_taken_around_matches_first_then_what_is_odd_then_the_rest():
    def region(first, last, permissions=b"rw-p"):
        return Region(first << 20, last << 20, permissions, b"")

    found = [
        region(0, 2), region(10, 90), region(100, 101, b"rwxp"), region(102, 103, b"---p"),
        region(110, 120),
    ]  # fmt: skip

    def taken(room):
        runs = fitting(found, room << 20, [50 << 20, 50 << 20, 30 << 20])
        return [(run.start >> 20, run.end >> 20) for run in runs]

    assert taken(3) == [(29, 31), (49, 50)]
    assert taken(5) == [(29, 31), (49, 51), (100, 101)]
    assert taken(6) == [(10, 11), (29, 31), (49, 51), (100, 101)]
    assert taken(200) == [
        (0, 2), (10, 29), (29, 31), (31, 49), (49, 51), (51, 90), (100, 101), (110, 120),
    ]  # fmt: skip


PAGES = st.integers(0, 2000).map(lambda page: page * cores.PAGE)


EDGES = st.sets(PAGES, max_size=12).map(sorted)


@given(EDGES, st.integers(0, 2000), st.sets(st.integers(0, 2000 * cores.PAGE)))
def test_what_fits_is_as_much_as_there_is_room_for_and_nothing_twice(edges, room, places):
    found = [
        Region(start, end, b"rwxp" if start % 3 else b"r--p", b"")
        for start, end in itertools.pairwise(edges)
    ]

    chosen = fitting(found, room * cores.PAGE, places)

    assert bytes_of(chosen) == min(room * cores.PAGE, bytes_of(runs(found)))
    assert all(one.end <= two.start for one, two in itertools.pairwise(chosen))
    assert all(any(r.start <= c.start < c.end <= r.end for r in found) for c in chosen)
    assert all(run.offset == run.start for run in chosen)


def test_a_process_that_ended_meanwhile_is_no_other_one(monkeypatch, machine):
    with busy() as child:
        looked = of(child, machine)
    with pytest.raises(OSError):  # noqa: PT011 - no such process, or no such file
        taking(machine, looked)
    with busy() as child, pytest.raises(ProcessLookupError):
        taking(machine, of(child, machine)._replace(start_ticks=1))


def test_a_process_that_began_another_program_meanwhile_is_not_read_as_the_one_before(machine):
    """A shell that has become another program has its number and its start still."""
    shell = subprocess.Popen(
        ["sh", "-c", "echo ready; read line; exec sleep 60"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with shell:
        shell.stdout.readline()
        looked = of(shell, machine)
        reading = chosen.opened(machine, looked, runs(looked.regions))
        begun = reading.readinto(memoryview(bytearray(HEADER.size + CHUNK)))
        shell.stdin.write("go\n")
        shell.stdin.flush()
        while os.readlink(f"/proc/{shell.pid}/exe") == looked.program:
            time.sleep(0.01)
        machine.guard.close()  # as where another read didn't answer: it is opened again
        while reading.readinto(memoryview(bytearray(CHUNK))):
            pass
        try:
            assert begun == HEADER.size
            assert "ESTALE: it began another program meanwhile" in {
                error for _, _, error in reading.refused.ranges
            }
            assert reading.read_bytes == 0
            with pytest.raises(OSError, match="it began another program meanwhile"):
                chosen.opened(machine, looked, runs(looked.regions))
        finally:
            shell.kill()


def test_neither_we_nor_our_parents_nor_the_kernel_s_threads_are_read(machine):
    found = [one for one in living(machine) if isinstance(one, Living)]
    pids = {one.pid for one in found}

    assert not pids & {os.getpid(), os.getppid()}
    assert all(one.regions for one in found)


def test_an_ended_process_whose_parent_has_not_looked_is_passed_over(machine):
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert process._looked_at(machine, child.pid) == Passed(child.pid, "ended", "true")
    finally:
        child.wait()


def test_a_process_that_ends_between_two_looks_is_no_memory_of_nothing(tmp_path):
    """Its number tells that it runs; its table of mappings is empty by then."""
    folder = tmp_path / "proc/77"
    folder.mkdir(parents=True)
    (folder / "stat").write_bytes(hosts.Path("/proc/self/stat").read_bytes())
    (folder / "maps").write_bytes(b"")
    source = Source(str(tmp_path), live=True)
    found = process._looked_at(source, 77)
    source.close()

    assert (type(found), found.pid, found.why) == (Passed, 77, "ended")


def test_a_process_whose_first_thread_ended_is_not_taken_for_ended(monkeypatch, machine):
    marker = b"a marker of " + os.urandom(6).hex().encode()
    with leaderless(marker) as child:
        alone(child, monkeypatch)
        stat = (hosts.Path("/proc") / str(child.pid) / "stat").read_text()
        image, account = ProcessMemory().collect(machine)
        held = cores.limed(hosts.read(image).data)
    (row,) = json.loads(hosts.read(account).data)["processes"]

    assert ") Z " in stat
    assert any(marker in data for data in held.values())
    assert row["pid"] == child.pid
    assert "its first thread ended while others run on, so that it looks ended" in row["why"]
    assert row["program"] == os.path.realpath(sys.executable)


def test_a_vanished_process_is_told_apart_from_a_closed_one(monkeypatch, machine):
    child = subprocess.Popen(["true"])
    child.wait()

    found = process._looked_at(machine, child.pid)

    assert (found.why, found.error[:6]) == ("vanished", "ENOENT")


def test_a_stopped_process_is_read_as_well(monkeypatch, machine):
    with busy() as child:
        child.send_signal(signal.SIGSTOP)
        reading = taking(machine, of(child, machine))
        image = cores.limed(hosts.read(Artifact("m", "memory", lambda: reading)).data)
        child.send_signal(signal.SIGCONT)

    assert sum(map(len, image.values())) > 1 << 20


MAPS = b"""\
00400000-00401000 r-xp 00000000 fe:00 1 /usr/bin/a b (deleted)
7f0000000000-7f0000001000 rwxp 00000000 00:00 0
7f0000002000-7f0000003000 ---p 00000000 00:00 0
7f0000004000-7f0000005000 rw-s 00000000 00:05 9 /dev/dri/card0
7f0000006000-7f0000007000 rw-s 00000000 00:05 9 /dev/shm/x
7ffd00000000-7ffd00002000 r--p 00000000 00:00 0 [vvar]
7ffd00002000-7ffd00003000 r--p 00000000 00:00 0 [vvar_vclock]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
no line at all
"""


def test_devices_and_the_kernel_s_own_pages_are_not_read():
    found = regions(MAPS)

    assert [run.start for run in runs(found)] == [0x400000, 0x7F0000000000, 0x7F0000006000]
    assert [each.injected for each in found][:2] == [False, True]
    assert found[0].path == b"/usr/bin/a b (deleted)"


@given(st.binary(max_size=300))
def test_no_table_of_mappings_is_an_error(data):
    for each in regions(data):
        assert each.start < each.end
