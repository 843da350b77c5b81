"""What can be done inside volumes by somebody who has key and identity, all digests fitted.

The trees stay those that were signed, unless the attack says otherwise.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

import bundles
import zstandard
from byhand import RECORDS, Json, Member, archive, digest, encrypted, frames, header, leaf, member
from forge import Forger
from worlds import World

from evidence import tar

GIB = 1 << 30
MAGIC = b"\x28\xb5\x2f\xfd"


# Records


def _record_changed(bundle: Forger, seq: int, edit: Callable[[Json], object]) -> None:
    bundle.edit_record(seq, edit)
    bundle.settle()


def origin_changed(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 4, lambda r: r["meta"]["source"].update(origin="/home/佐藤/メモ.txt"))


def inode_changed(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 4, lambda r: r["meta"]["source"].update(inode="4711"))


def file_times_changed(bundle: Forger, world: World) -> None:
    times = {"a": "1", "b": None, "c": "1", "m": "1"}
    _record_changed(bundle, 4, lambda r: r["meta"].update(times=times))


def gap_turned_into_an_item(bundle: Forger, world: World) -> None:
    """With an empty member, so that only the tree can tell."""

    def edit(record: Json) -> None:
        part = {"first": 0, "last": 0, "size": 0, "volume": 1}
        record["content"].update(status="acquired", sha256=digest(b""), parts=[part])
        record["meta"]["reason"] = None

    bundle.edit_record(3, edit)
    members = bundle.members(1)
    bundle.store_members(1, [*members[:-1], Member("items/00000003", b""), members[-1]])
    bundle.settle()


def item_called_the_same_as_another(bundle: Forger, world: World) -> None:
    """An item that was taken, so that whoever counts would pass it over as a second name."""
    _record_changed(bundle, 4, lambda r: r["meta"].update(same_as=1))


def item_with_the_reason_of_a_gap(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 4, lambda r: r["meta"].update(reason="denied"))


def sizes_that_do_not_add_up(bundle: Forger, world: World, *, of: str) -> None:
    """Of an item's parts, or of a file's ranges with holes between, against the item's size."""

    def edit(record: Json) -> None:
        content = record["content"]
        if of == "parts":
            content["parts"][0]["size"] += 1
        else:
            content["ranges"] = [{"offset": "0", "size": content["size"] - 1}]

    _record_changed(bundle, 4, edit)


def gap_called_an_item_with_nothing(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 3, lambda r: r["content"].update(status="acquired"))


def errors_emptied(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 3, lambda r: r["meta"].update(errors=[]))


def two_records_reordered(bundle: Forger, world: World) -> None:
    records = bundle.records(1)
    bundle.store_records(1, [records[1], records[0], records[2]])
    bundle.settle()


def salt_replaced(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 2, lambda r: r.update(salt_meta="ab" * 32))


def two_records_of_one_number(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 3, lambda r: r["content"].update(seq=2))


def hole_in_the_numbers(bundle: Forger, world: World) -> None:
    """Item 3 is called 4 and so on: the trees are made anew and fit."""
    for number in (1, 2, 3):
        records = bundle.records(number)
        for record in records:
            if record["content"]["seq"] > 2:
                record["content"]["seq"] += 1
        renamed = [
            Member(f"items/{int(m.name[6:14]) + 1:08d}{m.name[14:]}", m.data)
            if m.name != RECORDS and int(m.name[6:14]) > 2
            else m
            for m in bundle.members(number)
        ]
        bundle.store_members(number, renamed)
        bundle.store_records(number, records)
    bundle.retree()
    bundle.settle()


def digest_of_an_item_differs(bundle: Forger, world: World) -> None:
    """The record is in the trees; the bytes are not those that it names."""
    bundle.edit_record(4, lambda r: r["content"].update(sha256="ab" * 32))
    bundle.retree()
    bundle.settle()


def bytes_of_an_item_differ(bundle: Forger, world: World) -> None:
    items = bundle.members(2)
    changed = Member(items[0].name, bytes(len(items[0].data)))
    bundle.store_members(2, [changed, *items[1:]])
    bundle.settle()


def tree_with_its_last_leaf_twice(bundle: Forger, world: World) -> None:
    """The root as a tree gives it that fills up odd levels with their last node."""
    level = [leaf(record) for number in (1, 2, 3) for record in bundle.records(number)]
    while len(level) > 1:
        level += level[-1:] * (len(level) % 2)
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [hashlib.sha256(b"\x01" + one + two).digest() for one, two in pairs]
    root = level[0].hex()
    bundle.closings[-1]["detail"]["tree"]["root"] = root
    bundle.settle(manifest=lambda document: document["items"].update(merkle_root=root))


def record_nested_deeply(bundle: Forger, world: World) -> None:
    deep = b"[" * 4000 + b"]" * 4000
    data = dict(bundle.members(2))[RECORDS].replace(b'"errors":[]', b'"errors":' + deep, 1)
    _records_raw(bundle, 2, data)


def record_beyond_its_limit(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 4, lambda r: r["meta"].update(errors=["x" * (4 << 20)]))


def _records_raw(bundle: Forger, number: int, data: bytes) -> None:
    items = [each for each in bundle.members(number) if each.name != RECORDS]
    bundle.store_members(number, [*items, Member(RECORDS, data)])
    bundle.settle()


def records_beyond_their_limit(bundle: Forger, world: World) -> None:
    _records_raw(bundle, 2, bytes((64 << 20) + 1))


def records_missing(bundle: Forger, world: World) -> None:
    bundle.store_members(2, [each for each in bundle.members(2) if each.name != RECORDS])
    bundle.settle()


def records_of_another_bundle(bundle: Forger, world: World) -> None:
    _records_raw(bundle, 2, dict(world.forger("other").members(2))[RECORDS])


def records_of_an_earlier_volume(bundle: Forger, world: World) -> None:
    _records_raw(bundle, 2, dict(bundle.members(1))[RECORDS])


def records_twice(bundle: Forger, world: World) -> None:
    members = bundle.members(2)
    bundle.store_members(2, [*members, members[-1]])
    bundle.settle()


def records_before_their_items(bundle: Forger, world: World) -> None:
    members = bundle.members(2)
    bundle.store_members(2, [members[-1], *members[:-1]])
    bundle.settle()


def record_in_a_later_volume(bundle: Forger, world: World) -> None:
    """The record of item 2, whose bytes end in volume 1, stands in volume 2."""
    first, second = bundle.records(1), bundle.records(2)
    bundle.store_records(1, first[:1])
    bundle.store_records(2, first[1:] + second)
    bundle.settle()


def last_item_has_no_end(bundle: Forger, world: World, *, cause: str = "end") -> None:
    """Its parts are there, its record is in no volume; trees and counts fit the others."""
    bundle.closings[-1]["detail"]["cause"] = cause
    bundle.store_records(3, bundle.records(3)[:-1])
    bundle.retree()
    bundle.settle()


def item_without_a_record_before_a_resumption(bundle: Forger, world: World, *, cause: str) -> None:
    """Its record was dropped, and it passes for one that the end of the session cut off."""
    resumed = next(at for at, each in enumerate(bundle.events) if each["type"] == "resumed")
    bundle.events[resumed - 1]["detail"]["cause"] = cause
    bundle.settle()


def record_not_canonical(bundle: Forger, world: World) -> None:
    data = dict(bundle.members(2))[RECORDS].replace(b'{"content":', b'{ "content":', 1)
    _records_raw(bundle, 2, data)


def record_with_byte_order_mark(bundle: Forger, world: World) -> None:
    _records_raw(bundle, 2, b"\xef\xbb\xbf" + dict(bundle.members(2))[RECORDS])


def record_with_unknown_key(bundle: Forger, world: World) -> None:
    _record_changed(bundle, 4, lambda r: r["content"].update(sha1="ab" * 20))


def last_newline_missing(bundle: Forger, world: World) -> None:
    _records_raw(bundle, 2, dict(bundle.members(2))[RECORDS][:-1])


# Members


def member_no_record_names(bundle: Forger, world: World) -> None:
    members = bundle.members(2)
    extra = Member("items/00000006", b"nobody knows me")
    bundle.store_members(2, [*members[:-1], extra, members[-1]])
    bundle.settle()


def record_naming_no_member(bundle: Forger, world: World) -> None:
    bundle.store_members(2, bundle.members(2)[1:])
    bundle.settle()


def part_missing(bundle: Forger, world: World) -> None:
    bundle.store_members(3, [m for m in bundle.members(3) if not m.name.endswith(".0000002")])
    bundle.settle()


def first_part_missing(bundle: Forger, world: World) -> None:
    bundle.store_members(3, [m for m in bundle.members(3) if not m.name.endswith(".0000001")])
    bundle.settle()


def parts_out_of_order(bundle: Forger, world: World) -> None:
    hosts, one, two, records = bundle.members(3)
    bundle.store_members(3, [hosts, two, one, records])
    bundle.settle()


def unnumbered_part_goes_on(bundle: Forger, world: World) -> None:
    """An item in the form for one part, and then a numbered one: its record tells both."""
    one, *rest = bundle.members(2)
    more = Member(f"{one.name}.0000001", b"and more")
    data = one.data + more.data
    runs = [{"first": 0, "last": 1, "size": len(data), "volume": 2}]
    bundle.store_members(2, [one, more, *rest])
    fresh = {"parts": runs, "sha256": digest(data), "size": len(data)}
    bundle.edit_record(4, lambda record: record["content"].update(fresh))
    bundle.retree()
    bundle.settle()


def item_begins_with_part_two(bundle: Forger, world: World) -> None:
    """Its record says the same."""
    one, *rest = bundle.members(2)
    runs = [{"first": 2, "last": 2, "size": len(one.data), "volume": 2}]
    bundle.store_members(2, [one._replace(name=f"{one.name}.0000002"), *rest])
    bundle.edit_record(4, lambda record: record["content"].update(parts=runs))
    bundle.retree()
    bundle.settle()


def part_doubled(bundle: Forger, world: World) -> None:
    hosts, one, two, records = bundle.members(3)
    bundle.store_members(3, [hosts, one, one, two, records])
    bundle.settle()


def member_doubled(bundle: Forger, world: World) -> None:
    members = bundle.members(2)
    bundle.store_members(2, [members[0], *members])
    bundle.settle()


def item_taken_again_under_its_old_number(bundle: Forger, world: World) -> None:
    """The session after the interruption takes item 5 again, which was closed before."""
    records = bundle.records(4)
    records[0]["content"]["seq"] = 5
    renamed = [m._replace(name=m.name.replace("00000006", "00000005")) for m in bundle.members(4)]
    bundle.store_members(4, renamed)
    bundle.store_records(4, records)
    bundle.settle()


# tar


def _raw(bundle: Forger, data: bytes) -> None:
    """Volume 2 with other bytes of tar."""
    bundle.store_archive(2, data)
    bundle.settle()


def member_length_beyond_the_end(bundle: Forger, world: World) -> None:
    *items, records = bundle.members(2)
    lying = tar.header(RECORDS.encode(), len(records.data) + 4096) + records.data
    _raw(bundle, archive(items)[: -len(tar.END)] + lying + bytes(tar.padding(len(records.data))))


def member_length_too_short(bundle: Forger, world: World) -> None:
    """A kilobyte of content, of which the header admits half: the rest is read as a header."""
    *_, records = bundle.members(2)
    lying = tar.header(b"items/00000004", 512) + b"A" * 1024
    _raw(bundle, lying + archive([records]))


def member_length_negative(bundle: Forger, world: World) -> None:
    """A size of -1 in octal digits, which a careless parser takes for a number."""
    block = header(b"items/00000004", 0, size=(124, b"-0000000001\0"))
    _raw(bundle, block + archive(bundle.members(2)))


def extended_header(bundle: Forger, world: World, *, record: bytes, kind: bytes = b"x") -> None:
    extended = header(b"PaxHeaders/x", len(record), kind=kind) + record
    padded = extended + bytes(tar.padding(len(record)))
    _raw(bundle, padded + archive(bundle.members(2)))


def member_of_kind(bundle: Forger, world: World, *, kind: bytes) -> None:
    special = header(b"items/00000004", 0, kind=kind, linkname=(157, b"/etc/passwd"))
    _raw(bundle, special + archive(bundle.members(2)[1:]))


def member_named(bundle: Forger, world: World, *, name: bytes) -> None:
    first, *rest = bundle.members(2)
    _raw(bundle, member(name, first.data) + archive(rest))


def member_mode_differs(bundle: Forger, world: World) -> None:
    first, *rest = bundle.members(2)
    block = header(b"items/00000004", len(first.data), mode=(100, b"0004755\0"))
    padded = first.data + bytes(tar.padding(len(first.data)))
    _raw(bundle, block + padded + archive(rest))


def padding_not_zero(bundle: Forger, world: World) -> None:
    first, *rest = bundle.members(2)
    block = member(b"items/00000004", first.data)
    _raw(bundle, block[:-1] + b"!" + archive(rest))


def bytes_after_the_end(bundle: Forger, world: World) -> None:
    _raw(bundle, bundle.archive(2) + b"hidden" + bytes(506))


def zero_blocks_after_the_end(bundle: Forger, world: World) -> None:
    _raw(bundle, bundle.archive(2) + bytes(10240 - 1024))


def second_archive_after_the_end(bundle: Forger, world: World) -> None:
    _raw(bundle, bundle.archive(2) + bundle.archive(1))


def end_blocks_missing(bundle: Forger, world: World, *, kept: int) -> None:
    _raw(bundle, bundle.archive(2)[: kept - len(tar.END)])


# zstd and age


def _stored(bundle: Forger, zst: bytes) -> None:
    bundle.store(2, zst)
    bundle.settle()


def frame_says_a_gibibyte(bundle: Forger, world: World) -> None:
    descriptor = bytes([0b10_1_0_0_1_00])  # content size of 4 bytes, single segment, checksum
    block = struct.pack("<I", (GIB >> 13) << 3 | 0b011)[:3]  # the last block, run-length
    _stored(bundle, MAGIC + descriptor + struct.pack("<I", GIB) + block + b"\0" + bytes(4))


def frame_without_content(bundle: Forger, world: World) -> None:
    """A frame that says it unfolds to nothing, and carries bytes all the same."""
    hidden = b"what no reader shows"
    block = struct.pack("<I", len(hidden) << 3 | 1)[:3]
    frame = MAGIC + bytes([0b00_1_0_0_1_00, 0]) + block + hidden + bytes(4)
    _stored(bundle, frame + bundle.plain(2))


def frame_with_a_large_window(bundle: Forger, world: World) -> None:
    """Window log 31: two gibibytes that a careless reader reserves."""
    plain = bundle.plain(2)
    descriptor = bytes([0b10_0_0_0_1_00])
    _stored(
        bundle, MAGIC + descriptor + bytes([(31 - 10) << 3]) + struct.pack("<I", 1024) + plain[9:]
    )


def frame_without_its_size(bundle: Forger, world: World) -> None:
    _stored(bundle, frames(bundle.archive(2), write_content_size=False))


def frame_without_checksum(bundle: Forger, world: World) -> None:
    _stored(bundle, frames(bundle.archive(2), write_checksum=False))


def skippable_frames(bundle: Forger, world: World) -> None:
    skippable = struct.pack("<II", 0x184D2A50, 4) + b"note"
    _stored(bundle, skippable * 1000 + bundle.plain(2))


def frame_with_a_dictionary(bundle: Forger, world: World) -> None:
    dictionary = zstandard.ZstdCompressionDict(b"hosts root passwd localhost" * 40)
    compressor = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    frame = compressor.compress(bundle.archive(2))
    marked = bytearray(frame)
    if not marked[4] & 3:  # a raw dictionary has no number: write one in
        marked[4] |= 1
        single = marked[4] >> 5 & 1
        marked[5 + (1 - single) : 5 + (1 - single)] = b"\x07"
    _stored(bundle, bytes(marked))


def checksum_of_a_frame_wrong(bundle: Forger, world: World) -> None:
    plain = bundle.plain(2)
    _stored(bundle, plain[:-1] + bytes([plain[-1] ^ 1]))


def garbage_after_the_last_frame(bundle: Forger, world: World) -> None:
    _stored(bundle, bundle.plain(2) + b"and more")


def cut_within_a_frame(bundle: Forger, world: World) -> None:
    _stored(bundle, bundle.plain(2)[:-20])


def cut_where_frame_and_chunk_end(bundle: Forger, world: World) -> None:
    bundle.store(3, frames(bundle.archive(3)[: 1 << 20]))
    bundle.settle()


def age_cut_at_a_chunk(bundle: Forger, world: World) -> None:
    """A volume of several chunks that ends with a whole one, not with the last."""
    noise = hashlib.shake_256(b"noise").digest(200_000)
    stored = encrypted(frames(archive([Member("items/00000004", noise)])), bundle.recipients)
    body = stored.index(b"\n---") + 1
    start = stored.index(b"\n", body) + 1 + 16
    bundle.write(bundle.volume(2), stored[: start + 2 * (65536 + 16)])
    bundle.settle()


def age_flipped(bundle: Forger, world: World, *, at: int) -> None:
    bundle.flip(bundle.volume(2), at)
    bundle.settle()


def age_fails_late(bundle: Forger, world: World) -> None:
    """Everything decrypts but for the last byte: what was seen until then must not stay."""
    bundle.flip(bundle.volume(3), -1)
    bundle.settle()


def volume_plain_where_recipients_are_listed(bundle: Forger, world: World) -> None:
    old = bundle.volume(2)
    bundle.write(old, bundle.plain(2))
    bundle.rename(old, old.removesuffix(".age"))
    bundle.closings[1]["detail"]["volume"]["name"] = old[5:].removesuffix(".age")
    bundle.settle()


def plain_volume_named_age(bundle: Forger, world: World) -> None:
    bundle.write(bundle.volume(2), bundle.plain(2))
    bundle.settle()


def volume_of_another_bundle(bundle: Forger, world: World) -> None:
    other = world.forger("other")
    bundle.write(bundle.volume(2), other.read(other.volume(2)))
    bundle.settle()


def two_volumes_swapped_with_their_digests(bundle: Forger, world: World) -> None:
    one, two = bundle.volume(1), bundle.volume(2)
    kept = bundle.read(one)
    bundle.write(one, bundle.read(two))
    bundle.write(two, kept)
    bundle.settle()


def recipient_not_listed(bundle: Forger, world: World) -> None:
    both = [*bundle.recipients, str(bundles.OTHER_IDENTITY.to_public())]
    bundle.write(bundle.volume(2), encrypted(bundle.plain(2), both))
    bundle.settle()


def header_of_many_stanzas(bundle: Forger, world: World) -> None:
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    stored = bundle.read(bundle.volume(2))
    first = stored.index(b"-> ")
    bundle.write(bundle.volume(2), stored[:first] + stanza * 100_000 + stored[first:])
    bundle.settle()


def _stanza_added(bundle: Forger, stanza: bytes) -> None:
    stored = bundle.read(bundle.volume(2))
    first = stored.index(b"-> ")
    bundle.write(bundle.volume(2), stored[:first] + stanza + stored[first:])
    bundle.settle()


def stanza_of_many_lines(bundle: Forger, world: World) -> None:
    """One recipient whose wrapped key goes on for 100 kB."""
    _stanza_added(bundle, b"-> X25519 " + b"A" * 43 + b"\n" + (b"A" * 64 + b"\n") * 1500 + b"AA\n")


def stanza_of_one_long_line(bundle: Forger, world: World) -> None:
    """What a reader of parts of lines would take for the header's end."""
    _stanza_added(
        bundle, b"-> X25519 " + b"A" * 1014 + b"--- " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    )


def stanza_of_a_password(bundle: Forger, world: World) -> None:
    stanza = b"-> scrypt " + b"A" * 22 + b" 30\n" + b"A" * 43 + b"\n"
    stored = bundle.read(bundle.volume(2))
    first, end = stored.index(b"-> "), stored.index(b"---")
    bundle.write(bundle.volume(2), stored[:first] + stanza + stored[end:])
    bundle.settle()


# Whole and consistent: only what was noted elsewhere can tell.


def item_replaced_and_all_signed_again(bundle: Forger, world: World) -> None:
    data = b"an invented note\n"
    part = {"first": 0, "last": 0, "size": len(data), "volume": 2}
    members = bundle.members(2)
    bundle.store_members(2, [Member(members[0].name, data), *members[1:]])
    fresh = {"sha256": digest(data), "size": len(data), "parts": [part]}
    bundle.edit_record(4, lambda r: r["content"].update(fresh))
    bundle.retree()
    bundle.settle()


def last_item_deleted_and_all_signed_again(bundle: Forger, world: World) -> None:
    bundle.store_members(3, [m for m in bundle.members(3) if "00000007" not in m.name])
    bundle.store_records(3, bundle.records(3)[:-1])
    bundle.retree()
    bundle.settle()
