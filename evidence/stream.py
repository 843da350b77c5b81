"""The one loop that moves evidence bytes: read once, straight to where they will be compressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from chain_of_custody.item import Part
from collectors.artifact import MissingRange, Reading, detail_of
from evidence.volume import FRAME, VolumeWriter

SLICE = 32 << 10  # bytes a read: stays in the near cache between the copy and the hash


def _never() -> bool:
    return False


class Observer(Protocol):
    """Looks at the bytes of an item as they pass; never changes them."""

    def update(self, data: memoryview, /) -> None:
        """See the next bytes."""
        ...


class Sink(Protocol):
    """Gives the volume that is open now; between two parts it may be another one."""

    @property
    def volume(self) -> VolumeWriter:
        """The volume to write to."""
        ...

    @property
    def volume_number(self) -> int:
        """Its number."""
        ...

    def after_part(self) -> None:
        """Called between two parts of an item: the place to close a volume that is full."""
        ...


@dataclass(slots=True, kw_only=True)
class Poured:
    """What became of an item's bytes."""

    size: int
    sha256: str
    parts: list[Part]
    error: OSError | None
    """The read error that ended it early."""
    stopped: bool
    """Whether we were told to end it early."""


class _Parts:
    """Names and counts the members of one item."""

    def __init__(self, seq: int) -> None:
        self.name = b"items/%08d" % seq
        self.count = 0
        self.runs: list[Part] = []

    def add(self, sink: Sink, size: int, *, last: bool) -> None:
        if last and self.count == 0:
            sink.volume.commit(self.name, size)
            self.runs = [Part(first=0, last=0, size=size, volume=sink.volume_number)]
            return
        self.count += 1
        sink.volume.commit(b"%b.%07d" % (self.name, self.count), size)
        first = self.count
        if self.runs and self.runs[-1].volume == sink.volume_number:
            run = self.runs.pop()
            first, size = run.first, run.size + size
        self.runs.append(Part(first=first, last=self.count, size=size, volume=sink.volume_number))


def pour(
    reading: Reading,
    sink: Sink,
    seq: int,
    *,
    observers: Sequence[Observer] = (),
    stop: Callable[[], bool] = _never,
) -> Poured:
    """Move an item's bytes into the bundle and hash them on the way.

    Args:
        reading: the opened artifact; it is read to its end and not closed.
        sink: the bundle's open volume.
        seq: the item's number, which names its members.
        observers: see every byte once, in order.
        stop: asked between reads; True ends the item where it is.
    """
    hasher = sha256()
    parts = _Parts(seq)
    size = 0
    error: OSError | None = None
    hint = reading.stat.size if reading.stat is not None else 1
    while True:
        room = sink.volume.room(hint)
        try:
            filled, ended = _fill(reading, room, hasher.update, observers, stop)
        except _ReadError as failed:
            filled, ended, error = failed.filled, True, failed.error
        room.release()
        size += filled
        if ended:
            # An error before the first byte leaves nothing: a gap, not an empty file.
            if filled or (size == 0 and error is None):
                parts.add(sink, filled, last=True)
            break
        parts.add(sink, filled, last=False)
        sink.after_part()
        hint = FRAME
    return Poured(
        size=size, sha256=hasher.hexdigest(), parts=parts.runs, error=error, stopped=stop()
    )


class _ReadError(Exception):
    """A read failed after some bytes of this part had come."""

    def __init__(self, filled: int, error: OSError) -> None:
        super().__init__(str(error))
        self.filled = filled
        self.error = error


def _fill(
    reading: Reading,
    room: memoryview,
    hash_update: Callable[[memoryview], None],
    observers: Sequence[Observer],
    stop: Callable[[], bool],
) -> tuple[int, bool]:
    """Fill the room; returns the bytes in it and whether the source has ended."""
    filled = 0
    while filled < len(room):
        try:
            count = reading.readinto(room[filled : filled + SLICE])
        except OSError as error:
            raise _ReadError(filled, error) from error
        if not count:
            return filled, True
        seen = room[filled : filled + count]
        hash_update(seen)
        for observer in observers:
            observer.update(seen)
        filled += count
        if stop():
            return filled, True
    return filled, False


def missing_after(poured: Poured, known: Sequence[MissingRange]) -> list[MissingRange]:
    """What an early end leaves unread, beside what the reading itself told."""
    missing = list(known)
    if poured.error is not None and not missing:
        missing.append(MissingRange(offset=poured.size, size=None, error=detail_of(poured.error)))
    if poured.stopped:
        missing.append(MissingRange(offset=poured.size, size=None, error="the run was ended here"))
    return missing
