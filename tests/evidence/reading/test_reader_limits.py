"""Bundles made to hurt stay within the limits of the format page, section 11: memory, time, depth.

Each is read in a process of its own, which is ended when it takes too long; the most memory that it
held is what the system saw. And nothing from a bundle reaches a terminal unescaped, by any verb.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bundles
import pytest
import rfc8785
import runs
from byhand import RECORDS, Member, archive, frames
from forge import Forger, copied
from forgeries.contents import MAGIC
from fuzz.readers import memory
from worlds import World

from chain_of_custody import documents
from chain_of_custody.timestamps import timestamp
from chain_of_custody.verdict import SHOWN
from evidence import tar

MIB = 1 << 20
LEAST = 128  # MiB: what any verification may take
PATIENCE = 120  # seconds until a watchdog ends it; none of these needs ten


@dataclass(frozen=True)
class Read:
    """What a verification came to, in a process of its own."""

    exit: int
    failed: list[int]
    findings: int
    words: str
    memory: int
    """MiB, the most that it held."""


_READING = """
import json, sys
from pathlib import Path
from evidence.reading.checked import verify_bundle
from evidence.reading.container import load_identities
verdict = verify_bundle(sys.argv[1], identities=load_identities(sys.argv[2]))
findings = [f.sentence("en") for stage in verdict.stages for f in stage.findings]
peak = next(l for l in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in l)
print(json.dumps([int(verdict.exit), verdict.failed, len(findings), " ".join(findings),
                  int(peak.split()[1]) >> 10]))
"""


def read(path: Path) -> Read:
    done = subprocess.run(
        [sys.executable, "-c", _READING, str(path), str(bundles.IDENTITY)],
        capture_output=True, text=True, timeout=PATIENCE, check=False, env=runs.environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Read(*json.loads(done.stdout))


@pytest.fixture
def bundle(world) -> Iterator[Forger]:
    """A good bundle in memory, where a hundred thousand files cost little."""
    place = memory() / f"hozen-limits-{os.getpid()}"
    place.mkdir()
    yield copied(world.path("plain"), place / "HZ")
    shutil.rmtree(place)


# The folder


def test_more_entries_than_any_bundle_has_are_not_even_listed(bundle):
    for number in range(300_001):
        os.symlink("/etc/passwd", bundle.path / f"{number}")
    found = read(bundle.path)

    assert (found.exit, found.failed) == (2, [1])
    assert "too many files" in found.words
    assert found.memory < LEAST


@pytest.mark.parametrize("unsafe", [True, False], ids=["links", "files"])
def test_very_many_findings_are_counted_not_told(bundle, unsafe):
    for number in range(20_000):
        name = bundle.path / f"{number}"
        os.symlink("/etc/passwd", name) if unsafe else name.touch()
    found = read(bundle.path)

    assert (found.exit, found.failed) == (1, [1] if unsafe else [3])
    assert found.findings < SHOWN + 40
    assert f"and {20_000 - SHOWN} more" in found.words
    assert found.memory < LEAST


# Documents


def test_events_that_would_fill_the_memory_are_not_all_read(bundle):
    """As large as the format allows, half as many again: holes, which cost the forger nothing."""
    for number in range(6, 390):
        with open(bundle.path / "custody" / f"{number:05d}.json", "wb") as file:
            file.truncate(documents.MAX_EVENT)
    found = read(bundle.path)

    assert (found.exit, found.failed) == (1, [1, 7])  # and nobody signed them
    assert "custody/: more than 268435456 bytes; this format allows 268435456" in found.words
    assert found.memory < LEAST + 300 + documents.MAX_CUSTODY // MIB


def test_events_of_many_small_values_stay_below_two_gibibytes(bundle):
    """What takes the most memory for its bytes: each ten of them become a text of its own."""
    raw = rfc8785.dumps(bundle.holder_event("note", refs=["item:1"] * 100_000))
    for number in range(6, 16):
        bundle.write(f"custody/{number:05d}.json", raw)
    found = read(bundle.path)
    held = 10 * len(raw) // MIB

    assert found.exit == 1  # nobody signed them
    assert found.memory < LEAST + 8 * held
    assert 8 * documents.MAX_CUSTODY <= 2 << 30


def listed_by_a_stranger(bundle: Forger, world: World, size: int) -> None:
    """A first token by an authority of their own, over a list of this many bytes."""
    line = len(f"{0:0128}  {0:07}\n")
    raw = b"".join(b"%0128d  %07d\n" % (0, number) for number in range(size // line))
    bundle.write("anchors/0001.sums", raw)
    asked = timestamp.ask(raw, algorithm="sha512")
    bundle.write("anchors/0001.tsr", world.authority("stranger").answer(asked))


def test_a_renewals_list_beyond_its_limit_is_one_refusal(bundle, world):
    listed_by_a_stranger(bundle, world, 124 * MIB)
    found = read(bundle.path)

    assert (found.exit, found.failed) == (2, [1])
    assert found.words.count("anchors/0001") == 1
    assert "this format allows 50331648" in found.words
    assert found.memory < LEAST


def test_a_renewals_list_of_a_stranger_within_the_limit_is_read_line_by_line(bundle, world):
    listed_by_a_stranger(bundle, world, documents.MAX_LIST)
    found = read(bundle.path)

    assert (found.exit, found.failed) == (1, [6])
    assert "anchors/0001.sums" in found.words
    assert found.memory < LEAST + 3 * documents.MAX_LIST // MIB


def test_the_longest_list_of_a_renewal_stays_within_the_limit():
    """Of as many events and volumes as a bundle may have, and of what else lies in one."""
    names = ("data/volume-99999.tar.zst.age", "custody/99999.json", "custody/99999.json.p7s")
    largest = documents.MAX_EVENTS * sum(len(f"{'':0128}  {name}\n") for name in names)
    others = 4 * 99 + 10

    assert largest + others * 160 <= documents.MAX_LIST


# Volumes


def stored(bundle: Forger, zst: bytes) -> Path:
    bundle.write(bundle.volume(2), zst)
    bundle.settle()
    return bundle.path


def record_lines(bundle: Forger, count: int, first: int) -> bytes:
    """So many records of gaps."""
    gap = next(r for r in bundle.records(2) if r["content"]["status"] == "gap")
    head, tail = rfc8785.dumps(gap).split(b'"seq":%d,' % gap["content"]["seq"])
    return b"".join(b'%b"seq":%d,%b\n' % (head, seq, tail) for seq in range(first, first + count))


def test_sixty_four_mebibytes_of_records_are_read_within_little_memory(bundle):
    one = len(record_lines(bundle, 1, 10_000))
    lines = record_lines(bundle, (64 * MIB - 100_000) // one, 4)
    found = read(stored(bundle, frames(archive([Member(RECORDS, lines)]), 16 * MIB)))

    assert len(lines) > 60 * MIB
    assert (found.exit, found.failed) == (1, [4])  # the signed tree is another
    assert "do not give the tree" in found.words
    assert found.memory < 384


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[" * 63 + b"\n"], ids=["empty", "{}", "deep"])
def test_a_million_lines_that_are_no_records_end_at_the_first(bundle, line):
    data = archive([Member(RECORDS, line * 1_000_000)])
    found = read(stored(bundle, frames(data, 16 * MIB)))

    assert (found.exit, found.failed) == (2, [4])
    assert "record line 1" in found.words
    assert found.memory < 384


@pytest.mark.parametrize("kind", ["items", "parts"])
def test_very_many_members_are_held_within_little_memory(bundle, kind):
    name = {"items": b"items/%08d", "parts": b"items/00000004.%07d"}[kind]
    start = {"items": 4, "parts": 1}[kind]
    names = (name % number for number in range(start, start + 200_000))
    data = b"".join(tar.header(name, 0) for name in names) + archive([Member(RECORDS, b"")])
    found = read(stored(bundle, frames(data, 16 * MIB)))

    assert found.exit == (2 if kind == "items" else 1)
    assert ("more items than records" in found.words) == (kind == "items")
    assert found.memory < 384


def test_a_frame_is_unfolded_alone_whatever_follows(bundle):
    """A thousand frames of sixteen mebibytes each, from half a megabyte."""
    block = struct.pack("<I", (128 << 10) << 3 | 0b010)[:3] + b"\0"
    last = struct.pack("<I", (128 << 10) << 3 | 0b011)[:3] + b"\0"
    checksum = frames(bytes(16 * MIB), 16 * MIB)[-4:]
    descriptor = bytes([0b10_1_0_0_1_00]) + struct.pack("<I", 16 * MIB)
    window = bytes([0b10_0_0_0_1_00, (23 - 10) << 3]) + struct.pack("<I", 16 * MIB)
    assert descriptor != window
    frame = MAGIC + window + block * 127 + last + checksum
    found = read(stored(bundle, bundle.plain(2) + frame * 1000))

    assert (found.exit, found.failed) == (1, [4])
    assert "behind the end" in found.words
    assert found.memory < LEAST + 64


def test_an_age_header_of_megabytes_is_refused_at_its_third_line(world, tmp_path):
    """The library would read it again and again from its beginning: minutes for each megabyte."""
    bundle = copied(world.path("sealed"), tmp_path / "HZ")
    whole = bundle.read(bundle.volume(2))
    first = whole.index(b"-> ")
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + (b"A" * 64 + b"\n") * 100_000
    bundle.write(bundle.volume(2), whole[:first] + stanza + whole[first:])
    bundle.settle()
    found = read(bundle.path)

    assert (found.exit, found.failed) == (1, [4])
    assert "age header is damaged" in found.words
    assert found.memory < LEAST


# What is printed

NASTY = "\x1b]0;owned\x07\x1b[2J\u202egpj\u2066\x9b31m\r\n\x00PASS\ud7ff\u200b"


@pytest.fixture(scope="module")
def nasty(world, tmp_path_factory) -> Path:
    """A bundle that says something nasty wherever it may say what it likes."""
    bundle = copied(world.path("plain"), tmp_path_factory.mktemp("nasty") / "HZ_nasty")
    for number in (1, 2, 3):
        records = bundle.records(number)
        for record in records:
            poison(record)
        bundle.store_records(number, records)
    person = dict.fromkeys(("contact", "name", "organisation", "title"), NASTY)
    note = bundle.holder_event(
        "released", actor=person, counterpart=person, witnesses=[person], place=NASTY,
        purpose=NASTY, storage=NASTY, text=NASTY, at_source=NASTY,
        authority={"basis": "court", "number": NASTY},
        transport=dict.fromkeys(("method", "seal_no", "tracking"), NASTY),
        check=dict.fromkeys(("result", "version", "what"), NASTY),
    )  # fmt: skip
    bundle.events.append(note)
    for event in bundle.events:
        event["at_source"] = NASTY
        for where in (event["detail"].get("tool"), event["detail"].get("clock")):
            poison(where)
        if progress := event["detail"].get("progress"):  # names the collectors of the records
            progress["completed"] = [f"{NASTY}{each}" for each in progress["completed"]]
            progress["current"] = progress["current"] and f"{NASTY}{progress['current']}"
    poison(bundle.manifest["tool"])
    poison(bundle.manifest["clock"])
    bundle.manifest["challenge"] = NASTY
    bundle.events[0]["detail"]["challenge"] = NASTY
    bundle.retree()
    bundle.settle()
    return bundle.path


FREE = {"origin", "name", "version", "zone", "collector", "error", "rule", "text", "device", "path"}


def poison(value: object) -> None:
    """Every free text of a document."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key in FREE and isinstance(held, str):
                value[key] = f"{NASTY}{held}"
            elif key == "errors":
                value[key] = [NASTY]
            poison(value[key])
    elif isinstance(value, list):
        for each in value:
            poison(each)


def shown(text: str) -> list[str]:
    return [c for c in text if c not in "\n " and unicodedata.category(c)[0] in "CZ"]


def test_the_nasty_bundle_is_whole(nasty):
    raw = b"".join(path.read_bytes() for path in sorted((nasty / "custody").glob("*.json")))

    assert bundles.checked(nasty).exit == 0
    assert "\u202egpj\u2066\x9b31m".encode() in raw


@pytest.mark.parametrize("more", [(), ("--json",), ("--language", "ja")], ids=["", "json", "ja"])
@pytest.mark.parametrize("verb", [("verify",), ("custody", "show")], ids=["verify", "custody"])
def test_no_verb_prints_anything_of_it_unescaped(nasty, verb, more):
    done = runs.hozen(*verb, nasty, *more)

    assert done.code == 0, done.err
    assert shown(done.out + done.err) == []
    if verb == ("custody", "show"):
        assert "owned" in done.out


def test_no_file_that_is_made_of_it_holds_anything_unescaped(nasty, tmp_path):
    case = tmp_path / "case"
    imported = runs.hozen("import", nasty, "--into", case)
    made = [imported]
    for language in ("en", "ja"):
        page = tmp_path / f"{language}.html"
        made.append(runs.hozen("report", case, "--language", language, "--output", page))
    made.append(runs.hozen("custody", "show", nasty, "--form", tmp_path / "form.html"))
    made.append(runs.hozen("verify", nasty, "--report", tmp_path / "report.json"))
    made.append(runs.hozen("verify", nasty, "--report", tmp_path / "report.txt"))
    pages = [path for path in tmp_path.iterdir() if path.is_file()]

    assert [done.code for done in made] == [0] * 6, made
    assert [shown(done.out + done.err) for done in made] == [[]] * 6
    assert len(pages) == 5
    assert {path.name: shown(path.read_text().replace("\u3000", "")) for path in pages} == {
        path.name: [] for path in pages
    }


def test_a_report_of_records_of_megabytes_takes_little_memory(world, tmp_path):
    bundle = copied(world.path("plain"), tmp_path / "HZ_large")
    records = bundle.records(1)
    gap = next(record for record in records if record["content"]["status"] == "gap")
    more = []
    for number in range(20):
        record = copy.deepcopy(gap)
        record["content"]["seq"] = number + 4
        record["meta"]["source"]["origin"] = "o" * 2 * MIB
        more.append(record)
    bundle.events = [bundle.events[0], bundle.events[1], bundle.events[-1]]
    for number in (2, 3):
        bundle.remove(bundle.volume(number))
    bundle.store_records(1, [*records, *more])
    bundle.retree()
    bundle.settle()
    case, peak = tmp_path / "case", tmp_path / "peak"
    assert runs.hozen("import", bundle.path, "--into", case).code == 0
    measured = [sys.executable, "-I", "-S", "-c", runs.MEASURED, str(peak)]
    done = runs.hozen("report", case, "--language", "en", before=measured)

    assert done.code == 0, done.err
    assert int(peak.read_text()) >> 10 < 160
