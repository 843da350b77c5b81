"""Imaging that is killed or told to end: gone on with, the image is the disk, byte for byte."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import bundles
import disks
import pytest
import runs
from disks import MIB
from leftovers import SEED, SMALL, killed_when, weight, what_is_left, write_small
from mounting import fuse

from evidence.collecting.collection import collect
from evidence.collecting.resume import ResumeError
from evidence.intake import import_bundle
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle
from evidence.telling.collected import Collected

KILLS = 50
BLOCK = 4096
BAD = [3, 62, 63, 64, 100, *range(192, 256), 700, 702, 1500, 1534]
"""Blocks: in the first piece and the last, one range over two pieces, one whole piece."""
PIECE = 256 << 10
SETTINGS = {**SMALL, "collectors.disk.whole.pieces.PIECE": PIECE}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    write_small(monkeypatch)
    monkeypatch.setattr("collectors.disk.whole.pieces.PIECE", PIECE)


def disk_of(path: Path, size: int = 6 * MIB) -> Path:
    """A partitioned disk that nothing makes smaller."""
    file_system = disks.ext(path.with_suffix(".ext"), size=size // 2)
    disks.divided(path, (file_system, "0FC63DAF-8483-4772-8E79-3D69D8477DE4"))
    dice = random.Random(SEED)
    with path.open("r+b") as file:
        file.seek(2 * MIB)
        file.write(dice.randbytes(size - 3 * MIB))
        file.truncate(size)
    path.write_bytes(path.read_bytes())  # no holes
    return path


def imaging(output: Path, disk: Path | str, *options: object):
    return runs.begun("image", disk, "--output", output, *options, settings=SETTINGS)


def resumed(bundle: Path, disk: Path | str, **more) -> Collected:
    request = Request(
        output=bundle.parent, source=str(disk), only=("disk", "disk-image"), skip=("yara",),
        resume=bundle, **more,
    )  # fmt: skip
    return collect(request, key=bundles.STRANGER)


def is_the_disk(bundle: Path, disk: Path, case: Path, bad: Sequence[int] = ()) -> None:
    done = import_bundle(bundle, case, identities=[bundles.IDENTITY], image="raw")
    expected = disks.zeroed(disk.read_bytes(), bad, sector=BLOCK)

    assert (done.host / "image" / done.image.file).read_bytes() == expected
    assert [n for each in done.image.missing for n in blocks(each.offset, each.size)] == list(bad)
    assert done.image.digests == {"sha256": hashlib.sha256(expected).hexdigest()}


def blocks(offset: int, size: int) -> range:
    """The numbers of the blocks that a range covers, wholly."""
    assert offset % BLOCK == size % BLOCK == 0
    return range(offset // BLOCK, (offset + size) // BLOCK)


@pytest.mark.parametrize(
    ("kills", "options"), [(KILLS, ()), (6, ("--recipient", bundles.RECIPIENT))]
)
@pytest.mark.timeout(600)
def test_killed_at_random_instants_and_gone_on_with_the_image_is_the_disk(tmp_path, kills, options):
    disk = disk_of(tmp_path / "disk.img")
    killed_and_gone_on_with(tmp_path, disk, disk, kills, options)


@pytest.mark.timeout(600)
def test_killed_at_random_instants_a_disk_with_bad_blocks_lacks_exactly_these(tmp_path):
    disk = disk_of(tmp_path / "disk.img")
    with fuse(tmp_path / "m", disk=disk, bad=BAD) as where:
        killed_and_gone_on_with(tmp_path, disk, Path(where) / "disk", 12, (), BAD)


def killed_and_gone_on_with(tmp_path, disk, device, kills, options, bad=()):
    """Runs that are killed; `device` is what they read, `disk` the bytes behind it."""
    (tmp_path / "whole").mkdir()
    begin = time.monotonic()
    assert runs.ended(imaging(tmp_path / "whole", device, *options)).code == (3 if bad else 0)
    life, whole = time.monotonic() - begin, weight(tmp_path / "whole")
    dice, seen = random.Random(SEED), Counter[str]()

    def has_seen_enough() -> bool:
        marred_enough = not bad or seen["marred"] > kills // 4
        return seen["partial"] > kills // 3 and marred_enough

    for number in range(4 * kills):  # on a busy machine many a kill comes too late
        if number >= kills and has_seen_enough():
            break
        output = tmp_path / str(number)
        output.mkdir()
        share = dice.random()
        moment = (life * share, 0) if number % 3 == 0 else (0.0, round(whole * share))
        path = killed_when(imaging(output, device, *options), output, *moment)
        left = what_is_left(path)
        seen[left] += 1
        try:
            if left == "partial":
                seen["marred"] += bool(bad and marred(path))
                assert resumed(path, device).sealed
            if left in ("partial", "sealed"):
                is_the_disk(path, disk, tmp_path / f"case-{number}", bad)
        except AssertionError as error:
            error.add_note(f"seed {SEED}, kill {number} at {moment} of {life, whole}: {path}")
            raise

    assert has_seen_enough(), seen


def marred(bundle: Path) -> list[str]:
    """The pieces in a bundle that lack something."""
    records = open_bundle(bundle, allow_partial=True).records()
    return [r.meta.source.origin for r in records if r.content.ranges_missing]


def interrupted(tmp_path: Path, disk: Path | str, *options: object) -> tuple[Path, runs.Ended]:
    """A run that was told to end when it had closed some volumes of the image."""
    output = tmp_path / "out"
    output.mkdir()
    child = imaging(output, disk, *options)
    while not list(output.glob("HZ_*/data/volume-00008*")):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    return runs.bundle_in(output), runs.ended(child)


def taken(bundle: Path) -> list[str]:
    """The pieces in a bundle, in order."""
    records = open_bundle(bundle, allow_partial=True).records()
    names = [r.meta.source.origin for r in records if r.content.status == "acquired"]
    return [name for name in names if name.startswith("disk:/image.")]


def test_it_says_how_to_go_on_and_goes_on_at_the_first_piece_that_no_volume_holds(tmp_path):
    disk = disk_of(tmp_path / "disk.img", 24 * MIB)
    path, ended = interrupted(tmp_path, disk)
    before = taken(path)
    done = runs.hozen("image", disk, "--resume", path, settings=SETTINGS)

    assert ended.code == 3
    assert f"To go on: hozen image {disk} --resume {path}" in ended.out
    # A piece that the end cut off stays a partial item beside the whole one: that is told.
    assert (done.code, "Taken in part: 1" in done.out) in ((0, False), (3, True)), done
    assert 0 < len(before) < 96
    assert taken(path) == [f"disk:/image.{number:03d}" for number in range(1, 97)]
    is_the_disk(path, disk, tmp_path / "case")


def test_another_disk_is_refused_and_the_bundle_stays_as_it_was(tmp_path):
    disk = disk_of(tmp_path / "disk.img", 24 * MIB)
    other = disk_of(tmp_path / "other.img", 24 * MIB)  # of the same size, its GPT has other numbers
    path, _ = interrupted(tmp_path, disk)
    before = sorted(path.rglob("*"))

    with pytest.raises(ResumeError, match="is the image of another disk"):
        resumed(path, other)
    done = runs.hozen("image", other, "--resume", path, "--quiet", settings=SETTINGS)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert sorted(path.rglob("*")) == before


def test_a_second_copy_of_a_run_that_is_gone_on_with_is_brought_up_to_date(tmp_path):
    disk = disk_of(tmp_path / "disk.img", 24 * MIB)
    second = tmp_path / "second"
    path, ended = interrupted(tmp_path, disk, "--second-copy", second)
    assert f"--resume {path} --second-copy {second}" in ended.out
    assert "both copies are verified, and the same" in ended.out
    copy = second / path.name
    os.unlink(max((copy / "data").iterdir()))  # as if the medium had been pulled out first
    os.unlink(max((copy / "custody").glob("*.json")))
    os.unlink(max((copy / "custody").glob("*.json")))

    done = resumed(path, disk, second=second)

    assert done.second is not None
    assert done.second.complete, done.second.why_not
    is_the_disk(copy, disk, tmp_path / "case")
