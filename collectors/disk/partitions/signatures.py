"""What a partition says it holds, by its own marks; also what nobody here can read."""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.partitions.backups import backed_up, is_fat
from collectors.disk.reader import SECTOR, read_at

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_FIRST = 192 << 10  # bytes from the start in which all marks lie
_BLANK = 1 << 20  # bytes at either end that must be zero for a partition to be called blank
_SAMPLES, _SAMPLE = 1024, 64 << 10  # how many, and bytes of each, that must be zero between them
# Microsoft's identifier of BitLocker: in the boot sector of a fixed disk, and of a removable one.
_BITLOCKER = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
_FVE = b"-FVE-FS-"


SWAP = "Linux swap"
HIBERNATED = "Linux swap, hibernated"
SWAPS = (SWAP, HIBERNATED)
_PAGES = (4096, 8192, 16384, 32768, 65536)  # bytes: swap's mark is at the end of the first one
# In its place while the machine is off, its memory here: by the kernel, by uswsusp, by others.
_SUSPENDED = (b"S1SUSPEND", b"S2SUSPEND", b"ULSUSPEND", b"LINHIB0001")
_TUXONICE = bytes.fromhex("edc302e99856e50c")


class Readable(Enum):
    """What can be done with a partition of this kind."""

    YES = "yes"
    LOCKED = "encrypted: its key is not in our hands"
    NO = "this version can't read it"
    NO_FILES = "holds no files"
    WIPED = "its beginning is zeros, though there is data behind it"


class Mark(NamedTuple):
    """Bytes at a place that tell a file system, or what a partition is instead."""

    name: str
    offset: int
    magic: bytes
    readable: Readable = Readable.NO


# In this order: what wraps before what is wrapped. Offsets are those of the kernel's and the
# makers' own headers (linux/magic.h, blkid's superblocks, Microsoft's and Apple's formats).
MARKS = (
    Mark("BitLocker", 3, _FVE, Readable.LOCKED),
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
    *(Mark(HIBERNATED, page - 10, mark, Readable.NO_FILES)
      for page in _PAGES for mark in _SUSPENDED),
    Mark(HIBERNATED, 0, _TUXONICE, Readable.NO_FILES),
    *(Mark(SWAP, page - 10, mark, Readable.NO_FILES)
      for page in _PAGES for mark in (b"SWAPSPACE2", b"SWAP-SPACE")),
    Mark("ISO 9660", 32769, b"CD001", Readable.YES),
    Mark("UDF", 32769, b"BEA01"),
    *(Mark("ZFS", at, b"\x0c\xb1\xba\0\0\0\0\0") for at in range(131072, 131072 + 32768, 1024)),
    *(Mark("ZFS", at, b"\0\0\0\0\0\xba\xb1\x0c") for at in range(131072, 131072 + 32768, 1024)),
)  # fmt: skip
_VMFS = Mark("VMFS", 1 << 20, b"\x0d\xd0\x01\xc0")
FAT = Mark("FAT", 0, b"", Readable.YES)
UNKNOWN = Mark("unknown", 0, b"")
BLANK = Mark("blank", 0, b"", Readable.NO_FILES)
WIPED = Mark("wiped", 0, b"", Readable.WIPED)


def marks_of(reader: Reader) -> list[Mark]:
    """All that a partition may hold, by its marks; `UNKNOWN`, `BLANK` or `WIPED` without any.

    Raises:
        OSError: there is none where it could be read, and not all of it could be.
    """
    head, fault = _beginning(reader)
    found = {m.name: m for m in reversed(MARKS) if head.startswith(m.magic, m.offset)}
    kept = [mark for mark in MARKS if found.get(mark.name) is mark]
    if is_fat(head):
        kept.append(FAT)
    if not kept and bears(reader, _VMFS):
        kept.append(_VMFS)
    kept = kept or _kept_elsewhere(reader)
    if kept:
        return kept
    if fault is not None:
        raise fault
    return [UNKNOWN if head.strip(b"\0") else BLANK if _is_blank(reader) else WIPED]


def _beginning(reader: Reader) -> tuple[bytes, OSError | None]:
    """The bytes in which marks lie, zeros for what can't be read of them, and why it can't be."""
    try:
        return read_at(reader, 0, _FIRST), None
    except OSError as error:
        fault = error
    step = max(reader.sector, SECTOR)
    head = bytearray()
    for at in range(0, min(_FIRST, reader.size), step):
        try:
            head += read_at(reader, at, step)
        except OSError as error:
            head, fault = head.ljust(at + step, b"\0"), error
    return bytes(head), fault


def _kept_elsewhere(reader: Reader) -> list[Mark]:
    """File systems whose beginning is gone, and of which there is a copy."""
    names = backed_up(reader)
    return [mark for mark in (*MARKS, FAT) if mark.name in names]


def bears(reader: Reader, mark: Mark) -> bool:
    """Whether a mark stands where it belongs."""
    try:
        if mark is FAT:
            return is_fat(read_at(reader, 0, SECTOR))
        return read_at(reader, mark.offset, len(mark.magic)) == mark.magic
    except OSError:
        return False


def _is_blank(reader: Reader) -> bool:
    """Whether zeros are all that samples show: of the beginning, the end, and all between.

    Raises:
        OSError: a sample can't be read.
    """
    ends = [(0, _BLANK), (max(0, reader.size - _BLANK), _BLANK)]
    stride = max(_SAMPLE, reader.size // _SAMPLES // _SAMPLE * _SAMPLE)
    between = [(at, _SAMPLE) for at in range(_BLANK, reader.size, stride)]
    return not any(read_at(reader, at, size).strip(b"\0") for at, size in ends + between)


def is_encrypted(reader: Reader, mark: Mark) -> bool:
    """Whether BitLocker's own description stands where its mark says that it does."""
    if mark.magic not in (_BITLOCKER, _FVE):
        return False
    try:
        head = read_at(reader, 0, SECTOR)
        at = head.find(_BITLOCKER)
        places = struct.unpack_from("<3Q", head, at + len(_BITLOCKER)) if at >= 0 else ()
        return any(read_at(reader, place, 8) == _FVE for place in places if place)
    except (OSError, struct.error):
        return False


def fills_the_first_sector(mark: Mark) -> bool:
    """Whether this and a partition table can't both be right."""
    return mark is FAT or (bool(mark.magic) and mark.offset < 512)
