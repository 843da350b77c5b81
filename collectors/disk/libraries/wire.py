"""What passes between us and a library's process, whichever it is.

To read, it asks back: it has neither the evidence nor any other file of ours. So an answer may be
`Needs`, and what is said next is then what was needed, until it has what it was asked for.
"""

from __future__ import annotations

import msgspec


class Said(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Anything that passes."""


class Open(Said, frozen=True):
    """Open something; it has this number from then on."""

    number: int
    size: int
    """Of what it is read from, in bytes."""


class Forget(Said, frozen=True):
    """Let some go."""

    numbers: list[int]


class Needed(Said, frozen=True):
    """Bytes that were needed; fewer at the end, or before a bad sector."""

    data: bytes


class Needs(Said, frozen=True):
    """Bytes are needed."""

    offset: int
    size: int


class Unread(Said, frozen=True):
    """Why bytes can't be had: ours, of those that were needed, or passed on as an answer."""

    errno: int
    words: str


class Failed(Said, frozen=True):
    """It can't be told; the library's words."""

    words: str


class Missing(Said, frozen=True):
    """The library does not load."""

    words: str


class Held(Said, frozen=True):
    """Bytes that were asked for."""

    data: bytes


class Forgotten(Said, frozen=True):
    """They were let go."""
