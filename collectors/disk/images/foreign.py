"""What is no image that can be read here, though a disk is in it: named, with what to do first.

Marks are those of the makers' own descriptions and of file(1)'s and binwalk's tables.
"""

from __future__ import annotations

import os
import re

from collectors.disk.reader import ImageError

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"LVF\x09\x0d\x0a\xff\x00", "logical", "L01"),
    (b"LEF2\x0d\x0a\x81\x00", "logical", "Lx01"),
    (b"ADSEGMENTEDFILE", "logical", "AD1"),
    (b"AFF1", "aff", "AFF"),
    (b"ADCRYPT\0", "locked", "AD"),
    (b"encrcdsa", "locked", "DMG"),
    (b"sprs", "sparse", "sparseimage"),
    (b"QED\0", "foreign", "QED"),
    (b"WithoutFreeSpace", "foreign", "Parallels"),
    (b"WithouFreSpacExt", "foreign", "Parallels"),
    (b"Bochs Virtual HD Image", "foreign", "Bochs"),
    (b"MSWIM\0\0\0", "restored", "WIM"),
    (b"partclone-image", "restored", "partclone"),
    (b"\0ntfsclone-image", "restored", "ntfsclone"),
    (b"PaRtImAgE-VoLuMe", "restored", "Partimage"),
    (b"FsArCh_", "restored", "FSArchiver"),
    (b"VMA\0", "restored", "Proxmox VMA"),
    (b"\xfe\xef\x01", "restored", "Ghost"),
    (b"\x1f\x8b\x08", "packed", "gzip"),
    (b"BZh", "packed", "bzip2"),
    (b"\xfd7zXZ\0", "packed", "xz"),
    (b"\x28\xb5\x2f\xfd", "packed", "Zstandard"),
    (b"\x04\x22\x4d\x18", "packed", "LZ4"),
    (b"\x89LZO\0\r\n\x1a\n", "packed", "lzop"),
    (b"7z\xbc\xaf\x27\x1c", "packed", "7z"),
    (b"Rar!\x1a\x07", "packed", "RAR"),
)
_VDI, _VDI_PLACE = b"\x7f\x10\xda\xbe", 64
_TAR, _TAR_PLACE = b"ustar", 257
_AFF4 = (b"container.description", b"version.txt", b"information.turtle", b"aff4%3A%2F%2F")
_EXTENT = re.compile(r"(?P<stem>.*-f)(?P<number>\d{3})\.vmdk", re.DOTALL)


def require_readable(path: str, head: bytes, tail: bytes) -> None:
    """Refuse what has to be made into an image first.

    Args:
        path: a file.
        head: its first sector.
        tail: its last one.

    Raises:
        ImageError: it is such a thing; says what to do.
    """
    for magic, key, kind in _BEGINNINGS:
        if head.startswith(magic):
            raise ImageError(key, path=path, kind=kind)
    if head[_VDI_PLACE:].startswith(_VDI):
        raise ImageError("foreign", path=path, kind="VDI")
    if tail.startswith(b"koly"):
        raise ImageError("udif", path=path)
    if tail.endswith(b"cdsaencr"):
        raise ImageError("locked", path=path, kind="DMG")
    if head.startswith(b"PK\x03\x04"):
        is_aff4 = b"aff4://" in tail or any(name in head for name in _AFF4)
        key, kind = ("aff", "AFF4") if is_aff4 else ("packed", "ZIP")
        raise ImageError(key, path=path, kind=kind)
    if head[_TAR_PLACE:].startswith(_TAR):
        raise ImageError("tar", path=path)
    if head.startswith(b"conectix") and not tail.startswith(b"conectix"):
        raise ImageError("vhd_cut", path=path)
    if _is_one_of_several(path):
        raise ImageError("vmdk_part", path=path)


def _is_one_of_several(path: str) -> bool:
    """Whether it is called as the parts of a VMDK that are no VMDKs themselves, beside others."""
    found = _EXTENT.fullmatch(path)
    if found is None:
        return False
    other = 1 if int(found["number"]) > 1 else 2
    return os.path.isfile(f"{found['stem']}{other:03d}.vmdk")
