"""The one loop that moves evidence bytes: read once, straight to where they will be compressed."""

from __future__ import annotations

import errno
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

    __slots__ = ("_count", "_name", "_sink", "runs")

    def __init__(self, seq: int, sink: Sink) -> None:
        self._name = b"items/%08d" % seq
        self._sink = sink
        self._count = 0
        self.runs: list[Part] = []

    def only(self, size: int) -> None:
        """The whole item is one member."""
        self._sink.volume.commit(self._name, size)
        self.runs = [Part(first=0, last=0, size=size, volume=self._sink.volume_number)]

    def add(self, size: int) -> None:
        """One more member of several."""
        self._count += 1
        self._sink.volume.commit(b"%b.%07d" % (self._name, self._count), size)
        number, first = self._sink.volume_number, self._count
        if self.runs and self.runs[-1].volume == number:
            run = self.runs.pop()
            first, size = run.first, run.size + size
        self.runs.append(Part(first=first, last=self._count, size=size, volume=number))


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
    flow = _Flow(reading.readinto, hasher.update, observers, stop)
    filled, ended = flow.fill(
        sink.volume.room(reading.stat.size if reading.stat is not None else 1)
    )
    size, parts = filled, _Parts(seq, sink)
    if not ended:
        while filled:
            parts.add(filled)
            if ended:
                break
            sink.after_part()
            if stop():  # a source that gives little at a time is not asked about while it does
                flow.stopped = True
                break
            filled, ended = flow.fill(sink.volume.room(FRAME))
            size += filled
    elif filled or flow.error is None:  # an error before the first byte leaves a gap, no empty file
        parts.only(filled)
    return Poured(
        size=size, sha256=hasher.hexdigest(), parts=parts.runs, error=flow.error,
        stopped=flow.stopped,
    )  # fmt: skip


class _Flow:
    """The reads of one item, and how they ended."""

    __slots__ = ("_observers", "_read", "_stop", "_update", "error", "stopped")

    def __init__(
        self,
        read: Callable[[memoryview], int],
        update: Callable[[memoryview], None],
        observers: Sequence[Observer],
        stop: Callable[[], bool],
    ) -> None:
        self._read = read
        self._update = update
        self._observers = observers
        self._stop = stop
        self.error: OSError | None = None
        self.stopped = False

    def fill(self, room: memoryview) -> tuple[int, bool]:
        """Fill the room as far as the source goes; the bytes in it, and whether that was all."""
        filled, size = 0, len(room)
        try:
            while filled < size:
                slice_ = room[filled : filled + SLICE]
                count = self._read(slice_)
                if not count:
                    return filled, True
                seen = slice_[:count]
                self._update(seen)
                for observer in self._observers:
                    observer.update(seen)
                filled += count
                if count == SLICE and self._stop():  # not after the only read of a small file
                    self.stopped = True
                    return filled, True
        except OSError as error:
            self.error = error
            return filled, True
        except Exception as error:  # noqa: BLE001 - a collector's fault costs no more than its item
            text = f"this collector failed: {type(error).__name__}: {error}"
            self.error = OSError(errno.EIO, text)
            return filled, True
        return filled, False


def missing_after(poured: Poured, reading: Reading) -> list[MissingRange]:
    """What an early end leaves unread, beside what the reading itself told."""
    missing = list(reading.missing)
    # Of a file with holes, the place in the file is behind its last range.
    place = sum(reading.ranges[-1]) if reading.ranges else poured.size
    if poured.error is not None and not missing:
        missing.append(MissingRange(offset=place, size=None, error=detail_of(poured.error)))
    if poured.stopped:
        missing.append(MissingRange(offset=place, size=None, error="the run was ended here"))
    return missing
