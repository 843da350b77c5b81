"""Logs packed with bzip2, xz or zstd, unpacked a little at a time: a bomb ends, and takes no room.

gzip has a reader of its own; what it raises is raised here, too.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable
from typing import IO, Protocol

import zstandard

from evidence.triage.linuxlogs.rewound import Rewound

_MEMORY = 96 << 20  # bytes that xz may ask for: `xz -9` takes 65 MiB
_WINDOW = 32 << 20  # bytes that zstd may look back
_PIECE = 1 << 14  # bytes that are read at once
_FEW = 1 << 8  # of zstd, which unpacks what it is given whole: some megabytes at the most


class UnpackError(Exception):
    """Bytes that are no such packing, or ask for too much; says why."""


class _Stream(Protocol):
    """As the standard library has them."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zstd:
    """The same of zstd, whose library has no limit for what one call gives."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._rest, self._found = b"", b""

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof) and not self._found

    @property
    def needs_input(self) -> bool:
        return not (self._rest or self._found or self._stream.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._stream.unused_data) + self._rest

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._rest += data
        while self._rest and not self._found and not self._stream.eof:
            few, self._rest = self._rest[:_FEW], self._rest[_FEW:]
            self._found = self._stream.decompress(few)
        found, self._found = self._found[:max_length], self._found[max_length:]
        return found


PACKINGS: dict[bytes, Callable[[], _Stream]] = {
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY),
    b"\x28\xb5\x2f\xfd": _Zstd,
}
"""How a file begins to what unpacks it."""


class Unpacked(Rewound):
    """A packed file, of one stream or several behind each other."""

    def __init__(self, file: IO[bytes], packing: Callable[[], _Stream]) -> None:
        """Of a file at its beginning."""
        self._packing = packing
        super().__init__(file)

    def _begin(self) -> None:
        self._stream, self._behind = self._packing(), b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer
        """The next bytes; 0 at the end.

        Raises:
            EOFError: it ends before its end.
            UnpackError: it can't be unpacked.
            OSError: the medium failed.
        """
        data = b""
        while not data and len(buffer):
            if self._stream.eof and not self._next():
                return 0
            piece = self._more() if self._stream.needs_input else b""
            data = self._unpack(piece, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _next(self) -> bool:
        """Begin with the stream behind one that is at its end; zeros between them mean nothing."""
        self._behind = (self._stream.unused_data + self._behind).lstrip(b"\0")
        while not self._behind:
            piece = self._file.read(_PIECE)
            if not piece:
                return False
            self._behind = piece.lstrip(b"\0")
        self._stream = self._packing()
        return True

    def _more(self) -> bytes:
        piece, self._behind = self._behind or self._file.read(_PIECE), b""
        if not piece:
            message = "Compressed file ended before the end-of-stream marker was reached"
            raise EOFError(message)
        return piece

    def _unpack(self, piece: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(piece, most)
        except (OSError, lzma.LZMAError, zstandard.ZstdError, ValueError) as error:
            raise UnpackError(str(error)) from error  # bz2's is an OSError: no medium failed here
