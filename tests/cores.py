"""Machines whose memory is a file: an ELF core such as /proc/kcore, and a table of resources."""

from __future__ import annotations

import struct
from pathlib import Path

PAGE = 4096
NOWHERE = 0xFFFF_FFFF_FFFF_FFFF


def core(path: Path, memory: bytes, segments, *, info: str = "", cut: int = 0) -> Path:
    """An ELF core over this memory.

    Segments are (physical address or NOWHERE, start, size), with a virtual address or without.
    """
    note = _note(info)
    headers = [(4, 0, 0, len(note), 0), *((1, *row, *[0] * (4 - len(row))) for row in segments)]
    table = 64
    at = table + 56 * len(headers)
    body = bytearray(note)
    at_memory = at + len(note)
    rows = b""
    for kind, physical, start, size, virtual in headers:
        offset = at if kind == 4 else at_memory + start
        rows += struct.pack("<IIQQQQQQ", kind, 4, offset, virtual, physical, size, size, PAGE)
    ehdr = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 4, 62, 1, 0, table, 0, 0, 64, 56, len(headers), 0, 0, 0
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((ehdr + rows + body + memory)[: -cut or None])
    return path


def _note(info: str) -> bytes:
    def one(name: bytes, kind: int, data: bytes) -> bytes:
        named = name + b"\0"
        head = struct.pack("<III", len(named), len(data), kind)
        return (
            head
            + named.ljust(-(-len(named) // 4) * 4, b"\0")
            + data.ljust(-(-len(data) // 4) * 4, b"\0")
        )

    first = one(b"CORE", 1, b"x" * 13)
    return first + one(b"VMCOREINFO", 0, info.encode()) if info else first


def iomem(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def limed(image: bytes) -> dict[int, bytes]:
    """A LiME image taken apart: memory by first address."""
    found, at = {}, 0
    while at < len(image):
        magic, version, first, last, reserved = struct.unpack_from("<IIQQQ", image, at)
        assert (magic, version, reserved) == (0x4C694D45, 1, 0)
        size = last - first + 1
        found[first] = image[at + 32 : at + 32 + size]
        assert len(found[first]) == size
        at += 32 + size
    return found
