"""A file of symbols that others made: whether it can be read, and of which build it says it is.

The form is Volatility 3's (ISF, its schema 6.2.0): JSON, most often compressed. It is opened here
only as far as that; what Volatility makes of it is a matter of its own process.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

import msgspec

LARGEST = 256 << 20  # bytes of one file, packed or not; a kernel's have 30 MiB, unpacked
_MOST_MEMORY = 512 << 20  # bytes that a file may ask its own unpacking to take
_GZIP = 31  # zlib's number for gzip with the largest window


class _Unpacking(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_PACKED: Mapping[str, Callable[[], _Unpacking]] = {
    ".json.xz": partial(lzma.LZMADecompressor, memlimit=_MOST_MEMORY),
    ".json.gz": partial(zlib.decompressobj, _GZIP),
    ".json.bz2": bz2.BZ2Decompressor,
}
ENDINGS = (*_PACKED, ".json")
DAMAGED = (OSError, ValueError, EOFError, zlib.error, lzma.LZMAError, RecursionError)
"""What reading one raises; msgspec's errors are values' errors."""


class _Pdb(msgspec.Struct):
    guid: str = msgspec.field(name="GUID", default="")


class _Windows(msgspec.Struct):
    pdb: _Pdb | None = None


class _Metadata(msgspec.Struct):
    windows: _Windows | None = None


class _Isf(msgspec.Struct):
    """What every such file has, looked into no further."""

    metadata: _Metadata
    base_types: msgspec.Raw
    user_types: msgspec.Raw
    symbols: msgspec.Raw


def build_of(data: bytes, ending: str) -> str:
    """The GUID of the program that symbols say they are of; empty where they don't say.

    Args:
        data: the file, whole.
        ending: of its name, one of `ENDINGS`.

    Raises:
        OSError, ValueError, EOFError, zlib.error, lzma.LZMAError, RecursionError: it is damaged,
            or too large.
    """
    told = msgspec.json.decode(_unpacked(data, ending), type=_Isf).metadata.windows
    return told.pdb.guid.upper() if told is not None and told.pdb is not None else ""


def _unpacked(data: bytes, ending: str) -> bytes:
    if ending not in _PACKED:
        return data
    unpacking = _PACKED[ending]()
    unpacked = unpacking.decompress(data, LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise ValueError(f"more than {LARGEST} bytes when it is unpacked")
    if not unpacking.eof:
        raise EOFError("it is cut off")
    return unpacked
