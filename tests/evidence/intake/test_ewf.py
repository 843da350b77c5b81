"""E01 images that are written here, as libewf's own tools and libewf's library read them."""

from __future__ import annotations

import hashlib
import random
import re
import struct
import subprocess
import zlib
from pathlib import Path

import disks
import pytest
from disks import MIB

from collectors.disk.images.containers import open_image
from collectors.disk.images.ewf import EwfReader
from collectors.disk.reader import ImageError
from evidence.intake.images import ewf
from evidence.intake.images.ewf import Labels, e01, ending, limit_of

LABELS = Labels("案件 1\tx\ny", "bundle", 1_790_000_000)


def bytes_of(size: int) -> bytes:
    """Text, zeros and what nothing makes smaller, changing within chunks."""
    dice, made = random.Random(size), bytearray()
    while len(made) < size:
        count = dice.randrange(1, 200_000)
        made += dice.choice([dice.randbytes(count), bytes(count), b"a line of a log\n" * 5000])
    return bytes(made[:size])


def written(folder: Path, data: bytes, sector: int = 512, labels: Labels = LABELS) -> Path:
    """An image of this disk, given in pieces of any size."""
    folder.mkdir()
    with e01(folder, len(data), sector, labels) as writer:
        at = 0
        while at < len(data):
            piece = data[at : at + 70_001]
            if piece.strip(b"\0"):
                writer.data(memoryview(piece))
            else:
                writer.zeros(len(piece))
            at += len(piece)
    return folder / "disk.E01"


def said_by(program: str, *arguments: object) -> str:
    return disks.tool(program, *arguments).decode()


@pytest.mark.parametrize(
    ("size", "sector", "segment", "files"),
    [
        (512, 512, ewf.SEGMENT, 1),
        (MIB, 512, ewf.SEGMENT, 1),
        (MIB + 512, 512, ewf.SEGMENT, 1),
        (5 * MIB + 7 * 512, 512, 300_000, 5),
        (5 * MIB + 3 * 4096, 4096, 300_000, 5),
    ],
)
def test_libewf_s_own_tools_find_every_byte_and_both_digests(
    tmp_path, monkeypatch, size, sector, segment, files
):
    monkeypatch.setattr(ewf, "SEGMENT", segment)
    data = bytes_of(size)
    first = written(tmp_path / "image", data, sector)
    verified = said_by("ewfverify", "-q", "-d", "sha1", first)
    stored = re.findall(r"(MD5|SHA1) hash stored in file:\s+([0-9a-f]+)", verified)
    disks.tool("ewfexport", "-q", "-u", "-f", "raw", "-t", tmp_path / "out", first)

    assert len(list(first.parent.iterdir())) >= files
    assert all(path.stat().st_size <= segment for path in first.parent.iterdir())
    assert "ewfverify: SUCCESS" in verified
    assert dict(stored) == {
        "MD5": hashlib.md5(data).hexdigest(), "SHA1": hashlib.sha1(data).hexdigest(),
    }  # fmt: skip
    assert (tmp_path / "out.raw").read_bytes() == data


def test_many_tables_in_one_file_are_read_by_all(tmp_path, monkeypatch):
    monkeypatch.setattr(ewf, "_ENTRIES", 7)
    monkeypatch.setattr(ewf, "_SPAN", 100_000)
    data = bytes_of(3 * MIB + 512)
    first = written(tmp_path / "image", data)
    image = open_image(str(first))
    room = bytearray(len(data))
    image.reader.readinto(0, memoryview(room))

    assert isinstance(image.reader, EwfReader)
    assert image.reader.checked
    assert room == data
    assert "ewfverify: SUCCESS" in said_by("ewfverify", "-q", first)


def sections(path: Path) -> list[tuple[str, bytes]]:
    """The sections of one file in the order of its links, each with its body."""
    data, at, found = path.read_bytes(), 13, []  # behind the file's own head
    while True:
        kind, following, size, unused, checksum = struct.unpack_from("<16sQQ40sI", data, at)
        assert (zlib.adler32(data[at : at + 72]), unused) == (checksum, bytes(40))
        found.append((kind.rstrip(b"\0").decode(), data[at + 76 : at + size]))
        if following == at:
            return found
        at = following


@pytest.mark.parametrize(
    ("entries", "span", "segment"),
    [(7, ewf._SPAN, ewf.SEGMENT), (7, ewf._SPAN, 900_000), (ewf._ENTRIES, 100_000, ewf.SEGMENT)],
    ids=["entries", "files", "span"],
)
def test_every_file_has_the_sections_that_the_format_wants(
    tmp_path, monkeypatch, entries, span, segment
):
    """Also those that libewf does without, and no table that an older program can't take."""
    monkeypatch.setattr(ewf, "_ENTRIES", entries)
    monkeypatch.setattr(ewf, "_SPAN", span)
    monkeypatch.setattr(ewf, "SEGMENT", segment)
    data = bytes_of(3 * MIB)
    first = written(tmp_path / "image", data)
    files = [sections(path) for path in sorted(first.parent.iterdir())]
    every = [section for file in files for section in file]
    bodies = dict(every)
    tables = [body for kind, body in every if kind == "table"]
    counts = [struct.unpack_from("<I", body)[0] for body in tables]

    for number, file in enumerate(files, 1):
        kinds = [kind for kind, _ in file]
        chunks = ["sectors", "table", "table2"] * kinds.count("table")
        begins = ["header2", "header2", "header", "volume"] if number == 1 else ["data"]
        whole = ["data"] if len(files) == 1 else []
        ends = [*whole, "digest", "hash", "done"] if number == len(files) else ["next"]
        assert kinds == [*begins, *chunks, *ends]
    assert (len(files) > 1) == (segment < len(data))
    assert len(tables) > len(files)
    assert tables == [body for kind, body in every if kind == "table2"]
    assert sum(counts) == 3 * MIB // (ewf.SECTORS * 512)
    assert max(counts) <= entries
    chunk = ewf.SECTORS * 512 + 4
    assert max(len(body) for kind, body in every if kind == "sectors") <= span + chunk
    assert bodies["data"] == bodies["volume"]
    assert bodies["hash"][:16] == hashlib.md5(data).digest()
    assert bodies["digest"][:36] == hashlib.md5(data).digest() + hashlib.sha1(data).digest()
    assert {path.stat().st_mode & 0o777 for path in first.parent.iterdir()} == {0o600}


def test_what_nothing_makes_smaller_is_stored_as_it_is(tmp_path):
    """Each chunk with its checksum: packed it would be larger than any reader has to make room."""
    bodies = dict(sections(written(tmp_path / "image", random.Random(1).randbytes(MIB))))

    assert len(bodies["sectors"]) == MIB + 4 * (MIB // (ewf.SECTORS * 512))


def test_the_header_says_whose_disk_it_is_in_any_letters(tmp_path):
    said = said_by("ewfinfo", "-d", "iso8601", written(tmp_path / "image", bytes(MIB)))
    named = dict(re.findall(r"\t([^:\t]+):\t+(.+)", said))

    assert named["Case number"] == "案件 1 x y"
    assert named["Evidence number"] == "bundle"
    assert named["Media size"] == "1.0 MiB (1048576 bytes)"
    assert named["Acquisition date"].startswith("2026-09-2")
    assert "corrupted" not in said


def test_a_file_among_those_of_another_bundle_s_image_is_refused(tmp_path, monkeypatch):
    """Of two disks of one size and one content nothing else tells."""
    monkeypatch.setattr(ewf, "SEGMENT", 300_000)
    data = random.Random(1).randbytes(MIB)
    first = written(tmp_path / "one", data)
    other = written(tmp_path / "two", data, labels=LABELS._replace(bundle="another"))
    (other.parent / "disk.E02").replace(first.parent / "disk.E02")

    with pytest.raises(ImageError, match=r"disk\.E02: a segment of another image than"):
        open_image(str(first))


def test_a_byte_that_changes_later_is_found_by_libewf(tmp_path):
    first = written(tmp_path / "image", random.Random(1).randbytes(MIB))
    with first.open("r+b") as file:
        file.seek(MIB // 2)
        byte = file.read(1)
        file.seek(MIB // 2)
        file.write(bytes([byte[0] ^ 1]))

    done = subprocess.run(["ewfverify", "-q", first], capture_output=True, text=True, check=False)
    assert "ewfverify: FAILURE" in done.stdout + done.stderr


def test_names_of_files_go_on_after_the_ninety_ninth():
    names = [ending(number) for number in range(1, 14_972)]

    assert names[:2] == ["E01", "E02"]
    assert names[98:101] == ["E99", "EAA", "EAB"]
    assert names[98 + 676 : 98 + 678] == ["EZZ", "FAA"]
    assert names[-1] == "ZZZ"


@pytest.mark.parametrize("size", [MIB, 8 * 10**12, ewf.SEGMENT * 14_970, 30 * 10**12, 200 * 10**12])
def test_files_are_small_enough_for_any_medium_unless_their_names_would_run_out(size):
    limit = limit_of(size, 32 << 10)

    assert (limit == ewf.SEGMENT) == (size < 20 * 10**12)
    assert size < limit * 14_970
