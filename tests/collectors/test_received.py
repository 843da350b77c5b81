"""What came with a folder: lists and logs that may be anything, photos known by their bytes."""

from __future__ import annotations

import json
import os
import struct
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from collectors.artifact import Artifact, Gap
from collectors.files.mounts import Mounts
from collectors.files.source import Source
from collectors.received import digestlist, folder, noting, steps, watched
from collectors.received.digestlist import DigestList
from collectors.received.folder import ReceivedFolder
from collectors.received.photos import Photos
from collectors.received.picture import type_of

A = sha256(b"a").hexdigest()


def listed(data: bytes, *, cut: bool = False) -> DigestList:
    found = DigestList()
    found.add("/L", data, cut=cut)
    return found


def taken(path: Path | bytes) -> tuple[ReceivedFolder, dict[str, Artifact | Gap]]:
    """A folder received: every file read to its end."""
    received = ReceivedFolder()
    source = Source(os.fsdecode(path), live=False, mounts=Mounts.of_this_machine())
    things = read_to_their_end(received.collect(source))
    source.close()
    return received, things


def read_to_their_end(collected: Iterator[Artifact | Gap]) -> dict[str, Artifact | Gap]:
    things, room = {}, memoryview(bytearray(1 << 16))
    for thing in collected:
        things[thing.origin] = thing
        if isinstance(thing, Artifact):
            reading = thing.open()
            while reading.readinto(room):
                pass
            reading.close()
    return things


# Lists of digests.

NAMED = {
    "of Linux": (f"{A}  ./dir/a\n", "/dir/a"),
    "binary": (f"{A} *a\n", "/a"),
    "of Windows": (f"{A.upper()}  dir\\a\r\n", "/dir/a"),
    "an escaped line's end": (f"\\{A}  a\\nb\n", "/a\nb"),
    "Japanese": (f"{A}  ログ\\表示.evtx\r\n", "/ログ/表示.evtx"),
}


@pytest.mark.parametrize("case", NAMED)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_name_is_read_as_its_writer_meant_it(case, encoding):
    text, path = NAMED[case]

    assert listed(text.encode(encoding)).digests == {path: A}


def test_a_mark_of_the_encoding_is_no_part_of_a_digest():
    assert listed(f"\ufeff{A}  a\n".encode()).digests == {"/a": A}


def test_each_line_has_its_own_encoding():
    found = listed(f"{A}  表\n".encode() + f"{A}  能\n".encode("cp932") + f"{A}  z\n".encode())

    assert list(found.digests) == ["/表", "/能", "/z"]


LEADS_AWAY = [
    "../etc/passwd", "a/../../b", "/etc/passwd", "\\\\server\\share\\a", "C:\\Windows\\a", "c:a",
    "a//b", "./", ".", "..", "a/.", "nul\0name", "x" * 5000, "\\etc\\passwd",
]  # fmt: skip


@pytest.mark.parametrize("name", LEADS_AWAY)
def test_a_name_that_leads_anywhere_else_is_a_line_that_can_not_be_read(name):
    found = listed(f"{A}  {name}\n{A}  good\n".encode())

    assert list(found.digests) == ["/good"]
    assert found.unreadable == ["/L, line 1: names nothing in this folder"]


def test_two_digests_for_one_file_are_told():
    other = sha256(b"b").hexdigest()
    found = listed(f"{A}  a\n{A}  a\n{other}  ./a\n".encode())

    assert found.digests == {"/a": A}
    assert found.unreadable == ["/L, line 3: another digest for /a"]


@pytest.mark.parametrize("data", [b"\0" * 1000, bytes(range(256)) * 40, b"\xff\xfe" + b"a\0" * 99])
def test_what_is_no_list_is_lines_that_can_not_be_read(data):
    found = listed(data)

    assert found.digests == {}
    assert found.unreadable


def test_of_a_list_that_is_cut_off_no_half_name_is_believed():
    found = listed(f"{A}  one\n{A}  two.ev".encode(), cut=True)

    assert list(found.digests) == ["/one"]
    assert "behind byte 70 was not looked into" in found.unreadable[0]


def test_of_a_list_of_nothing_but_noise_few_lines_are_kept_and_all_counted(monkeypatch):
    """Two hundred thousand lines in 400 kB: their sentences alone would be forty times that."""
    monkeypatch.setattr(digestlist, "MOST", 10)
    found, data = DigestList(), b"x\n" * 200_000
    tracemalloc.start()
    try:
        found.add("/L", data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    found.add("/M", b"x\nx", cut=True)

    assert (found.unreadable_lines, len(found.unreadable)) == (200_002, 11)
    assert found.unreadable[0].startswith("/M: what lies behind byte 2 ")
    assert most < 1 << 20


def test_a_list_larger_than_what_is_looked_into_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_KEPT", 100)
    (tmp_path / "one").write_bytes(b"a")
    (tmp_path / "SHA256SUMS").write_bytes(f"{A}  one\n{A}  two\n".encode())
    received, _ = taken(tmp_path)

    assert received.comparison.counts() == {
        "matches": 1, "differs": 0, "missing": 0, "not_listed": 0, "not_compared": 0,
        "unreadable_lines": 1,
    }  # fmt: skip
    assert received.comparison.troubled


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_file_whose_name_is_still_in_code_page_932_is_the_one_that_was_listed(tmp_path, encoding):
    raw = os.fsencode(tmp_path) + b"/" + "ログ表".encode("cp932")
    with open(raw, "wb") as file:
        file.write(b"a")
    (tmp_path / "SHA256SUMS.txt").write_bytes(f"{A}  ログ表\r\n".encode(encoding))
    received, _ = taken(tmp_path)

    assert received.comparison.counts()["matches"] == 1
    assert not received.comparison.missing
    assert not received.comparison.not_listed


def test_a_file_put_in_afterwards_one_changed_and_one_taken_out_are_results(tmp_path):
    for name in ("same", "changed", "added"):
        (tmp_path / name).write_bytes(b"a" if name != "changed" else b"x")
    lines = "".join(f"{A}  {name}\n" for name in ("same", "changed", "taken out"))
    (tmp_path / "SHA256SUMS.txt").write_text(lines)
    received, things = taken(tmp_path)
    found = received.comparison

    assert (found.matches, found.differs, found.missing, found.not_listed) == (
        1, ["/changed"], ["/taken out"], ["/added"],
    )  # fmt: skip
    assert things["/taken out"].reason.value == "absent"


# Logs of the scripts.

HEAD = b"hozen-native/1\twindows\r\nstep\torigin\tbegin\tend\texit\toutcome\tstdout\tstderr\r\n"
ROW = b"n\tcommand:x\tT\tT\t1\tdenied\t-\tx.err\r\n"


def holed(path: Path, data: bytes, size: int) -> str:
    """A file of data and one hole behind it; its digest as its reader sees it."""
    path.write_bytes(data)
    os.truncate(path, size)
    return sha256(data + bytes(size - len(data))).hexdigest()


def test_holes_count_as_zeros_up_to_our_limit_and_beyond_it_nothing_is_compared(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(watched, "_HOLES", 1 << 20)
    sums = {
        "hole": holed(tmp_path / "hole", b"", 1 << 20),
        "data": holed(tmp_path / "data", b"x" * 4096, 1 << 20),
        "beyond": holed(tmp_path / "beyond", b"x" * 4096, 8 << 20),
    }
    os.truncate(tmp_path / "beyond", 8 << 40)  # to digest all of it took most of an hour
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    (tmp_path / "SHA256SUMS").write_text(lines)
    received, things = taken(tmp_path)

    assert received.comparison.counts()["matches"] == 2
    assert received.comparison.not_compared == ["/beyond"]
    assert received.comparison.troubled
    assert isinstance(things["/beyond"], Artifact)


def test_a_row_in_code_page_932_is_read():
    row = "n\tC:\\ログ\tT\tT\t1\tdenied\t-\t表.err\r\n".encode("cp932")
    (gap,) = steps.read_steps(HEAD + row).gaps

    assert gap.origin == "C:\\ログ"
    assert gap.detail.endswith("what it said: /表.err")


ROWS = {
    "too long": (b"n\t" + b"x" * (64 << 10) + b"\tT\tT\t1\tdenied\t-\t-\n", "step:row 3"),
    "too few": (b"n\tx\n", "step:row 3"),
    "zeros": (b"\0" * 50 + b"\n", "step:row 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_is_none_is_a_gap_and_the_next_one_counts(case):
    row, origin = ROWS[case]
    found = steps.read_steps(HEAD + row + ROW)

    assert [gap.origin for gap in found.gaps] == [origin, "command:x"]
    assert max(len(gap.origin) + len(gap.detail) for gap in found.gaps) < 64 << 10


def test_more_rows_than_any_script_writes_are_one_gap(monkeypatch):
    monkeypatch.setattr(steps, "_MOST", 10)
    found = steps.read_steps(HEAD + ROW * 50)

    assert len(found.gaps) == 9
    assert found.gaps[-1].origin == "step:the rest"


def test_a_log_of_empty_rows_is_not_held_in_memory_twice():
    data = HEAD + b"\n" * 1_000_000
    tracemalloc.start()
    try:
        (gap,) = steps.read_steps(data).gaps
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert gap.origin == "step:the rest"
    assert most < 2 * len(data)


def test_a_log_that_is_cut_off_says_that_steps_may_be_untold():
    assert steps.read_steps(HEAD + ROW, cut=True).gaps[-1].origin == "step:the rest"


# Photos.

HEADS = {
    "JPEG": b"\xff\xd8\xff\xe1", "PNG": b"\x89PNG\r\n\x1a\n", "HEIC": b"\0\0\0\x18ftypheic",
    "AVIF": b"\0\0\0\x18ftypavif", "CR3": b"\0\0\0\x18ftypcrx ", "TIFF": b"II*\0\x08\0\0\0",
    "RAF": b"FUJIFILMCCD-RAW 0201", "ORF": b"IIRO\x08\0", "RW2": b"IIU\0\x18\0",
    "WebP": b"RIFF\0\0\0\0WEBPVP8X",
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADS)
def test_a_photo_is_known_by_its_bytes(kind):
    assert type_of(HEADS[kind].ljust(16, b"\0")[:16]) == kind


@pytest.mark.parametrize(
    "head", [b"", b"II", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypisom", b"%PDF-1"]
)
def test_what_is_no_photo_is_not_called_one(head):
    assert type_of(head) is None


def chained(many: int) -> bytes:
    """A TIFF of so many directories, each of one number and leading to the next."""
    entry = struct.pack("<HHHII", 1, 0x100, 3, 1, 1)
    places = (8 + 18 * (n + 1) for n in range(many))
    return b"II*\0\x08\0\0\0" + b"".join(entry + struct.pack("<I", n) for n in places)


def photographed(tmp_path, **photos: bytes) -> dict[str, dict]:
    for name, data in photos.items():
        (tmp_path / name).write_bytes(data)
    source = Source(str(tmp_path), live=False, mounts=Mounts.of_this_machine())
    things = read_to_their_end(Photos().collect(source))
    told = json.loads(things["hozen:/photos.json"].open().data)
    source.close()
    return {row["path"][1:]: row for row in told["photos"]}


def test_a_photo_made_to_take_minutes_is_not_read_and_said_to_be(tmp_path, monkeypatch):
    assert noting.Noting().read(chained(1)).why_not is None
    monkeypatch.setattr(noting, "_SECONDS", 1.0)
    (row,) = photographed(tmp_path, long=chained(1_500_000)).values()

    assert row["not_read"].startswith("it could not be read apart: it was not read in time")
    assert (row["type"], row["noted"]) == ("TIFF", {})


def in_parts(*, exif: bool = True, gps: bool = True) -> bytes:
    """A TIFF that was changed at one time and, as its part EXIF says, taken at another."""
    changed, taken = b"2024:05:20 08:00:00\0", b"2024:05:19 12:00:00\0"
    first = 8 + 2 + 3 * 12 + 4
    second, third = first + len(changed), first + len(changed) + 18 + len(taken)
    nowhere = 1 << 20
    return (
        struct.pack("<4sIH", b"II*\0", 8, 3)
        + struct.pack("<HHII", 0x0132, 2, len(changed), first)
        + struct.pack("<HHII", 0x8769, 4, 1, second if exif else nowhere)
        + struct.pack("<HHII", 0x8825, 4, 1, third if gps else nowhere)
        + bytes(4) + changed
        + struct.pack("<HHHII", 1, 0x9003, 2, len(taken), second + 18) + bytes(4) + taken
        + struct.pack("<HHHII", 1, 0x0001, 2, 2, ord("N")) + bytes(4)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "time", "why"),
    [
        (in_parts(), "2024:05:19 12:00:00", None),
        (in_parts(exif=False), "2024:05:20 08:00:00", "damaged, its part EXIF can't be read"),
        (in_parts(gps=False), "2024:05:19 12:00:00", "damaged, its part GPS can't be read"),
        (in_parts()[:70], "2024:05:20 08:00:00", "damaged, its part EXIF and GPS can't be read"),
    ],
    ids=["whole", "time", "place", "cut"],
)  # fmt: skip
def test_a_part_of_a_photo_that_leads_nowhere_is_told_of(data, time, why, tmp_path):
    """What is left of it may give another time, and no place."""
    (row,) = photographed(tmp_path, a=data).values()

    assert (row["noted"]["time"], row["gps"], row["not_read"]) == (time, True, why)


def test_what_reads_photos_says_nothing_on_our_screen(tmp_path, capfd):
    (row,) = photographed(tmp_path, a=HEADS["PNG"] + b"x" * 99).values()

    assert row["not_read"] == "nothing that the camera noted was found in it"
    assert capfd.readouterr() == ("", "")


def test_after_many_that_end_their_process_no_more_are_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(noting, "_ENTRY", "import os; os._exit(3)")
    monkeypatch.setattr(noting, "_MOST_LATE", 2)
    long = chained(60_000)  # more than a pipe holds
    rows = photographed(tmp_path, a=chained(1), b=long, c=chained(1), d=long)

    assert [rows[name]["not_read"] for name in "abcd"] == [
        "it could not be read apart: the process that read it ended (exit code 3)",
        "it could not be read apart: the process that read it ended (exit code 3)",
        "not tried: 2 photos could not be read in time",
        "not tried: 2 photos could not be read in time",
    ]


STRANGE = {
    "other types": ("{'fields': {'time': 5}}", "Expected `str`, got `int` - at `$.fields[...]`"),
    "no answer": ("[]", "Expected `object`, got `array`"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_an_answer_of_another_form_is_told(name, tmp_path, monkeypatch):
    answer, why = STRANGE[name]
    entry = "import msgspec; from collectors.apart.serving import serve_with; " \
            f"serve_with(lambda _: msgspec.msgpack.encode({answer}))"  # fmt: skip
    monkeypatch.setattr(noting, "_ENTRY", entry)
    (row,) = photographed(tmp_path, a=chained(1)).values()

    assert row["not_read"] == f"it could not be read apart: {why}"


def test_an_answer_that_never_comes_to_its_end_is_late(tmp_path, monkeypatch):
    endless = "import os, time\nwhile os.write(1, b'\\1'): time.sleep(0.02)"  # of 16 MiB
    monkeypatch.setattr(noting, "_ENTRY", endless)
    monkeypatch.setattr(noting, "_SECONDS", 1.0)
    (row,) = photographed(tmp_path, a=chained(1)).values()

    assert row["not_read"].startswith("it could not be read apart: it was not read in time")


def test_without_what_reads_photos_they_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(noting, "find_spec", lambda name: None)
    (row,) = photographed(tmp_path, a=chained(1)).values()

    assert row["sha256"] == sha256(chained(1)).hexdigest()
    assert row["not_read"] == "exifread is not installed (hozen[paper])"
