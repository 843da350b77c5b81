"""Where the signature of a Windows program lies, and which of its bytes are signed.

Source: PE Format (Microsoft), "Attribute Certificate Table"; Windows Authenticode Portable
Executable Signature Format (Microsoft, 2008), "Calculating the PE Image Hash".
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

_PE_OFFSET = 0x3C
_OPTIONAL = 24  # bytes from "PE\0\0" to the optional header
_CHECKSUM = 64  # from the optional header
_DIRECTORIES = {0x10B: 96, 0x20B: 112}  # 32 and 64 bits
_SECURITY = 4 * 8  # the fifth directory
_PKCS, _REVISION = 2, 0x200
_ALIGNED = 8  # bytes


class PeError(ValueError):
    """Not a program for Windows, or not signed in the one known way."""


class Layout(NamedTuple):
    """Offsets of what the image hash leaves out."""

    checksum: int
    entry: int
    """Of the security directory."""
    table: int
    """Of the certificate table, which ends the file."""


def layout(data: bytes) -> Layout:
    """Where what is.

    Raises:
        PeError: not a PE file, not signed, or something follows the signature.
    """
    try:
        (start,) = struct.unpack_from("<I", data, _PE_OFFSET)
        if data[:2] != b"MZ" or data[start : start + 4] != b"PE\0\0":
            raise PeError("not a program for Windows")
        optional = start + _OPTIONAL
        (magic,) = struct.unpack_from("<H", data, optional)
        entry = optional + _DIRECTORIES[magic] + _SECURITY
        at, size = struct.unpack_from("<II", data, entry)
    except (struct.error, KeyError) as error:
        raise PeError("not a program for Windows") from error
    if not at:
        raise PeError("not signed")
    if at < entry + 8 or at + size != len(data):
        raise PeError("bytes outside what is signed")
    return Layout(optional + _CHECKSUM, entry, at)


def image_hash(data: bytes, algorithm: str) -> bytes:
    """The digest that a signature is over: all but the checksum and the signature's own places.

    Raises:
        PeError: not a signed PE file.
    """
    found, digest = layout(data), hashlib.new(algorithm)
    digest.update(data[: found.checksum])
    digest.update(data[found.checksum + 4 : found.entry])
    digest.update(data[found.entry + 8 : found.table])
    return digest.digest()


def signature(data: bytes) -> bytes:
    """The first entry of the certificate table: a CMS structure, DER.

    Raises:
        PeError: there is none of the known kind, or more than one.
    """
    table = layout(data).table
    try:
        length, revision, kind = struct.unpack_from("<IHH", data, table)
    except struct.error as error:
        raise PeError("a certificate table that is cut off") from error
    aligned = length + -length % _ALIGNED
    if (revision, kind) != (_REVISION, _PKCS) or aligned != len(data) - table:
        raise PeError("not one signature of the known kind")
    return _unpadded(data[table + 8 : table + length])


def _unpadded(data: bytes) -> bytes:
    """The structure without the zeros that fill up to eight bytes (X.690, section 10.1)."""
    width = data[1] & 0x7F
    if data[:1] != b"\x30" or not data[1] & 0x80 or not 1 <= width <= 4:
        raise PeError("no structure of the known kind")
    end = 2 + width + int.from_bytes(data[2 : 2 + width], "big")
    if any(data[end:]) or len(data) - end >= _ALIGNED:
        raise PeError("bytes after the signature")
    return data[:end]
