"""The item record: what was taken, from where, how, when, how completely (format, section 5)."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from chain_of_custody.canonical import (
    Base64,
    CanonicalError,
    Count,
    Decimal,
    Model,
    Number,
    Sha256,
    Utc,
    decode,
    encode,
)
from chain_of_custody.merkle import leaf_hash

Status = Literal["acquired", "partial", "gap"]
Reason = Literal[
    "absent", "denied", "unreadable", "timed_out", "not_local", "skipped", "unsupported"
]  # fmt: skip
Kind = Literal[
    "memory", "process", "network", "system", "log", "registry",
    "disk", "image", "command", "photo", "note", "native",
]  # fmt: skip
Phase = Literal["volatile", "memory", "logs", "disk", "image"]
Door = Literal["system call", "guarded system call", "raw file system", "program", "made here"]
ItemNumber = Annotated[int, msgspec.Meta(ge=1, le=99_999_999)]
VolumeNumber = Annotated[int, msgspec.Meta(ge=1, le=99_999)]


class Part(Model, frozen=True):
    """A run of members of one volume: parts first to last, or 0 to 0 for the unnumbered form."""

    first: Annotated[int, msgspec.Meta(ge=0, le=9_999_999)]
    last: Annotated[int, msgspec.Meta(ge=0, le=9_999_999)]
    size: Count
    volume: VolumeNumber


class Range(Model, frozen=True):
    """A range of a file with holes that holds data."""

    offset: Decimal
    size: Count


class MissingRange(Model, frozen=True):
    """A range that could not be read; size None means to the end."""

    error: str
    offset: Decimal
    size: Decimal | None


class Content(Model, frozen=True):
    """The part of a record that speaks of the bytes."""

    parts: list[Part]
    ranges: list[Range]
    ranges_missing: list[MissingRange]
    seq: ItemNumber
    sha256: Sha256 | None
    size: Count
    status: Status


class Acquired(Model, frozen=True):
    """Begin and end of the reading, by wall clock and monotonic clock (ns)."""

    end: Utc
    mono_end: Decimal
    mono_start: Decimal
    start: Utc


class Xattr(Model, frozen=True):
    """An extended attribute: its name is a value, never a key."""

    name: str
    value_b64: Base64


class Attrs(Model, frozen=True):
    """Mode, owner and extended attributes."""

    gid: Count
    mode: Count
    nlink: Count
    uid: Count
    xattrs: list[Xattr]


class Program(Model, frozen=True):
    """A program that had to be run to get at the bytes."""

    arguments: list[str]
    path: str
    sha256: Sha256


class Method(Model, frozen=True):
    """Which door was used."""

    door: Door
    noatime: bool
    program: Program | None


class Origin(Model, frozen=True):
    """Where the bytes were, in the source's own words."""

    device: str | None
    inode: Decimal | None
    length: Decimal | None
    origin: str
    origin_b64: Base64 | None
    stream: str | None


class Times(Model, frozen=True):
    """Modified, accessed, changed, born: ns since 1970."""

    a: Decimal | None
    b: Decimal | None
    c: Decimal | None
    m: Decimal | None


class Hit(Model, frozen=True):
    """One match of a YARA rule."""

    offset: Decimal | None
    rule: str
    text: str


class Scan(Model, frozen=True):
    """What YARA saw, and of how much of the item."""

    hits: list[Hit]
    mode: Literal["whole", "windows", "none"]


class Meta(Model, frozen=True):
    """The part of a record that may stay closed while the content is shown."""

    acquired: Acquired
    attrs: Attrs | None
    changed_while_reading: bool | None
    collector: str
    errors: list[str]
    kind: Kind
    led_by: ItemNumber | None
    method: Method
    phase: Phase
    reason: Reason | None
    same_as: ItemNumber | None
    source: Origin
    times: Times | None
    yara: Scan | None


class ItemRecord(Model, frozen=True):
    """One line of `records.jsonl`."""

    content: Content
    meta: Meta
    salt_content: Sha256
    salt_meta: Sha256

    def leaf(self) -> bytes:
        """The record's leaf in the tree."""
        return leaf_of(
            encode(self.content),
            encode(self.meta),
            bytes.fromhex(self.salt_content),
            bytes.fromhex(self.salt_meta),
        )


def leaf_of(content: bytes, meta: bytes, salt_content: bytes, salt_meta: bytes) -> bytes:
    """The leaf from the canonical bytes of both parts and their salts (format, section 6)."""
    return leaf_hash(sha256(salt_content + content).digest(), sha256(salt_meta + meta).digest())


def line_of(content: Content, meta: Meta, salts: bytes) -> tuple[bytes, bytes]:
    """The record's line, without newline, and its leaf.

    Args:
        content: what is said of the bytes.
        meta: what is said of where they came from.
        salts: 64 random bytes, used for nothing else.
    """
    inner, outer, shown = encode(content), encode(meta), salts.hex().encode()
    line = b'{"content":%b,"meta":%b,"salt_content":"%b","salt_meta":"%b"}' % (
        inner, outer, shown[:64], shown[64:],
    )  # fmt: skip
    return line, leaf_of(inner, outer, salts[:32], salts[32:])


def parse_line(line: bytes) -> ItemRecord:
    """A record from its canonical line, its parts agreeing with each other.

    Raises:
        CanonicalError: not canonical, other schema, or contradictory.
    """
    record = decode(ItemRecord, line)
    _agree(record)
    return record


def _agree(record: ItemRecord) -> None:
    content, meta = record.content, record.meta
    is_gap = content.status == "gap"
    if is_gap != (content.sha256 is None) or is_gap != (not content.parts):
        raise CanonicalError("a gap has neither digest nor parts, everything else has both")
    if is_gap != (meta.reason is not None):
        raise CanonicalError("a gap, and only a gap, has a reason")
    if sum(part.size for part in content.parts) != content.size:
        raise CanonicalError("the parts' sizes don't add up")
    if content.ranges and sum(each.size for each in content.ranges) != content.size:
        raise CanonicalError("the ranges' sizes don't add up")


__all__ = [
    "Acquired", "Attrs", "Content", "Hit", "ItemRecord", "Meta", "Method", "MissingRange", "Number",
    "Origin", "Part", "Program", "Range", "Scan", "Times", "Xattr", "leaf_of", "line_of",
    "parse_line",
]  # fmt: skip
