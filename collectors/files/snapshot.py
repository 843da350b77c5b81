"""Bytes that need no file: taken a moment ago, or made here; and the watch that times a reading."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Interval, Method, MissingRange, Stat, detail_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from collectors.artifact import Kind, Reading

MADE_HERE = Method(door="made here")
LOOKED = Method(door="system call")


class Snapshot:
    """Bytes that were read a moment ago, or made here."""

    changed: bool | None = None
    ended = False

    def __init__(
        self,
        data: bytes,
        *,
        method: Method = MADE_HERE,
        taken: Interval | None = None,
        stat: Stat | None = None,
        ranges: Iterable[tuple[int, int]] = (),
        missing: Iterable[MissingRange] = (),
        errors: Iterable[str] = (),
    ) -> None:
        self.data = data
        self.method = method
        self.taken = taken
        self.stat = stat
        self.ranges: Sequence[tuple[int, int]] = tuple(ranges)
        self.missing: Sequence[MissingRange] = tuple(missing)
        self.errors: Sequence[str] = tuple(errors)
        self._position = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        piece = self.data[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Be ready to be read again: the bytes are ours."""
        self._position = 0


def in_json(value: object, *, letters: bool = False) -> bytes:
    """A document of ours, its keys sorted.

    Args:
        value: what it says.
        letters: leave letters of any script as people read them, instead of ASCII alone.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=not letters)
    return text.encode("utf-8", "backslashreplace")  # a name of the host may be no characters


def document(origin: str, kind: Kind, value: object, *, letters: bool = False) -> Artifact:
    """The artifact of a document of ours (`in_json`)."""
    return Artifact(origin, kind, partial(Snapshot, in_json(value, letters=letters)))


def read_now(reading: Reading, limit: int, watch: Stopwatch) -> Snapshot:
    """The bytes of a reading, to its end or to a limit; what lies beyond that is missing.

    Raises:
        OSError: not one byte could be read.
    """
    data, room = bytearray(), memoryview(bytearray(64 << 10))
    beyond: list[MissingRange] = []
    errors: list[str] = []
    try:
        while len(data) < limit and (count := reading.readinto(room[: limit - len(data)])):
            data += room[:count]
        if len(data) >= limit and not reading.missing and reading.readinto(room[:1]):
            beyond.append(MissingRange(offset=limit, size=None, error="our limit for this item"))
    except OSError as error:
        if not data:
            raise
        errors.append(detail_of(error))
    return Snapshot(
        bytes(data), method=reading.method, taken=watch.stop(), stat=reading.stat,
        ranges=reading.ranges, missing=[*reading.missing, *beyond],
        errors=[*reading.errors, *errors],
    )  # fmt: skip


class Stream:
    """Bytes that are made while they are read, for what doesn't fit into memory."""

    method = MADE_HERE
    taken: Interval | None = None
    stat: Stat | None = None
    ranges: Sequence[tuple[int, int]] = ()
    missing: Sequence[MissingRange] = ()
    changed: bool | None = None
    ended = False

    def __init__(self, pieces: Iterator[bytes], *, errors: list[str] | None = None) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.errors: Sequence[str] = errors if errors is not None else ()

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Stop making."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


class Stopwatch:
    """Begin and end of a reading, by both clocks."""

    __slots__ = ("_mono", "_wall")

    def __init__(self) -> None:
        self._wall = time.time_ns()
        self._mono = time.monotonic_ns()

    def stop(self) -> Interval:
        """The interval from the making of this watch until now."""
        return Interval(self._wall, time.time_ns(), self._mono, time.monotonic_ns())
