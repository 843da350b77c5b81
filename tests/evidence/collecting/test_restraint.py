"""What a run leaves to the machine's own work: memory, and the time of its disks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import bundles
import pytest
import runs

from chain_of_custody.verdict import Exit
from collectors.artifact import Artifact, Phase
from collectors.files.mounts import Mounts
from collectors.files.snapshot import Stream
from collectors.files.source import Source
from evidence.cli.shared import Voice
from evidence.cli.taking.progress import Moving
from evidence.cli.taking.running import Plain
from evidence.cli.texts import Texts
from evidence.collecting.pipeline import Pipeline
from evidence.machine import endpoint, restraint
from evidence.machine.clock import Clock
from evidence.planning.request import Limits
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.telling.ended import balance
from evidence.telling.timeleft import TimeLeft
from evidence.writing.history import Tally

MIB = 1 << 20
ENOUGH, LITTLE = (8 << 30, 16 << 30), (100 * MIB, 16 << 30)


@pytest.fixture
def passing(monkeypatch) -> list[float]:
    """A clock that only moves when something waits; how long each wait was."""
    slept: list[float] = []
    clock = SimpleNamespace(
        sleep=lambda seconds: slept.append(seconds) if seconds > 0 else None,
        monotonic=lambda: sum(slept),
    )
    monkeypatch.setattr(restraint, "time", clock)
    return slept


@pytest.fixture
def memory(monkeypatch):
    """What the machine tells of its memory: the last of these for ever."""
    told = [ENOUGH]
    monkeypatch.setattr(endpoint, "memory", lambda: told.pop(0) if len(told) > 1 else told[0])
    return told


# Memory.


def test_this_machine_tells_what_is_free_and_what_it_has():
    free, total = endpoint.memory()
    stated = re.search(r"MemTotal: +([0-9]+) kB", Path("/proc/meminfo").read_text())

    assert total == int(stated[1]) << 10
    assert 0 < free < total


@pytest.mark.parametrize(
    ("told", "short", "waited"),
    [
        ([ENOUGH], False, 0),
        ([None], False, 0),  # not told: nobody is kept waiting for it
        ([LITTLE], True, 60),
        ([LITTLE, LITTLE, ENOUGH], False, 1),
        ([(100 * MIB, 1 << 30)], False, 0),  # a small machine works with less
        ([(60 * MIB, 1 << 30)], True, 60),
    ],
)
def test_waits_for_a_minute_and_no_longer(told, short, waited, memory, passing):
    memory[:] = told

    assert restraint.Patience(lambda: None).brings_none(lambda: False) is short
    assert sum(passing) == waited


def test_who_is_asked_to_stop_does_not_wait(memory, passing):
    memory[:] = [LITTLE]

    assert restraint.Patience(lambda: None).brings_none(lambda: True) is False
    assert passing == []


def taken(path: Path, *collectors, live: bool = True, **more):
    source = Source(str(path.parent), live=live, mounts=Mounts([]))
    writer = bundles.writer_at(path)
    run = Pipeline(writer, source, **{"clock": Clock(), **more})
    run.run(collectors)
    writer.seal(Clock().reading())
    records = open_bundle(path, identities=[bundles.IDENTITY]).records()
    return run.findings, [(r.meta.collector, r.content.status, r.meta.errors) for r in records]


def collectors():
    return [
        bundles.Given(bundles.things(1), "sockets", Phase.VOLATILE),
        bundles.Given(bundles.things(2)[1:], "event-logs", Phase.LOGS),
        bundles.Given(bundles.things(5)[3:], "registry", Phase.DISK),
    ]


SAID = "the least memory that is left to this machine's own work was met"


def test_a_machine_short_of_memory_gives_what_vanishes_and_is_told_of_the_rest(
    tmp_path, memory, passing
):
    memory[:] = [LITTLE]
    findings, records = taken(tmp_path / "b", *collectors())
    gap = [f"{SAID}; what was left of it was not taken"]

    assert records == [
        ("sockets", "acquired", []), ("event-logs", "gap", gap), ("registry", "gap", gap),
    ]  # fmt: skip
    assert (findings.limited, findings.reasons) == ("memory", {"skipped": 2})
    assert sum(passing) == 60  # once, not for each of them
    assert verify_bundle(tmp_path / "b").exit is Exit.VERIFIED


def test_a_machine_that_runs_short_while_a_large_item_is_read_keeps_what_was_read(
    tmp_path, memory, passing
):
    memory[:] = [ENOUGH] * 3 + [LITTLE]
    _, records = taken(tmp_path / "b", bundles.Given([LARGE, *bundles.things(1)], "registry"))
    (_, status, errors), gap = records

    assert (status, gap[1]) == ("partial", "gap")
    assert f"{SAID} while it was read" in errors
    assert verify_bundle(tmp_path / "b").exit is Exit.VERIFIED


def unsigned(path: Path) -> set[str]:
    """The volumes of a bundle that no event tells of."""
    events = [json.loads(each.read_bytes()) for each in (path / "custody").glob("*.json")]
    closed = {e["detail"]["volume"]["name"] for e in events if e["type"] == "volume_closed"}
    return {each.name for each in (path / "data").iterdir()} - closed


LARGE = Artifact("/large", "disk", lambda: Stream(bytes(MIB) for _ in range(64)))


@pytest.mark.parametrize("things", [[LARGE], bundles.things(40)], ids=["large", "small"])
def test_no_volume_is_open_while_memory_is_waited_for(
    things, tmp_path, memory, passing, monkeypatch
):
    """Between two parts of a large item, and between small ones: a stick may be pulled then."""
    left_open = []

    def sleep(seconds: float) -> None:
        passing.append(seconds)
        left_open.append(unsigned(tmp_path / "b"))

    monkeypatch.setattr(restraint.time, "sleep", sleep)
    memory[:] = [ENOUGH] * 2 + [LITTLE] * 5 + [ENOUGH]
    _, records = taken(tmp_path / "b", bundles.Given(things, "registry"))

    assert sum(passing) == 2.0
    assert left_open == [set()] * 4
    assert "partial" not in {status for _, status, _ in records}
    assert verify_bundle(tmp_path / "b").exit is Exit.VERIFIED


class Hears:
    """A listener that counts what it is told of memory."""

    def __init__(self) -> None:
        self.told = 0

    def collector(self, name: str, index: int, total: int) -> None:
        pass

    def item(self, origin: str, stored: int) -> None:
        pass

    def waiting(self) -> None:
        self.told += 1


def test_a_run_waits_for_a_minute_in_all_and_tells_it_once(tmp_path, memory, passing):
    memory[:] = [LITTLE] * 81 + [ENOUGH] + [LITTLE]  # forty seconds, and later for good
    hears = Hears()
    findings, _ = taken(tmp_path / "b", *collectors(), listener=hears)

    assert (findings.limited, sum(passing), hears.told) == ("memory", 60, 1)


def test_the_time_that_was_allowed_ends_the_wait_for_memory(tmp_path, memory, passing):
    class Waits(Clock):
        def mono(self) -> int:
            return int(sum(passing) * 10**9)

    memory[:] = [LITTLE]
    limits = Limits(time=10 * 10**9)
    findings, records = taken(tmp_path / "b", *collectors(), clock=Waits(), limits=limits)

    assert (findings.limited, sum(passing)) == ("--max-time", 10)
    assert [status for _, status, _ in records] == ["acquired", "gap", "gap"]


def test_of_an_image_the_memory_of_who_examines_it_ends_nothing(tmp_path, memory, passing):
    memory[:] = [LITTLE]
    findings, records = taken(tmp_path / "b", *collectors(), live=False)

    assert {status for _, status, _ in records} == {"acquired"}
    assert (findings.limited, passing) == (None, [])


# The rate.


def test_a_rate_holds_back_every_byte_and_gives_no_credit_for_pauses(passing):
    pace = restraint.Pace(2 * MIB)
    for _ in range(64):
        pace.update(memoryview(bytes(64 << 10)))
    assert sum(passing) == pytest.approx(2.0, abs=1 / 16)  # the last has its time still to come

    passing.append(100.0)  # somebody else's time
    before = len(passing)
    for _ in range(3):
        pace.update(memoryview(bytes(MIB)))
    assert passing[before:] == [pytest.approx(0.5)] * 2


def test_what_is_read_slower_than_the_rate_is_not_held_back(passing):
    pace = restraint.Pace(MIB)
    for _ in range(10):
        passing.append(0.1)  # to read it
        pace.update(memoryview(bytes(64 << 10)))

    assert passing == [0.1] * 10


def test_items_are_read_at_the_rate_that_was_allowed_and_memory_is_not(tmp_path, passing):
    source, writer = bundles.empty_source(tmp_path), bundles.writer_at(tmp_path / "b")
    item = bundles.artifact("/a", bytes(3 * MIB))
    run = Pipeline(writer, source, clock=Clock(), limits=Limits(rate=MIB))
    run.run([
        bundles.Given([item], "memory", Phase.MEMORY), bundles.Given([item], "files", Phase.DISK),
    ])  # fmt: skip

    assert sum(passing) == pytest.approx(3.0, abs=1 / 16)


@pytest.mark.parametrize(("rate", "code"), [("0", 2), ("1GiB", 0)])
def test_the_option_is_one_of_collect(rate, code, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a").write_bytes(b"a")
    done = runs.hozen(
        "collect", "--source", tmp_path / "tree", "--output", tmp_path / "out", "--max-rate", rate
    )

    assert done.code == code, done.err


# What is said.


@pytest.mark.parametrize(
    ("language", "says"), [("en", "ran short of memory"), ("ja", "空きメモリ")]
)
def test_it_is_said_in_both_languages(language, says, tmp_path, memory, passing):
    memory[:] = [LITTLE]
    findings, _ = taken(tmp_path / "b", *collectors())
    ended = SimpleNamespace(tally=Tally(), findings=findings)

    assert any(says in line for line in balance(Texts(language), ended, named=False))


@pytest.mark.parametrize(
    ("language", "says"), [("en", "short of memory"), ("ja", "空きメモリが少ない")]
)
@pytest.mark.parametrize("face", [Plain, Moving])
def test_that_it_waits_is_said_in_both_languages(face, language, says, capsys):
    shown = face(Voice(t=Texts(language)), TimeLeft())
    shown.waiting()
    shown.close()

    assert says in capsys.readouterr().err
