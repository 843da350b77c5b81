"""SHA-256, the one digest that this format writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import FileIO

from chain_of_custody import system

SLICE = 32 << 10  # bytes; stays in the near cache between copy and hash
AHEAD = 8 << 20  # bytes to fetch at once: a disk that gives two files at a time shall seldom seek
ZERO = "0" * 64


def sha256(data: bytes | memoryview) -> str:
    """The digest of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _never() -> bool:
    return False


def sha256_of(file: FileIO, stopped: Callable[[], bool] = _never) -> tuple[str, int]:
    """Digest and length of all that a file still gives.

    Raises:
        InterruptedError: the caller wants no more of it.
    """
    hasher = hashlib.sha256()
    buffer = memoryview(bytearray(SLICE))
    size = wanted = 0
    while count := file.readinto(buffer):
        hasher.update(buffer[:count])
        size += count
        if size > wanted:
            if stopped():
                raise InterruptedError
            wanted += AHEAD
            system.fetch(file.fileno(), wanted, AHEAD)
    return hasher.hexdigest(), size
