"""Where file systems keep a second copy of their beginning, and reading by it.

Structures: NTFS ends in its boot sector; FAT32 has it again in its sixth sector, exFAT its twelve
in the twelve behind them; ext keeps superblock and descriptors in further groups of blocks. Of what
can't be read here, a copy of its mark still tells its name.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from collectors.disk.reader import SECTOR, Reader, all_of, beyond_the_end

_EXT_SUPER = 1024  # bytes: where it lies, and how long it is
_EXT_MAGIC = b"\x53\xef"
_EXT_64BIT = 0x80
_EXT_GROUPS = (1, 3, 5, 7, 9)
_LARGEST_TABLE = 16 << 20  # bytes of descriptors
_FAT32_COPY = 6  # sector
_EXFAT_SECTORS = 12
_LUKS2_FIRST = 16 << 10  # bytes: the nearest place of its second header
_ZFS_LABEL = 256 << 10
ZFS = (b"\x0c\xb1\xba\0\0\0\0\0", b"\0\0\0\0\0\xba\xb1\x0c")
"""How what a label of ZFS points to its pool by begins, in either order of bytes."""


class Piece(NamedTuple):
    """Bytes that stand elsewhere, too."""

    offset: int
    data: bytes


class Mended:
    """A partition as its file system means it: pieces of its beginning come from their copies.

    Only structures are read through it, never what becomes content.
    """

    def __init__(self, reader: Reader, pieces: list[Piece]) -> None:
        """Put pieces over a reader."""
        self._reader, self._pieces = reader, pieces
        self.size, self.sector = reader.size, reader.sector

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer, in turns from the pieces and from the partition."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        while buffer:
            count = self._some(offset, buffer)
            offset, buffer = offset + count, buffer[count:]

    def _some(self, offset: int, buffer: memoryview) -> int:
        end = offset + len(buffer)
        for start, data in self._pieces:
            within = offset - start
            if 0 <= within < len(data):
                part = data[within : within + len(buffer)]
                buffer[: len(part)] = part
                return len(part)
            if offset < start:
                end = min(end, start)
        self._reader.readinto(offset, buffer[: end - offset])
        return end - offset

    def close(self) -> None:
        """The partition is closed by who opened it."""


def mended(reader: Reader, name: str) -> Mended | None:
    """A partition by the copies of its beginning, if a file system of this name left any."""
    pieces = _FINDERS[name](reader) if name in _FINDERS else []
    return Mended(reader, sorted(pieces)) if pieces else None


def backed_up(reader: Reader) -> set[str]:
    """Of which file systems there are copies of a beginning, or of a mark alone."""
    found = {name for name, finder in _FINDERS.items() if finder(reader)}
    found |= {n for n, at, magic in _copies(reader.size) if all_of(reader, at, len(magic)) == magic}
    return found | ({"ZFS"} if _is_in_a_pool(reader) else set())


def _copies(size: int) -> Iterator[tuple[str, int, bytes]]:
    """Where copies of marks lie, as the makers' own programs look for them."""
    yield from (("LUKS", _LUKS2_FIRST << step, b"SKUL\xba\xbe") for step in range(9))
    yield from (("Btrfs", at + 64, b"_BHRfS_M") for at in (64 << 20, 256 << 30))
    blocks = size >> 12
    yield from (("XFS", at, b"XFSB") for at in (-(-blocks // 4) << 12, 1 << 40))  # second group
    yield from (("APFS", (at << 12) + 32, b"NXSB") for at in range(1, 9))
    yield from (("HFS+", size - 1024, magic) for magic in (b"H+", b"HX"))
    yield "HFS", size - 1024, b"BD"
    yield "F2FS", 5120, b"\x10\x20\xf5\xf2"
    yield "JFS", 61440, b"JFS1"
    yield "NILFS2", (blocks - 1 << 12) + 6, b"\x34\x34"
    yield "OCFS2", 1 << 30, b"OCFSV2"
    yield "ReFS", size // SECTOR * SECTOR - SECTOR + 3, b"ReFS\0\0\0\0"


def _is_in_a_pool(reader: Reader) -> bool:
    """Whether one of ZFS' further labels stands: one behind the first, two at the end."""
    end = reader.size // _ZFS_LABEL * _ZFS_LABEL
    for label in (_ZFS_LABEL, end - 2 * _ZFS_LABEL, end - _ZFS_LABEL):
        found = all_of(reader, label + _ZFS_LABEL // 2, _ZFS_LABEL // 2)
        if any(found[at : at + 8] in ZFS for at in range(0, len(found), 1024)):
            return True
    return False


def _ntfs(reader: Reader) -> list[Piece]:
    sector = all_of(reader, reader.size // SECTOR * SECTOR - SECTOR, SECTOR)
    return [Piece(0, sector)] if sector[3:11] == b"NTFS    " else []


def _fat(reader: Reader) -> list[Piece]:
    sector = all_of(reader, _FAT32_COPY * SECTOR, SECTOR)
    return [Piece(0, sector)] if is_fat(sector) else []


def _exfat(reader: Reader) -> list[Piece]:
    size = _EXFAT_SECTORS * SECTOR
    region = all_of(reader, size, size)
    return [Piece(0, region)] if region[3:11] == b"EXFAT   " else []


def _ext(reader: Reader) -> list[Piece]:
    for bits, group in ((bits, group) for bits in (2, 0, 1) for group in _EXT_GROUPS):
        block = 1024 << bits
        start = (int(bits == 0) + group * 8 * block) * block
        found = all_of(reader, start, _EXT_SUPER)
        if found[56:58] == _EXT_MAGIC and found[24] == bits and found[90:92] == bytes([group, 0]):
            return [Piece(_EXT_SUPER, found), *_descriptors(reader, found, start, block)]
    return []


def _descriptors(reader: Reader, found: bytes, start: int, block: int) -> Iterator[Piece]:
    count, first, per_group = struct.unpack_from("<I12xI8xI", found, 4)
    is_64bit = int.from_bytes(found[96:100], "little") & _EXT_64BIT
    each = int.from_bytes(found[254:256], "little") if is_64bit else 32
    size = -(-count // max(1, per_group)) * each
    if size <= _LARGEST_TABLE and (table := all_of(reader, start + block, size)):
        yield Piece((first + 1) * block, table)


_FINDERS: dict[str, Callable[[Reader], list[Piece]]] = {
    "NTFS": _ntfs, "FAT": _fat, "exFAT": _exfat, "ext": _ext,
}  # fmt: skip


def is_fat(head: bytes) -> bool:
    """Whether a boot sector describes a FAT: it has no mark that all makers write."""
    if len(head) < 512 or head[510:512] != b"\x55\xaa" or head[0] not in (0xEB, 0xE9):
        return False
    sector = int.from_bytes(head[11:13], "little")
    cluster, reserved = head[13], int.from_bytes(head[14:16], "little")
    return (
        sector in (512, 1024, 2048, 4096)
        and cluster.bit_count() == 1
        and reserved > 0
        and head[16] in (1, 2)
        and head[21] >= 0xF0
    )
