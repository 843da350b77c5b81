"""What a partition says it holds, by its own marks; also what nobody here can read."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import read_at

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_FIRST = 192 << 10  # bytes from the start in which all marks lie
_BLANK = 1 << 20  # bytes that must be zero for a partition to be called blank
# Microsoft's identifier of BitLocker: in the boot sector of a fixed disk, and of a removable one.
_BITLOCKER = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")


class Readable(Enum):
    """What can be done with a partition of this kind."""

    YES = "yes"
    LOCKED = "encrypted: its key is not in our hands"
    NO = "this version can't read it"
    NO_FILES = "holds no files"


class Mark(NamedTuple):
    """Bytes at a place that tell a file system, or what a partition is instead."""

    name: str
    offset: int
    magic: bytes
    readable: Readable = Readable.NO


# In this order: what wraps before what is wrapped. Offsets are those of the kernel's and the
# makers' own headers (linux/magic.h, blkid's superblocks, Microsoft's and Apple's formats).
MARKS = (
    Mark("BitLocker", 3, b"-FVE-FS-", Readable.LOCKED),
    Mark("BitLocker", 160, _BITLOCKER, Readable.LOCKED),
    Mark("BitLocker To Go", 424, _BITLOCKER, Readable.LOCKED),
    Mark("LUKS", 0, b"LUKS\xba\xbe", Readable.LOCKED),
    Mark("LUKS", 0, b"SKUL\xba\xbe", Readable.LOCKED),
    Mark("Apple CoreStorage (FileVault)", 88, b"CS", Readable.LOCKED),
    *(Mark("LVM2 physical partition", 512 * at + 24, b"LVM2 001") for at in range(4)),
    Mark("Linux software RAID", 4096, b"\xfc\x4e\x2b\xa9"),
    Mark("Linux software RAID", 0, b"\xfc\x4e\x2b\xa9"),
    Mark("Windows dynamic disk", 3072, b"PRIVHEAD"),
    Mark("NTFS", 3, b"NTFS    ", Readable.YES),
    Mark("exFAT", 3, b"EXFAT   ", Readable.YES),
    Mark("ReFS", 3, b"ReFS\0\0\0\0"),
    Mark("XFS", 0, b"XFSB"),
    Mark("Btrfs", 0x10040, b"_BHRfS_M"),
    Mark("ext", 0x438, b"\x53\xef", Readable.YES),
    Mark("HFS+", 1024, b"H+", Readable.YES),
    Mark("HFS+", 1024, b"HX", Readable.YES),
    Mark("HFS", 1024, b"BD"),
    Mark("APFS", 32, b"NXSB"),
    Mark("F2FS", 1024, b"\x10\x20\xf5\xf2"),
    Mark("bcachefs or bcache", 4120, bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d81")),
    Mark("bcachefs", 4120, bytes.fromhex("c68573f666ce90a9d96a60cf803df7ef")),
    Mark("JFS", 32768, b"JFS1"),
    Mark("ReiserFS", 65588, b"ReIsEr"),
    Mark("NILFS2", 1030, b"\x34\x34"),
    Mark("squashfs", 0, b"hsqs"),
    Mark("EROFS", 1024, b"\xe2\xe1\xf5\xe0"),
    *(Mark("Linux swap", page - 10, b"SWAPSPACE2", Readable.NO_FILES)
      for page in (4096, 8192, 16384, 65536)),
    Mark("ISO 9660", 32769, b"CD001", Readable.YES),
    Mark("UDF", 32769, b"BEA01"),
    *(Mark("ZFS", at, b"\x0c\xb1\xba\0\0\0\0\0") for at in range(131072, 131072 + 32768, 1024)),
    *(Mark("ZFS", at, b"\0\0\0\0\0\xba\xb1\x0c") for at in range(131072, 131072 + 32768, 1024)),
)  # fmt: skip
_VMFS = Mark("VMFS", 1 << 20, b"\x0d\xd0\x01\xc0")
FAT = Mark("FAT", 0, b"", Readable.YES)
UNKNOWN = Mark("unknown", 0, b"")
BLANK = Mark("blank", 0, b"", Readable.NO_FILES)


def identify(reader: Reader) -> Mark:
    """What a partition holds, by its marks; `UNKNOWN` without any, `BLANK` when it is all zeros.

    Raises:
        OSError: its beginning can't be read.
    """
    head = read_at(reader, 0, _FIRST)
    for mark in MARKS:
        if head.startswith(mark.magic, mark.offset):
            return mark
    if _is_fat(head):
        return FAT
    if read_at(reader, _VMFS.offset, 4) == _VMFS.magic:
        return _VMFS
    return UNKNOWN if head.strip(b"\0") or read_at(reader, 0, _BLANK).strip(b"\0") else BLANK


def _is_fat(head: bytes) -> bool:
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


def fills_the_first_sector(mark: Mark) -> bool:
    """Whether this and a partition table can't both be right."""
    return mark is FAT or (bool(mark.magic) and mark.offset < 512)
