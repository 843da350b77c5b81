"""Records of the MFT byte by byte: what counts, where one ends, and what damage makes of it."""

from __future__ import annotations

import struct

import pytest

from collectors.disk.ntfs import mft

SIZE = 1024
EPOCH = 116_444_736_000_000_000  # 100 ns from 1601 to 1970


def attribute(kind: int, body: bytes, *, name: str = "", outside: bool = False, flags: int = 0):
    """An attribute with its name behind the header, and then what belongs to its form."""
    letters = name.encode("utf-16-le")
    where = 64 if outside else 24
    length = -(-(where + len(letters) + (0 if outside else len(body))) // 8) * 8
    head = struct.pack("<IIBBHH", kind, length, outside, len(name), where, flags)
    if outside:
        return (head.ljust(16, b"\0") + body).ljust(length, b"\0")
    own = struct.pack("<IH", len(body), where + len(letters))
    return (head.ljust(16, b"\0") + own).ljust(24, b"\0") + (letters + body).ljust(
        length - 24, b"\0"
    )


def outside(kind: int, pairs: bytes, *, start=0, size=0, valid=0, unit=0, flags=0) -> bytes:
    """A nameless attribute whose value lies in clusters."""
    head = struct.pack("<QQHH4xQQQ", start, 0, 64, unit, 0, size, valid)
    length = 64 + -(-len(pairs) // 8) * 8
    return (
        struct.pack("<IIBBHH", kind, length, 1, 0, 64, flags).ljust(16, b"\0") + head + pairs
    ).ljust(length, b"\0")


def record(*attributes: bytes, flags: int = 1, base: int = 0, sequence: int = 7) -> bytearray:
    """A record of two sectors as it lies on the disk: their last bytes are in the array."""
    head = b"FILE" + struct.pack("<HH8xHHHH8xQ", 48, 3, sequence, 1, 56, flags, base)
    own = bytearray(head.ljust(56, b"\0") + b"".join(attributes) + b"\xff" * 8)
    own[48:54] = b"\x09\x00" + b"ab" + b"cd"
    own = own.ljust(SIZE, b"\0")
    own[510:512] = own[1022:1024] = b"\x09\x00"
    return own


def parsed(*attributes: bytes, **options) -> mft.Record:
    return mft.parse(bytes(record(*attributes, **options)), 5)


def test_the_head_of_a_record_says_which_it_is():
    found = parsed(flags=3, base=1 << 40 | 9 | 77 << 48, sequence=0xFFFE)

    assert found == mft.Record(5, 0xFFFE, True, True, 1 << 40 | 9, ())
    assert [parsed(flags=each)[2:4] for each in (0, 1, 2)] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip


def test_what_is_no_record_is_an_error():
    with pytest.raises(OSError, match="no record of the MFT"):
        mft.parse(b"BAAD" + bytes(SIZE - 4), 5)


def test_the_last_bytes_of_each_sector_are_put_back():
    whole = mft.fixed(bytes(record()))

    assert (whole[510:512], whole[1022:1024]) == (b"ab", b"cd")


@pytest.mark.parametrize("sector", [1, 2])
def test_a_record_of_which_a_sector_was_not_written_is_torn(sector):
    own = record()
    own[512 * sector - 1] ^= 1

    with pytest.raises(OSError, match="torn"):
        mft.fixed(bytes(own))


@pytest.mark.parametrize(
    ("where", "count"), [(48, 2), (48, 4), (SIZE - 4, 3)],
    ids=["for fewer sectors", "for more sectors", "beyond the record"],
)  # fmt: skip
def test_a_record_whose_array_does_not_fit_its_sectors_is_damaged(where, count):
    own = record()
    own[4:8] = struct.pack("<HH", where, count)

    with pytest.raises(OSError, match="without all of its fix-ups"):
        mft.fixed(bytes(own))


def test_attributes_come_with_name_flags_and_value():
    own = attribute(0x80, b"content", name="流れ", flags=0x4001)
    first, second = parsed(attribute(0x10, bytes(48)), own).attributes

    assert (first.type, first.name, first.value, first.size) == (0x10, "", bytes(48), 48)
    assert second == (0x80, "流れ", 0x4001, b"content", 0, (), 7, 0, 0)
    assert (second.compressed, second.encrypted) == (True, True)
    assert (first.compressed, first.encrypted) == (False, False)


@pytest.mark.parametrize("length", [0, 13, 14, 21, 23, SIZE])
def test_behind_an_attribute_of_an_impossible_length_nothing_is_read(length):
    broken = bytearray(attribute(0x80, b"x"))
    broken[4:8] = struct.pack("<I", length)
    found = parsed(attribute(0x10, b""), bytes(broken))

    assert ([each.type for each in found.attributes], found.whole) == ([0x10], False)


@pytest.mark.parametrize("length", [24, 47, 63])
def test_an_attribute_outside_is_read_with_all_of_its_header_alone(length):
    broken = bytearray(outside(0x80, b"\x11\x03\x05\0"))
    broken[4:8] = struct.pack("<I", length)
    found = parsed(attribute(0x10, b""), bytes(broken))

    assert ([each.type for each in found.attributes], found.whole) == ([0x10], False)
    assert parsed(outside(0x80, b"")).whole


def test_what_was_left_behind_the_end_of_a_record_is_no_attribute_of_it():
    """As long as one, and then what stood there when the record was longer."""
    end = struct.pack("<II8x", 0xFFFF_FFFF, 16)

    found = parsed(attribute(0x10, b""), end, attribute(0x80, b"former"))

    assert [each.type for each in found.attributes] == [0x10]


def test_values_are_those_of_their_type_that_lie_in_the_record():
    own = [attribute(0x30, b"one"), attribute(0x80, b"x"), outside(0x30, b"\x11\x03\x05\0")]

    assert list(parsed(*own, attribute(0x30, b"two")).values(0x30)) == [b"one", b"two"]


def test_an_attribute_that_ends_with_its_record_is_read_and_the_end_is_missed():
    filling = SIZE - 56 - 8
    own = bytes(record(attribute(0x80, bytes(filling - 24))))
    own = own[: SIZE - 8]  # as long as the record has it, without an end behind

    found, whole = mft._attributes(own, 56)

    assert [each.type for each in found] == [0x80]
    assert not whole


def test_a_value_that_leads_out_of_its_attribute_is_missed_whatever_ends_the_record():
    own = record(attribute(0x80, bytes(SIZE - 56 - 8 - 24)))
    own[56 + 16 : 56 + 20] = struct.pack("<I", SIZE)

    assert mft._attributes(bytes(own), 56) == ([], False)


def test_size_and_what_was_written_are_told_by_the_piece_that_begins():
    first = outside(0x80, b"\x11\x03\x05\0", size=9000, valid=8000, unit=4)
    later = outside(0x80, b"\x11\x02\x07\0", start=3, size=1 << 40, valid=1 << 40)
    one, two = parsed(first, later).attributes

    assert one == mft.Attribute(0x80, "", 0, None, 0, ((3, 5),), 9000, 8000, 4)
    assert two == mft.Attribute(0x80, "", 0, None, 3, ((2, 7),), 0, 0, 0)


@pytest.mark.parametrize(
    ("pairs", "runs"),
    [
        (b"\x11\x03\x05\0", [(3, 5)]),
        (b"\x21\x03\x00\x10\x11\x02\xfe\0", [(3, 4096), (2, 4094)]),
        (b"\x11\x03\x05\x01\x02\x11\x01\x01\0", [(3, 5), (2, None), (1, 6)]),
        (b"\x12\x00\x01\x05\0", [(256, 5)]),
        (b"\x31\x01\x00\x00\x01", [(1, 65536)]),
        (b"\x11\x03\x05\x11\x00\x05\x11\x03\x05\0", [(3, 5)]),
        (b"\x11\x03\x05\x21\x03\x05", [(3, 5)]),
        (b"\x11\x03\x05\x11", [(3, 5)]),
        (b"\0\x11\x03\x05", []),
        (b"", []),
    ],
    ids=["one", "backwards", "a hole", "long", "no end", "of no length", "cut off in its place",
         "cut off in its head", "none", "nothing"],
)  # fmt: skip
def test_mapping_pairs_tell_runs_as_far_as_they_go(pairs, runs):
    assert list(mft._runs(pairs)) == runs


def test_times_are_told_in_the_order_that_stat_has():
    standard = struct.pack("<QQQQ", EPOCH + 1, EPOCH + 2, EPOCH + 3, EPOCH + 4)

    assert mft.times(standard) == (200, 400, 300, 100)
    assert mft.ns_of(0) == -EPOCH * 100


def file_name(name: str, space: int, parent: int) -> bytes:
    units = name.encode("utf-16-le", "surrogatepass")
    return struct.pack("<Q56xBB", parent, len(units) // 2, space) + units


@pytest.mark.parametrize(("space", "own"), [(0, True), (1, True), (2, False), (3, True)])
def test_a_short_name_is_no_name_of_its_own(space, own):
    assert mft.is_name(file_name("名前", space, 5)) is own


def test_a_name_that_is_cut_off_before_its_space_is_none():
    assert not mft.is_name(file_name("x", 1, 5)[:65])


def test_a_name_is_in_the_folder_whose_number_it_has_and_ends_where_it_says():
    found = file_name("half \ud800", 1, 9 << 48 | 1 << 47 | 5)

    assert mft.name_in(found + b"behind") == (1 << 47 | 5, b"half \xed\xa0\x80")


@pytest.mark.parametrize(("flags", "is_folder"), [(0x1000_0020, True), (0xEFFF_FFFF, False)])
def test_a_name_says_to_be_a_folder_s_by_one_bit(flags, is_folder):
    own = bytearray(file_name("x", 1, 5))
    own[56:60] = struct.pack("<I", flags)

    assert mft.names_folder(bytes(own)) is is_folder


def listed(record: int, name: str, *, length: int | None = None) -> bytes:
    units = name.encode("utf-16-le")
    whole = -(-(26 + len(units)) // 8) * 8
    size = whole if length is None else length
    head = struct.pack("<IHBBQQH", mft.DATA, size, len(name), 26, 0, 9 << 48 | record, 0)
    return (head + units).ljust(whole, b"\0")


def test_a_list_of_attributes_is_read_entry_by_entry():
    found = list(mft.listed_in(listed(30, "") + listed(1 << 40, "流れ") + listed(31, "x")))

    assert found == [
        (mft.DATA, "", 30), (mft.DATA, "流れ", 1 << 40), (mft.DATA, "x", 31),
    ]  # fmt: skip


@pytest.mark.parametrize("length", [0, 25])
def test_behind_an_entry_that_is_too_short_a_list_is_not_followed(length):
    found = list(mft.listed_in(listed(30, "", length=length) + listed(31, "")))

    assert [each and each.record for each in found] == [30, None]


def test_an_entry_as_short_as_can_be_is_followed():
    found = mft.listed_in(listed(30, "", length=26)[:26] + listed(31, ""))

    assert [each.record for each in found] == [30, 31]


def test_an_entry_without_all_of_its_fields_is_none():
    assert list(mft.listed_in(listed(30, "")[:25])) == []
    assert [each.record for each in mft.listed_in(listed(30, "")[:26])] == [30]


def ea(name: bytes, value: bytes, *, following: int | None = None) -> bytes:
    whole = -(-(9 + len(name) + len(value)) // 4) * 4
    step = whole if following is None else following
    head = struct.pack("<IBBH", step, 0, len(name), len(value))
    return (head + name + b"\0" + value).ljust(whole, b"\0")


def test_extended_attributes_are_read_until_the_one_that_nothing_follows():
    own = ea(b"LXUID", b"\1\2\3\4") + ea(b"$\xe9", b"value", following=0) + ea(b"no", b"more")

    assert list(mft.extended_attributes(own)) == [
        ("LXUID", b"\1\2\3\4"), ("$é", b"value"),
    ]  # fmt: skip
