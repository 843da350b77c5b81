"""A reader of DER (X.690) that keeps every byte: for what the strict reader would refuse.

Authorities' tokens come as they come: certificates out of order, attributes of any kind. What is
looked at in them is looked at here, value by value; nothing is decoded that isn't asked for.
"""

from __future__ import annotations

from typing import NamedTuple

BOOLEAN, OCTETS, SEQUENCE, SET = 0x01, 0x04, 0x30, 0x31
CONTEXT = 0xA0
"""Plus the number: a constructed value with a context tag."""


class DerError(ValueError):
    """Bytes that are not the value that was to stand there."""


class Value(NamedTuple):
    """One value: its tag, what it holds, and where its bytes stand."""

    tag: int
    content: bytes
    raw: bytes
    """With tag and length."""

    def all(self, tag: int) -> list[Value]:
        """Its elements; the value itself must have this tag.

        Raises:
            DerError: another tag, or broken inside.
        """
        if self.tag != tag:
            raise DerError(f"tag {self.tag:#x} where {tag:#x} was expected")
        return values(self.content)


def values(data: bytes) -> list[Value]:
    """The values that stand one after the other in these bytes, and nothing else.

    Raises:
        DerError: a length that doesn't fit.
    """
    found, at = [], 0
    while at < len(data):
        value = _read(data, at)
        found.append(value)
        at += len(value.raw)
    return found


def only(data: bytes, tag: int) -> Value:
    """The one value that these bytes are.

    Raises:
        DerError: none, several, or another one.
    """
    found = values(data)
    if len(found) != 1 or found[0].tag != tag:
        raise DerError("not the one value that was expected")
    return found[0]


def _read(data: bytes, at: int) -> Value:
    """Low tags and definite lengths only (X.690, sections 8.1.2.2 and 10.1)."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise DerError("cut off, or a tag of several bytes")
    length, start = data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise DerError("a length that can't be read")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise DerError("longer than what is there")
    return Value(data[at], data[start : start + length], data[at : start + length])


def wrapped(tag: int, content: bytes) -> bytes:
    """A value with its tag and shortest length."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
