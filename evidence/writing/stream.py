"""The one loop that moves evidence bytes: read once, straight to where they will be compressed."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

from chain_of_custody.item import Part
from collectors.artifact import MissingRange, Reading, detail_of
from evidence.writing.volume import FRAME, VolumeWriter

MOST_PARTS = 9_999_999  # members of an item: seven digits (format, section 4)
MOST_RUNS = 50_000  # volumes of an item: some 3 MiB of its record's line
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


class Poured(msgspec.Struct, frozen=True, kw_only=True):
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

    __slots__ = ("_count", "_name", "_sink", "runs")

    def __init__(self, seq: int, sink: Sink) -> None:
        self._name = b"items/%08d" % seq
        self._sink = sink
        self._count = 0
        self.runs: list[Part] = []

    @property
    def full(self) -> bool:
        """Whether there is no number for one more."""
        return self._count >= MOST_PARTS or len(self.runs) >= MOST_RUNS

    def add(self, size: int) -> None:
        """One more member."""
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
    flow = _Flow(reading, observers, stop)
    volume, stat = sink.volume, reading.stat
    size = flow.fill(volume.room(stat.size if stat is not None else 1))
    parts: list[Part] = []
    if not flow.ended:
        size, parts = _pour_parts(flow, sink, seq, size)
    elif size or flow.error is None:  # an error before the first byte leaves a gap, no empty file
        volume.commit(b"items/%08d" % seq, size)
        parts = [Part(first=0, last=0, size=size, volume=sink.volume_number)]
    return Poured(
        size=size, sha256=flow.hasher.hexdigest(), parts=parts, error=flow.error,
        stopped=flow.stopped,
    )  # fmt: skip


def _pour_parts(flow: _Flow, sink: Sink, seq: int, filled: int) -> tuple[int, list[Part]]:
    """Go on with an item that a first member can't hold; its size, and its members."""
    size, parts = filled, _Parts(seq, sink)
    while filled:
        parts.add(filled)
        if flow.ended:
            break
        sink.after_part()
        if parts.full:
            flow.error = OSError(errno.EFBIG, "our limit for this item: so many parts")
            break
        if flow.asked_to_stop():  # not asked while a source gives little at a time
            break
        filled = flow.fill(sink.volume.room(FRAME))
        size += filled
    return size, parts.runs


class _Flow:
    """The reads of one item, and how they ended."""

    __slots__ = ("_observers", "_reading", "_stop", "ended", "error", "hasher", "stopped")

    def __init__(
        self, reading: Reading, observers: Sequence[Observer], stop: Callable[[], bool]
    ) -> None:
        self._reading = reading
        self._observers = observers
        self._stop = stop
        self.hasher = sha256()
        self.error: OSError | None = None
        self.ended = self.stopped = False

    def fill(self, room: memoryview) -> int:
        """Fill the room as far as the source goes; how many bytes that were."""
        filled = self._read(room)
        if filled and self._observers:
            self._show(room[:filled])
        return filled

    def _read(self, room: memoryview) -> int:
        reading, size, filled = self._reading, len(room), 0
        try:
            while filled < size:
                count = reading.readinto(room[filled : filled + SLICE])
                if not count:
                    break
                self.hasher.update(room[filled : filled + count])
                filled += count
                if reading.ended:
                    break
                if count == SLICE and self.asked_to_stop():  # not after a small file's only read
                    return filled
            else:
                return filled
        except Exception as error:  # noqa: BLE001 - a collector's fault costs no more than its item
            self._fail(error)
        self.ended = True
        return filled

    def _show(self, seen: memoryview) -> None:
        """To the observers, as much as was filled at once: what they keep is moved less often."""
        try:
            for observer in self._observers:
                observer.update(seen)
        except Exception as error:  # noqa: BLE001 - an observer's fault costs no more, either
            self._fail(error)
            self.ended = True

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            text = f"this collector failed: {type(error).__name__}: {error}"
            error = OSError(errno.EIO, text)
        self.error = error

    def asked_to_stop(self) -> bool:
        """Whether the item has to end here."""
        self.ended = self.stopped = self._stop()
        return self.stopped


def missing_after(poured: Poured, reading: Reading) -> Sequence[MissingRange]:
    """What an early end leaves unread, beside what the reading itself told."""
    if poured.error is None and not poured.stopped:
        return reading.missing
    missing = list(reading.missing)
    # Of a file with holes, the place in the file is behind its last range.
    place = sum(reading.ranges[-1]) if reading.ranges else poured.size
    place = max(place, *(each.offset + (each.size or 0) for each in missing), 0)
    told = any(each.size is None for each in missing)  # the reading says itself that it ended early
    if poured.error is not None and not told:
        missing.append(MissingRange(offset=place, size=None, error=detail_of(poured.error)))
    if poured.stopped:
        missing.append(MissingRange(offset=place, size=None, error="the run was ended here"))
    return missing
