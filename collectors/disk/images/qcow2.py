"""qcow2 images, read here: libqcow gives zeros for some compressed clusters of version 3.

Format: QEMU's docs/interop/qcow2.txt; all numbers are big-endian.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import islice

import zstandard

from collectors import system
from collectors.disk.reader import SECTOR, ImageError, beyond_the_end

MAGIC = b"QFI\xfb"
_HEADER = struct.Struct(">4sIQIIQIIQ")  # up to the offset of the L1 table
_HEAD = 112  # bytes of the header up to where its fields end that are read here
_SNAPSHOTS = struct.Struct(">IQ")
_SNAPSHOT = struct.Struct(">12xHHII12xI")  # names' lengths, time; then extra data and the names
_MOST_LISTED = 1000
_LONGEST_NAME = 1023  # of a state, or of the file that an image of changes alone is based on
_OFFSET = 0x00FF_FFFF_FFFF_FE00  # bits of a table entry that are a place in the file
_COMPRESSED = 1 << 62
_ZERO = 1
_DIRTY, _CORRUPT, _COMPRESSION_TYPE = 1, 2, 8  # incompatible features
_KNOWN = _DIRTY | _CORRUPT | _COMPRESSION_TYPE
_KEPT = 64  # L2 tables, and as many unpacked clusters; of the largest clusters fewer:
_KEPT_BYTES = 16 << 20  # of either
_MOST_L1 = 1 << 22  # entries


class Qcow2:
    """A qcow2 image without a backing file, as a disk."""

    sector = SECTOR

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            ImageError: of a version or with a feature that isn't read here; says which.
            OSError: as open(2).
        """
        self._descriptor = os.open(path, system.READ)
        self._end = os.fstat(self._descriptor).st_size
        try:
            self._read_header(path)
        except BaseException:
            self.close()
            raise
        self._tables: OrderedDict[int, bytes] = OrderedDict()
        self._unpacked: OrderedDict[int, bytes] = OrderedDict()

    def _read_header(self, path: str) -> None:
        head = system.pread(self._descriptor, _HEAD, 0)
        if len(head) < _HEAD:
            raise ImageError("qcow2_short", path=path)
        _, version, backing, name, bits, size, crypt, entries, table = _HEADER.unpack_from(head)
        features = int.from_bytes(head[72:80], "big") if version == 3 else 0
        self._refuse(path, version, features, crypt, bits)
        if backing:
            raise ImageError("changes", path=path, base=self._words(name, backing))
        self.size, self._bits, self._cluster = size, bits, 1 << bits
        self._per_table = self._cluster // 8
        if entries > _MOST_L1 or entries * self._per_table * self._cluster < size:
            raise ImageError("qcow2_table", path=path)
        raw = self._piece(8 * entries, table)
        if len(raw) < 8 * entries:
            raise ImageError("qcow2_cut", path=path)
        self._first = struct.unpack(f">{entries}Q", raw)
        zstd = features & _COMPRESSION_TYPE and head[104] == 1
        self._unpack: Callable[[bytes], bytes] = self._unzstd if zstd else self._inflate
        self.facts: dict[str, object] = {
            "version": version, "marked_dirty": bool(features & _DIRTY),
            "marked_corrupt": bool(features & _CORRUPT),
        }  # fmt: skip
        count, place = _SNAPSHOTS.unpack_from(head, 60)
        self.earlier = count
        """States of the disk that were kept before this one, and aren't read."""
        self.listed = 0
        """Of how many of them the image tells anything."""
        if count:
            listed = list(islice(self._snapshots(place), min(count, _MOST_LISTED)))
            self.facts["snapshots"], self.listed = listed, len(listed)

    def _snapshots(self, place: int) -> Iterator[dict[str, object]]:
        """What the image says of each earlier state, as far as it can be read."""
        while len(head := self._piece(_SNAPSHOT.size, place)) == _SNAPSHOT.size:
            letters, named, seconds, nanoseconds, extra = _SNAPSHOT.unpack(head)
            place += _SNAPSHOT.size + extra
            yield {
                "id": self._words(letters, place),
                "name": self._words(named, place + letters),
                "created_ns": str(seconds * 1_000_000_000 + nanoseconds),
            }
            place = -(-(place + letters + named) // 8) * 8

    def _words(self, size: int, place: int) -> str:
        """A text, as far as QEMU would write one: a thousand made ones fill no memory."""
        words = self._piece(min(size, _LONGEST_NAME), place).decode("utf-8", "replace")
        return words + "…" * (size > _LONGEST_NAME)

    @staticmethod
    def _refuse(path: str, version: int, features: int, crypt: int, bits: int) -> None:
        if version not in (2, 3):
            raise ImageError("qcow2_version", path=path, version=version)
        if crypt:
            raise ImageError("qcow2_encrypted", path=path)
        if features & ~_KNOWN:
            raise ImageError("qcow2_features", path=path, features=f"{features:#x}")
        if not 9 <= bits <= 21:
            raise ImageError("qcow2_clusters", path=path)

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer, cluster by cluster."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        filled = 0
        while filled < len(buffer):
            number, within = divmod(offset + filled, self._cluster)
            part = buffer[filled : filled + self._cluster - within]
            self._part(number, within, part)
            filled += len(part)

    def _part(self, number: int, within: int, part: memoryview) -> None:
        entry = self._entry(number)
        if entry & _COMPRESSED:
            part[:] = self._compressed(entry)[within : within + len(part)]
        elif entry & _ZERO or not entry & _OFFSET:
            part[:] = bytes(len(part))
        else:
            self._exactly((entry & _OFFSET) + within, part)

    def _entry(self, number: int) -> int:
        """What the two tables say of a cluster; 0 where it was never written."""
        index, within = divmod(number, self._per_table)
        place = self._first[index] & _OFFSET if index < len(self._first) else 0
        if not place:
            return 0
        table = self._tables.get(place)
        if table is None:
            raw = bytearray(self._cluster)
            self._exactly(place, memoryview(raw))
            table = bytes(raw)
            _keep(self._tables, place, table)
        return int.from_bytes(table[8 * within : 8 * within + 8], "big")

    def _compressed(self, entry: int) -> bytes:
        known = self._unpacked.get(entry)
        if known is None:
            shift = 62 - (self._bits - 8)
            place = entry & (1 << shift) - 1
            sectors = (entry & _COMPRESSED - 1) >> shift
            size = (sectors + 1) * SECTOR - place % SECTOR
            known = self._unpack(self._piece(size, place))
            if len(known) != self._cluster:
                raise OSError(errno.EBADMSG, "a compressed cluster of the image doesn't unpack")
            _keep(self._unpacked, entry, known)
        return known

    def _inflate(self, data: bytes) -> bytes:
        try:
            return zlib.decompressobj(-15).decompress(data, self._cluster)
        except zlib.error:
            return b""

    def _unzstd(self, data: bytes) -> bytes:
        """No more than a cluster, as QEMU does: a few kilobytes may stand for gigabytes."""
        try:
            return zstandard.ZstdDecompressor().stream_reader(data).read(self._cluster)
        except zstandard.ZstdError:
            return b""

    def _exactly(self, place: int, part: memoryview) -> None:
        is_there = place < self._end
        if not is_there or system.preadv(self._descriptor, (part,), place) != len(part):
            raise OSError(errno.EIO, "the image file ends before this cluster")

    def _piece(self, size: int, place: int) -> bytes:
        """What the file has there; nothing behind its end, where a crafted place may lie."""
        return system.pread(self._descriptor, size, place) if place < self._end else b""

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _keep(kept: OrderedDict[int, bytes], key: int, value: bytes) -> None:
    kept[key] = value
    if len(kept) > min(_KEPT, _KEPT_BYTES // len(value)):
        kept.popitem(last=False)
