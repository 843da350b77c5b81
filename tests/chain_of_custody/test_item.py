from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

import byhand
import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.canonical import CanonicalError, decode, encode
from chain_of_custody.item import (
    Acquired,
    Content,
    Meta,
    Method,
    MissingRange,
    Origin,
    Part,
    Range,
    Scan,
    Times,
    agree,
    leaf_in,
    line_of,
    parse_line,
)

SALTS = bytes(range(64))
SHA = hashlib.sha256(b"evidence").hexdigest()
TIME = "2026-11-22T21:45:12.120417Z"


def part(size: int, *, first: int = 0, last: int = 0, volume: int = 1) -> Part:
    return Part(first=first, last=last, size=size, volume=volume)


def content(**changes: object) -> Content:
    whole = Content(
        parts=[part(8)], ranges=[], ranges_missing=[], seq=1, sha256=SHA, size=8, status="acquired"
    )
    return msgspec.structs.replace(whole, **changes)


def meta(**changes: object) -> Meta:
    whole = Meta(
        acquired=Acquired(end=TIME, mono_end="2", mono_start="1", start=TIME), attrs=None,
        changed_while_reading=None, collector="accounts", errors=[], kind="disk", led_by=None,
        method=Method(door="system call", noatime=True, program=None), phase="disk", reason=None,
        same_as=None, times=None, yara=None,
        source=Origin(
            device=None, inode=None, length="8", origin="/etc/患者", origin_b64=None, stream=None
        ),
    )  # fmt: skip
    return msgspec.structs.replace(whole, **changes)


GAP = {"parts": [], "sha256": None, "size": 0, "status": "gap"}


@dataclass(frozen=True)
class Case:
    name: str
    content: Content
    meta: Meta

    def line(self) -> bytes:
        return line_of(self.content, self.meta, SALTS)[0]


def test_the_leaf_is_what_the_format_page_computes_by_hand():
    line, leaf = line_of(content(), meta(), SALTS)
    record = json.loads(line)
    inner = hashlib.sha256(SALTS[:32] + rfc8785.dumps(record["content"])).digest()
    outer = hashlib.sha256(SALTS[32:] + rfc8785.dumps(record["meta"])).digest()

    assert hashlib.sha256(b"\x00" + inner + outer).digest() == leaf
    assert byhand.leaf(record) == leaf == parse_line(line).leaf()


@given(origin=st.text(st.characters(codec="utf-8")))
def test_both_parts_are_byte_ranges_of_the_line_whatever_the_name(origin):
    """A reader with sed alone finds them: quotes inside strings are escaped."""
    source = Origin(
        device=None, inode=None, length=None, origin=origin, origin_b64=None, stream=None
    )
    outer = meta(source=source, errors=['","meta":', origin])
    line, leaf = line_of(content(), outer, SALTS)
    inside = line.removeprefix(b'{"content":')
    first, mark, rest = inside.partition(b',"meta":')
    second, _, _ = rest.partition(b',"salt_content":')

    assert mark
    assert (encode(content()), encode(outer), leaf) == (first, second, leaf_in(line))


def test_the_line_is_canonical():
    line, _ = line_of(content(), meta(), SALTS)

    assert rfc8785.dumps(json.loads(line)) == line


def test_each_salt_guards_its_own_half():
    _, leaf = line_of(content(), meta(), SALTS)
    _, other_first = line_of(content(), meta(), b"\xff" + SALTS[1:])
    _, other_second = line_of(content(), meta(), SALTS[:-1] + b"\xff")

    assert len({leaf, other_first, other_second}) == 3


FAR = 2**63
LOST = MissingRange(error="EIO", offset="3", size="2")


def ranges(*places):
    return [Range(offset=str(offset), size=size) for offset, size in places]


def taken(start, end):
    at = "2026-11-22T21:45:12Z"
    return Acquired(end=at, mono_end=str(end), mono_start=str(start), start=at)


def spelled(origin, raw):
    coded = base64.b64encode(raw).decode()
    return Origin(
        device=None, inode=None, length=None, origin=origin, origin_b64=coded, stream=None
    )


GOOD = (
    Case("an item", content(), meta()),
    Case("an empty item", content(parts=[part(0)], size=0), meta()),
    Case("a gap", content(**GAP), meta(reason="denied")),
    Case("a thing met before", content(**GAP, seq=8), meta(reason="skipped", same_as=7)),
    Case(
        "several parts in two volumes",
        content(parts=[part(5, first=1, last=2), part(3, first=3, last=3, volume=2)]),
        meta(),
    ),
    Case("holes", content(ranges=[Range(offset="0", size=3), Range(offset="99", size=5)]), meta()),
    Case(
        "partly read",
        content(
            status="partial",
            ranges_missing=[MissingRange(error="EIO", offset="8", size=None)],
        ),
        meta(),
    ),
)

BAD = (
    Case("a gap with bytes", content(**(GAP | {"sha256": SHA})), meta(reason="denied")),
    Case("a gap with parts", content(**(GAP | {"parts": [part(0)]})), meta(reason="denied")),
    Case("a gap without reason", content(**GAP), meta()),
    Case("a gap with a size", content(**(GAP | {"size": 8})), meta(reason="denied")),
    Case("an item with a reason", content(), meta(reason="denied")),
    Case("an item met before", content(seq=8), meta(same_as=7)),
    Case("denied, and met before", content(**GAP, seq=8), meta(reason="denied", same_as=7)),
    Case("an item without digest", content(sha256=None), meta()),
    Case("an item without parts", content(parts=[], size=0), meta()),
    Case("parts that don't add up", content(parts=[part(7)]), meta()),
    Case("ranges that don't add up", content(ranges=[Range(offset="0", size=7)]), meta()),
    Case("ranges that overlap", content(ranges=ranges((0, 5), (4, 3))), meta()),
    Case("ranges out of order", content(ranges=ranges((9, 5), (0, 3))), meta()),
    Case("ranges far out that overlap", content(ranges=ranges((FAR, 5), (FAR + 4, 3))), meta()),
    Case("whole, and a range missing", content(ranges_missing=[LOST]), meta()),
    Case("in part, and nothing missing", content(status="partial"), meta()),
    Case(
        "a gap, and a range missing", content(**GAP, ranges_missing=[LOST]), meta(reason="denied")
    ),
    Case(
        "a gap, and scanned", content(**GAP), meta(reason="denied", yara=Scan(hits=[], mode="none"))
    ),
    Case("met later", content(**GAP, seq=7), meta(reason="skipped", same_as=7)),
    Case("led by itself", content(seq=7), meta(led_by=7)),
    Case("read backwards", content(), meta(acquired=taken(9, 8))),
    Case("another path than its bytes", content(), meta(source=spelled("/a\ufffd", b"/b\xff"))),
    Case("a path without its bytes", content(), meta(source=spelled("/a", b""))),
)
PATHS = ((b"/\xff", "/\ufffd"), (b"/\xed\xb2\x80", "/\ufffd"), (b"/\xe3\x81A", "/\ufffdA"))


@pytest.mark.parametrize(("raw", "origin"), PATHS)
def test_takes_a_path_for_its_bytes_however_often_it_marks_what_is_no_text(raw, origin):
    """Systems differ in how many marks they set for one surrogate."""
    line = Case("", content(), meta(source=spelled(origin, raw))).line()

    assert parse_line(line).meta.source.origin == origin


def test_takes_ranges_that_touch_far_out():
    line = Case("", content(ranges=ranges((FAR, 5), (FAR + 5, 3))), meta()).line()

    assert len(parse_line(line).content.ranges) == 2


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_reads(case):
    record = parse_line(case.line())

    assert (case.content, case.meta) == (record.content, record.meta)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_refuses(case):
    with pytest.raises(CanonicalError):
        parse_line(case.line())


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_content_agrees_with_a_part_that_stays_closed(case):
    agree(case.content, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":1', b'"seq":0'),
        (b'"seq":1', b'"seq":100000000'),
        (b'"volume":1', b'"volume":0'),
        (b'"volume":1', b'"volume":100000'),
        (b'"length":"8"', b'"length":8'),
        (b'"length":"8"', b'"length":"08"'),
        (b'"length":"8"', b'"length":"8\\n"'),
        (b'"length":"8"', b'"length":""'),
        (b'"mono_end":"2"', b'"mono_end":"2\\n3"'),
        (b'"mono_end":"2","mono_start":"1"', b'"mono_end":"2\\n1","mono_start":""'),
        (b'"mono_start":"1"', b'"mono_start":"-0"'),
        (b'"mono_start":"1"', b'"mono_start":"' + b"1" * 40 + b'"'),
        (b'"mono_start":"1"', b'"mono_start":"\xef\xbc\x91"'),
        (b'"status":"acquired"', b'"status":"taken"'),
        (b'"kind":"disk"', b'"kind":"cloud"'),
        (b'"phase":"disk"', b'"phase":"later"'),
        (b'"door":"system call"', b'"door":"window"'),
        (TIME.encode(), b"2026-11-22T21:45:12+09:00"),
        (TIME.encode(), b"2026-11-22 21:45:12Z"),
        (SHA.encode(), SHA.upper().encode()),
        (SHA.encode(), SHA[:-1].encode()),
        (b'"salt_meta":"20', b'"salt_meta":"2'),
        (b'"salt_meta":"20', b'"salt_meta":"2020'),
        (b"1e1f", b"1E1F"),
        (b'1e1f","salt_meta":"2021', b'1e","salt_meta":"1f2021'),
        (b'"origin_b64":null', b'"origin_b64":"not base 64"'),
    ],
)
def test_refuses_a_value_outside_its_kind(old, new):
    line, _ = line_of(content(), meta(), SALTS)
    changed = line.replace(old, new, 1)

    assert changed != line
    with pytest.raises(CanonicalError):
        parse_line(changed)


TIMES = Times(a="-1", b=None, c="1763848000000000000", m="0")


def test_times_before_1970_and_unknown_ones_are_read():
    case = Case("times", content(), meta(times=TIMES))

    assert parse_line(case.line()).meta.times == TIMES


@pytest.mark.parametrize("name", ["a", "b", "c", "m"])
@pytest.mark.parametrize("value", ["", "00", "1.5", "None", "1\n2", "١"])
def test_a_part_that_stands_alone_is_held_to_its_forms_too(name, value):
    """A part may be shown without the other: it is read by the same rules."""
    changed = meta(times=msgspec.structs.replace(TIMES, **{name: value}))

    assert decode(Meta, encode(meta(times=TIMES))).times == TIMES
    with pytest.raises(CanonicalError):
        decode(Meta, encode(changed))


def test_a_content_that_stands_alone_is_held_to_its_digest():
    assert decode(Content, encode(content())) == content()
    with pytest.raises(CanonicalError):
        decode(Content, encode(content(sha256="0" * 63)))
