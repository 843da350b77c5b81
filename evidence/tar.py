"""The tar headers of this format: a function of name and size, no more (format, section 4)."""

from __future__ import annotations

import struct

BLOCK = 512
END = bytes(2 * BLOCK)

_MODE_TO_GID = b"0000644\0" + b"0000000\0" + b"0000000\0"
_MTIME = b"00000000000\0"
_AFTER_CHECKSUM = b"\0 0" + bytes(100) + b"ustar\x0000" + bytes(247)
# The checksum counts its own eight bytes as blanks (POSIX.1, ustar Interchange Format).
_BASE = sum(_MODE_TO_GID) + sum(_MTIME) + sum(b"        0") + sum(b"ustar\x0000") + 0
_HEADER = struct.Struct("100s24s12s12s6s358s")  # name, mode to gid, size, mtime, checksum, the rest


def header(name: bytes, size: int) -> bytes:
    """The canonical header of a member of up to 8 GiB.

    Args:
        name: at most 100 ASCII bytes.
        size: of the content, in bytes.
    """
    length = b"%011o\0" % size
    checksum = b"%06o" % (_BASE + sum(name) + sum(length))
    return _HEADER.pack(name, _MODE_TO_GID, length, _MTIME, checksum, _AFTER_CHECKSUM)


def padding(size: int) -> int:
    """How many zero bytes follow content of this size."""
    return -size % BLOCK


def parse(block: bytes) -> tuple[str, int] | None:
    """Name and size of a header block, or None where it is not the canonical one."""
    try:
        name = block[:100].rstrip(b"\0")
        size = int(block[124:135], 8)
        # A minus sign is an octal digit to int(), and comes back from the header as it was.
        canonical = size >= 0 and header(name, size) == block
        return (name.decode("ascii"), size) if canonical else None
    except ValueError:
        return None
