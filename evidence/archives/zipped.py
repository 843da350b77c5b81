"""Zip (APPNOTE.TXT 6.3), and what is one by another name: office documents, Java's programs."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice

from evidence.archives.deflate import Inflated, inflated
from evidence.archives.member import ENCRYPTED, MEMBER, MEMBERS, Budget, Member, Unseen

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")  # a zip may follow these: it unpacks or runs itself
END = b"PK\x05\x06"
_ENTRY, _HEAD = re.compile(rb"PK\x01\x02"), re.compile(rb"PK\x03\x04")
_ENTRIES = 4 * MEMBERS  # in the directory: what lies within stored archives counts as well
_LOCAL = struct.Struct("<4s22xHH")  # a member's own head: signature, lengths of name and extra
_FLAGS, _ENCRYPTED = 6, 1  # where a member's own head has its flags, and one of them
_NAMELESS = "(no name)"
_BROKEN = (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError, EOFError)


class _View(io.RawIOBase):
    """Bytes at hand as a file: zipfile wants one, and a copy would double them."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        place = offset + (0, self._place, len(self._data))[whence]
        if place < 0:
            raise OSError("before the beginning")
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        end = len(self._data) if size is None or size < 0 else self._place + size
        piece = bytes(self._data[self._place : end])
        self._place += len(piece)
        return piece


def begins_encrypted(head: bytes | bytearray) -> bool:
    """Whether the first member of a zip is, by the archive's first bytes."""
    return head.startswith(MAGIC[0]) and bool(head[_FLAGS] & _ENCRYPTED)


def members(data: memoryview, budget: Budget) -> Iterator[Member | Unseen]:
    """What a zip holds, in the order in which it lies there."""
    # Before zipfile makes an object of each: no entry is without these four bytes.
    if _crowded(data):
        yield Unseen("", f"more than {_ENTRIES} entries")
        return
    try:
        with zipfile.ZipFile(_View(data)) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    except _BROKEN:
        yield Unseen("", "no directory that can be read")
        return
    if len(entries) > MEMBERS:
        yield Unseen("", f"more than {MEMBERS} entries: the rest was not unpacked")
    end, overlap, unnamed = _begin(data, entries), False, False
    for entry in entries[:MEMBERS]:
        if budget.over is not None:
            yield Unseen("", budget.over)
            return
        overlap |= entry.header_offset < end
        unnamed |= _has_head(data, end, entry.header_offset)
        end = max(end, _end(data, entry))
        if not entry.filename.endswith("/"):  # is_dir() fails over an empty name in Python 3.11
            yield from _member(data, entry, budget)
    if overlap:
        yield Unseen("", "its entries overlap")
    if unnamed or (len(entries) <= MEMBERS and _has_head(data, end, len(data))):
        yield Unseen("", "a member that its directory does not name")


def _begin(data: memoryview, entries: list[zipfile.ZipInfo]) -> int:
    """Where its first member lies: before it may be a program, in which anything looks like one."""
    if bytes(data[:4]) in MAGIC or not entries:
        return 0
    return max(0, entries[0].header_offset)


def _has_head(data: memoryview, start: int, end: int) -> bool:
    """Whether a member seems to begin there: other programs go by the members' own heads."""
    return _HEAD.search(data, start, max(start, end)) is not None


def _crowded(data: memoryview) -> bool:
    return next(islice(_ENTRY.finditer(data), _ENTRIES, None), None) is not None


def _member(
    data: memoryview, entry: zipfile.ZipInfo, budget: Budget
) -> Iterator[Member | Unseen]:  # fmt: skip
    name = entry.filename or _NAMELESS
    if entry.flag_bits & _ENCRYPTED:
        yield Unseen(name, ENCRYPTED)
        return
    packed = _packed(data, entry)
    if packed is None:
        yield Unseen(name, "no head where the directory has it")
        return
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield Unseen(name, f"compression method {entry.compress_type}")
        return
    stored = entry.compress_type == zipfile.ZIP_STORED
    found = _copied(packed, budget) if stored else inflated(packed, budget)
    yield Member(name, found.data)
    if found.why is not None:
        yield Unseen(name, found.why)
    elif len(found.data) != entry.file_size:
        yield Unseen(name, f"{len(found.data)} bytes, where it says {entry.file_size}")
    elif zlib.crc32(found.data) != entry.CRC:
        yield Unseen(name, "its checksum is another")


def _packed(data: memoryview, entry: zipfile.ZipInfo) -> memoryview | None:
    """A member's bytes as they lie there."""
    start = _start(data, entry)
    return None if start is None else data[start : start + entry.compress_size]


def _start(data: memoryview, entry: zipfile.ZipInfo) -> int | None:
    """Where a member's bytes lie, behind its own head; None where there is none."""
    if entry.header_offset < 0:
        return None
    head = data[entry.header_offset : entry.header_offset + _LOCAL.size]
    if len(head) < _LOCAL.size:
        return None
    signature, name, extra = _LOCAL.unpack(head)
    return (
        entry.header_offset + len(head) + int(name) + int(extra) if signature == MAGIC[0] else None
    )


def _end(data: memoryview, entry: zipfile.ZipInfo) -> int:
    start = _start(data, entry)
    return entry.header_offset if start is None else start + entry.compress_size


def _copied(packed: memoryview, budget: Budget) -> Inflated:
    most = min(MEMBER, budget.left)
    budget.left -= min(len(packed), most)
    why = None if len(packed) <= most else f"over {most} bytes: the rest was not unpacked"
    return Inflated(bytearray(packed[:most]), why, len(packed))
