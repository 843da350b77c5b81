"""What is in a folder: in order whatever its length, and a long list in little room."""

from __future__ import annotations

import os
import tracemalloc

import pytest

from collectors.bodyfile import BodyFile
from collectors.files import names
from collectors.files.mounts import Mounts
from collectors.files.names import Waiting, folders, in_order
from collectors.files.source import Source
from collectors.tree import Tree

ODD = [
    "a",
    "a\0",
    "a\0b",
    "a/b",
    "/",
    "a.b",
    "a\udcff",
    "ab",
    "a-",
    "A",
    "保全",
    "a\x01",
    "\udc80",
    "z" * 255,
]
RUNS = [1, 2, 3, len(ODD), 100]


@pytest.fixture(params=RUNS)
def run(request, monkeypatch):
    monkeypatch.setattr(names, "RUN", request.param)


@pytest.mark.usefixtures("run")
def test_names_come_by_their_raw_bytes_and_as_often_as_asked():
    entries = [(name, "fdlo"[at % 4]) for at, name in enumerate(ODD)]
    found = in_order(iter(entries))
    wanted = sorted(entries, key=lambda entry: os.fsencode(entry[0]))

    assert [*found] == [*found] == wanted
    assert [*folders("/x/", found)] == [f"/x/{name}" for name, type_ in wanted if type_ == "d"]
    assert [*in_order(iter(()))] == []


def tree(place):
    """Files beside folders, two deep, and what a walk has to give of them, in order."""
    for name in ("b", "a", "c.d", "c"):
        for below in ("y", "x"):
            (place / name / below).mkdir(parents=True)
            (place / name / below / "file").write_bytes(b"1")
        (place / name / "z").write_bytes(b"2")
    (place / "0").write_bytes(b"3")
    parts = [[f"/{a}/z", f"/{a}/x/file", f"/{a}/y/file"] for a in ("a", "b", "c", "c.d")]
    return ["/0", *(path for part in parts for path in part)]


@pytest.mark.usefixtures("run")
def test_a_walk_gives_the_same_of_long_folders_as_of_short_ones(tmp_path):
    wanted, source = tree(tmp_path), Source(str(tmp_path), live=False, mounts=Mounts([]))
    given = [thing.origin for thing in Tree().collect(source)]
    (body,) = BodyFile().collect(source)
    reading, room = body.open(), memoryview(bytearray(1 << 16))
    lines = bytes(room[: reading.readinto(room)]).decode().splitlines()
    files = [line.split("|")[1] for line in lines if line.split("|")[3].startswith("r")]

    assert given == files == wanted


def test_of_folders_that_had_their_turn_no_path_is_kept():
    waiting, depth, kept = Waiting("/", 1000), 300, []
    tracemalloc.start()
    for folder, left in waiting:
        if left > 1000 - depth:
            waiting.add(folders(folder + "x" * 255 + "/", iter([("a", "d")])), left - 1)
        kept.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    assert len(kept) == depth + 1
    assert max(kept) < 10 * depth * 256


def test_a_long_list_takes_little_more_room_than_its_names():
    count, letters = 4 * names.RUN, len("file-0000000.txt")
    tracemalloc.start()
    found = in_order((f"file-{n:07d}.txt", "d") for n in range(count))
    below = folders("/", found)
    first = next(below)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (first, sum(1 for _ in below), sum(1 for _ in found)) == (
        "/file-0000000.txt", count - 1, count,
    )  # fmt: skip
    assert kept < 2 * count * (letters + 8)
    assert peak < kept + names.RUN * 400
