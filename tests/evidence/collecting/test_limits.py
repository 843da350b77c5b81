"""Bounded memory, bounded bundles, each byte read once; names that no screen should meet."""

from __future__ import annotations

import base64
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import bundles
import msgspec
import pytest
import runs
from mounting import mounted

from chain_of_custody.item import Part
from chain_of_custody.items import MAX_LINE
from chain_of_custody.manifest import VolumeEntry
from chain_of_custody.verdict import Exit
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.machine.restraint import FORMAT
from evidence.planning.request import Limits, Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.telling.ended import balance
from evidence.writing import bundle, history, stream
from evidence.writing.bundle import BundleWriter
from evidence.writing.fitting import SHORT

MIB = 1 << 20
WITHOUT_YARA, WITH_YARA = 128, 256  # MiB of memory at the most
TINY_FILES = 100_000
SEARCHED_FILES = 25_000  # of them: a search costs ten times what taking does


def collected(output: Path, tree: Path, *options: object) -> tuple[runs.Ended, int]:
    """A run to its end, and the most memory that it held, in MiB."""
    peak = output.with_name("peak")
    measured = [sys.executable, "-I", "-S", "-c", runs.MEASURED, str(peak)]
    arguments = ["collect", "--output", output, "--source", tree, "--quiet", *options]
    done = runs.hozen(*arguments, before=measured)
    return done, int(peak.read_text()) >> 10


# Memory.


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Iterator[Path]:
    with mounted(tmp_path_factory.mktemp("many")) as where:  # in memory: disks take minutes
        for number in range(TINY_FILES):
            if number % 1000 == 0:
                part = "searched" if number < SEARCHED_FILES else "rest"
                folder = where / part / f"{number // 1000:03d}"
                folder.mkdir(parents=True)
            descriptor = os.open(folder / f"{number}.txt", os.O_WRONLY | os.O_CREAT)
            os.write(descriptor, b"%d" % number)
            os.close(descriptor)
        yield where


@pytest.fixture(scope="module")
def many_searched(many) -> Path:
    return many / "searched"


@pytest.fixture(scope="module")
def one_gibibyte(tmp_path_factory) -> Iterator[Path]:
    tree = tmp_path_factory.mktemp("large")
    noise = random.Random(1).randbytes(128 << 10)
    with open(tree / "image.raw", "wb") as file:
        file.writelines(noise + (b"%08d" % number) * (112 << 10) for number in range(1024))
    yield tree
    shutil.rmtree(tree)


@pytest.fixture(scope="module")
def sparse_tebibyte(tmp_path_factory) -> Path:
    tree = tmp_path_factory.mktemp("sparse")
    with open(tree / "database.mdb", "wb") as file:
        file.truncate(1 << 40)
        file.seek(1 << 39)
        file.write(random.Random(2).randbytes(MIB))
    return tree


@pytest.mark.parametrize(
    ("world", "options", "most"),
    [
        ("many", ("--skip", "yara"), WITHOUT_YARA),
        ("many_searched", (), WITH_YARA),
        ("one_gibibyte", ("--skip", "yara"), WITHOUT_YARA),
        ("one_gibibyte", (), WITH_YARA),
        ("sparse_tebibyte", ("--skip", "yara"), WITHOUT_YARA),
        ("sparse_tebibyte", (), WITH_YARA),
    ],
)
def test_holds_little_memory(world, options, most, request, tmp_path):
    done, memory = collected(tmp_path / "out", request.getfixturevalue(world), *options)

    assert done.code == 0, done.err
    assert memory <= most


def test_a_tebibyte_of_holes_is_told_apart_from_its_mebibyte_of_data(sparse_tebibyte, tmp_path):
    done, _ = collected(tmp_path / "out", sparse_tebibyte)
    path = runs.bundle_in(tmp_path / "out")
    (record,) = [r for r in open_bundle(path).records() if r.meta.collector == "files"]

    assert done.code == 0
    assert record.content.status == "acquired"
    assert record.content.size == MIB
    assert [(r.offset, r.size) for r in record.content.ranges] == [(str(1 << 39), MIB)]
    assert record.meta.source.length == str(1 << 40)
    assert sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) < 2 * MIB


# Once.


def test_each_byte_of_a_source_is_read_once(tmp_path, monkeypatch):
    tree = tmp_path / "tree"
    tree.mkdir()
    sizes = {"empty": 0, "small": 5, "script.sh": 40_000, "large": 3 * MIB + 7}
    for name, size in sizes.items():
        (tree / name).write_bytes(random.Random(name).randbytes(size))
    given: list[int] = []
    preadv = os.preadv

    def counted(descriptor, buffers, offset, *flags):
        count = preadv(descriptor, buffers, offset, *flags)
        given.append(count)
        return count

    monkeypatch.setattr(os, "preadv", counted)
    monkeypatch.setattr(bundle, "VOLUME_SIZE", MIB)
    done = collect(Request(output=tmp_path / "out", source=str(tree)), key=bundles.KEY)

    assert done.sealed
    assert done.rules > 0
    assert sum(given) == sum(sizes.values())


# What the user allowed.


def random_tree(tree: Path, files: int, size: int) -> Path:
    tree.mkdir()
    for number in range(files):
        (tree / f"{number:03d}.bin").write_bytes(random.Random(number).randbytes(size))
    return tree


def test_the_size_limit_ends_in_a_seal_and_names_itself(tmp_path):
    tree = random_tree(tmp_path / "tree", 30, MIB)
    done, _ = collected(tmp_path / "out", tree, "--max-size", "10MiB")
    path = runs.bundle_in(tmp_path / "out")
    opened = open_bundle(path)
    gaps = {r.meta.source.origin: r for r in opened.records() if r.content.status == "gap"}

    assert done.code == 3
    assert "The limit --max-size was met" in done.out
    assert opened.verdict.exit is Exit.VERIFIED
    assert gaps["hozen:/files"].meta.reason == "skipped"
    assert "the limit --max-size was met" in gaps["hozen:/files"].meta.errors[0]
    assert sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) < 20 * MIB


def test_a_file_that_the_limit_cut_off_is_partial_and_says_so(tmp_path):
    tree = random_tree(tmp_path / "tree", 1, 30 * MIB)
    limits = Limits(size=5 * MIB)
    wanted = Request(output=tmp_path / "out", source=str(tree), limits=limits)
    done = collect(wanted, key=bundles.KEY)
    (record,) = [r for r in open_bundle(done.path).records() if r.content.status == "partial"]
    (missing,) = record.content.ranges_missing

    assert done.sealed
    assert done.missing_expected
    assert record.meta.errors == ["the limit --max-size was met while it was read"]
    assert 0 < record.content.size < 30 * MIB
    assert (missing.offset, missing.size) == (str(record.content.size), None)


def test_the_time_limit_ends_in_a_seal_and_names_itself(tmp_path):
    tree = random_tree(tmp_path / "tree", 3, 1000)
    done, _ = collected(tmp_path / "out", tree, "--max-time", "0s")
    opened = open_bundle(runs.bundle_in(tmp_path / "out"))

    assert done.code == 3
    assert "The limit --max-time was met" in done.out
    assert opened.verdict.exit is Exit.VERIFIED
    assert {r.meta.reason for r in opened.records()} == {"skipped"}
    assert all("--max-time" in r.meta.errors[0] for r in opened.records())


@pytest.mark.parametrize(("name", "room"), [("EVENTS", 8), ("SIGNED", 20_000), ("ITEMS", 20)])
def test_what_one_bundle_can_hold_ends_in_a_seal_that_every_reader_takes(
    name, room, tmp_path, monkeypatch
):
    monkeypatch.setattr(history, name, room)
    monkeypatch.setattr(bundle, "RECORDS_SIZE", 2000)
    tree = random_tree(tmp_path / "tree", 60, 10)
    done = collect(
        Request(output=tmp_path / "out", source=str(tree), skip=("yara",)), key=bundles.KEY
    )
    opened = open_bundle(done.path)
    gaps = [r.meta for r in opened.records() if r.meta.source.origin == "hozen:/files"]

    assert (done.sealed, done.missing_expected, done.findings.limited) == (True, True, FORMAT)
    assert 0 < done.tally.acquired < 60
    assert gaps[0].errors == ["what one bundle can hold was met; what was left of it was not taken"]
    for language, words in (("en", "as much as one bundle can"), ("ja", "量の上限に達した")):
        assert any(words in each for each in balance(Texts(language), done, named=True))


def test_each_volume_is_added_once_and_not_at_every_read(tmp_path, monkeypatch):
    """A size limit is looked at every 32 KiB: of a large bundle that would be all that is done."""
    volumes, added = BundleWriter.volumes.fget, []

    class Volumes(list[VolumeEntry]):
        def __iter__(self):
            added.extend(list.__getitem__(self, slice(None)))
            return super().__iter__()

        def __getitem__(self, at):
            return Volumes(super().__getitem__(at))

    monkeypatch.setattr(BundleWriter, "volumes", property(lambda self: Volumes(volumes(self))))
    monkeypatch.setattr(bundle, "VOLUME_SIZE", 1)
    tree = random_tree(tmp_path / "tree", 1, 8 * MIB)
    wanted = Request(output=tmp_path / "out", source=str(tree), limits=Limits(size=1 << 40))
    done = collect(wanted, key=bundles.KEY)

    assert done.sealed
    times = Counter(entry.name for entry in added)
    assert len(times) > 1
    assert set(times.values()) == {1}


def test_an_item_of_more_parts_than_have_numbers_is_partial_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "MOST_PARTS", 3)
    tree = random_tree(tmp_path / "tree", 1, 5 * MIB)
    done = collect(Request(output=tmp_path / "out", source=str(tree)), key=bundles.KEY)
    (record,) = [r for r in open_bundle(done.path).records() if r.content.status == "partial"]
    (missing,) = record.content.ranges_missing

    assert (record.content.parts[-1].last, missing.size) == (3, None)
    assert "our limit for this item" in missing.error


def test_an_item_of_more_volumes_than_a_record_tells_of_is_partial_and_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(stream, "MOST_RUNS", 3)
    monkeypatch.setattr(bundle, "VOLUME_SIZE", 1)
    tree = random_tree(tmp_path / "tree", 1, 9 * MIB)
    done = collect(Request(output=tmp_path / "out", source=str(tree)), key=bundles.KEY)
    (record,) = [r for r in open_bundle(done.path).records() if r.content.status == "partial"]
    (missing,) = record.content.ranges_missing

    assert len(record.content.parts) == 3
    assert record.content.size < 9 * MIB
    assert (missing.offset, missing.size) == (str(record.content.size), None)
    assert "our limit for this item" in missing.error


def test_the_longest_list_of_volumes_leaves_room_in_a_record():
    parts = [
        Part(first=9_999_999, last=9_999_999, size=1 << 28, volume=99_999)
        for _ in range(stream.MOST_RUNS)
    ]

    assert len(msgspec.json.encode(parts)) < MAX_LINE - SHORT


def test_an_output_inside_the_source_never_holds_itself(tmp_path):
    tree = random_tree(tmp_path / "tree", 3, 1000)
    (tree / "usb").mkdir()
    first = collect(Request(output=tree / "usb", source=str(tree)), key=bundles.KEY)
    gaps = [r.meta for r in open_bundle(first.path).records() if r.content.status == "gap"]

    assert [(gap.source.origin, gap.errors) for gap in gaps] == [
        (f"/usb/{first.path.name}", ["our own output"])
    ]
    assert first.tally.acquired == 5


@pytest.fixture
def layered(tmp_path):
    """A folder shown by an overlay, and the folder that its changes are written to."""
    for name in ("lower", "upper", "work"):
        (tmp_path / "disk" / name).mkdir(parents=True)
    disk = tmp_path / "disk"
    random_tree(disk / "lower" / "tree", 3, 1000)
    options = f"lowerdir={disk}/lower,upperdir={disk}/upper,workdir={disk}/work"
    with mounted(tmp_path / "merged", what="overlay", kind="overlay", options=options):
        yield tmp_path / "merged", disk / "upper"


def test_an_output_that_an_overlay_shows_anew_is_left_out_by_record(layered):
    merged, upper = layered
    done = collect(Request(output=upper / "usb", source=str(merged)), key=bundles.KEY)
    told = {
        r.meta.source.origin: (r.content.status, r.meta.errors)
        for r in open_bundle(done.path).records()
        if r.meta.collector == "files"
    }

    assert [origin for origin in told if "/data/" in origin or "/custody" in origin] == []
    assert told[f"/usb/{done.path.name}"] == ("gap", ["our own output"])
    assert len(told) == 4


def test_a_folder_that_only_bears_the_output_s_name_is_taken(layered, tmp_path):
    merged, _ = layered

    def beside(path):
        (merged / "decoy" / path.name / "custody").mkdir(parents=True)
        (merged / "decoy" / path.name / "custody" / "00001.json").write_bytes(b"{}")
        (merged / "decoy" / path.name / "payload.exe").write_bytes(b"MZ")

    wanted = Request(output=tmp_path / "out", source=str(merged))
    done = collect(wanted, key=bundles.KEY, begun=beside)
    origins = {r.meta.source.origin for r in open_bundle(done.path).records()}

    assert f"/decoy/{done.path.name}/payload.exe" in origins


def test_an_output_inside_the_source_says_that_earlier_bundles_are_taken_too(tmp_path):
    tree = random_tree(tmp_path / "tree", 3, 1000)
    first = runs.hozen("collect", "--source", tree, "--output", tree / "usb")
    name = runs.bundle_in(tree / "usb").name
    second = runs.hozen("collect", "--source", tree, "--output", tmp_path / "tree" / "two")
    records = open_bundle(runs.bundle_in(tree / "two")).records()

    assert "bundles of earlier runs there are taken with the rest" in first.err
    assert second.code == 0
    assert f"/usb/{name}/manifest.json" in {r.meta.source.origin for r in records}


# Names.

NAMES = {
    "not UTF-8": b"M\xfcller \xff\xfe.txt",
    "a newline": b"two\nlines\r\n.txt",
    "terminal escapes": b"\x1b]0;owned\x07\x1b[31mred.txt",
    "255 bytes": ("山" * 85).encode(),
    "right to left": "\u202egnp.exe".encode(),
    "a backslash and a quote": b'back\\slash "quoted".txt',
    "only blanks": b"   ",
}


@pytest.fixture(scope="module")
def strangely_named(tmp_path_factory) -> tuple[Path, Path, runs.Ended]:
    """A folder of strange names, and a bundle of it in a folder that has such a name itself."""
    base = tmp_path_factory.mktemp("names")
    tree, output = base / "tree", base / "\x1b[31mUSB\nstick"
    tree.mkdir()
    for name in NAMES.values():
        with open(os.path.join(os.fsencode(tree), name), "wb") as file:
            file.write(name)
    done, _ = collected(output, tree)
    return tree, runs.bundle_in(output), done


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with(name, strangely_named):
    _, path, _ = strangely_named
    raw = NAMES[name]
    wanted = base64.b64encode(b"/" + raw).decode()
    origins = [(r.meta.source, r.content) for r in open_bundle(path).records()]
    (found,) = [
        content
        for source, content in origins
        if source.origin_b64 == wanted
        or (source.origin_b64 is None and source.origin.encode() == b"/" + raw)
    ]

    assert found.status == "acquired"
    assert found.size == len(raw)


def test_a_name_that_is_not_utf8_is_shown_with_marks_and_kept_in_raw(strangely_named):
    _, path, _ = strangely_named
    sources = [r.meta.source for r in open_bundle(path).records()]
    (found,) = [source for source in sources if source.origin_b64 is not None]

    mark = "\N{REPLACEMENT CHARACTER}"
    assert found.origin == f"/M{mark}ller {mark}{mark}.txt"
    assert base64.b64decode(found.origin_b64) == b"/" + NAMES["not UTF-8"]


def test_nothing_that_is_printed_controls_a_terminal(strangely_named):
    _, path, done = strangely_named
    verified = runs.hozen("verify", path)

    assert done.code == 0
    assert r"\x1b[31mUSB\nstick" in done.out
    assert verified.code == 0
    for said in (done.out, done.err, verified.out, verified.err):
        assert not [c for c in said if c != "\n" and not c.isprintable()]


def test_verifies_the_bundle_of_strange_names(strangely_named):
    assert verify_bundle(strangely_named[1]).exit is Exit.VERIFIED
