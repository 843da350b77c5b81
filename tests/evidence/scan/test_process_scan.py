"""YARA over the memory of another process that never stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import cores
import crashing
import hosts
import mounting
import pytest
from busy import alone, busy, of, vast

from collectors.artifact import Artifact, Gap, Profile, Reason
from collectors.files.guard import Guard
from collectors.files.source import Source
from collectors.live_windows.machine import this_windows
from collectors.ram.processes import chosen, process
from collectors.ram.processes.chosen import ProcessMemory
from collectors.table import collectors_for
from evidence.collecting.process_memory import scanning
from evidence.engines.asking import EngineApart
from evidence.engines.choice import ENGINES
from evidence.engines.engine import RuleFile
from evidence.scan import process_scan
from evidence.scan.process_scan import OF_A_SCANNER, ProcessScan
from evidence.scan.scanner import Rules
from evidence.telling.findings import Findings

LISTED = "hozen:/process-scan.json"


@pytest.fixture
def marker():
    return b"planted " + os.urandom(8).hex().encode()


@pytest.fixture
def machine():
    source = Source("/")
    yield source
    source.close()


def rules_for(marker):
    text = f'rule planted {{ strings: $a = "{marker.decode()}" condition: $a }}'
    engine = ENGINES["yara"]()
    return Rules(compiled=engine.compile([RuleFile("x", "default", text)]), engine=engine.version)


def scanned(rules, machine):
    matched, counts = {}, {}
    found = list(ProcessScan(rules, matched, counts).collect(machine))
    gaps = [one for one in found if isinstance(one, Gap)]
    accounts = [one for one in found if isinstance(one, Artifact) and one.origin != LISTED]
    rows = [json.loads(hosts.read(one).data) for one in accounts]
    return rows, matched, counts, gaps


def test_a_tebibyte_of_nothing_keeps_no_marker_from_being_found(marker, monkeypatch, machine):
    monkeypatch.setattr(process_scan, "LARGEST", 64 << 20)
    with vast(marker) as child:
        alone(child, monkeypatch)
        ((row,), matched, _, _) = scanned(rules_for(marker), machine)

    assert matched == {child.pid: ["default:planted"]}
    assert row["read"] + row["unread"] == 64 << 20
    assert "more were not scanned" in row["errors"][-1]


def test_a_marker_in_another_process_is_found_and_the_process_runs_on(marker, monkeypatch, machine):
    with busy(marker) as child:
        alone(child, monkeypatch)
        before = int(child.stdout.readline())
        ((row,), matched, counts, gaps) = scanned(rules_for(marker), machine)
        after = int(child.stdout.readline())
        status = (hosts.Path("/proc") / str(child.pid) / "status").read_text()

    assert matched == {child.pid: ["default:planted"]}
    assert counts == {"default:planted": 1}
    assert row["hits"]
    assert row["read"] > 1 << 20
    assert after > before
    assert "TracerPid:\t0\n" in status
    assert marker.decode() not in json.dumps(row)
    assert gaps == []


def test_of_a_process_beyond_the_limit_only_what_was_scanned_counts_and_it_is_partial(
    marker, monkeypatch, machine
):
    monkeypatch.setattr(process_scan, "LARGEST", 4 << 20)
    with busy(marker) as child:
        alone(child, monkeypatch)
        whole = of(child, machine).size
        item = next(iter(ProcessScan(rules_for(marker), {}, {}).collect(machine)))
        taken = hosts.read(item)
    row = json.loads(taken.data)

    assert 4 << 20 <= row["read"] < 5 << 20
    assert row["errors"] == [f"over {4 << 20} bytes: {whole - row['read']} more were not scanned"]
    assert [each.error for each in taken.missing] == row["errors"]


# A page of a file that was cut off meanwhile: reading it is an error, as the process's own is.
CUT = """
import mmap, os, sys, tempfile
file = tempfile.TemporaryFile()
file.truncate(8192)
held = mmap.mmap(file.fileno(), 8192)
file.truncate(4096)
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_run_that_has_to_end_does_not_wait_for_a_large_process(marker, monkeypatch, machine):
    asked = iter([False, False, True])
    with busy(marker) as child:
        alone(child, monkeypatch)
        scan = ProcessScan(rules_for(marker), {}, {}, stop=lambda: next(asked))
        taken = hosts.read(next(iter(scan.collect(machine))))
    row = json.loads(taken.data)

    assert 0 < row["read"] <= 2 * process_scan.CHUNK
    (told,) = row["errors"]
    assert told.startswith("the run was ended here: ")
    assert [each.error for each in taken.missing] == [told]


def test_pages_that_could_not_be_read_are_not_counted_as_read(marker, monkeypatch, machine):
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", CUT], stdin=pipe, stdout=pipe) as child:
        assert child.stdout.readline() == b"ready\n"
        alone(child, monkeypatch)
        whole = of(child, machine).size
        ((row,), _, _, _) = scanned(rules_for(marker), machine)
        child.stdin.close()

    assert (row["unread"], row["read"]) == (4096, whole - 4096)
    assert row["errors"] == ["4096 bytes could not be read"]


def test_of_a_process_that_is_too_large_the_memory_around_a_match_is_kept(
    marker, monkeypatch, machine
):
    monkeypatch.setattr(chosen, "LARGEST", 4 << 20)
    with busy(marker) as child:
        alone(child, monkeypatch)
        scan = ProcessScan(rules_for(marker), matched := {}, {})
        row = json.loads(hosts.read(next(iter(scan.collect(machine)))).data)
        image, _ = ProcessMemory(matched, scan.places).collect(machine)
        held = cores.limed(hosts.read(image).data)
    places = [int(hit["address"], 16) for hit in row["hits"]]

    assert [f"{place:#x}" for place in scan.places[child.pid]] == [f"{p:#x}" for p in places]
    for place in places:
        (found,) = (
            data[place - start :] for start, data in held.items()
            if start <= place < start + len(data)
        )  # fmt: skip
        assert found.startswith(marker)


def test_inventory_is_told_and_is_no_reason_to_keep_the_memory(marker, monkeypatch, machine):
    with busy(marker) as child:
        alone(child, monkeypatch)
        matched, counts = {}, {}
        scan = ProcessScan(rules_for(marker), matched, counts, frozenset({"planted"}))
        account, _ = scan.collect(machine)
        row = json.loads(hosts.read(account).data)

    assert matched == {}
    assert counts == {"default:planted": 1}
    assert row["hits"][0]["rule"] == "default:planted"


def test_our_own_memory_holds_the_rules_and_is_not_scanned(marker, machine):
    rows, matched, _, _ = scanned(rules_for(marker), machine)

    assert os.getpid() not in {row["pid"] for row in rows}
    assert matched == {}


def test_a_process_that_holds_what_many_rules_look_for_is_told_as_one(marker, monkeypatch, machine):
    words = [marker + b" %02d" % number for number in range(OF_A_SCANNER)]
    text = "".join(
        f'rule planted_{n} {{ strings: $a = "{word.decode()}" condition: $a }}\n'
        for n, word in enumerate(words)
    )
    engine = ENGINES["yara"]()
    rules = Rules(compiled=engine.compile([RuleFile("x", "default", text)]), engine="")
    for held, told in ((words, True), (words[1:], False)):
        with busy(b" ".join(held)) as child:
            alone(child, monkeypatch)
            item, _ = ProcessScan(rules, {}, {}, remarks=(remarks := {})).collect(machine)
            row = json.loads(hosts.read(item).data)
            program = os.path.realpath(sys.executable)

        assert len({hit["rule"] for hit in row["hits"]}) == len(held)
        assert any("it may hold rules or texts about" in error for error in row["errors"]) is told
        assert remarks == ({"scanner": [f"{child.pid} {program}"]} if told else {})


def test_a_process_whose_memory_ends_the_engine_costs_no_other_its_scan(
    marker, monkeypatch, machine, tmp_path
):
    place = crashing.yara_at(tmp_path / "yara")
    entry = f"import sys; sys.path.insert(0, {str(place)!r}); "
    apart = EngineApart("yara", entry + "from evidence.engines.serving import serve; serve()")
    text = f'rule planted {{ strings: $a = "{marker.decode()}" condition: $a }}'
    rules = Rules(compiled=apart.compile([RuleFile("x", "default", text)]), engine=apart.version)
    heard = []
    with busy(crashing.MARK) as hostile, busy(marker) as other:
        monkeypatch.setattr(process, "_family", lambda _: set())
        monkeypatch.setattr(process.procfs, "numbers", lambda _: [hostile.pid, other.pid])
        scan = ProcessScan(rules, {}, {}, searched=lambda *told: heard.append(told))
        one, two, _ = map(hosts.read, scan.collect(machine))
    apart.close()
    one, two = json.loads(one.data), json.loads(two.data)

    assert "the process that read it ended (exit code -11)" in one["errors"][0]
    assert [each["rule"] for each in two["hits"]] == ["default:planted"] * len(two["hits"])
    assert (len(two["hits"]) > 0, two["errors"]) == (True, [])
    assert [bool(why) for _, why in heard] == [True, False]


def test_a_process_that_ends_before_its_turn_is_told(marker, monkeypatch, machine):
    with busy(marker) as child:
        alone(child, monkeypatch)
        artifact, _ = ProcessScan(rules_for(marker), {}, {}).collect(machine)
    row = json.loads(hosts.read(artifact).data)

    assert (row["read"], row["hits"]) == (0, [])
    assert row["errors"][0].startswith(("ENOENT", "ESRCH"))


def stat(pid, name, state="S", flags=0):
    return f"{pid} ({name}) {state} 1 1 1 0 -1 {flags}" + " 0" * 30


def test_whoever_is_not_scanned_is_named_with_the_reason(tmp_path, marker):
    (parent, us), host = (os.getppid(), os.getpid()), hosts.linux(tmp_path)
    for pid, line in {
        2: stat(2, "kthreadd", flags=0x0020_8040), 3: stat(3, "a) (b", "Z"), 5: stat(5, "sshd"),
        6: "no line", us: stat(us, "hozen"), parent: stat(parent, "sh"),
    }.items():  # fmt: skip
        host.with_file(f"/proc/{pid}/stat", line)
    (host.root / "proc/4").mkdir()
    (host.root / "proc/5/maps").mkdir()  # nobody can read it, whatever their rights
    source = Source(str(host.root), live=True)
    listed, gap = ProcessScan(rules_for(marker), {}, {}).collect(source)
    source.close()
    found = json.loads(hosts.read(listed).data)["passed_over"]
    told = {why: [tuple(row.values()) for row in rows] for why, rows in found.items()}

    assert told["kernel thread"] == [("", "kthreadd", 2)]
    assert told["ended"] == [("", "a) (b", 3)]
    assert told["vanished"] == [("ENOENT: No such file or directory", "", 4)]
    assert told["closed"] == [
        ("ENOTSUP: a folder; not read", "sshd", 5), ("no line of /proc/<pid>/stat", "", 6),
    ]  # fmt: skip
    assert set(told["left out"]) == {("", "hozen", us), ("", "sh", parent)}
    assert (gap.origin, gap.reason) == ("hozen:/process-scan", Reason.DENIED)
    assert gap.detail == "2 processes: the kernel does not let us read their memory: 5, 6"


def test_a_copy_of_a_machine_has_no_processes(tmp_path, marker):
    copy = Source(str(tmp_path), live=False)
    (gap,) = ProcessScan(rules_for(marker), {}, {}).collect(copy)
    copy.close()

    assert gap.detail == "not a running machine"


def test_a_running_windows_says_that_no_memory_of_processes_is_read(marker):
    windows = this_windows()
    table = collectors_for(Profile.STANDARD, of="live windows")
    run = scanning(table, rules_for(marker), Findings())
    mine = [one for one in run if one.name in (ProcessScan.name, ProcessMemory.name)]
    gaps = [gap for one in mine for gap in one.collect(windows)]
    (asked,) = ProcessMemory(asked=[4]).collect(windows)
    windows.close()

    assert (asked.expected, {gap.expected for gap in gaps}) == (True, {False})

    assert [(gap.origin, gap.reason) for gap in gaps] == [
        ("hozen:/process-scan.json", Reason.UNSUPPORTED),
        ("hozen:/process-memory.json", Reason.UNSUPPORTED),
    ]
    assert {gap.detail.rpartition("processes ")[2] for gap in gaps} == {
        "is not read by this version"
    }


# A file on a mount whose server answers nobody: reading a page of it there never ends.
MAPPED = """
import mmap, sys
file = open(sys.argv[1], "rb")
held = [mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ) for _ in range(3)]
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def mapping(where):
    """A process that maps a file of a mount that hangs, and has never read it."""
    pipe = subprocess.PIPE
    with mounting.fuse(where):
        command = [sys.executable, "-c", MAPPED, f"{where}/hangs"]
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe)
        assert child.stdout.readline() == b"ready\n"
        yield child
    child.stdin.close()  # no sooner: it could not end
    child.stdout.close()
    child.wait()


def within(seconds, call):
    """What a call gives, unless it hangs: then it is left to hang."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "it hangs"
    return found[0]


def taken_of(child, marker, machine):
    """Its account, and its memory."""
    ((row,), _, _, _) = within(20, lambda: scanned(rules_for(marker), machine))
    image, _ = ProcessMemory({child.pid: ["x"]}).collect(machine)
    return row, within(20, lambda: hosts.read(image))


def test_what_is_mapped_from_a_mount_that_is_not_local_is_not_read_and_is_named(
    marker, monkeypatch, tmp_path
):
    with mapping(tmp_path / "remote") as child:
        alone(child, monkeypatch)
        machine = Source("/", guard=Guard(quiet=0.5))
        whole = of(child, machine).size
        row, taken = taken_of(child, marker, machine)
        machine.close()

    told = f"mapped from a fuse mount, not read: {tmp_path}/remote/hangs"
    assert (row["read"], row["unread"]) == (whole - 3 * 4096, 3 * 4096)
    assert row["errors"] == [f"{3 * 4096} bytes could not be read", told]
    assert {each.error for each in taken.missing} == {told}
    assert machine.guard.given_up == []  # it was not even asked


def test_a_mount_that_hangs_and_was_taken_away_costs_its_deadline_once(
    marker, monkeypatch, tmp_path
):
    with mapping(tmp_path / "remote") as child:
        mounting.detach(tmp_path / "remote")
        alone(child, monkeypatch)
        machine = Source("/", guard=Guard(quiet=0.5))
        row, taken = taken_of(child, marker, machine)
    for left in machine.guard.given_up:  # with the mount it could end; who is busy ends it late
        os.waitid(os.P_PID, left, os.WEXITED | os.WNOWAIT)
    machine.close()

    assert row["unread"] == 3 * 4096
    assert row["errors"][1] == "ETIMEDOUT: no answer within 0.5 s: /hangs"
    why = "not asked for, since it did not answer before: /hangs"
    assert row["errors"][2:] == [why]
    assert {each.error for each in taken.missing} == {why}
    assert len(machine.guard.given_up) == 1


def test_processes_that_were_named_stay_so_behind_the_scan_and_alone_are_not_scanned(marker):
    rules = rules_for(marker)
    scan, taking = scanning([ProcessMemory(asked=[5])], rules, Findings())
    alone = ProcessMemory(asked=[5], others=False)

    assert (scan.name, taking.asked, taking.others) == (ProcessScan.name, (5,), True)
    assert scanning([alone], rules, Findings()) == [alone]
