"""Image files as they are written: raw with holes, and E01 by ewfacquirestream."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from evidence.intake.errors import WriterError

PROGRAM = "ewfacquirestream"
_BLOCK = 64 << 10  # bytes: whole blocks of zeros become holes
_ZEROS = bytes(1 << 20)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


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
    descriptor = os.open(folder / "disk.raw", _NEW, 0o600)
    try:
        os.ftruncate(descriptor, size)
        yield RawWriter(descriptor)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class PipeWriter:
    """What a program reads from us: always in large blocks, since this one loses bytes else.

    ewfacquirestream (20140813) takes a read that gives less than it asked for as if it were whole.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._held = bytearray()
        with suppress(OSError):  # an ordinary user may have none that is so large
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, len(_ZEROS))

    def data(self, piece: memoryview, /) -> None:
        """The next bytes."""
        self._held += piece
        while len(self._held) >= len(_ZEROS):
            self._write(self._held[: len(_ZEROS)])
            del self._held[: len(_ZEROS)]

    def zeros(self, count: int, /) -> None:
        """As many zeros."""
        while count:
            piece = memoryview(_ZEROS)[: min(count, len(_ZEROS))]
            self.data(piece)
            count -= len(piece)

    def end(self) -> None:
        """Give what is left."""
        self._write(self._held)
        self._held = bytearray()

    def _write(self, block: bytearray) -> None:
        with memoryview(block) as view:
            done = 0
            while done < len(view):
                done += os.write(self._pipe, view[done:])


def require_program() -> str:
    """Where ewfacquirestream is.

    Raises:
        WriterError: nowhere.
    """
    found = shutil.which(PROGRAM)
    if found is None:
        raise WriterError("no_writer", program=PROGRAM)
    return found


@contextmanager
def e01(
    folder: Path, size: int, sector: int, labels: tuple[str, str], said: list[str]
) -> Iterator[PipeWriter]:
    """`disk.E01` and those that follow it.

    Args:
        folder: where they go.
        size: bytes of the disk.
        sector: bytes of a sector.
        labels: the case number and the bundle's id, for the image's header.
        said: receives what the program printed.

    Raises:
        WriterError: the program did not do its work.
    """
    case, bundle = labels
    command = [
        require_program(), "-q", "-t", str(folder / "disk"), "-c", "fast", "-d", "sha256",
        "-B", str(size), "-P", str(sector), "-C", case, "-E", bundle, "-D", "hozen", "-e", "",
        "-N", "",
    ]  # fmt: skip
    child = subprocess.Popen(  # noqa: S603 - the program that the user asked for by --image e01
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    try:
        writer = PipeWriter(child.stdin.fileno())  # type: ignore[union-attr]  # it is a pipe
        yield writer
        writer.end()
    except BrokenPipeError as error:
        raise WriterError("writer_failed", program=PROGRAM, why=_ended(child)) from error
    except BaseException:
        child.kill()
        _ended(child)
        raise
    said.append(_ended(child))
    if child.returncode:
        raise WriterError("writer_failed", program=PROGRAM, why=said[-1])


def _ended(child: subprocess.Popen[bytes]) -> str:
    """Wait for the program; the last lines that it printed."""
    printed, _ = child.communicate()
    return " ".join(printed.decode("utf-8", "replace").split())[-500:]
