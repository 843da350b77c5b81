"""Images in the EWF-E01 format as they are written here: with zlib, and no other program.

Format: the public description of the Expert Witness Compression Format (libewf's documentation).
The disk lies in chunks, each packed or with a checksum; chunks and the tables of where they are
in sections, sections in files of a limited size, the MD5 and SHA-1 over the disk in the last.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import struct
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chain_of_custody.system import NEW
from evidence import __version__

SEGMENT = 1400 << 20  # bytes of a file: less than any file system's or old tool's limit
SECTORS = 64  # of a chunk
_ENTRIES = 16_375  # of one table: what every version of the format's programs takes
_FILES = 14_971  # E01 to E99, EAA to ZZZ
_BATCH = 64  # chunks that are packed at once
_PACKED = 0x8000_0000
_SPAN = 1 << 30  # bytes of a section of chunks: a table's entries have 31 bits
_ZEROS = bytes(1 << 20)

_FILE = struct.Struct("<8sBHH")
_MAGIC = b"EVF\x09\x0d\x0a\xff\x00"
_SECTION = struct.Struct("<16sQQ40x")
_VOLUME = struct.Struct("<B3xIIIQ12xB15xB3xI4x16s968x")
_FIXED, _WHOLE_DISK, _FAST = 1, 3, 1  # medium; an image, of a physical device; compression
_TABLE = struct.Struct("<I4xQ4x")
_HASH = struct.Struct("<16s16x")
_DIGEST = struct.Struct("<16s20s40x")
_FIELDS = "c\tn\ta\te\tt\tav\tov\tm\tu\tp"  # of a header, in the order of what is said
_CLOSING = 4096  # bytes at the most of what follows a file's chunks and their tables


class Labels(NamedTuple):
    """What an image's header says of it."""

    case: str
    bundle: str
    second: int
    """Of the export, since 1970; with the bundle, what tells this image's files from another's."""


class E01Writer:
    """Takes the bytes of a disk in order; packs them in threads, as one alone is slow."""

    def __init__(
        self, folder: Path, size: int, sector: int, labels: Labels, pool: Executor
    ) -> None:
        self._folder, self._pool = folder, pool
        self._chunk = SECTORS * sector
        self._volume = _volume(size, sector, labels)
        self._limit = limit_of(size, self._chunk)
        self._held = bytearray()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._number = 1
        self._segment = _Segment(self._path(), 1)
        for kind, body in _headers(labels):
            self._segment.section(kind, body)
        self._segment.section(b"volume", self._volume)

    def data(self, piece: memoryview, /) -> None:
        """The next bytes."""
        self._held += piece
        batch = _BATCH * self._chunk
        while len(self._held) >= batch:
            self._take(bytes(self._held[:batch]))
            del self._held[:batch]

    def zeros(self, count: int, /) -> None:
        """As many zeros."""
        while count:
            piece = memoryview(_ZEROS)[: min(count, len(_ZEROS))]
            self.data(piece)
            count -= len(piece)

    def end(self) -> None:
        """Write what is left, and the digests."""
        self._take(bytes(self._held))
        md5, sha1 = self._md5.digest(), self._sha1.digest()
        self._segment.tables()
        if self._number == 1:  # later files begin with it
            self._segment.section(b"data", self._volume)
        self._segment.section(b"digest", _checked(_DIGEST.pack(md5, sha1)))
        self._segment.section(b"hash", _checked(_HASH.pack(md5)))
        self._segment.last(b"done")

    def abandon(self) -> None:
        """Let go of the file that is open, after a failure."""
        self._segment.close()

    def _take(self, data: bytes) -> None:
        chunks = [data[at : at + self._chunk] for at in range(0, len(data), self._chunk)]
        packing = self._pool.map(_packed, chunks)  # at work while this thread hashes
        self._md5.update(data)
        self._sha1.update(data)
        for stored, flag in packing:
            if not self._segment.has_room(len(stored), self._limit):
                self._go_on()
            self._segment.add(stored, flag)

    def _go_on(self) -> None:
        """Begin the next file."""
        self._segment.tables()
        self._segment.last(b"next")
        self._number += 1
        self._segment = _Segment(self._path(), self._number)
        self._segment.section(b"data", self._volume)

    def _path(self) -> Path:
        return self._folder / f"disk.{ending(self._number)}"


class _Segment:
    """One file of an image, as it is filled."""

    def __init__(self, path: Path, number: int) -> None:
        self._file = os.fdopen(os.open(path, NEW, 0o600), "wb", buffering=1 << 20)
        self._file.write(_FILE.pack(_MAGIC, 1, number, 0))
        self._at = _FILE.size
        self._begun = 0
        """Where the section of the chunks begins that have no table yet."""
        self._entries: list[int] = []

    def section(self, kind: bytes, body: bytes) -> None:
        """One section, whole."""
        size = len(_head(b"", 0, 0)) + len(body)
        self._write(_head(kind, self._at + size, size) + body)

    def last(self, kind: bytes) -> None:
        """The section that ends a file, which names itself as the next; all is on the medium."""
        self._write(_head(kind, self._at, 0))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def has_room(self, size: int, limit: int) -> bool:
        """Whether a chunk fits, with everything that has to follow it."""
        return self._at + size + 2 * 4 * (len(self._entries) + 1) + _CLOSING <= limit

    def add(self, stored: bytes, flag: int) -> None:
        """One chunk, in the section that is open."""
        if len(self._entries) == _ENTRIES or self._at - self._begun > _SPAN:
            self.tables()
        if not self._entries:
            self._begun = self._at
            self._write(_head(b"sectors", 0, 0))  # its size is known at its end
        self._entries.append(self._at - self._begun | flag)
        self._write(stored)

    def tables(self) -> None:
        """End the open section of chunks: say its size, and where each chunk is, twice."""
        if not self._entries:
            return
        self._file.seek(self._begun)
        self._file.write(_head(b"sectors", self._at, self._at - self._begun))
        self._file.seek(self._at)
        entries = struct.pack(f"<{len(self._entries)}I", *self._entries)
        table = _checked(_TABLE.pack(len(self._entries), self._begun)) + _checked(entries)
        for kind in (b"table", b"table2"):
            self.section(kind, table)
        self._entries = []

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)


def _packed(chunk: bytes) -> tuple[bytes, int]:
    """A chunk as it is stored, and the mark of that."""
    packed = zlib.compress(chunk, _FAST)
    return (packed, _PACKED) if len(packed) < len(chunk) else (_checked(chunk), 0)


def _checked(body: bytes) -> bytes:
    return body + struct.pack("<I", zlib.adler32(body))


def _head(kind: bytes, following: int, size: int) -> bytes:
    return _checked(_SECTION.pack(kind, following, size))


def _volume(size: int, sector: int, labels: Labels) -> bytes:
    chunks = -(-size // (SECTORS * sector))
    own = hashlib.sha256(f"{labels.bundle} {labels.second}".encode()).digest()[:16]
    return _checked(
        _VOLUME.pack(
            _FIXED, chunks, SECTORS, sector, size // sector, _WHOLE_DISK, _FAST, SECTORS, own
        )
    )  # fmt: skip


def _headers(labels: Labels) -> Iterator[tuple[bytes, bytes]]:
    """The header in UTF-16, twice, and as old programs read it, by this machine's own clock."""
    new = codecs.BOM_UTF16_LE + _header(labels, str(labels.second), "\n").encode("utf-16-le")
    day = time.strftime("%Y %m %d %H %M %S", time.localtime(labels.second))
    old = _header(labels, day, "\r\n").encode("ascii", "replace")
    for kind, text in ((b"header2", new), (b"header2", new), (b"header", old)):
        yield kind, zlib.compress(text)


def _header(labels: Labels, when: str, line: str) -> str:
    case, bundle = (" ".join(each.split()) for each in labels[:2])  # tabs and lines end values
    said = [case, bundle, "hozen", "", "", f"hozen {__version__}", "", when, when, "0"]
    return line.join(["1", "main", _FIELDS, "\t".join(said), "", ""])


def limit_of(size: int, chunk: int) -> int:
    """How large a file may become: more than is usual only where the names would run out."""
    limit = SEGMENT
    while size + size // chunk * 16 > limit * (_FILES - 1):
        limit *= 2
    return limit


def ending(number: int) -> str:
    """What a file's name ends with: E01 to E99, then EAA to ZZZ."""
    if number < 100:
        return f"E{number:02d}"
    high, low = divmod(number - 100, 26)
    first, middle = divmod(high, 26)
    return "".join(chr(base + each) for base, each in ((69, first), (65, middle), (65, low)))


@contextmanager
def e01(folder: Path, size: int, sector: int, labels: Labels) -> Iterator[E01Writer]:
    """`disk.E01` and those that follow it.

    Raises:
        OSError: the medium did not take it.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        writer = E01Writer(folder, size, sector, labels, pool)
        try:
            yield writer
            writer.end()
        finally:
            writer.abandon()
