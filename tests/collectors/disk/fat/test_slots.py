"""Slots of FAT and exFAT as they lie on the disk: whose piece is whose, and what clocks say."""

from __future__ import annotations

import datetime
import struct

import pytest

from collectors.disk.fat import slots

FILE, FOLDER, LABEL, LONG = 0x20, 0x10, 0x08, 0x0F


def short(name: bytes, *, kind: int = FILE, low: int = 0, clocks: bytes = bytes(13)) -> bytes:
    """A slot of FAT with a name of 11 bytes."""
    return (name + bytes([kind, low]) + clocks).ljust(slots.SIZE, b"\0")


def check(name: bytes) -> int:
    """The sum of a short name that its long name's pieces carry (FAT specification)."""
    total = 0
    for byte in name:
        total = ((total >> 1 | total << 7) + byte) & 0xFF
    return total


def pieces(name: str, total: int, *, deleted: bool = False) -> list[bytes]:
    """The slots of a long name, the last piece first."""
    units = name.encode("utf-16-le")
    if len(units) % 26:
        units += b"\0\0"
    units += b"\xff" * (-len(units) % 26)
    made = []
    for number, at in enumerate(range(0, len(units), 26), 1):
        own = units[at : at + 26]
        order = 0xE5 if deleted else number | (0x40 if at + 26 == len(units) else 0)
        head = bytes([order]) + own[:10] + bytes([LONG, 0, total])
        made.append(head + own[10:22] + b"\0\0" + own[22:])
    return made[::-1]


def named(*own: bytes) -> list[tuple[int, bytes]]:
    return list(slots.names(enumerate(own)))


# FAT


def test_a_long_name_is_that_of_the_short_one_whose_sum_it_carries():
    name = b"LONGNA~1TXT"
    long = "long name 日本語 of three pieces.txt"

    assert named(*pieces(long, check(name)), short(name)) == [(3, long.encode())]
    assert named(*pieces("thirteen here", check(name)), short(name)) == [(1, b"thirteen here")]


def test_a_long_name_of_another_sum_was_left_by_a_system_that_knew_none():
    name = b"RENAMED TXT"

    assert named(*pieces("of old", check(name) ^ 1), short(name)) == [(1, b"RENAMED.TXT")]


def test_pieces_of_two_names_do_not_become_one():
    """The first one's short name was overwritten: its pieces stand before another's."""
    name = b"SECOND  TXT"
    own = pieces("second", check(name))

    assert named(*pieces("first", 1), *own, short(name)) == [(2, b"second")]
    assert named(*pieces("first", check(name)), *own, short(name)) == [(2, b"second")]


def test_a_name_after_another_takes_no_piece_of_it():
    first, second = b"FIRST   TXT", b"SECOND  TXT"
    own = [*pieces("first one", check(first)), short(first), short(second)]

    assert named(*own) == [(1, b"first one"), (2, b"SECOND.TXT")]


def test_a_label_is_no_file_and_keeps_no_pieces():
    name = b"AFTER   TXT"
    own = [*pieces("before", check(name)), short(b"WARD 3     ", kind=LABEL), short(name)]

    assert named(*own) == [(2, b"AFTER.TXT")]


@pytest.mark.parametrize("kind", [0, 0x01, 0x02, 0x04, FOLDER, FILE, 0x37], ids=hex)
def test_what_is_hidden_read_only_or_of_the_system_is_named_as_any_other(kind):
    name = b"IO      SYS"

    assert named(*pieces("io", check(name)), short(name, kind=kind)) == [(1, b"io")]
    assert named(short(name, kind=kind)) == [(0, b"IO.SYS")]


def test_the_pieces_of_a_deleted_name_are_its_own_though_its_sum_is_lost():
    name = b"GONE    TXT"
    total, gone = check(name), b"\xe5" + name[1:]
    long = "was here and had two pieces"

    assert named(*pieces(long, total, deleted=True), short(gone)) == [(3, long.encode())]
    assert named(short(gone)) == [(0, b"_ONE.TXT")]


def test_deleted_pieces_of_another_sum_begin_another_name():
    gone = b"\xe5ONE    TXT"
    first, second = pieces("first", 1, deleted=True), pieces("second letter", 2, deleted=True)

    assert named(*first, *second, short(gone)) == [(2, b"second letter")]


@pytest.mark.parametrize(
    ("name", "low", "read"),
    [
        (b"README  TXT", 0, b"README.TXT"), (b"README  TXT", 0x08, b"readme.TXT"),
        (b"README  TXT", 0x10, b"README.txt"), (b"README  TXT", 0x18, b"readme.txt"),
        (b"README  TXT", 0xE7, b"README.TXT"),
        (b"README     ", 0x18, b"readme"), (b"A B     T  ", 0, b"A B.T"),
        (b"\x05\xa0      TXT", 0, b"\xe5\xa0.TXT"), (b"\x83A      TXT", 0x18, b"\x83A.txt"),
        (b"AAAAAAAA\x83A ", 0x18, b"aaaaaaaa.\x83A"),
    ],
    ids=["large", "base", "ending", "both", "other bits", "no ending", "a blank", "05",
         "half a letter", "half of the ending"],
)  # fmt: skip
def test_a_short_name_is_read_as_it_lies(name, low, read):
    assert named(short(name, low=low)) == [(0, read)]


def words(when: datetime.datetime) -> tuple[int, int]:
    """A moment as FAT counts it: its clock and its date."""
    clock = when.hour << 11 | when.minute << 5 | when.second // 2
    return clock, when.year - 1980 << 9 | when.month << 5 | when.day


def ns(when: datetime.datetime) -> int:
    return int(when.replace(tzinfo=datetime.UTC).timestamp()) * 10**9


BORN = datetime.datetime(1999, 12, 31, 23, 59, 58)  # noqa: DTZ001 - the wall's clock has no zone
WRITTEN = datetime.datetime(2024, 2, 29, 13, 37, 42)  # noqa: DTZ001
SEEN = datetime.datetime(2107, 11, 30, 1, 2, 4)  # noqa: DTZ001


def test_each_clock_of_fat_stands_in_its_place():
    (born, born_on), (written, written_on), (_, seen_on) = map(words, (BORN, WRITTEN, SEEN))
    clocks = struct.pack("<BHHHHHH", 157, born, born_on, seen_on, 0, written, written_on)
    slot = short(b"A       TXT", clocks=clocks)

    midnight = SEEN.replace(hour=0, minute=0, second=0)
    assert slots.times(slot) == (ns(WRITTEN), ns(midnight), ns(BORN) + 1_570_000_000)


def test_where_no_date_stands_there_is_no_time_and_a_long_name_has_none():
    assert slots.times(short(b"A       TXT", clocks=b"\x01" + bytes(12))) == (None, None, None)
    assert slots.times(pieces("a", 1)[0]) == (None, None, None)


def test_a_day_that_no_calendar_has_is_no_time_of_ours():
    clocks = struct.pack("<11xH", 13 << 5 | 1)

    assert slots.times(short(b"A       TXT", clocks=clocks)) == (None, None, None)


# exFAT

IN_USE = 0x80


def entry(name: str, *, length: int | None = None, used: int = IN_USE) -> list[bytes]:
    """The slots of a file on exFAT."""
    units = name.encode("utf-16-le")
    cut = [units[at : at + 30] for at in range(0, len(units), 30)]
    stated = len(units) // 2 if length is None else length
    return [
        bytes([0x05 | used]).ljust(32, b"\0"), bytes([0x40 | used, 1, 0, stated]).ljust(32, b"\0"),
        *((bytes([0x41 | used, 0]) + each).ljust(32, b"\0") for each in cut),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a", "fifteen letters", "sixteen letters!", "長い名前" * 20])
@pytest.mark.parametrize("used", [IN_USE, 0], ids=["in use", "deleted"])
def test_a_name_on_exfat_is_as_long_as_its_stream_says(name, used):
    own = [*entry("before"), *entry(name, used=used)]

    assert list(slots.exfat_names(enumerate(own))) == [(0, b"before"), (3, name.encode())]


def test_what_stands_behind_a_name_on_exfat_is_none_of_it():
    own = entry("four and more", length=4)
    odd = [*entry("x"), b"\xc1\0" + b"y\0" * 15, b"\xa0".ljust(32, b"\0")]

    assert list(slots.exfat_names(enumerate(own))) == [(0, b"four")]
    assert list(slots.exfat_names(enumerate(odd))) == [(0, b"x")]


def test_a_name_on_exfat_that_is_cut_off_is_none_and_leaves_nothing_to_the_next():
    own = [*entry("a name of two pieces here")[:3], *entry("next")]

    assert list(slots.exfat_names(enumerate(own))) == [(3, b"next")]


def test_pieces_whose_stream_is_overwritten_are_no_name():
    first, _, piece = entry("lost")

    assert list(slots.exfat_names(enumerate([piece, first, piece, *entry("x")]))) == [(3, b"x")]


@pytest.mark.parametrize("used", [IN_USE, 0], ids=["in use", "deleted"])
def test_each_clock_of_exfat_stands_in_its_place(used):
    own = [each for when in (BORN, WRITTEN, SEEN) for each in words(when)]
    slot = struct.pack("<B7x6HBB10x", 0x05 | used, *own, 157, 42)

    assert slots.exfat_times(slot) == (
        ns(WRITTEN) + 420_000_000, ns(SEEN), ns(BORN) + 1_570_000_000,
    )  # fmt: skip


def test_what_is_no_file_on_exfat_has_no_times():
    assert slots.exfat_times(b"\xc0" + b"\xff" * 31) == (None, None, None)
