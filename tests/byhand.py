"""Volumes and trees by the book: what `forge` builds volumes from, or breaks them with.

Independent of the product where that is possible: canonical JSON comes from `rfc8785`, leaves and
trees are computed here, so that a mistake of ours is not forged in with us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

import bundles
import pyrage
import rfc8785
import zstandard

from evidence import tar
from evidence.writing.age import AgeWriter, parse_recipient

Json = dict[str, Any]
RECORDS = "records.jsonl"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Member(NamedTuple):
    name: str
    data: bytes


# Containers


def header(name: bytes, size: int, /, *, kind: bytes = b"0", **fields: tuple[int, bytes]) -> bytes:
    """A ustar header with any fields overwritten, its checksum fitted.

    Fields are given as offset and bytes.
    """
    block = bytearray(tar.header(name[:100], size))
    block[156:157] = kind
    for offset, data in fields.values():
        block[offset : offset + len(data)] = data
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def member(name: bytes, data: bytes) -> bytes:
    return tar.header(name, len(data)) + data + bytes(tar.padding(len(data)))


def archive(members: Iterable[Member]) -> bytes:
    return b"".join(member(each.name.encode(), each.data) for each in members) + tar.END


def frames(data: bytes, size: int = 1 << 20, **options: Any) -> bytes:
    compressor = zstandard.ZstdCompressor(
        **{"level": 1, "write_checksum": True, "write_content_size": True, **options}
    )
    return b"".join(compressor.compress(data[at : at + size]) for at in range(0, len(data), size))


def encrypted(data: bytes, recipients: Iterable[str]) -> bytes:
    sink = BytesIO()
    writer = AgeWriter(sink, [parse_recipient(each) for each in recipients])
    writer.write(data)
    writer.close()
    return sink.getvalue()


def decrypted(data: bytes) -> bytes:
    return pyrage.decrypt(data, [bundles.IDENTITY])


def unframed(data: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True)
    with reader:
        return reader.read()


def members_of(data: bytes) -> list[Member]:
    found, at = [], 0
    while any(block := data[at : at + 512]):
        size = int(block[124:135], 8)
        start = at + 512
        found.append(Member(block[:100].rstrip(b"\0").decode(), data[start : start + size]))
        at = start + size + tar.padding(size)
    return found


# The tree, by the book


def leaf(record: Json) -> bytes:
    halves = [
        hashlib.sha256(bytes.fromhex(record[salt]) + rfc8785.dumps(record[part])).digest()
        for salt, part in (("salt_content", "content"), ("salt_meta", "meta"))
    ]
    return hashlib.sha256(b"\x00" + b"".join(halves)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(root_of(leaves[:split]), root_of(leaves[split:]))


def proof_of(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 9162, section 2.1.3.1, as it is written there."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*proof_of(leaves[:split], index), root_of(leaves[split:])]
    return [*proof_of(leaves[split:], index - split), root_of(leaves[:split])]


def peaks_of(leaves: list[bytes]) -> list[str]:
    peaks, at = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            peaks.append(root_of(leaves[at : at + (1 << bit)]).hex())
            at += 1 << bit
    return peaks
