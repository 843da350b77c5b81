"""The pieces of a disk poured together: holes, pieces that are short or not there, what is told."""

from __future__ import annotations

import hashlib
import os
from decimal import Decimal
from pathlib import Path

import pytest

from chain_of_custody.item import MissingRange
from collectors.disk.whole.pieces import Pieces
from evidence.intake.images.assembly import Assembly, Missing, _Known

PIECE = 256 << 10
GAP, PARTIAL, ACQUIRED = range(3)


class Taken:
    """A disk in memory."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def data(self, piece: memoryview) -> None:
        self.bytes += piece

    def zeros(self, count: int) -> None:
        assert count >= 0
        self.bytes += bytes(count)


class World:
    """A working copy with pieces of a disk, and what is known of them."""

    def __init__(self, host: Path, size: int) -> None:
        self.host, self.pieces = host, Pieces(size=size, piece=PIECE)
        self.known: dict[str, _Known] = {}
        self.expected = bytearray(size)
        (host / "disk").mkdir()

    def put(self, number: int, *parts: tuple[int, bytes], size: int, missing=(), rank=ACQUIRED):
        path = self.host / f"disk/image.{number:03d}"
        with path.open("wb") as file:
            file.truncate(size)
            for offset, data in parts:
                file.seek(offset)
                file.write(data)
                start = (number - 1) * PIECE + offset
                self.expected[start : start + len(data)] = data
        self.told(number, rank, missing)

    def told(self, number: int, rank: int, missing=(), why: str = "") -> None:
        self.known[f"disk:/image.{number:03d}"] = _Known(rank, list(missing), why)

    def poured(self, algorithms=("sha256",), recorded=None):
        """The disk, its digests, and what it lacks."""
        taken = Taken()
        assembly = Assembly(self.host, self.pieces, 512, recorded or {}, algorithms, self.known)
        digests = assembly.pour(taken)
        return taken.bytes, digests, assembly.missing


@pytest.fixture
def make(tmp_path):
    return lambda size: World(tmp_path, size)


def missing(offset: int, size: int | None, why: str) -> MissingRange:
    return MissingRange(
        offset=Decimal(offset), size=None if size is None else Decimal(size), error=why
    )


def test_a_disk_is_what_its_pieces_hold_with_their_holes_as_zeros(make):
    world = make(3 * PIECE + 100)
    world.put(1, (0, os.urandom(PIECE)), size=PIECE)
    world.put(2, (8192, os.urandom(5000)), (131_072, b"island"), size=PIECE)
    world.put(3, size=PIECE)
    world.put(4, (0, os.urandom(100)), size=100)

    disk, digests, lacking = world.poured(("sha256", "md5"), {"sha1": "ab"})

    assert disk == world.expected
    assert digests == {
        name: hashlib.new(name, world.expected).hexdigest() for name in ("md5", "sha1", "sha256")
    }
    assert lacking == []
    assert list(world.host.iterdir()) == []  # taken over, so that there is room for both


def test_sha256_is_computed_whatever_was_asked_for(make):
    world = make(100)
    world.put(1, size=100)

    assert world.poured(())[1] == {"sha256": hashlib.sha256(bytes(100)).hexdigest()}


def test_a_piece_that_is_short_or_not_there_shifts_nothing_behind_it(make):
    world = make(4 * PIECE)
    world.put(1, (0, b"a" * 1000), size=1000)
    world.put(3, (0, os.urandom(PIECE)), size=PIECE)
    world.told(4, GAP, why="EIO: Input/output error")

    disk, _, lacking = world.poured()

    assert disk == world.expected
    assert lacking == [
        Missing(PIECE, PIECE, "this piece was not taken"),
        Missing(3 * PIECE, PIECE, "EIO: Input/output error"),
    ]


def test_what_a_piece_lacks_is_told_by_its_place_on_the_disk(make):
    world = make(2 * PIECE)
    world.put(1, size=PIECE)
    ranges = [missing(1000, 512, "one"), missing(1512, 10, "another"), missing(9000, None, "rest")]
    world.put(2, size=PIECE, rank=PARTIAL, missing=ranges)

    assert world.poured()[2] == [
        Missing(PIECE + 1000, 512, "one"), Missing(PIECE + 1512, 10, "another"),
        Missing(PIECE + 9000, PIECE - 9000, "rest"),
    ]  # fmt: skip


def test_no_piece_lacks_more_than_it_has(make):
    world = make(2 * PIECE)
    world.put(1, size=PIECE, rank=PARTIAL, missing=[missing(PIECE - 10, 1 << 40, "much")])
    world.put(2, size=PIECE)

    assert world.poured()[2] == [Missing(PIECE - 10, 10, "much")]


def test_ranges_that_touch_and_have_one_cause_are_one(make):
    world = make(5 * PIECE)
    for number in (1, 2):
        world.told(number, GAP, why="a cause")
    world.told(3, GAP, why="another")
    world.put(4, size=PIECE)
    world.told(5, GAP, why="another")

    assert world.poured()[2] == [
        Missing(0, 2 * PIECE, "a cause"), Missing(2 * PIECE, PIECE, "another"),
        Missing(4 * PIECE, PIECE, "another"),
    ]  # fmt: skip


def test_what_else_lies_among_the_pieces_stays(make):
    world = make(100)
    world.put(1, size=100)
    (world.host / "disk/notes").write_text("by somebody")
    world.poured()

    assert [each.name for each in (world.host / "disk").iterdir()] == ["notes"]
