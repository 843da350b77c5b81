"""What closed volumes hold of an item that has no record: told, put aside, never an item."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import bundles
import pytest
from command_line import run
from forge import Forger, copied
from worlds import Pulled

from chain_of_custody.findings import Finding
from chain_of_custody.item import ItemRecord
from chain_of_custody.verdict import Verdict, document_of
from evidence.collecting.collection import collect
from evidence.collecting.resume import Interruption
from evidence.intake import import_bundle
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.telling.collected import Collected
from evidence.writing import bundle
from evidence.writing.unfinished import left_by

LEFT = (bytes(range(256)) * 10_000)[: 2 * 1_048_064]
"""What two closed volumes hold of the image of memory."""
BASES = pytest.mark.parametrize("base", ["unfinished", "taken_up"])


@pytest.fixture
def identity(tmp_path) -> Path:
    path = tmp_path / "identity.txt"
    path.write_text(f"{bundles.IDENTITY}\n")
    return path


def told(verdict: Verdict, key: str) -> Finding:
    (found,) = [each for each in verdict.stage(9).findings if each.key == key]
    return found


# Verification


@BASES
def test_it_is_told_with_size_and_volumes_and_is_no_failure(world, base):
    verdict = world.verdict(base)
    said = told(verdict, "unfinished")

    assert verdict.failed == []
    assert f"{len(LEFT)} bytes in closed volumes 2 to 3 have no record" in said.sentence("en")
    assert "within item 4 (memory)" in said.sentence("en")
    assert f"2～3 の {len(LEFT)} バイトには記録がありません" in said.sentence("ja")
    assert document_of(verdict)["unfinished"] == [
        {
            "item": 4, "size": len(LEFT), "sha256": sha256(LEFT).hexdigest(), "first": 2, "last": 3,
            "collector": "memory", "phase": "memory",
        }
    ]  # fmt: skip


@BASES
def test_without_a_key_the_events_tell_which_volumes_hold_no_record(world, base):
    path = world.path(base)
    verdict = verify_bundle(path)
    stored = sum((path / "data" / f"volume-0000{n}.tar.zst.age").stat().st_size for n in (2, 3))

    assert verdict.unfinished == []
    assert f"volumes 2 to 3 ({stored} bytes as stored)" in told(verdict, "under_way").sentence("en")


@pytest.mark.parametrize("name", ["sealed", "spanning", "resumed", "interrupted", "pulled"])
def test_where_nothing_was_cut_off_within_an_item_nothing_is_said(world, name):
    both = (world.verdict(name), verify_bundle(world.path(name)))
    keys = {each.key for verdict in both for each in verdict.stage(9).findings}

    assert keys.isdisjoint({"unfinished", "under_way"})


def test_a_name_of_a_collector_moves_no_cursor(world, tmp_path):
    forged = copied(world.path("unfinished"), tmp_path / "HZ_forged")
    forged.closings[-1]["detail"]["progress"]["current"] = "\x1b[2J"
    forged.settle()
    texts = [
        told(bundles.checked(forged.path), "unfinished").sentence("ja"),
        told(verify_bundle(forged.path), "under_way").sentence("ja"),
    ]

    assert [each for each in texts if "\x1b" in each or "[2J" not in each] == []


# Import


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@BASES
def test_import_puts_it_aside_and_never_among_the_items(world, base, tmp_path):
    done = import_bundle(
        world.path(base), tmp_path / "case", identities=[bundles.IDENTITY], allow_partial=True
    )
    (row,) = rows_of(done.host / "unfinished.jsonl")
    kept = done.host / row["file"]
    items = rows_of(done.host / "items.jsonl")
    entry = json.loads((tmp_path / "case" / "case.json").read_text())["imports"][0]

    assert row["file"] == "unfinished-1"
    assert kept.read_bytes() == LEFT
    assert (row["size"], row["sha256"]) == (len(LEFT), sha256(LEFT).hexdigest())
    assert not kept.stat().st_mode & 0o222
    assert "memory:/physical.lime" not in {each["meta"]["source"]["origin"] for each in items}
    assert done.placed.files + done.placed.aside == 2 + (base == "taken_up")
    assert "unfinished" in [each["key"] for each in entry["verdict"]["stages"][8]["findings"]]


def test_import_of_a_bundle_without_any_makes_no_list(world, tmp_path):
    done = import_bundle(world.path("sealed"), tmp_path / "case", identities=[bundles.IDENTITY])

    assert done.unfinished == ()
    assert list(done.host.glob("unfinished*")) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "2096128 bytes, put aside as unfinished-N (1 of them)"),
                            ("ja", "2096128 バイトを、unfinished-N として別置きしました（1 個）")],
)  # fmt: skip
def test_the_verb_tells_of_it(world, identity, tmp_path, language, words):
    done = run(
        "import", world.path("unfinished"), "--into", tmp_path / "case", "--identity", identity,
        "--allow-partial", "--language", language,
    )  # fmt: skip

    assert done.code == 3
    assert words in done.out


# Going on


def left(path: Path) -> list[tuple[str, bool]]:
    gaps = left_by(Interruption(path).documents.sessions())
    return [(each.detail, each.expected) for each in gaps]


def test_a_session_that_goes_on_knows_which_volumes_hold_no_record(world):
    ((detail, expected),) = left(world.path("unfinished"))

    assert "within an item of the collector memory: volumes 2 to 3 (" in detail
    assert expected


@pytest.mark.parametrize("name", ["interrupted", "pulled"])
def test_where_nothing_was_under_way_it_tells_of_nothing(world, name):
    assert left(world.path(name)) == []


@pytest.mark.parametrize(
    ("phase", "cause", "said"),
    [("memory", "time", True), ("memory", "phase_end", False), ("disk", "time", False)],
)
def test_of_memory_it_says_what_it_can_not_know(world, tmp_path, phase, cause, said):
    """The last volume has records, and may end with the first part of an image all the same."""
    forged = copied(world.path("interrupted"), tmp_path / "HZ_forged")
    drop_from(forged, "interrupted")
    forged.closings[-1]["detail"].update(phase=phase, cause=cause)
    forged.settle()

    assert [("volume 2 may end with" in detail, shown) for detail, shown in left(forged.path)] == (
        [(True, True)] if said else []
    )


def drop_from(forged: Forger, kind: str) -> None:
    at = next(number for number, each in enumerate(forged.events, 1) if each["type"] == kind)
    forged.drop_event(at)
    forged.reload()


def test_what_was_told_once_is_not_told_again(world, tmp_path):
    """The session that went on closed a volume: its gap lies there."""
    forged = copied(world.path("taken_up"), tmp_path / "HZ_forged")
    forged.unseal()

    assert left(forged.path) == []


def test_what_no_session_has_told_yet_is_told_by_the_next(world, tmp_path):
    """A session that went on and closed nothing has left no gap either."""
    forged = copied(world.path("taken_up"), tmp_path / "HZ_forged")
    forged.unseal()
    number = len(forged.events)
    assert forged.events[-1]["type"] == "volume_closed"
    forged.remove(forged.volume(5))
    forged.drop_event(number)

    assert len(left(forged.path)) == 1


def pulled_after(count: int):
    """Asked so often whether to end, the plug is pulled."""
    asked = [count]

    def stopping() -> bool:
        asked[0] -= 1
        if asked[0] < 0:
            raise Pulled
        return False

    return stopping


def taken(tmp_path: Path, **options) -> Collected:
    wanted = Request(
        output=tmp_path / "out", source=str(tmp_path / "machine"), profile="quick", skip=("yara",),
        recipients=(bundles.RECIPIENT,), **options,
    )  # fmt: skip
    return collect(wanted, key=bundles.KEY)


def test_a_run_that_goes_on_records_a_gap_for_what_the_one_before_left(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "VOLUME_SIZE", 0)
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine" / "aaa").write_bytes(bytes(range(256)) * (16 << 12))
    path = killed(tmp_path)
    before = bundles.checked(path)
    done = taken(tmp_path, resume=path)
    opened = open_bundle(path, identities=[bundles.IDENTITY])

    assert told(before, "unfinished")
    assert told(opened.verdict, "unfinished")
    assert done.sealed
    (gap,) = [each for each in opened.records() if origin(each).startswith("hozen:/unfinished/")]
    assert (gap.content.status, gap.meta.reason) == ("gap", "skipped")
    assert "hold parts of it without a record" in gap.meta.errors[0]
    whole = [each for each in opened.records() if origin(each) == "/aaa"]
    assert [each.content.status for each in whole] == ["acquired"]


def killed(tmp_path: Path) -> Path:
    """A run into whose large file the plug was pulled, volumes of it closed before."""
    wanted = Request(
        output=tmp_path / "out", source=str(tmp_path / "machine"), profile="quick", skip=("yara",),
        recipients=(bundles.RECIPIENT,),
    )  # fmt: skip
    with pytest.raises(Pulled):
        collect(wanted, key=bundles.KEY, stopping=pulled_after(200))
    (path,) = (tmp_path / "out").iterdir()
    return path


def origin(record: ItemRecord) -> str:
    return record.meta.source.origin
