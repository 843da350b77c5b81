"""What a partition says it holds, by its own marks; also what nobody here can read."""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.marks.backups import ZFS, backed_up, is_fat
from collectors.disk.marks.minix import is_minix
from collectors.disk.reader import SECTOR, read_at

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_FIRST = 256 << 10  # bytes from the start in which all marks lie
_BLANK = 1 << 20  # bytes at either end that must be zero for a partition to be called blank
_SAMPLES, _SAMPLE = 1024, 64 << 10  # how many, and bytes of each, that must be zero between them
_LIKELY = (140, 400)  # how uneven random bytes are, five deviations to either side
# Microsoft's identifier of BitLocker: in the boot sector of a fixed disk, and of a removable one.
_BITLOCKER = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
_FVE = b"-FVE-FS-"


UFS = "UFS"
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
    SPREAD = "one of several disks over which its content is spread: put them together first"


class Mark(NamedTuple):
    """Bytes at a place that tell a file system, or what a partition is instead."""

    name: str
    offset: int
    magic: bytes
    readable: Readable = Readable.NO


# Versions 1 and 2, in either order of bytes; where a superblock of it mostly lies, and may lie.
_UFS = (
    (("54190100", "00011954"), (8 << 10, 64 << 10)),
    (("19015419", "19540119"), (64 << 10, 8 << 10)),
)
WINDOWS_DYNAMIC = Mark("Windows dynamic disk", 3072, b"PRIVHEAD")
# In this order: what wraps before what is wrapped. Offsets are those of the kernel's and the
# makers' own headers (linux/magic.h, blkid's superblocks, Microsoft's and Apple's formats).
MARKS = (
    Mark("BitLocker", 3, _FVE, Readable.LOCKED),
    Mark("BitLocker", 160, _BITLOCKER, Readable.LOCKED),
    Mark("BitLocker To Go", 424, _BITLOCKER, Readable.LOCKED),
    Mark("LUKS", 0, b"LUKS\xba\xbe", Readable.LOCKED),
    Mark("LUKS", 0, b"SKUL\xba\xbe", Readable.LOCKED),
    Mark("Apple CoreStorage (FileVault)", 88, b"CS", Readable.LOCKED),
    *(Mark("LVM2 physical volume", 512 * at + 24, b"LVM2 001") for at in range(4)),
    Mark("Linux software RAID", 4096, b"\xfc\x4e\x2b\xa9"),
    Mark("Linux software RAID", 0, b"\xfc\x4e\x2b\xa9"),
    *(Mark("LVM1 physical partition", 0, b"HM" + bytes((version, 0))) for version in (1, 2)),
    Mark("dm-integrity", 0, b"integrt\0"),
    Mark("device-mapper snapshot", 0, b"SnAp"),
    Mark("VDO", 0, b"dmvdo001"),
    *(Mark("Stratis", 512 * at + 4, b"!Stra0tis\x86\xff\x02^\x41rh") for at in (1, 9)),
    *(Mark("Storage Spaces", at, b"SPACEDB") for at in (0, 4096)),
    Mark("Oracle ASM", 32, b"ORCLDISK"),
    WINDOWS_DYNAMIC,
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
    *(Mark("ReiserFS", at + 52, b"ReIsEr") for at in (64 << 10, 8 << 10)),
    Mark("Reiser4", 64 << 10, b"ReIsEr4"),
    Mark("NILFS2", 1030, b"\x34\x34"),
    *(Mark("OCFS2", 2 * block, b"OCFSV2") for block in (512, 1024, 2048, 4096)),
    Mark("GFS2", 64 << 10, bytes.fromhex("0116197000000001")),
    *(Mark(UFS, at + 1372, bytes.fromhex(magic), readable)  # libtsk looks where they mostly are
      for magics, places in _UFS
      for magic in magics
      for at, readable in zip(places, (Readable.YES, Readable.NO), strict=True)),
    Mark("SCO BFS", 0, bytes.fromhex("cefaad1b")),
    Mark("squashfs", 0, b"hsqs"),
    Mark("squashfs", 0, b"sqsh"),
    *(Mark("cramfs", 0, bytes.fromhex(magic)) for magic in ("453dcd28", "28cd3d45")),
    Mark("romfs", 0, b"-rom1fs-"),
    Mark("UBI", 0, b"UBI#"),
    Mark("UBIFS", 0, bytes.fromhex("31181006")),
    *(Mark("JFFS2", 0, bytes.fromhex(magic + node))
      for magic, nodes in (("8519", ("0320", "01e0", "02e0")), ("1985", ("2003", "e001", "e002")))
      for node in nodes),
    Mark("XFS journal", 0, bytes.fromhex("feedbabe00000001")),
    Mark("EROFS", 1024, b"\xe2\xe1\xf5\xe0"),
    *(Mark(HIBERNATED, page - 10, mark, Readable.NO_FILES)
      for page in _PAGES for mark in _SUSPENDED),
    Mark(HIBERNATED, 0, _TUXONICE, Readable.NO_FILES),
    *(Mark(SWAP, page - 10, mark, Readable.NO_FILES)
      for page in _PAGES for mark in (b"SWAPSPACE2", b"SWAP-SPACE")),
    Mark("ISO 9660", 32769, b"CD001", Readable.YES),
    Mark("High Sierra", 32777, b"CDROM"),
    # Behind what ISO 9660 says of itself, if both describe one disc.
    *(Mark("UDF", 32769 + number * 2048, b"BEA01") for number in range(16)),
    *(Mark("ZFS", at, magic) for at in range(128 << 10, 256 << 10, 1024) for magic in ZFS),
    Mark("dm-verity's hashes", 0, b"verity\0\0", Readable.NO_FILES),
)  # fmt: skip
_VMFS = Mark("VMFS", 1 << 20, b"\x0d\xd0\x01\xc0")
FAT = Mark("FAT", 0, b"", Readable.YES)
MINIX = Mark("Minix", 0, b"")
UNKNOWN = Mark("unknown", 0, b"")
BLANK = Mark("blank", 0, b"", Readable.NO_FILES)
WIPED = Mark("wiped", 0, b"", Readable.WIPED)


def marks_of(reader: Reader) -> list[Mark]:
    """All that a partition may hold, by its marks; `UNKNOWN`, `BLANK` or `WIPED` without any.

    What holds no files comes last: swap's mark stays where ZFS was made over it.

    Raises:
        OSError: there is none where it could be read, and not all of it could be.
    """
    head, fault = _beginning(reader)
    found = {m.name: m for m in reversed(MARKS) if head.startswith(m.magic, m.offset)}
    kept = [mark for mark in MARKS if found.get(mark.name) is mark]
    kept += [mark for mark, is_one in ((FAT, is_fat), (MINIX, is_minix)) if is_one(head)]
    if not kept and bears(reader, _VMFS):
        kept.append(_VMFS)
    kept = kept or _kept_elsewhere(reader)
    if kept:
        return sorted(kept, key=lambda mark: mark.readable is Readable.NO_FILES)
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
    found = {mark.name: mark for mark in (FAT, *reversed(MARKS)) if mark.name in names}
    return list(reversed(found.values()))


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


def looks_random(reader: Reader) -> bool:
    """Whether its beginning and its middle are like random bytes: all values about as often.

    Of such samples the sum is 255 ± 23. What is packed tightly may look the same.
    """
    try:
        return all(
            _LIKELY[0] < _unevenness(read_at(reader, at, _SAMPLE)) < _LIKELY[1]
            for at in (0, reader.size // 2 // SECTOR * SECTOR)
        )
    except OSError:
        return False


def _unevenness(sample: bytes) -> float:
    """Pearson's chi-squared of how often each byte is there."""
    expected = len(sample) / 256
    if not expected:
        return 0
    return sum((count - expected) ** 2 for count in map(sample.count, range(256))) / expected


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
