"""Lines of a log, packed or not, one after the other; what can't be unpacked is said."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

LONGEST = 1 << 14  # bytes of a line that are looked at
MOST = 8 << 30  # bytes of a log, unpacked: a bomb ends here
_GZIP = b"\x1f\x8b"
_OTHERS = {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


class PackedError(Exception):
    """A log that can't be unpacked, or not to its end; says why."""


class Lines:
    """The lines of one file, counted from 1."""

    def __init__(self, file: BinaryIO) -> None:
        """Look at the beginning of a file: it tells how it is packed, if it is.

        Raises:
            OSError: the medium failed.
        """
        head = file.read(8)
        file.seek(0)
        self._unknown = next(
            (name for magic, name in _OTHERS.items() if head.startswith(magic)), None
        )
        self._file = _opened(file, head)
        self._left = MOST
        self.cut = 0
        """Lines that were looked at in part only, since they are too long."""
        self.others = 0
        """Lines in a form that whoever reads them doesn't know."""
        self.rest = 0
        """Bytes at the end, where records are read instead of lines, that are no whole one."""

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number, without what ends it.

        Raises:
            PackedError: it can't be unpacked to its end.
            OSError: the medium failed.
        """
        number, whole = 0, True
        while line := self.read(LONGEST, line=True):
            if whole:  # else it is the rest of a line that was too long
                number += 1
                yield number, line.rstrip(b"\r\n")
            ended = line.endswith(b"\n")
            self.cut += whole and not ended and len(line) == LONGEST
            whole = ended

    def shortcomings(self) -> Iterator[str]:
        """What was not looked at, though it could be unpacked."""
        if self.cut:
            yield f"{self.cut} lines are longer than {LONGEST} bytes; their ends were not looked at"
        if self.rest:
            yield f"{self.rest} bytes at the end are no whole record"
        if self.others:
            yield f"{self.others} lines are in another form, and were not read"

    def read(self, size: int, *, line: bool = False) -> bytes:
        """So many bytes, or a line that is no longer.

        Raises:
            PackedError: it can't be unpacked to its end.
            OSError: the medium failed.
        """
        if self._unknown is not None:
            raise PackedError(f"packed with {self._unknown}, which is not read here")
        if self._left <= 0:
            raise PackedError(f"longer than {MOST} bytes; not looked at beyond")
        try:
            data = self._file.readline(size) if line else self._file.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise PackedError(f"can't be unpacked to its end: {error}") from error
        self._left -= len(data)
        return data


def _opened(file: BinaryIO, head: bytes) -> IO[bytes]:
    packed = head.startswith(_GZIP)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file
