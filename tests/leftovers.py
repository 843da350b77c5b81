"""What a broken run leaves behind: how it presents itself, and whether it can be gone on with."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from pathlib import Path

import bundles
import pytest
import runs

from chain_of_custody.verdict import Exit
from evidence.collecting.collection import collect
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_bundle

SEED = 20261122
SMALL = {
    "evidence.writing.bundle.VOLUME_SIZE": 192 << 10,
    "evidence.writing.bundle.RECORDS_SIZE": 16 << 10,
    "evidence.planning.destination.LEAST_ROOM": 1 << 20,
    "evidence.collecting.ends.RESERVE": 1 << 20,
}  # fmt: skip


class Until:
    """Ends a run where a collector begins."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked = False

    def collector(self, name: str, _index: int, _total: int) -> None:
        self._asked = name == self._name

    def item(self, *_: object) -> None: ...

    waiting = item

    def __call__(self) -> bool:
        return self._asked


def write_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs in this process write the same small volumes as those in processes of their own."""
    for name, value in SMALL.items():
        monkeypatch.setattr(name, value)


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


def goes_on(path: Path, tree: Path) -> None:
    """Resume, and hold the sealed bundle against the source and against what was left."""
    before = left_in(path)
    done = collect(request(path, tree), key=bundles.STRANGER)
    assert done.sealed, done.cause
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
        assert not list(path.glob("custody/*.json"))
        (finding,) = [f for n in verdict.failed for f in verdict.stage(n).findings]
        assert "not a bundle" in finding.sentence("en")
        return "unsigned"
    assert not verdict.failed, [f.sentence("en") for f in verdict.stage(verdict.failed[0]).findings]
    assert verdict.exit is (Exit.VERIFIED if verdict.sealed else Exit.INCOMPLETE)
    return "sealed" if verdict.sealed else "partial"


def begun_and_closing(
    output: Path, tree: Path | str, *options: str, volumes: int
):  # fmt: skip
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


def weight(output: Path) -> int:
    """Bytes of all that a run has written so far."""
    total = 0
    for where, _, names in os.walk(output):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # renamed since
                total += (Path(where) / name).lstat().st_size
    return total


def killed_when(child, output: Path, seconds: float, size: int) -> Path | None:
    """Kill a run when so much time has gone and so many bytes are written, if it still lives."""
    begin = time.monotonic()
    while child.poll() is None and (time.monotonic() - begin < seconds or weight(output) < size):
        time.sleep(0.002)
    child.kill()
    runs.ended(child)
    return runs.bundle_in(output)


class PulledPlug(BaseException):
    """The run ends here, wherever that is."""


class Plug:
    """Ends the run at its n-th call that changes the destination, made by the main thread.

    Nothing is taken away again after it, either.
    """

    CALLS = ("open", "mkdir", "rename", "replace", "write", "fsync")

    def __init__(self, monkeypatch, at: int) -> None:
        self.left = at
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._watched(getattr(os, name), name))
        for name in ("unlink", "rmdir"):
            monkeypatch.setattr(os, name, self._until_then(getattr(os, name)))

    def _watched(self, call, name):
        def watched(*arguments, **options):
            reads = name == "open" and not arguments[1] & os.O_CREAT
            if threading.current_thread() is threading.main_thread() and not reads:
                self.left -= 1
                if self.left == 0:
                    raise PulledPlug
            return call(*arguments, **options)

        return watched

    def _until_then(self, call):
        def watched(*arguments, **options):
            if self.left <= 0:
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


def five_files(folder: Path) -> Path:
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_bytes(b"%d" % number * number)
    return folder
