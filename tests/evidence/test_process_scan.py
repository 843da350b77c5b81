"""YARA over the memory of another process that never stops."""

from __future__ import annotations

import json
import os

import hosts
import pytest
from busy import alone, busy

from collectors.artifact import Artifact, Gap, Profile, Reason
from collectors.live_windows.machine import this_windows
from collectors.ram.processes import ProcessMemory
from collectors.source import Source
from collectors.table import collectors_for
from evidence.choice import scanning
from evidence.engines.choice import ENGINES
from evidence.engines.engine import RuleFile
from evidence.process_scan import ProcessScan
from evidence.scanner import Rules
from evidence.session import Findings


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
    rows = [json.loads(hosts.read(one).data) for one in found if isinstance(one, Artifact)]
    return rows, matched, counts, gaps


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


def test_inventory_is_told_and_is_no_reason_to_keep_the_memory(marker, monkeypatch, machine):
    with busy(marker) as child:
        alone(child, monkeypatch)
        matched, counts = {}, {}
        scan = ProcessScan(rules_for(marker), matched, counts, frozenset({"planted"}))
        (account,) = scan.collect(machine)
        row = json.loads(hosts.read(account).data)

    assert matched == {}
    assert counts == {"default:planted": 1}
    assert row["hits"][0]["rule"] == "default:planted"


def test_our_own_memory_holds_the_rules_and_is_not_scanned(marker, machine):
    rows, matched, _, _ = scanned(rules_for(marker), machine)

    assert os.getpid() not in {row["pid"] for row in rows}
    assert matched == {}


def test_a_process_that_ends_before_its_turn_is_told(marker, monkeypatch, machine):
    with busy(marker) as child:
        alone(child, monkeypatch)
        (artifact,) = ProcessScan(rules_for(marker), {}, {}).collect(machine)
    row = json.loads(hosts.read(artifact).data)

    assert (row["read"], row["hits"]) == (0, [])
    assert row["errors"][0].startswith(("ENOENT", "ESRCH"))


def test_processes_that_are_closed_to_us_are_one_gap(marker, monkeypatch, machine):
    closed = Gap(origin="/proc/1/mem", kind="process", reason=Reason.DENIED)
    monkeypatch.setattr("evidence.process_scan.living", lambda _: iter([closed, closed]))
    _, _, _, (gap,) = scanned(rules_for(marker), machine)

    assert (gap.reason, gap.detail[:11]) == (Reason.DENIED, "2 processes")


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
    windows.close()

    assert [(gap.origin, gap.reason) for gap in gaps] == [
        ("hozen:/process-scan.json", Reason.UNSUPPORTED),
        ("hozen:/process-memory.json", Reason.UNSUPPORTED),
    ]
    assert {gap.detail.rpartition("processes ")[2] for gap in gaps} == {
        "is not read by this version"
    }
