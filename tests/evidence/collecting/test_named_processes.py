"""Processes whose memory is named at the command line, each of them a real one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import bundles
import cores
import pytest
import runs
from busy import busy
from leftovers import Until

from collectors.files.source import Source
from collectors.ram.processes import process
from collectors.ram.processes.chosen import ProcessMemory
from evidence.collecting.collection import collect
from evidence.collecting.process_memory import going_on
from evidence.collecting.session import Checkpoint, Resumption
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle
from evidence.telling.collected import Collected

QUICK = ("--profile", "quick", "--only", "clock", "--skip", "yara")
ACCOUNT = "hozen:/process-memory.json"


@pytest.fixture
def machine():
    source = Source("/")
    yield source
    source.close()


class Taken:
    """What a bundle has of a collector, the last of each origin."""

    def __init__(self, folder: Path) -> None:
        self.account: dict = {}
        self.images: dict[str, bytes] = {}
        self.gaps: dict[str, tuple[str, str]] = {}
        self._bytes: dict[int, bytes] = {}
        open_bundle(runs.bundle_in(folder)).extract(self)

    def data(self, item, piece) -> None:
        self._bytes[item] = self._bytes.get(item, b"") + bytes(piece)

    def record(self, record) -> None:
        origin, data = record.meta.source.origin, self._bytes.pop(record.content.seq, b"")
        if origin == ACCOUNT:
            self.account = json.loads(data)
        elif record.meta.collector == "process-memory" and record.meta.reason is not None:
            self.gaps[origin] = (record.meta.reason, record.meta.errors[0])
        elif record.meta.collector == "process-memory":
            self.images[origin] = data


def image(pid: int) -> str:
    return f"memory:/process-{pid}.lime"


def collected(folder: Path, *arguments: object) -> runs.Ended:
    return runs.hozen("collect", "--output", folder, *QUICK, *arguments)


def test_a_process_that_is_named_is_taken_though_it_is_ordinary_and_never_stops(tmp_path):
    marker = b"a marker of " + os.urandom(8).hex().encode()
    with busy(marker) as child, busy() as other:
        before = int(child.stdout.readline())
        ended = collected(tmp_path, "--process", child.pid)
        after = int(child.stdout.readline())
    taken = Taken(tmp_path)

    assert after > before
    assert ended.code == 0, ended.err
    assert list(taken.images) == [image(child.pid)] != [image(other.pid)]
    assert any(marker in data for data in cores.limed(taken.images[image(child.pid)]).values())
    assert (taken.account["asked_for"], taken.account["others_looked_at"]) == ([child.pid], False)
    assert [row["why"] for row in taken.account["processes"]] == [["asked for"]]


def test_of_several_each_that_can_t_be_read_is_a_gap_with_its_own_reason(tmp_path):
    vanished = subprocess.Popen(["true"])
    vanished.wait()
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    with busy() as child:
        numbers = f"{vanished.pid},{zombie.pid},{child.pid}"
        ended = collected(tmp_path, "--process", numbers, "--process", 2)
    zombie.wait()
    taken = Taken(tmp_path)

    assert ended.code == 3
    assert list(taken.images) == [image(child.pid)]
    assert taken.gaps == {
        image(vanished.pid): ("absent", "asked for: there is no such process, or no more"),
        image(zombie.pid): ("absent", "asked for: it has ended, only its exit code is left"),
        image(2): (
            "unsupported", "asked for: a thread of the kernel, which has no memory of its own",
        ),
    }  # fmt: skip
    assert all(f"{origin}: {why}" in ended.out for origin, (_, why) in taken.gaps.items())


def test_hozen_s_own_memory_is_never_read_but_that_of_the_shell_it_was_typed_in_is(tmp_path):
    words = runs.command("collect", "--output", tmp_path, *QUICK)
    script = '"$@" --process $$ & inner=$!; wait $inner'
    own = 'exec "$@" --process $$'
    for line in (script, own):
        subprocess.run(
            ["sh", "-c", line, "sh", *words], capture_output=True, check=False,
            env=runs.environment(), timeout=250,
        )  # fmt: skip
        taken = Taken(tmp_path)
        shutil.rmtree(runs.bundle_in(tmp_path))
        if line is script:
            assert len(taken.images) == 1
            assert taken.gaps == {}

    assert taken.images == {}
    assert list(taken.gaps.values()) == [
        ("skipped", "asked for: this program itself, or what it began: not read")
    ]


@pytest.mark.parametrize("word", ["0", "-1", "1,", "1,,2", "12345678901", "sshd", "１", "0x10"])
def test_what_is_no_number_of_a_process_is_refused(tmp_path, word):
    ended = runs.hozen("collect", "--output", tmp_path, f"--process={word}")

    assert ended.code == 2
    assert "no number of a process" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("--skip", "process-memory"), ("--source", "/proc/self/fdinfo")])
def test_a_process_whose_memory_would_not_be_taken_is_refused_at_once(tmp_path, words):
    ended = runs.hozen("collect", "--output", tmp_path, "--process", 1, *words)

    assert ended.code == 2
    assert list(tmp_path.iterdir()) == []


def session(until: str, **asked: object) -> Collected:
    end = Until(until)
    wanted = Request(profile="quick", only=("clock",), **asked)
    return collect(wanted, key=bundles.KEY, listener=end, stopping=end)


def test_a_session_that_goes_on_takes_what_it_names_though_an_earlier_one_had_others(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(process, "_ourselves", lambda _: set())  # whose children these are
    marker = b"second " + os.urandom(8).hex().encode()
    with busy() as first, busy(marker) as second:
        begun = session("footprint", output=tmp_path, skip=("yara",), processes=(first.pid,))
        done = session("", output=tmp_path, resume=begun.path, processes=(second.pid,))
    taken = Taken(tmp_path)

    assert (begun.sealed, done.sealed) == (False, True)
    assert list(taken.images) == [image(first.pid), image(second.pid)]
    assert any(marker in data for data in cores.limed(taken.images[image(second.pid)]).values())
    assert taken.account["others_looked_at"] is False


def test_processes_are_scanned_again_where_their_memory_was_still_to_be_taken():
    there = Checkpoint(collector="process-scan", count=64, chain="")
    first = Checkpoint(collector="processes", count=64, chain="")
    cut = Resumption(completed=("processes", "process-scan"), checkpoints=(first, there))
    whole = Resumption(completed=("process-scan", "process-memory"), checkpoints=(there,))

    assert going_on([], cut)[1] == Resumption(completed=("processes",), checkpoints=(first,))
    assert going_on([], whole)[1] == whole


def test_those_that_were_named_come_before_others_that_use_up_the_limit(machine, monkeypatch):
    with busy() as odd, busy() as asked:
        for name in ("_family", "_ourselves"):
            monkeypatch.setattr(process, name, lambda _: set())
        pids = sorted([odd.pid, asked.pid])
        monkeypatch.setattr(process.procfs, "numbers", lambda _: pids)
        found = ProcessMemory({pids[0]: ["a:rule"]}, asked=[pids[1]]).collect(machine)
        first, second, _ = found

    assert [first.origin, second.origin] == [image(pids[1]), image(pids[0])]
    assert (first.expected, second.expected) == (True, False)
