"""Image files as they are written: what all writers have in common, and raw with holes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from chain_of_custody.system import NEW

_BLOCK = 64 << 10  # bytes: whole blocks of zeros become holes
_ZEROS = bytes(1 << 20)


class Writer(Protocol):
    """Takes the bytes of a disk in order."""

    def data(self, piece: memoryview, /) -> None:
        """The next bytes."""
        ...

    def zeros(self, count: int, /) -> None:
        """As many zeros."""
        ...


class RawWriter:
    """One file, blocks of zeros left out as holes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._end = 0

    def data(self, piece: memoryview, /) -> None:
        """The next bytes."""
        for at in range(0, len(piece), _BLOCK):
            block = piece[at : at + _BLOCK]
            if block != _ZEROS[: len(block)]:
                _write(self._descriptor, block, self._end + at)
        self._end += len(piece)

    def zeros(self, count: int, /) -> None:
        """As many zeros, as a hole."""
        self._end += count


def _write(descriptor: int, data: memoryview, offset: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(descriptor, data[done:], offset + done)


@contextmanager
def raw(folder: Path, size: int) -> Iterator[RawWriter]:
    """`disk.raw` in a folder.

    Raises:
        OSError: the medium did not take it.
    """
    descriptor = os.open(folder / "disk.raw", NEW, 0o600)
    try:
        os.ftruncate(descriptor, size)
        yield RawWriter(descriptor)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
