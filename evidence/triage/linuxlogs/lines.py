"""Lines of a log, packed or not, one after the other; what can't be unpacked is said."""

from __future__ import annotations

import gzip
import io
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, BinaryIO, cast

from evidence.triage.linuxlogs.narrowed import Narrowed
from evidence.triage.linuxlogs.stored import Stored, pieces_of
from evidence.triage.linuxlogs.unpacked import PACKINGS, Unpacked, UnpackError
from evidence.triage.patience import Patience

LONGEST = 1 << 14  # bytes of a line that are looked at
MOST = 8 << 30  # bytes of a log, unpacked: a bomb ends here
SECONDS, OF_A_MIB = 10.0, 5.0  # for a log, and each MiB of it as it lies here, which takes one
_A_LOOK = 1 << 16  # bytes between two looks at the clock
_GZIP = b"\x1f\x8b"
_UNPACKABLE = (gzip.BadGzipFile, EOFError, zlib.error, UnpackError)


class PackedError(Exception):
    """A log that can't be unpacked, or isn't read to its end; says why."""


class Lines:
    """The lines of one file, counted from 1."""

    def __init__(self, file: BinaryIO, patience: Patience) -> None:
        """Look at the beginning of a file: it tells how it is packed, if it is.

        Args:
            file: the log.
            patience: how long it may take.

        Raises:
            OSError: the medium failed.
        """
        head = file.read(8)
        file.seek(0)
        is_gzip = head.startswith(_GZIP)
        self.packed_at = int.from_bytes(head[4:8], "little") if is_gzip else 0
        """When what was packed had been changed last, in seconds since 1970; 0: nothing says."""
        other = next((how for magic, how in PACKINGS.items() if head.startswith(magic)), None)
        self._file: IO[bytes] = file
        self._bare = None if is_gzip or other is not None else file
        if is_gzip:
            self._file = cast("IO[bytes]", gzip.GzipFile(fileobj=file))
        elif other is not None:
            self._file = io.BufferedReader(Unpacked(file, other))
        self._left = MOST
        self._patience = patience
        self._look = self._left
        self.cut = 0
        """Lines that were looked at in part only, since they are too long."""
        self.broken_off = False
        """Whether the line that was read last has no end, and so may be a part of one."""
        self.others = 0
        """Lines in a form that whoever reads them doesn't know."""
        self.untimed = 0
        """Lines that were read, and of whose time is not known when that was."""
        self.rest = 0
        """Bytes at the end, where records are read instead of lines, that are no whole one."""
        self.zeroed = 0
        """Records of zeros alone: of what was never written there, or was erased."""
        self.odd = 0
        """Records that no program writes, which were read as they stand there."""

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number, without what ends it.

        Zeros end a line, too, without a number: they are what a power cut or a hole leaves.

        Raises:
            PackedError: it can't be unpacked to its end.
            OSError: the medium failed.
        """
        self._end_lines()
        number, whole, ended = 0, True, True
        while line := self.read(LONGEST, line=True):
            self.broken_off = not line.endswith(b"\n") and len(line) < LONGEST
            if whole:  # else it is the rest of a line that was too long
                number += ended
                text = line.removeprefix(BOM_UTF8) if number == 1 else line
                yield from ((number, part) for part in self._parts(text.rstrip(b"\r\n")))
            ended = line.endswith(b"\n")
            self.cut += whole and len(line) == LONGEST and not line.endswith((b"\n", b"\0"))
            whole = ended or line.endswith(b"\0")

    def _parts(self, text: bytes) -> Iterable[bytes]:
        """A line, or what stands between its zeros: what some follow may lack its end."""
        if b"\0" not in text:
            return (text,)
        return self._between(*filter(None, text.split(b"\0")))

    def _between(self, *parts: bytes) -> Iterator[bytes]:
        is_whole = not self.broken_off
        for left, part in zip(range(len(parts) - 1, -1, -1), parts, strict=True):
            self.broken_off = left > 0 or not is_whole
            yield part

    def beforehand(self) -> Iterator[bytes]:
        """All lines of a log before it is read, or read anew, within half of the time.

        None beyond where it can't be unpacked.

        Raises:
            OSError: the medium failed.
        """
        self._file.seek(0)  # some may have been read
        self._end_lines()
        patience, mark = self._patience.half(), BOM_UTF8
        with suppress(*_UNPACKABLE):  # which is told when it is read
            while not patience.ended and (line := self._file.readline(LONGEST)):
                yield line.removeprefix(mark)
                mark = b""
        self._file.seek(0)

    def _end_lines(self) -> None:
        """Let a carriage return end lines where nothing else does: one within a line is none."""
        self._leave_out_holes()
        head = self._head()
        if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # as PowerShell writes into files
            self._file = io.BufferedReader(Narrowed(self._file))
            head = self._head()
        if b"\r" in head and b"\n" not in head:
            self._file = io.BufferedReader(_Returns(self._file))

    def _leave_out_holes(self) -> None:
        bare, self._bare = self._bare, None
        if bare is not None and (pieces := pieces_of(bare)):
            self._file = io.BufferedReader(Stored(bare, pieces))

    def _head(self) -> bytes:
        begin, head = self._file.tell(), b""
        with suppress(*_UNPACKABLE):  # which is told when it is read
            head = self._file.read(LONGEST)
        self._file.seek(begin)
        return head

    def shortcomings(self) -> Iterator[str]:
        """What was not looked at, though it could be unpacked."""
        if self.cut:
            yield f"{self.cut} lines are longer than {LONGEST} bytes; their ends were not looked at"
        if self.rest:
            yield f"{self.rest} bytes at the end are no whole record"
        if self.zeroed:
            yield f"{self.zeroed} records are zeros alone: erased, or never written to the disk"
        if self.odd:
            yield f"{self.odd} records are none that a program writes: they may be shifted"
        if self.others:
            yield f"{self.others} lines are in another form, and were not read"
        if self.untimed:
            yield f"{self.untimed} lines tell no time that can be read, or not its year"

    def read(self, size: int, *, line: bool = False) -> bytes:
        """So many bytes, or a line that is no longer.

        Raises:
            PackedError: it can't be unpacked to its end.
            OSError: the medium failed.
        """
        if self._left <= 0:
            raise PackedError(f"longer than {MOST} bytes; not looked at beyond")
        if self._left < self._look:
            self._look = self._left - _A_LOOK
            self._go_on()
        try:
            data = self._file.readline(size) if line else self._file.read(size)
        except _UNPACKABLE as error:
            raise PackedError(f"can't be unpacked to its end: {error}") from error
        self._left -= len(data)
        return data

    def _go_on(self) -> None:
        if self._patience.ended:
            seconds, at = f"{self._patience.seconds:.0f} seconds", MOST - self._left
            raise PackedError(f"takes longer than {seconds}; not looked at beyond byte {at}")


class _Returns(io.RawIOBase):
    """A file whose carriage returns are newlines; every byte stays in its place."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        data = self._file.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)
