"""What is the same of an imager on every system: the file that is run, and what it says."""

from __future__ import annotations

import codecs
import contextlib
import errno
import hashlib
import os
import re
import stat as modes
from collections.abc import Iterator

from collectors.artifact import Program
from collectors.system import READ, WINDOWS

KEPT = 1 << 20  # bytes of what it says; an imager says some lines
LOOK_MS = 100  # between two looks at the limits
GRACE = 5.0  # seconds to take its driver out again, once it is asked to end
PIECE = 1 << 16  # bytes that are read at once
_WORDS = 300  # characters of its last line that a reason tells; all of it is in an item
_MARKS = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


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
        """Its last line with something in it, cut where it is too long for a reason."""
        lines = (line.strip() for line in reversed(_lines(self.data)))
        words = next((line for line in lines if line), "it said nothing")
        return words if len(words) <= _WORDS else f"{words[:_WORDS]}…"


def _lines(data: bytes) -> list[str]:
    """Its lines in whatever it writes: UTF-16 on a Windows, or the code page of a Japanese one.

    A progress that is written over itself is as many lines.
    """
    marked = data.startswith(_MARKS)
    text = data.rstrip(b"\0")
    if marked or (0 in text[1::2] and 0 not in text[::2]):
        return re.split(r"[\r\n]+", data.decode("utf-16" if marked else "utf-16-le", "replace"))
    return [_decoded(line) for line in re.split(rb"[\r\n]+", data)]


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            return line.decode(encoding)
    return line.decode("utf-8", "replace")


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
