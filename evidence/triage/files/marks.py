"""With which bytes files of known endings begin; from the formats' published descriptions."""

from __future__ import annotations

import math
from collections import Counter

_PK, _OLE, _RTF = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0",), (b"{\\rtf",)
_RIFF = (b"RIFF",)
_MARKS: dict[str, tuple[bytes, ...]] = {
    "docx docm dotx xlsx xlsm xltx pptx pptm ppsx vsdx": (*_PK, *_OLE),  # OLE: with a password
    "doc dot xls xlt ppt pps vsd pub msg": (*_OLE, *_PK, *_RTF),
    "odt ods odp xps zip": _PK,
    "pdf": (b"%PDF",),
    "rtf": _RTF,
    "jpg jpeg jpe": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "gif": (b"GIF8",),
    "tif tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "bmp": (b"BM",),
    "webp avi wav": _RIFF,
    "7z": (b"7z\xbc\xaf\x27\x1c",),
    "rar": (b"Rar!",),
    "gz": (b"\x1f\x8b\x08",),
    "sqlite": (b"SQLite format 3\0",),
    "mdb accdb": (b"\x00\x01\x00\x00Standard",),
    "pst ost": (b"!BDN",),
}  # fmt: skip
MARKS = {ending: marks for endings, marks in _MARKS.items() for ending in endings.split()}
"""Ending to the beginnings that such a file can have."""
_ANY = tuple({mark for marks in _MARKS.values() for mark in marks if len(mark) > 2})

LEAST = 4096  # bytes from which on entropy can tell
HIGH = 7.8  # bits of a byte; that of 4,096 random bytes is 7.95 +- 0.01, that of text below 6
_EDGE_DISTINCT, _EDGE = 40, 64  # of 64 random bytes some 57 are distinct


def entropy(data: bytes) -> float:
    """Bits of a byte, from how often each of the 256 values occurs (Shannon, 1948)."""
    total = len(data)
    shares = (count / total for count in Counter(data).values())
    return -sum(share * math.log2(share) for share in shares)


def is_of_no_kind(ending: str, data: bytes) -> bool:
    """Whether a file's head is neither its ending's nor any other's that is known here."""
    return not data.startswith((*MARKS[ending], *_ANY))


def looks_random(data: bytes) -> bool:
    """Whether bytes look as encryption leaves them; compressed ones look so, too."""
    if len(data) >= LEAST:
        return entropy(data) >= HIGH
    return len(data) == _EDGE and len(set(data)) >= _EDGE_DISTINCT
