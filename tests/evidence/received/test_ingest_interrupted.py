"""`hozen ingest` killed, on a medium that fills up, twice at once: what is left says what it is."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import bundles
import pytest
import runs
from leftovers import SMALL, left_in, world, write_small
from mounting import mounted, remount

from chain_of_custody.receipt import Receipt
from chain_of_custody.verdict import Exit
from collectors.received.folder import ReceivedFolder
from collectors.received.photos import Photos
from evidence.collecting.collection import collect
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.received.ingest import Delivery, receiving
from evidence.telling.collected import Collected

STATED = ("--from", "山田", "--by", "当直", "--quiet")


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    write_small(monkeypatch)


@pytest.fixture
def handed(tmp_path) -> Path:
    """What was handed over, with the list that came with it."""
    tree = world(tmp_path / "handed", large=6)
    lines = [f"{digest}  .{path}\n" for path, digest in runs.digests(tree).items()]
    (tree / "SHA256SUMS.txt").write_text("".join(lines))
    return tree


def whole(path: Path, tree: Path) -> dict:
    """Sealed and verified with every file in it as it is; its receipt's facts."""
    opened = open_bundle(path)
    assert opened.verdict.exit is Exit.VERIFIED
    taken = {(r.meta.source.origin, r.content.sha256) for r in opened.records()}
    assert not set(runs.digests(tree).items()) - taken
    return opened.documents.events[0].event


def test_killed_in_the_middle_it_goes_on_and_each_file_is_compared_or_told_of(tmp_path, handed):
    (tmp_path / "out").mkdir()
    child = runs.begun("ingest", handed, "--output", tmp_path / "out", *STATED, settings=SMALL)
    while child.poll() is None and not list((tmp_path / "out").glob("HZ_*/custody/00006.json")):
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    assert runs.ended(child).code == -signal.SIGKILL
    path = runs.bundle_in(tmp_path / "out")
    assert verify_bundle(path).exit is Exit.INCOMPLETE
    before = left_in(path)
    done = runs.hozen("ingest", handed, "--resume", path, "--json", settings=SMALL)
    said = json.loads(done.out)

    assert done.code == (3 if said["compared"]["not_compared"] else 0), done.err
    assert Receipt.of(whole(path, handed)).sender == "山田"
    assert said["compared"]["matches"] + said["compared"]["not_compared"] == 146
    assert said["compared"]["missing"] == said["compared"]["differs"] == 0
    assert said["receipt"]["collected_by"] == "当直"
    kept = [name for name in before if name.startswith("data/") or name.endswith(".json")]
    assert [before[name] for name in kept] == [left_in(path)[name] for name in kept]


def test_files_of_a_session_that_was_cut_off_are_told_as_not_compared(tmp_path):
    tree = world(tmp_path / "tree", files=120, large=0)
    lines = [f"{digest}  .{path}\n" for path, digest in runs.digests(tree).items()]
    (tree / "SHA256SUMS.txt").write_text("".join(lines))
    first = received(tmp_path, tree, stopping=ended_after(100))
    assert not first.sealed
    again = ReceivedFolder()
    done = received(tmp_path, tree, again, resume=first.path)
    counts = again.comparison.counts()

    assert done.sealed
    assert 0 < counts["not_compared"] < 120
    assert counts["matches"] + counts["not_compared"] == 120
    assert counts["missing"] == counts["differs"] == 0
    assert again.comparison.troubled
    whole(done.path, tree)


def test_what_ingest_began_is_not_gone_on_with_by_collect_nor_the_other_way_round(tmp_path, handed):
    first = received(tmp_path, handed, stopping=ended_after(60))
    others = runs.hozen("collect", "--resume", first.path, "--source", handed)
    ours = collect(
        Request(output=tmp_path / "ours", source=str(handed), profile="quick"),
        stopping=ended_after(60),
    )
    wrong = runs.hozen("ingest", handed, "--resume", ours.path)

    assert (others.code, wrong.code) == (2, 2)
    assert "begun by 'hozen ingest'" in others.err
    assert "begun by 'hozen collect'" in wrong.err


def received(
    tmp_path: Path, folder: Path, taker: ReceivedFolder | None = None, **how: object
) -> Collected:
    """The same in this process."""
    stopping = how.pop("stopping", lambda: False)
    request = Request(output=tmp_path / "out", source=str(folder), profile="standard", **how)
    delivery = Delivery(folder=folder, sender="山田", means="other")
    wanted, _ = receiving(request, delivery, taker or ReceivedFolder())
    return collect(wanted, stopping=stopping, key=bundles.KEY)


def ended_after(count: int):
    left = [count]

    def stopping() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopping


def test_the_second_copy_of_what_was_received_is_the_first(tmp_path, handed):
    done = received(tmp_path, handed, second=tmp_path / "second")

    assert done.sealed
    assert done.second.complete
    assert left_in(done.second.path) == left_in(done.path)
    whole(done.second.path, handed)


def test_a_destination_that_fills_up_ends_it_and_more_room_lets_it_go_on(tmp_path, handed):
    with mounted(tmp_path / "medium", options="size=5m") as where:
        done = runs.hozen(
            "ingest",
            handed,
            "--output",
            where,
            *STATED,
            settings={**SMALL, "evidence.collecting.ends._LOOK_EVERY": 4},
        )
        path = runs.bundle_in(Path(where))
        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        remount(where, options="size=40m")
        assert received(tmp_path, handed, resume=path).sealed
        whole(path, handed)


def test_photos_of_a_session_that_was_cut_off_are_named_all_the_same(tmp_path):
    tree = tmp_path / "photos"
    tree.mkdir()
    for number in range(120):
        (tree / f"IMG_{number:03d}.JPG").write_bytes(b"\xff\xd8\xff\xe1%d" % number * 300)
    first = received(tmp_path, tree, Photos(), stopping=ended_after(100))
    assert not first.sealed
    done = received(tmp_path, tree, Photos(), resume=first.path)
    account = document(done.path, "hozen:/photos.json")
    rows = {row["path"]: row for row in account["photos"]}

    assert done.sealed
    assert set(rows) == {f"/IMG_{number:03d}.JPG" for number in range(120)}
    unread = [row for row in rows.values() if row["sha256"] is None]
    assert 0 < len(unread) < 120
    assert all("see its item" in row["not_read"] for row in unread)
    assert "anybody can set" in account["times"]
    whole(done.path, tree)


def document(path: Path, origin: str) -> dict:
    found: dict[int, bytearray] = {}

    def sink(item: int, piece) -> None:
        found.setdefault(item, bytearray()).extend(piece)

    opened = open_bundle(path, sink=sink)
    (item,) = [r.content.seq for r in opened.records() if r.meta.source.origin == origin]
    return json.loads(found[item])
