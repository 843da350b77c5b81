"""A run that is killed, told to end, or loses its destination: what is left, and going on."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import bundles
import pytest
import runs
from mounting import READ_ONLY, mounted, remount

from chain_of_custody.verdict import Exit
from evidence import bundle, collection, pipeline
from evidence.checked import open_bundle, verify_bundle
from evidence.collection import DestinationError, Request, collect
from evidence.resume import ResumeError

SEED = 20261122
KILLS = 100
ENCRYPTED_KILLS = 20
SMALL = {
    "bundle.VOLUME_SIZE": 192 << 10, "bundle.RECORDS_SIZE": 16 << 10,
    "collection.LEAST_ROOM": 1 << 20, "pipeline.RESERVE": 1 << 20,
}  # fmt: skip
MOUNTED = {**SMALL, "pipeline._LOOK_EVERY": 4}


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    """Runs in this process write the same small volumes as those in processes of their own."""
    monkeypatch.setattr(bundle, "VOLUME_SIZE", SMALL["bundle.VOLUME_SIZE"])
    monkeypatch.setattr(bundle, "RECORDS_SIZE", SMALL["bundle.RECORDS_SIZE"])
    monkeypatch.setattr(collection, "LEAST_ROOM", SMALL["collection.LEAST_ROOM"])
    monkeypatch.setattr(pipeline, "RESERVE", SMALL["pipeline.RESERVE"])


def world(folder: Path, *, files: int = 140, large: int = 2, size: int = 1 << 20) -> Path:
    """Small files and a few of several parts; no two have the same content."""
    dice = random.Random(SEED)
    for number in range(files):
        path = folder / f"ward-{number % 7}" / f"{number:04d}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d\n" % number + dice.randbytes(dice.choice([0, 40, 900, 5000])))
    for number in range(large):
        (folder / f"ward-{number % 7}" / f"image-{number}.raw").write_bytes(dice.randbytes(size))
    return folder


def request(path: Path, tree: Path) -> Request:
    return Request(
        output=path.parent, source=str(tree), profile="quick", skip=("yara",), resume=path
    )


def left_in(path: Path) -> dict[str, str]:
    return {p.relative_to(path).as_posix(): runs.digest(p) for p in path.rglob("*") if p.is_file()}


def goes_on(path: Path, tree: Path, *, resume=None) -> None:
    """Resume, and hold the sealed bundle against the source and against what was left."""
    before = left_in(path)
    if resume is None:
        resume = collect(request(path, tree), key=bundles.STRANGER)
        assert resume.sealed, resume.cause
    is_whole(path, tree)
    after = left_in(path)
    temporary = {name for name in before if name.endswith(".tmp")}
    assert before.keys() - after.keys() <= temporary
    kept = [n for n in before if n.startswith("data/") or n.endswith(".json")]
    assert [before[n] for n in kept] == [after[n] for n in kept]


def is_whole(path: Path, tree: Path) -> None:
    """Sealed, exit 0 with contents opened, and every source file in it as it is."""
    opened = open_bundle(path, identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED
    taken = {(r.meta.source.origin, r.content.sha256) for r in opened.records()}
    assert not set(runs.digests(tree).items()) - taken


def what_is_left(path: Path | None) -> str:
    """How a leftover presents itself; fails when that is not one of the ways that may be."""
    if path is None:
        return "nothing"
    verdict = verify_bundle(path, identities=[bundles.IDENTITY])
    if verdict.exit is Exit.UNUSABLE:
        assert not list((path / "custody").glob("*.json")) if (path / "custody").exists() else True
        (finding,) = [f for n in verdict.failed for f in verdict.stage(n).findings]
        assert "not a bundle" in finding.sentence("en")
        return "unsigned"
    assert not verdict.failed, [f.sentence("en") for f in verdict.stage(verdict.failed[0]).findings]
    assert verdict.exit is (Exit.VERIFIED if verdict.sealed else Exit.INCOMPLETE)
    return "sealed" if verdict.sealed else "partial"


# Killed.


def killed_at(instant: float, output: Path, tree: Path, *options: str) -> Path | None:
    child = runs.begun(
        "collect", "--output", output, "--source", tree, "--profile", "quick", *options,
        settings=SMALL,
    )  # fmt: skip
    time.sleep(instant)
    child.kill()
    runs.ended(child)
    return runs.bundle_in(output)


def a_life(output: Path, tree: Path, *options: str) -> float:
    """Seconds that an undisturbed run takes."""
    begin = time.monotonic()
    child = runs.begun(
        "collect", "--output", output, "--source", tree, "--profile", "quick", *options,
        settings=SMALL,
    )  # fmt: skip
    begin = time.monotonic()
    assert runs.ended(child).code == 0
    return time.monotonic() - begin


def kill_many(tmp_path: Path, kills: int, *options: str) -> dict[str, int]:
    tree = world(tmp_path / "tree")
    (tmp_path / "whole").mkdir()
    life = a_life(tmp_path / "whole", tree, *options)
    dice, seen = random.Random(SEED), dict.fromkeys(("nothing", "unsigned", "partial", "sealed"), 0)
    for number in range(kills):
        output = tmp_path / str(number)
        output.mkdir()
        instant = dice.uniform(0, life)
        path = killed_at(instant, output, tree, *options)
        try:
            left = what_is_left(path)
            if left == "partial" and number % 10 == 0:
                done = runs.hozen("collect", "--resume", path, "--source", tree, settings=SMALL)
                assert done.code == 0, done.err
                is_whole(path, tree)
            elif left == "partial":
                goes_on(path, tree)
        except AssertionError as error:
            error.add_note(
                f"seed {SEED}, kill {number} after {instant:.4f} s of {life:.2f}: {path}"
            )
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


class PulledPlug(BaseException):
    """The run ends here, wherever that is."""


class Plug:
    """Ends the run at its n-th call that changes the destination, made by the main thread."""

    CALLS = ("open", "mkdir", "rename", "write", "fsync")

    def __init__(self, monkeypatch, at: int) -> None:
        self.left = at
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._watched(getattr(os, name), name))

    def _watched(self, call, name):
        def watched(*arguments, **options):
            reads = name == "open" and not arguments[1] & os.O_CREAT
            if threading.current_thread() is threading.main_thread() and not reads:
                self.left -= 1
                if self.left == 0:
                    raise PulledPlug
            return call(*arguments, **options)

        return watched


def pulled(at: int, wanted: Request) -> bool:
    """Whether the plug was pulled before the run came to its end."""
    with pytest.MonkeyPatch.context() as patch:
        Plug(patch, at)
        try:
            assert collect(wanted, key=bundles.KEY).sealed
        except PulledPlug:
            return True
    return False


@pytest.fixture
def quick_medium(tmp_path):
    """A file system in memory, where flushing costs nothing."""
    with mounted(tmp_path / "medium") as where:
        yield Path(where)


def five_files(folder: Path) -> Path:
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_bytes(b"%d" % number * number)
    return folder


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


def begun_and_closing(output: Path, tree: Path, *options: str, volumes: int):
    """A run that has closed so many volumes, and is still at work."""
    child = runs.begun(
        "collect", "--output", output, "--source", tree, "--profile", "quick", "--quiet", *options,
        settings=SMALL,
    )  # fmt: skip
    events = volumes + 1 + len(options) // 2
    while child.poll() is None:
        path = runs.bundle_in(output)
        if path is not None and (path / "custody" / f"{events:05d}.json").exists():
            return child
        time.sleep(0.002)
    raise AssertionError(runs.ended(child))


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


# The destination.


def on_small_medium(where: str, megabytes: int):
    return mounted(where, options=f"size={megabytes}m")


@pytest.mark.parametrize("megabytes", [3, 4, 6])
def test_a_destination_that_fills_up_ends_it_softly_and_more_room_lets_it_go_on(
    tmp_path, megabytes
):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", megabytes) as where:
        done = runs.hozen(
            "collect", "--output", where, "--source", tree, "--profile", "quick", "--quiet",
            settings=MOUNTED,
        )  # fmt: skip
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert done.err == ""
        last = open_bundle(path, allow_partial=True).documents.events[-1]
        assert last.detail.cause == "destination_full"
        remount(where, options="size=40m")
        goes_on(path, tree)


@pytest.mark.parametrize("megabytes", [2, 3, 5])
def test_a_destination_filled_to_the_last_byte_leaves_what_was_closed(tmp_path, megabytes):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", megabytes) as where:
        done = runs.hozen(
            "collect", "--output", where, "--source", tree, "--profile", "quick", "--quiet",
            settings={**MOUNTED, "pipeline.RESERVE": 0},
        )  # fmt: skip
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert done.err == ""
        assert what_is_left(path) == "partial"
        signed = open_bundle(path, allow_partial=True)
        assert f"Taken: {signed.verdict.counts['acquired']} items" in done.out
        again = runs.hozen("collect", "--resume", path, "--source", tree, settings=SMALL)
        assert again.code == 4
        assert "MiB free" in again.err
        remount(where, options="size=40m")
        goes_on(path, tree)


def test_another_program_that_fills_the_destination_meanwhile_is_survived(tmp_path):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", 11) as where:
        child = begun_and_closing(Path(where), tree, volumes=1)
        greedy = os.open(f"{where}/films", os.O_WRONLY | os.O_CREAT)
        with suppress(OSError):
            while True:
                os.write(greedy, bytes(1 << 16))
        os.close(greedy)
        done = runs.ended(child)
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert what_is_left(path) == "partial"
        remount(where, options="size=60m")
        goes_on(path, tree)


def test_a_file_system_with_a_small_largest_file_ends_it_in_order(tmp_path):
    """EFBIG, as FAT32 gives it at 4 GiB: a limit on the size of files stands in for it."""
    tree = world(tmp_path / "tree", large=3)
    output = tmp_path / "out"
    output.mkdir()
    limited = ["prlimit", f"--fsize={100 << 10}"]
    done = runs.hozen(
        "collect", "--output", output, "--source", tree, "--profile", "quick", "--quiet",
        settings=SMALL, before=limited,
    )  # fmt: skip
    path = runs.bundle_in(output)

    assert done.code == 3
    assert "NOT SEALED (destination full)" in done.out
    last = open_bundle(path, allow_partial=True).documents.events[-1]
    assert last.detail.cause == "destination_full"
    goes_on(path, tree)


def test_a_medium_that_fails_ends_it_with_the_reason_signed(tmp_path, monkeypatch):
    """EIO while a volume is written: it stays as it lies, and is never closed over the hole."""
    tree = world(tmp_path / "tree")
    write, main = os.write, threading.main_thread()
    calls = iter(range(1000))

    def failing(descriptor, data):
        if threading.current_thread() is not main and next(calls) == 3:
            raise OSError(5, "Input/output error")
        return write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing)
        wanted = Request(output=tmp_path / "out", source=str(tree), skip=("yara",))
        done = collect(wanted, key=bundles.KEY)

    assert not done.sealed
    assert done.cause == "error: Input/output error"
    opened = open_bundle(done.path, allow_partial=True)
    assert opened.documents.events[-1].detail.cause == "error"
    assert opened.items == done.tally.acquired + done.tally.gap
    goes_on(done.path, tree)


# What can't begin.

REFUSED = {
    "no such source": (["--source", "{tmp}/nowhere"], 2, "no such folder to collect from"),
    "a file as source": (["--source", "{tmp}/a-file"], 2, "no such folder to collect from"),
    "unknown collector": (["--only", "horoscope"], 2, "no collector is called horoscope"),
    "bad recipient": (["--recipient", "age1nonsense"], 2, "age1nonsense"),
    "recipient file missing": (["--recipient", "{tmp}/nowhere"], 2, "nowhere"),
    "bad size": (["--max-size", "much"], 2, "much: no size"),
    "bad time": (["--max-time", "soon"], 2, "soon: no time"),
    "bad case": (["--case", "../etc"], 2, "--case"),
    "bad profile": (["--profile", "enormous"], 2, "enormous"),
    "destination is a file": (["--output", "{tmp}/a-file"], 4, "a-file"),
    "destination below a file": (["--output", "{tmp}/a-file/x"], 4, "a-file"),
    "destination in /proc": (["--output", "/proc/hozen"], 4, "/proc/hozen"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_in_one_line_before_anything_is_made(tmp_path, name):
    options, code, said = REFUSED[name]
    (tmp_path / "a-file").write_bytes(b"a file")
    (tmp_path / "tree").mkdir()
    base = ["--output", "{tmp}/out/deep", "--source", "{tmp}/tree", "--quiet"]
    done = runs.hozen("collect", *[o.format(tmp=tmp_path) for o in [*base, *options]])

    assert done.code == code
    assert said in done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert done.out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a-file", "tree"]


def test_refuses_a_destination_that_is_too_small_and_leaves_it_empty(tmp_path):
    (tmp_path / "tree").mkdir()
    with on_small_medium(tmp_path / "medium", 8) as where:
        done = runs.hozen(
            "collect", "--output", f"{where}/deep", "--source", tmp_path / "tree", "--quiet"
        )

        assert done.code == 4
        assert "only 8 MiB free, at least 64 MiB are needed" in done.err
        assert len(done.err.splitlines()) == 1
        assert os.listdir(where) == []


def test_refuses_a_destination_that_can_only_be_read(tmp_path):
    (tmp_path / "tree").mkdir()
    with mounted(tmp_path / "medium") as where:
        remount(where, flags=READ_ONLY)
        with pytest.raises(DestinationError, match="is not writable"):
            collect(Request(output=Path(where), source=str(tmp_path / "tree")))
        with pytest.raises(DestinationError, match="Read-only file system"):
            collect(Request(output=Path(where) / "deep", source=str(tmp_path / "tree")))


def test_refuses_to_go_on_with_a_folder_in_which_nothing_was_signed(tmp_path):
    tree = five_files(tmp_path / "tree")
    assert pulled(20, Request(output=tmp_path / "out", source=str(tree), skip=("yara",)))
    path = runs.bundle_in(tmp_path / "out")
    done = runs.hozen("collect", "--resume", path, "--source", tree, "--quiet")

    assert done.code == 2
    assert "nothing was signed in it yet" in done.err
    assert len(done.err.splitlines()) == 1


def test_refuses_to_go_on_with_a_sealed_bundle(tmp_path):
    with pytest.raises(ResumeError, match="is sealed already"):
        collect(request(bundles.sealed(tmp_path / "b"), tmp_path))
