"""The item record: what was taken, from where, how, when, how completely (format, section 5)."""

from __future__ import annotations

import re
from binascii import unhexlify
from hashlib import sha256
from typing import Annotated, Literal, get_args

import msgspec

from chain_of_custody.agreement import agree
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


def _held_later(kind: object) -> msgspec.Meta:
    """In place of a pattern, which costs more for each value than all the rest of its reading."""
    return msgspec.Meta(min_length=1, extra={"pattern": get_args(kind)[1].pattern})


# What every record has of `Utc`, `Decimal` and `Sha256`: `ensure` holds all of it to its forms.
Moment = Annotated[str, _held_later(Utc)]
Digits = Annotated[str, _held_later(Decimal)]
Hex = Annotated[str, _held_later(Sha256)]


def _lines(*kinds: object) -> re.Pattern[str]:
    """One expression for values with newlines between; nothing in it is kept as a group."""
    forms = (get_args(kind)[1].pattern.removeprefix(r"\A").removesuffix(r"\Z") for kind in kinds)
    return re.compile("\n".join(re.sub(r"\((?!\?)", "(?:", f"({form})") for form in forms))


_DIGEST = _lines(Sha256)
_SALTS = _lines(Sha256, Sha256)
_TAKEN = _lines(*[Utc] * 2, *[Decimal] * 8)


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
    sha256: Hex | None
    size: Count
    status: Status

    def ensure(self) -> None:
        """The digest is of its form."""
        if self.sha256 is not None and _DIGEST.fullmatch(self.sha256) is None:
            raise CanonicalError("a digest of another form")


class Acquired(Model, frozen=True):
    """Begin and end of the reading, by wall clock and monotonic clock (ns)."""

    end: Moment
    mono_end: Digits
    mono_start: Digits
    start: Moment


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
    inode: Digits | None
    length: Digits | None
    origin: str
    origin_b64: Base64 | None
    stream: str | None


class Times(Model, frozen=True):
    """Modified, accessed, changed, born: ns since 1970."""

    a: Digits | None
    b: Digits | None
    c: Digits | None
    m: Digits | None


_NO_TIMES = Times(a=None, b=None, c=None, m=None)


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

    def ensure(self) -> None:
        """Moments and numbers are of their forms: a newline in one would be one too many."""
        taken, source, times = self.acquired, self.source, self.times or _NO_TIMES
        values = f"{taken.end}\n{taken.start}\n{taken.mono_end}\n{taken.mono_start}\n"
        values += f"{source.inode or 0}\n{source.length or 0}\n"
        values += f"{times.a or 0}\n{times.b or 0}\n{times.c or 0}\n{times.m or 0}"
        if _TAKEN.fullmatch(values) is None:
            raise CanonicalError("a moment or a number of another form")


class ItemRecord(Model, frozen=True):
    """One line of `records.jsonl`."""

    content: Content
    meta: Meta
    salt_content: Hex
    salt_meta: Hex

    def leaf(self) -> bytes:
        """The record's leaf in the tree."""
        salts = bytes.fromhex(self.salt_content + self.salt_meta)
        return line_of(self.content, self.meta, salts)[1]

    def ensure(self) -> None:
        """Parts and salts are of their forms."""
        self.content.ensure()
        self.meta.ensure()
        if _SALTS.fullmatch(f"{self.salt_content}\n{self.salt_meta}") is None:
            raise CanonicalError("a salt of another form")


_START, _END = len(b'{"content":'), len(b'"}')
_MIDDLE = b',"meta":'  # stands once in a line: quotes inside strings are escaped
_SALT_META = len(b'","salt_meta":"') + 64 + _END
_AFTER = len(b',"salt_content":"') + 64 + _SALT_META


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


def leaf_in(line: bytes) -> bytes:
    """The leaf of a record that was parsed from this line: its parts are byte ranges of it."""
    middle = line.index(_MIDDLE)
    one, two = line[-_SALT_META - 64 : -_SALT_META], line[-_END - 64 : -_END]
    content, meta = line[_START:middle], line[middle + len(_MIDDLE) : -_AFTER]
    return leaf_of(content, meta, unhexlify(one), unhexlify(two))


def parse_line(line: bytes) -> ItemRecord:
    """A record from its canonical line, its parts agreeing with each other.

    Raises:
        CanonicalError: not canonical, other schema, or contradictory.
    """
    record = decode(ItemRecord, line)
    agree(record.content, record.meta)
    return record


__all__ = [
    "Acquired", "Attrs", "Content", "Hit", "ItemRecord", "Meta", "Method", "MissingRange", "Number",
    "Origin", "Part", "Program", "Range", "Scan", "Times", "Xattr", "agree", "leaf_in", "leaf_of",
    "line_of", "parse_line",
]  # fmt: skip
