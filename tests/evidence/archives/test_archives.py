"""Archives and office files: what lies in them is found, and what was not looked into is said."""

import gzip
import io
import random
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import bundles
import pytest
from bundles import Given, artifact
from hypothesis import given
from hypothesis import strategies as st
from triages import rules_of

from collectors.artifact import Phase
from evidence.archives import gzipped, member, zipped
from evidence.archives.kinds import kind_of
from evidence.archives.member import Budget, Member, Unseen
from evidence.collecting.pipeline import Pipeline
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle
from evidence.rulebook.names import NameRules
from evidence.scan.scanner import MAX_REMARKS, WHOLE, ItemScan

TEXT = "rule marked { strings: $a = /[m]arked here/ wide ascii condition: $a }"
MARKED = b"0123456789 marked here"
NAMES = NameRules({"note": [r"read_?me\.hta"]})


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "tried.yar"
    path.write_text(TEXT)
    return rules_of([path], NAMES)


def scanned(rules, data, **options):
    """Hits as (rule, offset, text), and errors."""
    scan = ItemScan(rules, **options)
    scan.update(memoryview(data))
    found = scan.finish()
    return [(hit.rule, hit.offset, hit.text) for hit in found.hits], scan.errors


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar_of(name, data, form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def found_in(name, offset=11, text="marked here"):
    return ("tried:marked", None, f"member {name}, byte {offset}: {text}")


# What is found.


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_of_a_zip_is_searched_and_named(rules, method):
    data = zip_of({"a/": b"", "word/document.xml": MARKED, "plain": b"nothing"}, method)
    hits, errors = scanned(rules, data)

    assert found_in("word/document.xml") in hits
    assert errors == []
    # What is stored is seen where it lies in the archive, too.
    assert len(hits) == (2 if method == zipfile.ZIP_STORED else 1)


def test_text_of_both_widths_is_found_in_a_member(rules):
    wide = "marked here".encode("utf-16-le")
    hits, _ = scanned(rules, zip_of({"vba.bin": b"\0" + wide}))

    assert hits == [found_in("vba.bin", 1, "marked here")]


def test_the_name_of_a_member_is_held_against_the_names(rules):
    hits, _ = scanned(rules, zip_of({"a/README.hta": b"x"}))

    assert hits == [("names:note", None, "member a/README.hta: README.hta")]


def test_a_name_can_not_control_a_terminal(rules):
    hits, _ = scanned(rules, zip_of({"\x1b[31m\u202ered\n": MARKED}))

    assert hits == [found_in("\\x1b[31m\\u202ered\\n")]


@pytest.mark.parametrize("name", [b"", b"\0bc"], ids=["none", "a NUL byte first"])
def test_a_member_without_a_name_is_searched(rules, name):
    """Python 3.11 fails over it: two hundred bytes on a disk ended every collection from there."""
    data = zip_of({"abc": MARKED, "next": MARKED}).replace(b"abc", name.ljust(3, b"!"))
    if not name:
        data = data.replace(b"!!!", b"")
        entry, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
        held = bytearray(data)
        struct.pack_into("<H", held, 26, 0)
        struct.pack_into("<H", held, entry + 28, 0)
        later = data.index(b"PK\x01\x02", entry + 1)
        struct.pack_into("<I", held, later + 42, data.index(b"PK\x03\x04", 1))
        struct.pack_into("<II", held, end + 12, end - entry, entry)
        data = bytes(held)

    assert scanned(rules, data) == ([found_in("(no name)"), found_in("next")], [])


def test_whatever_lies_in_a_zip_is_said_and_ends_nothing(rules):
    """Small changes to whole archives: a fault of zipfile's would end the collection."""
    chance = random.Random(7)
    made = [
        zip_of({"a": MARKED, "d/": b"", "b/c": MARKED * 20}, method)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ]
    for _ in range(3000):
        data = bytearray(chance.choice(made))
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(data))
            data[place] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))

        found = list(zipped.members(memoryview(data), Budget(len(data))))

        assert all(isinstance(each, Member | Unseen) for each in found)


@pytest.mark.parametrize("head", [b"MZ" + bytes(5000), b"#!/usr/bin/python3\n"])
def test_a_zip_behind_a_program_is_searched(rules, head):
    hits, errors = scanned(rules, head + zip_of({"x.py": MARKED}))

    assert (hits, errors) == ([found_in("x.py")], [])


def test_what_gzip_itself_packed_is_searched_in_all_its_members(rules, tmp_path):
    (tmp_path / "syslog.1").write_bytes(MARKED)
    one = subprocess.run(
        ["gzip", "-c", tmp_path / "syslog.1"], capture_output=True, check=True
    ).stdout  # the name of the file stands in its head
    hits, errors = scanned(rules, one)
    more, _ = scanned(rules, gzip.compress(b"nothing") + one + bytes(512))

    assert (hits, errors) == ([found_in("gzip")], [])
    assert more == hits


def test_a_process_s_memory_is_no_archive(rules):
    assert scanned(rules, zip_of({"x": MARKED}), in_memory=True) == ([], [])


def test_what_ordinary_tools_make_is_said_to_hold_nothing_else(rules):
    wheel = zip_of({f"package/{number}.py": b"x = 1\n" * 50 for number in range(50)})

    assert scanned(rules, wheel) == ([], [])


# What is not looked into.


def encrypted(data):
    """With the flag in both heads."""
    data = bytearray(data)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    return bytes(data)


def lying(data, size):
    """The directory says another size than what comes out."""
    data = bytearray(data)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, size)
    return bytes(data)


def other_checksum(data):
    data = bytearray(data)
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    return bytes(data)


def broken():
    """After what was packed first comes a kind of block that there is not."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(MARKED) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07" + bytes(90)
    data = bytearray(zip_of({"x": packed}, zipfile.ZIP_STORED))
    data[8], data[data.index(b"PK\x01\x02") + 10] = 8, 8
    return bytes(data)


NOISE = random.Random(1).randbytes(200_000)
SAID = {
    "encrypted": (encrypted(zip_of({"x": MARKED})), "member x: encrypted", False),
    "a lying size": (lying(zip_of({"x": MARKED}), 5), "member x: 22 bytes, where it says 5", True),
    "a lying larger size": (
        lying(zip_of({"x": MARKED}), 2**32 - 2),
        "member x: 22 bytes, where it says 4294967294", True,
    ),
    "a bad checksum": (
        other_checksum(zip_of({"x": MARKED})), "member x: its checksum is another", True,
    ),
    "broken bytes": (
        broken(), "member x: broken: unpacked up to there", True,
    ),
    "another method": (
        zip_of({"x": MARKED}, zipfile.ZIP_BZIP2), "member x: compression method 12", False,
    ),
    "no directory": (zip_of({"x": MARKED})[:-30], "no directory that can be read", False),
    "a zip in it": (
        zip_of({"x.docx": zip_of({"y": MARKED})}),
        "member x.docx: an archive itself (zip): only its bytes", False,
    ),
    "a cut gzip": (gzip.compress(MARKED + NOISE)[:-500], "member gzip: cut off", True),
    "a wrong gzip": (
        gzip.compress(MARKED)[:-8] + bytes(8), "member gzip: its checksum is another", True,
    ),
    "bytes after gzip": (gzip.compress(MARKED) + b"more", "bytes after its end", True),
    "7z": (b"7z\xbc\xaf\x27\x1c" + NOISE, "its members were not looked into (7z)", False),
    "xz": (b"\xfd7zXZ\0" + NOISE, "its members were not looked into (xz)", False),
    "tar": (tar_of("x", MARKED), "its members were not looked into (tar)", False),
    "a tar in gzip": (
        gzip.compress(tar_of("x", b"nothing")),
        "member gzip: an archive itself (tar): only its bytes", False,
    ),
}  # fmt: skip


FAR = {
    "a whole zip": (zip_of({"a": b"x", "b": b"y"}), ("whole", 2, 0)),
    "one of two encrypted": (
        encrypted(zip_of({"a": b"x", "b": b"y"})), ("in part", 1, 1),
    ),
    "all encrypted": (encrypted(zip_of({"a": b"x"})), ("closed", 0, 1)),
    "7z": (b"7z\xbc\xaf\x27\x1c" + NOISE, ("closed", 0, 0)),
    "an empty zip": (zip_of({}), ("whole", 0, 0)),
    "POSIX tar": (tar_of("x", b"x", tarfile.PAX_FORMAT), ("closed", 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", FAR)
def test_how_far_an_archive_was_looked_into_can_be_counted(rules, name):
    data, far = FAR[name]
    scan = ItemScan(rules)
    scan.update(memoryview(data))
    scan.finish()

    assert (scan.archive.depth, scan.archive.members, scan.archive.encrypted) == far


def test_what_is_no_archive_is_not_counted_as_one(rules):
    scan = ItemScan(rules)
    scan.update(memoryview(MARKED))
    scan.finish()

    assert scan.archive is None


@pytest.mark.parametrize("name", SAID)
def test_what_is_not_looked_into_is_said(rules, name):
    data, why, seen = SAID[name]
    hits, errors = scanned(rules, data)

    assert errors == [f"archive: {why}"]
    assert [hit for hit in hits if hit[1] is None] == ([found_in(_only(why))] if seen else [])


def _only(why):
    return "gzip" if "gzip" in why or "after" in why else "x"


def test_entries_that_overlap_are_said_and_cost_no_more_than_the_limit(rules):
    data = bytearray(zip_of({"a": MARKED, "b": MARKED}))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)  # b lies where a does
    hits, errors = scanned(rules, bytes(data))

    assert errors == [
        "archive: its entries overlap", "archive: a member that its directory does not name",
    ]  # fmt: skip
    assert hits == [found_in("a"), found_in("b")]


def two_of_three(way):
    """A zip whose directory hides the second of its members, and by no checksum that differs."""
    data = bytearray(zip_of({"a": b"first", "b": MARKED, "c": b"third"}, zipfile.ZIP_STORED))
    entries = [found.start() for found in re.finditer(b"PK\x01\x02", data)]
    end = data.rindex(zipped.END)
    if way == "a comment over it":
        struct.pack_into("<H", data, entries[0] + 32, entries[2] - entries[1])
    elif way == "left out":
        cut = entries[2] - entries[1]
        del data[entries[1] : entries[2]]
        struct.pack_into("<HHI", data, end - cut + 8, 2, 2, end - cut - entries[0])
    elif way == "a shorter directory":
        struct.pack_into("<II", data, end + 12, entries[1] - entries[0], entries[0])
        del data[entries[1] : end]
    return bytes(data)


@pytest.mark.parametrize("program", [b"", b"#!/bin/sh\n"], ids=["zip", "program"])
@pytest.mark.parametrize("way", ["a comment over it", "left out", "a shorter directory"])
def test_a_member_that_the_directory_hides_is_said(rules, way, program):
    hits, errors = scanned(rules, program + two_of_three(way))

    assert errors == ["archive: a member that its directory does not name"]
    assert [hit for hit in hits if "b" in hit[2]] == []


def test_a_zip_within_a_zip_hides_no_member(rules):
    _, errors = scanned(rules, zip_of({"x": zip_of({"a": MARKED})}, zipfile.ZIP_STORED))

    assert errors == ["archive: member x: an archive itself (zip): only its bytes"]


@pytest.mark.parametrize("size", range(1, 9))
def test_gzip_that_is_cut_within_its_last_bytes_is_said(rules, size):
    hits, errors = scanned(rules, gzip.compress(MARKED)[:-size])

    assert errors == ["archive: member gzip: cut off"]
    assert hits == [found_in("gzip")]


def test_an_archive_over_a_window_is_said_not_to_be_looked_into(rules):
    hits, errors = scanned(rules, zip_of({"x": bytes(WHOLE + 1)}, zipfile.ZIP_STORED))

    assert hits == []
    assert errors == [f"archive: over {WHOLE} bytes: its members were not looked into"]


def test_many_remarks_are_counted(rules):
    packed = encrypted(zip_of({"x": b"x"}))
    inner = zip_of({f"{number:03}": packed for number in range(50)})
    _, errors = scanned(rules, inner)

    assert len(errors) == MAX_REMARKS + 1
    assert errors[-1] == f"and {50 - MAX_REMARKS} more of these"


# Limits.


def total(found):
    return sum(len(each.data) for each in found if isinstance(each, Member))


def test_a_bomb_ends_at_the_limit(rules):
    bomb = zip_of({f"{number}": bytes(8 << 20) for number in range(16)})
    budget = Budget(len(bomb))
    found = list(zipped.members(memoryview(bomb), budget))

    assert len(bomb) < 200_000
    assert total(found) <= max(member.ALWAYS, member.RATIO * len(bomb)) < 128 << 20
    assert found[-1] == Unseen("", "it unpacks to more than the limit")
    assert scanned(rules, bomb)[1]


def test_a_gzip_bomb_ends_at_the_limit(rules):
    bomb = gzip.compress(bytes(64 << 20))
    found = list(gzipped.members(memoryview(bomb), Budget(len(bomb))))

    assert total(found) == member.ALWAYS
    assert found[-1] == Unseen("gzip", f"over {member.ALWAYS} bytes: the rest was not unpacked")


def test_time_ends_it_too(monkeypatch, rules):
    monkeypatch.setattr(member, "SECONDS", 0)
    hits, errors = scanned(rules, zip_of({"x": MARKED}))

    assert (hits, errors) == ([], ["archive: given up after 0 s"])


def test_too_many_entries_are_said_before_they_are_looked_at(monkeypatch, rules):
    data = zip_of({str(number): MARKED for number in range(30)})
    monkeypatch.setattr(zipped, "MEMBERS", 10)
    _, some = scanned(rules, data)
    monkeypatch.setattr(zipped, "_ENTRIES", 20)
    hits, none = scanned(rules, data)

    assert some == ["archive: more than 10 entries: the rest was not unpacked"]
    assert (hits, none) == ([], ["archive: more than 20 entries"])


WHOLE_ONES = [
    zip_of({"a": MARKED, "b/c": b"x" * 500}),
    gzip.compress(MARKED * 9),
    b"MZ" + zip_of({"a": b"x"}),
]


@given(
    st.sampled_from(range(len(WHOLE_ONES))),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    st.integers(0, 400),
)
def test_whatever_an_archive_is_nothing_is_raised_for_it(number, changes, end):
    data = bytearray(WHOLE_ONES[number])
    for place, value in changes:
        data[place % len(data)] = value
    del data[len(data) - end % 20 :]
    kind = kind_of(data)
    if kind is not None and kind.members is not None:
        found = list(kind.members(memoryview(data), Budget(len(data))))
        assert total(found) <= member.ALWAYS


# In a record.


def test_a_record_names_the_member_and_what_was_not_looked_into(tmp_path, rules):
    writer = bundles.writer_at(tmp_path / "bundle")
    run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock(), rules=rules)
    data = zip_of({"note.txt": MARKED}) + b""
    things = [artifact("/srv/a.docx", data), artifact("/srv/b.zip", SAID["encrypted"][0])]
    run.run([Given(things, name="given", phase=Phase.DISK)])
    writer.seal(Clock().reading())
    first, second = open_bundle(tmp_path / "bundle", identities=[bundles.IDENTITY]).records()

    assert [(hit.offset, hit.text) for hit in first.meta.yara.hits] == [
        (None, "member note.txt, byte 11: marked here")
    ]
    assert (first.meta.yara.mode, first.meta.errors) == ("whole", [])
    assert second.meta.errors == ["archive: member x: encrypted"]
    assert second.content.status == "acquired"
    assert run.findings.hits == {"tried:marked": 1}


@pytest.mark.parametrize("large", ["names", "entries"])
def test_a_hostile_directory_costs_little_memory(tmp_path, large):
    entry = zip_of({"x" * (60_000 if large == "names" else 1): b""})
    start, end = entry.index(b"PK\x01\x02"), entry.index(b"PK\x05\x06")
    count = (30 << 20) // (end - start)
    directory = entry[start:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), start, 0)
    (tmp_path / "hostile.zip").write_bytes(entry[:start] + directory + tail)
    code = """
import resource, sys
from pathlib import Path
from evidence.archives.kinds import kind_of
from evidence.archives.member import Budget
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = list(kind_of(data).members(memoryview(data), Budget(len(data))))
print(len(found), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "hostile.zip"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found, mebibytes = map(int, done.stdout.split())

    assert found >= 1
    assert mebibytes <= 100
    assert Path(tmp_path / "hostile.zip").stat().st_size < WHOLE
