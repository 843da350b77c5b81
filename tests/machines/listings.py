"""Body files and master file tables of made-up disks, as collections list them."""

from __future__ import annotations

import struct

START = 1_716_120_000  # 2024-05-19 12:00:00 UTC
_FILETIME_1970 = 116_444_736_000_000_000


def line(path: str, *, size: int = 5000, at: int = START, mode: str = "r/rrw-r--r--") -> str:
    return f"0|{path}|7|{mode}|0|0|{size}|{at}|{at}|{at}|0\n"


def body(*lines: str) -> bytes:
    return "".join(lines).encode()


ENDINGS = ("docx", "xlsx", "jpg", "pdf", "dcm", "mdb")


def ward(number: int, ending: str = "", *, note: str = "", at: int = START) -> list[str]:
    """A folder of people's files, maybe with an ending put behind and a text among them."""
    folder = f"/srv/share/ward-{number}"
    files = [
        line(f"{folder}/report-{each}.{kind}{ending}", at=at + each)
        for each, kind in enumerate(ENDINGS)
    ]
    return [*files, line(f"{folder}/{note}", size=1234, at=at + 9)] if note else files


def attribute(kind: int, value: bytes) -> bytes:
    """A resident attribute of an MFT record."""
    padded = value.ljust((len(value) + 7) // 8 * 8, b"\0")
    head = struct.pack("<IIBBHHHIHBB", kind, 24 + len(padded), 0, 0, 24, 0, 0, len(value), 24, 0, 0)
    return head + padded


def outside(size: int) -> bytes:
    """The attribute of data that lies outside of the record."""
    head = struct.pack(
        "<IIBBHHHQQHHIQQQ", 0x80, 72, 1, 0, 64, 0, 0, 0, 0, 64, 0, 0, size, size, size
    )
    return head.ljust(72, b"\0")


def filetime(seconds: float) -> int:
    return int(seconds * 10**7) + _FILETIME_1970


def mft_record(
    number: int, name: str, *, parent: int = 5, born: float, named: float, folder: bool = False,
    in_use: bool = True, size: int = 5000,
) -> bytes:  # fmt: skip
    """A record with $STANDARD_INFORMATION, $FILE_NAME, and $DATA on the disk; 1,024 bytes."""
    standard = struct.pack("<4Q", *[filetime(born)] * 4).ljust(48, b"\0")
    wide = name.encode("utf-16-le")
    file_name = parent.to_bytes(6, "little") + b"\1\0" + struct.pack("<4Q", *[filetime(named)] * 4)
    file_name = file_name.ljust(64, b"\0") + bytes([len(name), 1]) + wide
    body_ = attribute(0x10, standard) + attribute(0x30, file_name)
    body_ += b"" if folder else outside(size)
    body_ += struct.pack("<I", 0xFFFFFFFF)
    flags = in_use | folder << 1
    head = struct.pack("<4sHHQHHHHII", b"FILE", 48, 3, 0, 1, 1, 56, flags, 56 + len(body_), 1024)
    data = bytearray((head.ljust(48, b"\0") + b"\1\0" + b"\0" * 6 + body_).ljust(1024, b"\0"))
    for end in (512, 1024):
        data[end - 2 : end] = b"\1\0"
    return bytes(data)
