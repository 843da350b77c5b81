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
    """Names and counts the members of an item that has several."""

    def __init__(self, seq: int) -> None:
        self._name = b"items/%08d" % seq
        self.count = 0
        self.runs: list[Part] = []

    def add(self, sink: Sink, size: int) -> None:
        self.count += 1
        sink.volume.commit(b"%b.%07d" % (self._name, self.count), size)
        number, first = sink.volume_number, self.count
        if self.runs and self.runs[-1].volume == number:
            run = self.runs.pop()
            first, size = run.first, run.size + size
        self.runs.append(Part(first=first, last=self.count, size=size, volume=number))


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
    flow = _Flow(reading, hasher.update, observers, stop)
    room = sink.volume.room(reading.stat.size if reading.stat is not None else 1)
    filled, ended = flow.fill(room)
    size = filled
    if ended:  # most items: one part, its end met at once
        parts: list[Part] = []
        # An error before the first byte leaves nothing: a gap, not an empty file.
        if filled or flow.error is None:
            sink.volume.commit(b"items/%08d" % seq, filled)
            parts = [Part(first=0, last=0, size=filled, volume=sink.volume_number)]
    else:
        several = _Parts(seq)
        while filled:
            several.add(sink, filled)
            if ended:
                break
            sink.after_part()
            filled, ended = flow.fill(sink.volume.room(FRAME))
            size += filled
        parts = several.runs
    return Poured(
        size=size, sha256=hasher.hexdigest(), parts=parts, error=flow.error, stopped=flow.stopped
    )


class _Flow:
    """The reads of one item, and how they ended."""

    __slots__ = ("_observers", "_read", "_stop", "_update", "error", "stopped")

    def __init__(
        self,
        reading: Reading,
        update: Callable[[memoryview], None],
        observers: Sequence[Observer],
        stop: Callable[[], bool],
    ) -> None:
        self._read = reading.readinto
        self._update = update
        self._observers = observers
        self._stop = stop
        self.error: OSError | None = None
        self.stopped = False

    def fill(self, room: memoryview) -> tuple[int, bool]:
        """Fill the room as far as the source goes; the bytes in it, and whether that was all."""
        filled, size = 0, len(room)
        while filled < size:
            asked = min(SLICE, size - filled)
            try:
                count = self._read(room[filled : filled + asked])
            except OSError as error:
                self.error = error
                return filled, True
            if not count:
                return filled, True
            seen = room[filled : filled + count]
            self._update(seen)
            for observer in self._observers:
                observer.update(seen)
            filled += count
            if count == asked and self._stop():  # not after the only read of a small file
                self.stopped = True
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
