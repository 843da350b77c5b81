"""What is the same of an imager on every system: the file that is run, and what it says."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat as modes
from collections.abc import Iterator

from collectors.artifact import Program
from collectors.files.system import READ, WINDOWS

KEPT = 1 << 20  # bytes of what it says; an imager says some lines
LOOK_MS = 100  # between two looks at the limits
GRACE = 5.0  # seconds to take its driver out again, once it is asked to end
PIECE = 1 << 16  # bytes that are read at once


class Said:
    """What a program wrote to one of its streams, as far as it is kept."""

    def __init__(self) -> None:
        self.data = b""
        self.beyond = 0
        """Bytes that came and were not kept."""

    def add(self, piece: bytes) -> None:
        """Keep what there is room for."""
        kept = piece[: KEPT - len(self.data)]
        self.data += kept
        self.beyond += len(piece) - len(kept)

    @property
    def last_words(self) -> str:
        """Its last line with something in it."""
        lines = self.data.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


@contextlib.contextmanager
def opened(path: str) -> Iterator[tuple[int, str]]:
    """A program's file, and its SHA-256: both stay the same whatever takes its name.

    Raises:
        OSError: it can't be read.
    """
    descriptor = _descriptor(path)
    try:
        if not modes.S_ISREG(os.fstat(descriptor).st_mode):  # a device may never end
            raise OSError(errno.ENOEXEC, "is no program's file")
        with open(descriptor, "rb", closefd=False) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield descriptor, digest
    finally:
        os.close(descriptor)


def _descriptor(path: str) -> int:
    if WINDOWS:
        from collectors.ram.imager.windows import pinned

        return pinned(path)
    return os.open(path, READ | getattr(os, "O_NONBLOCK", 0))


@contextlib.contextmanager
def same_program(program: Program) -> Iterator[int]:
    """The file of a program, open, if it is the very one that was named.

    Raises:
        OSError: another one (EPERM), or none that can be read.
    """
    with opened(program.path) as (descriptor, found):
        if found != program.sha256:
            raise OSError(errno.EPERM, f"sha256 {found}, not the one that was named; not run")
        yield descriptor
