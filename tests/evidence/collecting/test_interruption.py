"""A run that is killed, pulled off its medium or told to end: what is left, and going on."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import bundles
import pytest
import runs
from leftovers import (
    SEED,
    SMALL,
    begun_and_closing,
    five_files,
    goes_on,
    is_whole,
    killed_when,
    pulled,
    request,
    weight,
    what_is_left,
    world,
    write_small,
)
from mounting import mounted

from chain_of_custody.verdict import Exit
from collectors.files.guard import Guard
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle

KILLS = 100
ENCRYPTED_KILLS = 20


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    write_small(monkeypatch)


# Killed.


def collecting(output: Path, tree: Path, *options: str, started: bool = False):
    return runs.begun(
        "collect", "--output", output, "--source", tree, "--profile", "quick", *options,
        settings=SMALL, started=started,
    )  # fmt: skip


def a_life(output: Path, tree: Path, *options: str) -> tuple[float, int]:
    """What an undisturbed run takes: seconds, and bytes of its bundle."""
    begin = time.monotonic()
    assert runs.ended(collecting(output, tree, *options)).code == 0
    return time.monotonic() - begin, weight(output)


def kill_many(tmp_path: Path, kills: int, *options: str) -> dict[str, int]:
    """Every third by the clock; the others by what lies there, which no machine's load moves.

    Every tenth is a process that was started, the others are forks.
    """
    tree = world(tmp_path / "tree")
    (tmp_path / "whole").mkdir()
    life, whole = a_life(tmp_path / "whole", tree, *options)
    dice, seen = random.Random(SEED), dict.fromkeys(("nothing", "unsigned", "partial", "sealed"), 0)
    for number in range(kills):
        output = tmp_path / str(number)
        output.mkdir()
        share = dice.random()
        moment = (life * share, 0) if number % 3 == 0 else (0.0, round(whole * share))
        child = collecting(output, tree, *options, started=number % 10 == 0)
        path = killed_when(child, output, *moment)
        try:
            left = what_is_left(path)
            if left == "partial" and number % 10 < 2:
                done = runs.hozen("collect", "--resume", path, "--source", tree, settings=SMALL)
                assert done.code == 0, done.err
                is_whole(path, tree)
            elif left == "partial":
                goes_on(path, tree)
        except AssertionError as error:
            error.add_note(f"seed {SEED}, kill {number} at {moment} of {life, whole}: {path}")
            raise
        seen[left] += 1
    return seen


@pytest.mark.timeout(600)
def test_killed_at_a_hundred_random_instants_it_leaves_what_verifies_and_goes_on(tmp_path):
    seen = kill_many(tmp_path, KILLS)

    assert sum(seen.values()) == KILLS
    assert seen["partial"] > KILLS // 3, seen


def test_killed_while_it_encrypts_it_leaves_what_verifies_and_goes_on(tmp_path):
    seen = kill_many(tmp_path, ENCRYPTED_KILLS, "--recipient", bundles.RECIPIENT)

    assert sum(seen.values()) == ENCRYPTED_KILLS
    assert seen["partial"] > ENCRYPTED_KILLS // 3, seen


@pytest.fixture
def quick_medium(tmp_path):
    """A file system in memory, where flushing costs nothing."""
    with mounted(tmp_path / "medium") as where:
        yield Path(where)


def test_the_plug_pulled_at_every_single_step_leaves_what_verifies_and_goes_on(quick_medium):
    tree = five_files(quick_medium / "tree")
    seen, step, going = [], 0, True
    while going:
        step += 1
        output = quick_medium / str(step)
        output.mkdir()
        going = pulled(step, Request(output=output, source=str(tree), skip=("yara",)))
        seen.append(what_is_left(runs.bundle_in(output)))
        if seen[-1] == "partial":
            goes_on(runs.bundle_in(output), tree)

    assert sorted(set(seen)) == ["nothing", "partial", "sealed", "unsigned"]
    assert seen.count("partial") > 50


def test_the_plug_pulled_at_every_step_of_going_on_leaves_what_goes_on(quick_medium):
    tree = five_files(quick_medium / "tree")
    seen, step, going = [], 0, True
    while going:
        step += 1
        output = quick_medium / str(step)
        output.mkdir()
        assert pulled(60, Request(output=output, source=str(tree), skip=("yara",)))
        path = runs.bundle_in(output)
        going = pulled(step, request(path, tree))
        seen.append(what_is_left(path))
        if seen[-1] == "partial":
            goes_on(path, tree)

    assert {"partial", "sealed"} == set(seen)
    assert seen.count("partial") > 40


def test_killed_twice_in_a_row_it_still_goes_on(tmp_path):
    tree = world(tmp_path / "tree")
    output = tmp_path / "out"
    output.mkdir()
    child = begun_and_closing(output, tree, volumes=2)
    child.kill()
    runs.ended(child)
    path = runs.bundle_in(output)
    child = begun_and_closing(output, tree, "--resume", str(path), volumes=5)
    child.kill()
    runs.ended(child)

    assert what_is_left(path) == "partial"
    goes_on(path, tree)
    assert len(open_bundle(path).documents.sessions()) == 3


# Told to end.


def interrupted(
    tmp_path: Path, tree: Path, number: int, *, again: int = 0
) -> tuple[Path, runs.Ended]:
    output = tmp_path / "out"
    output.mkdir()
    child = begun_and_closing(output, tree, volumes=2)
    child.send_signal(number)
    for _ in range(again):
        time.sleep(0.01)
        child.send_signal(number)
    done = runs.ended(child)
    return runs.bundle_in(output), done


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_told_to_end_it_closes_signs_and_says_how_to_go_on(tmp_path, name):
    tree = world(tmp_path / "tree", large=6)
    path, done = interrupted(tmp_path, tree, getattr(signal, name))

    assert done.code == 3
    assert "NOT SEALED (ended by the user or the system)" in done.out
    assert f"hozen collect --resume {path} --source {tree}" in done.out
    assert "Traceback" not in done.err
    last = open_bundle(path, allow_partial=True).documents.events[-1]
    assert last.event.type == "interrupted"
    assert last.detail.cause == "signal"
    goes_on(path, tree)


def test_told_to_end_again_and_again_it_ends_the_same(tmp_path):
    tree = world(tmp_path / "tree", large=6)
    path, done = interrupted(tmp_path, tree, signal.SIGINT, again=5)

    assert done.code == 3, done
    assert "Traceback" not in done.err
    assert open_bundle(path, allow_partial=True).documents.events[-1].event.type == "interrupted"
    goes_on(path, tree)


def test_an_item_that_the_end_cut_off_is_taken_again_whole(tmp_path):
    tree = world(tmp_path / "tree", files=100, large=1, size=24 << 20)
    path, _ = interrupted(tmp_path, tree, signal.SIGTERM)
    opened = open_bundle(path, allow_partial=True)

    cut = [r for r in opened.records() if r.content.status == "partial"]
    assert [r.meta.source.origin for r in cut] == ["/ward-0/image-0.raw"]
    assert cut[0].content.ranges_missing[-1].error == "the run was ended here"
    goes_on(path, tree)


def test_ctrl_c_on_a_terminal_does_not_reach_the_child_that_reads():
    """The terminal tells its whole process group: a read cut off there would be a false gap."""
    before = children()
    guard = Guard()
    try:
        guard.stat("/etc/passwd")
        (begun,) = children() - before

        assert os.getpgid(begun) == begun
    finally:
        guard.close()


def children() -> set[int]:
    """Processes that this one began."""
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


def test_ctrl_c_on_a_terminal_ends_a_live_collection_in_order(tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    child = begun_and_closing(output, "live", volumes=2)
    os.killpg(child.pid, signal.SIGINT)
    done = runs.ended(child)
    path = runs.bundle_in(output)
    opened = open_bundle(path, allow_partial=True)

    assert done.code == 3, done
    assert not [r for r in opened.records() if "reading process" in "".join(r.meta.errors)]
    again = runs.hozen("collect", "--resume", path, settings=SMALL)
    assert again.code in (0, 3), again.err
    assert f"Sealed: {path}" in again.out
    assert open_bundle(path).verdict.exit is Exit.VERIFIED
