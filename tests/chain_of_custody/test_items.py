"""Items followed through volumes: what goes on, what was given up, what belongs to nothing."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from chain_of_custody.errors import AlteredError, CustodyError, UnusableError
from chain_of_custody.event import Closed, Progress
from chain_of_custody.item import Acquired, Content, Meta, Method, Origin, Part, line_of
from chain_of_custody.items import MAX_LINE, MAX_PENDING, RECORDS, ItemReader, Member, Unfinished
from chain_of_custody.manifest import VolumeEntry
from evidence.writing.bundle import Cause

TIME = "2026-11-22T21:45:12Z"
META = Meta(
    acquired=Acquired(end=TIME, mono_end="2", mono_start="1", start=TIME), attrs=None,
    changed_while_reading=None, collector="c", errors=[], kind="disk", led_by=None,
    method=Method(door="system call", noatime=True, program=None), phase="disk", reason=None,
    same_as=None, times=None, yara=None,
    source=Origin(device=None, inode=None, length=None, origin="/x", origin_b64=None, stream=None),
)  # fmt: skip


def record(seq: int, data: bytes, *parts: tuple[int, int, int, int]) -> bytes:
    """The line of an item whose parts are given as volume, first, last, size."""
    content = Content(
        parts=[Part(volume=v, first=f, last=t, size=s) for v, f, t, s in parts], ranges=[],
        ranges_missing=[], seq=seq, sha256=sha256(data).hexdigest(), size=len(data),
        status="acquired",
    )  # fmt: skip
    return line_of(content, META, bytes(64))[0] + b"\n"


def gap(seq: int) -> bytes:
    content = Content(
        parts=[], ranges=[], ranges_missing=[], seq=seq, sha256=None, size=0, status="gap"
    )
    return line_of(content, msgspec.structs.replace(META, reason="denied"), bytes(64))[0] + b"\n"


def item(number: int, data: bytes, part: int | None = None) -> Member:
    return Member(f"items/{number:08d}" + (f".{part:07d}" if part else ""), data)


def records(*lines: bytes) -> Member:
    return Member(RECORDS, b"".join(lines))


def closed(cause: Cause) -> Closed:
    """How a session that was taking an image of memory closed its last volume."""
    return Closed(
        cause=cause, phase="memory", tree=ItemReader().head(),
        progress=Progress(chain=None, completed=[], count=0, current="memory"),
        volume=VolumeEntry(name="volume-00001.tar.zst", sha256="0" * 64, size=1),
    )  # fmt: skip


def read(reader: ItemReader, number: int, *members: Member) -> list[int]:
    return [each.content.seq for each in reader.volume(f"volume {number}", number, members)]


def refusal(*members: Member, reader: ItemReader | None = None, number: int = 1) -> CustodyError:
    with pytest.raises(CustodyError) as caught:
        read(reader or ItemReader(), number, *members)
    return caught.value


def test_counts_what_it_read():
    reader = ItemReader()
    seqs = read(
        reader, 1, item(1, b"ab"), records(record(1, b"ab", (1, 0, 0, 2)), gap(2))
    )  # fmt: skip

    assert seqs == [1, 2]
    assert (
        reader.counts, reader.bytes, reader.tree.size,
    ) == ({"acquired": 1, "partial": 0, "gap": 1}, 2, 2)  # fmt: skip


def test_an_item_goes_on_in_the_next_volume():
    reader = ItemReader()
    read(reader, 1, item(1, b"ab", 1), records())
    goes_on = reader.goes_on
    seqs = read(reader, 2, item(1, b"c", 2), records(record(1, b"abc", (1, 1, 1, 2), (2, 2, 2, 1))))

    assert (goes_on, seqs, reader.goes_on) == (1, [1], None)


def test_a_part_that_was_the_last_one_by_chance_is_an_item_all_the_same():
    """Closed before its end was known: one numbered part, then the record in the next volume."""
    reader = ItemReader()
    read(reader, 1, item(1, b"ab", 1), records())

    assert read(
        reader, 2, item(1, b"", 2), records(record(1, b"ab", (1, 1, 1, 2), (2, 2, 2, 0)))
    ) == [1]


def test_an_item_that_was_cut_off_is_given_up_and_comes_again():
    reader = ItemReader()
    read(reader, 1, item(1, b"half", 1), records())
    given_up = reader.abandon(closed("size"))
    seqs = read(reader, 2, item(1, b"whole"), records(record(1, b"whole", (2, 0, 0, 5))))

    assert given_up is not None
    assert (given_up.item, seqs) == (1, [1])


def test_what_was_given_up_is_sized_and_hashed_over_all_its_volumes():
    reader = ItemReader()
    read(reader, 1, item(1, b"ab", 1), records())
    read(reader, 2, item(1, b"c", 2), item(1, b"d", 3), records())

    assert reader.abandon(closed("time")) == Unfinished(
        item=1, size=4, sha256=sha256(b"abcd").hexdigest(), first=1, last=2, collector="memory",
        phase="memory",
    )  # fmt: skip


@pytest.mark.parametrize("cause", ["phase_end", "end", "interrupted"])
def test_no_item_is_under_way_where_a_volume_was_closed_at_the_end_of_something(cause):
    reader = ItemReader()
    read(reader, 1, item(1, b"half", 1), records())

    with pytest.raises(AlteredError, match=r"volume-00001\.tar\.zst: item 1 "):
        reader.abandon(closed(cause))


def test_nothing_is_given_up_where_nothing_was_open():
    assert ItemReader().abandon(closed("end")) is None


def test_the_sink_sees_every_byte_of_every_part():
    seen: list[tuple[int, bytes]] = []
    reader = ItemReader(lambda number, data: seen.append((number, bytes(data))))
    read(
        reader, 1, item(1, b"a", 1), item(1, b"b", 2), item(2, b""),
        records(record(1, b"ab", (1, 1, 2, 2)), record(2, b"", (1, 0, 0, 0))),
    )  # fmt: skip

    assert seen == [(1, b"a"), (1, b"b"), (2, b"")]


def test_an_item_in_one_part_can_not_go_on():
    assert isinstance(refusal(item(1, b"a"), records()), AlteredError)


def test_only_the_last_item_of_a_volume_goes_on():
    assert isinstance(refusal(item(1, b"a", 1), item(2, b"b", 1), records()), AlteredError)


def test_items_do_not_interleave():
    error = refusal(item(1, b"a", 1), item(2, b"b", 1), item(1, b"c", 2), records())

    assert isinstance(error, UnusableError)


def test_items_come_in_the_order_of_their_numbers():
    lines = record(1, b"a", (1, 0, 0, 1)), record(2, b"b", (1, 0, 0, 1))
    error = refusal(item(2, b"b"), item(1, b"a"), records(*lines))

    assert error.finding.key == "duplicate_item"


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ([item(1, b"a"), records(record(1, b"a", (2, 0, 0, 1)))], "record_parts"),
        ([item(1, b"a"), records(gap(1))], "record_parts"),
        ([item(1, b"aa"), records(record(1, b"a", (1, 0, 0, 1)))], "record_parts"),
        ([item(1, b"a", 2), records()], "record_parts"),
        ([item(1, b"a", 1), item(1, b"b", 3), records()], "record_parts"),
        ([item(1, b"a"), item(1, b"b", 1), records()], "record_parts"),
        ([item(1, b"a", 1), item(1, b"b", 1), records()], "duplicate_item"),
        ([item(1, b"a", 2), item(1, b"b", 1), records()], "record_parts"),
        ([item(1, b"a"), records(record(1, b"b", (1, 0, 0, 1)))], "item_hash"),
    ],
    ids=["in another volume than its record says", "bytes of a gap", "larger than said",
         "its first part isn't there", "a part is left out", "a part behind the only one",
         "a part twice", "parts in another order", "other bytes"],
)  # fmt: skip
def test_an_item_whose_bytes_its_record_does_not_tell_is_refused(members, key):
    error = refusal(*members)
    facts = dict(error.finding.facts)

    assert (error.stage, error.finding.key) == (4, key)
    assert (facts["name"], facts["item"]) == ("volume 1", "1")


def test_a_record_that_is_too_long_is_refused_before_it_is_parsed():
    error = refusal(records(gap(1), b"x" * (MAX_LINE + 1) + b"\n"))

    assert dict(error.finding.facts)["why"] == "too long"


def test_more_items_than_records_can_tell_of_are_refused_while_they_come():
    members = (item(number, b"") for number in range(1, MAX_PENDING + 1000))
    with pytest.raises(UnusableError, match="more items"):
        list(ItemReader().volume("v", 1, members))


@pytest.mark.parametrize(
    "name", ["", "items/1", "records.json", "RECORDS.JSONL", "items/00000001.1"]
)
def test_a_member_of_another_name_is_unusable(name):
    assert isinstance(refusal(Member(name, b""), records()), UnusableError)


def test_a_volume_of_newlines_is_refused_at_the_first():
    error = refusal(Member(RECORDS, b"\n" * (8 << 20)))

    assert (error.finding.key, dict(error.finding.facts)["line"]) == ("bad_record", "1")


def test_a_last_line_that_was_cut_off_is_named():
    error = refusal(records(gap(1), gap(2)[:-1]))

    assert (error.finding.key, dict(error.finding.facts)["line"]) == ("bad_record", "2")


def test_a_hole_in_the_numbers_is_named():
    error = refusal(records(gap(1), gap(3)))

    assert (
        error.stage, error.finding.key, dict(error.finding.facts)["number"],
    ) == (3, "number_hole", "2")  # fmt: skip


def test_records_in_another_order_are_told_from_a_hole():
    assert refusal(records(gap(2), gap(1))).finding.key == "reordered"


def test_a_number_that_came_before_is_told():
    reader = ItemReader()
    read(reader, 1, records(gap(1)))

    assert refusal(records(gap(1)), reader=reader, number=2).finding.key == "duplicate_item"
