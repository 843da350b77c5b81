"""Whether a VHDX was closed: libvhdi reads it without its log, and doesn't say so.

Format: Microsoft's [MS-VHDX], section 2.2.2 (headers).
"""

from __future__ import annotations

import struct

from collectors import system

LOG_LEFT = (
    "it was not closed: changes in its log were not replayed, so that its newest may be missing"
)
_PLACES = (64 << 10, 128 << 10)
_HEADER = struct.Struct("<4s4xQ32x16s")
"""Its mark, how often it was written, and the number of the log that belongs to it."""


def has_log(descriptor: int) -> bool:
    """Whether the newer one of its headers names a log.

    Raises:
        OSError: they can't be read.
    """
    found = [system.pread(descriptor, _HEADER.size, place) for place in _PLACES]
    headers = [_HEADER.unpack(each) for each in found if len(each) == _HEADER.size]
    _, _, log = max(
        (each for each in headers if each[0] == b"head"), key=lambda each: each[1],
        default=(b"", 0, b""),
    )  # fmt: skip
    return bool(log.strip(b"\0"))
