"""SHA-256, the one digest that this format writes."""

from __future__ import annotations

import hashlib
from io import FileIO

SLICE = 32 << 10  # bytes; stays in the near cache between copy and hash
ZERO = "0" * 64


def sha256(data: bytes | memoryview) -> str:
    """The digest of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(file: FileIO) -> tuple[str, int]:
    """Digest and length of all that a file still gives."""
    hasher = hashlib.sha256()
    buffer = memoryview(bytearray(SLICE))
    size = 0
    while count := file.readinto(buffer):
        hasher.update(buffer[:count])
        size += count
    return hasher.hexdigest(), size
