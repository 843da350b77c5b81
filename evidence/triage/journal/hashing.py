"""The hash that a journal keeps of each field: SipHash-2-4 by the file's own name, or lookup3.

It is no signature: whoever can write to a file can set it, too. It tells damage, and changes by a
hand that didn't know better.
"""

from __future__ import annotations

import struct

_64 = (1 << 64) - 1
_32 = (1 << 32) - 1


def keyed(data: bytes, key: bytes) -> int:
    """SipHash-2-4 (Aumasson, Bernstein 2012), with a key of 16 bytes."""
    low, high = struct.unpack("<QQ", key)
    state = (low ^ 0x736F6D6570736575, high ^ 0x646F72616E646F6D,
             low ^ 0x6C7967656E657261, high ^ 0x7465646279746573)  # fmt: skip
    rest = len(data) % 8
    padded = data + bytes(7 - rest) + bytes([len(data) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        a, b, c, d = state
        a, b, c, d = _round(*_round(a, b, c, d ^ word))
        state = a ^ word, b, c, d
    a, b, c, d = state
    a, b, c, d = _round(*_round(*_round(*_round(a, b, c ^ 0xFF, d))))
    return a ^ b ^ c ^ d


def _round(a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    a = a + b & _64
    b = (b << 13 | b >> 51) & _64 ^ a
    a = (a << 32 | a >> 32) & _64
    c = c + d & _64
    d = (d << 16 | d >> 48) & _64 ^ c
    a = a + d & _64
    d = (d << 21 | d >> 43) & _64 ^ a
    c = c + b & _64
    b = (b << 17 | b >> 47) & _64 ^ c
    return a, b, (c << 32 | c >> 32) & _64, d


def unkeyed(data: bytes) -> int:
    """lookup3 (Jenkins 2006), its two halves as one number."""
    a = b = c = 0xDEADBEEF + len(data) & _32
    if not data:
        return c << 32 | b
    last = (len(data) - 1) // 12 * 12
    for words in struct.iter_unpack("<III", data[:last]):
        a, b, c = _mix(*(_add(each, word) for each, word in zip((a, b, c), words, strict=True)))
    words = struct.unpack("<III", data[last:].ljust(12, b"\0"))
    a, b, c = (_add(each, word) for each, word in zip((a, b, c), words, strict=True))
    for shift in (14, 11, 25, 16, 4, 14, 24):
        c = (c ^ b) - _turned(b, shift) & _32
        a, b, c = b, c, a
    # after seven steps the names have gone round: what was changed last is `b`
    return b << 32 | a


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for shift in (4, 6, 8, 16, 19, 4):
        a = (a - c & _32) ^ _turned(c, shift)
        c = _add(c, b)
        a, b, c = b, c, a
    return a, b, c


def _add(a: int, b: int) -> int:
    return a + b & _32


def _turned(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _32
