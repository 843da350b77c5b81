"""How a file's bytes come off the disk: by its runs from the reader itself, or through libtsk."""

from __future__ import annotations

import errno
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from collectors.artifact import Interval, MissingRange, Stat, detail_of
from collectors.disk.content import LOST
from collectors.disk.libraries.library import ENDING
from collectors.disk.reader import RAW
from collectors.files.reading import HOLE_FLOOR, MOST_RANGES, note_given

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.disk.content import Segment
    from collectors.disk.reader import Reader

MOST_BAD = 4096  # bad sectors of a file, then it is given up: a dying disk takes seconds for each
_PIECE = 1 << 20  # bytes: the most that is asked for at once
_UNIT = 64 << 10  # bytes: the most that libtsk is asked for at once
_ZEROS = bytes(64 << 10)
_NOWHERE = "where it lies on the disk is not known"


class LaidReading(ABC):
    """What both ways of reading share: where they are, what they gave, what they had to leave."""

    # As every reading begins: one is made for each file, and most end so.
    method = RAW
    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    missing: Sequence[MissingRange] = ()
    ended = False
    _watched: tuple[object, Callable[[], object]] | None = None
    _noted: list[tuple[int, int]] | None = None
    _position = 0
    _bad = 0

    def __init__(self, stat: Stat, errors: Sequence[str]) -> None:
        self.stat: Stat | None = stat
        self.errors = errors

    @abstractmethod
    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""

    def watch(self, before: object, look: Callable[[], object]) -> None:
        """Know what the disk said of the file before it was read, and how to ask again."""
        self._watched = before, look

    @property
    def changed(self) -> bool | None:
        """Whether the disk says otherwise now; None of an image, which nobody changes."""
        if self._watched is None:
            return None
        before, look = self._watched
        try:
            now = look()
        except OSError:
            return True  # what it was read by is gone
        return bool(now != before)

    def _note_from(self, given: int) -> None:
        """From now on `ranges` tells which bytes were given."""
        self.ranges = self._noted = [(0, given)]

    def _given(self, count: int) -> None:
        if self._noted is not None:
            note_given(self._noted, self._position, count)
        self._position += count

    def _miss(self, size: int | None, error: str) -> None:
        """Leave a range out; neighbours with the same fault are one range."""
        if self._noted is None:
            self._note_from(self._position)
        *before, last = self.missing or (None,)
        missing = MissingRange(self._position, size, error)
        if last is not None and _is_next(last, missing):
            missing = last._replace(size=(last.size or 0) + (size or 0))
            self.missing = (*before, missing)
        else:
            self.missing = (*self.missing, missing)
        self._position += size or 0

    @staticmethod
    def _require_time(error: OSError) -> None:
        """Go on after an error, but not where the run is to end: what is left is no bad place."""
        if isinstance(error, TimeoutError) and ENDING.asked():
            raise error

    def _too_bad(self) -> bool:
        """Count one more bad place; whether it is time to give the rest up."""
        self._bad += 1
        return self._bad > MOST_BAD

    def _finish(self) -> int:
        """The end; an error where not one byte was had, since that is a gap and no empty file."""
        self.ended = True
        if self.missing and not any(size for _, size in self.ranges):
            raise OSError(errno.EIO, f"not one byte could be read: {self.missing[0].error}")
        return 0

    def close(self) -> None:  # noqa: B027 - that is all that closing needs
        """Nothing is held."""


def _is_next(last: MissingRange, new: MissingRange) -> bool:
    """Whether one missing range goes on with the same fault where the other ends."""
    if last.size is None or new.size is None:
        return False
    return last.error == new.error and last.offset + last.size == new.offset


class RunReading(LaidReading):
    """A file read by its segments; holes are mapped, bad sectors left out and mapped, too."""

    _index = 0
    _step = _PIECE

    def __init__(
        self, reader: Reader, segments: Sequence[Segment], stat: Stat, errors: Sequence[str] = ()
    ) -> None:
        super().__init__(stat, errors)
        self._reader = reader
        self._segments = segments
        size = segments[-1].offset + segments[-1].size if segments else 0
        self._floor = max(HOLE_FLOOR, size // MOST_RANGES)
        for each in segments:
            if each.place is None and each.size >= self._floor:
                self._note_from(0)
                break

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        while self._index < len(self._segments):
            segment = self._segments[self._index]
            left = segment.offset + segment.size - self._position
            count = self._from(segment, left, buffer)
            if count >= left:
                self._index += 1
                self.ended = self._index == len(self._segments)
            elif not count and self._position >= segment.offset + segment.size:
                self._index += 1
            if count:
                return count
        return self._finish()

    def _from(self, segment: Segment, left: int, buffer: memoryview) -> int:
        """Bytes of one segment, or a step over what has none; 0 for such a step."""
        if segment.place is None:
            return self._hole(segment, left, buffer)
        if segment.place == LOST:
            self._pass_over(left)
            return 0
        place = segment.place + self._position - segment.offset
        count = min(len(buffer), left, self._step - place % self._step)
        try:
            self._reader.readinto(place, buffer[:count])
        except OSError as error:
            self._require_time(error)
            self._come_closer(place, count, error)
            return 0
        if self._step < _PIECE:
            self._step = min(self._step * 2, _PIECE)
        self._given(count)
        return count

    def _pass_over(self, left: int) -> None:
        """Count what nobody knows the place of as bad: a file may be made of it a million times."""
        if self._too_bad():
            self._give_up("places", OSError(errno.EIO, _NOWHERE))
        else:
            self._miss(left, _NOWHERE)

    def _hole(self, segment: Segment, left: int, buffer: memoryview) -> int:
        if segment.size >= self._floor:
            self._position += left
            return 0
        count = min(len(buffer), left, len(_ZEROS))
        buffer[:count] = _ZEROS[:count]
        self._given(count)
        return count

    def _come_closer(self, place: int, count: int, error: OSError) -> None:
        """Ask for half as much, down to the one sector that can't be read, and leave that out."""
        sector = self._reader.sector
        if place // sector != (place + count - 1) // sector:
            self._step = max(sector, 1 << (count - 1).bit_length() - 1)
        elif self._too_bad():
            self._give_up("sectors", error)
        else:
            self._miss(count, detail_of(error))

    def _give_up(self, what: str, error: OSError) -> None:
        self._miss(None, f"given up after {MOST_BAD} bad {what}: {detail_of(error)}")
        self._index = len(self._segments)


class HeldReading(LaidReading):
    """Content that is in the file's own record."""

    def __init__(self, data: bytes, stat: Stat, errors: Sequence[str] = ()) -> None:
        super().__init__(stat, errors)
        self._data = data

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        piece = self._data[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        self.ended = self._position >= len(self._data)
        return len(piece)


class LibraryReading(LaidReading):
    """Content that only libtsk can put together: within an inode, or of a rarer system."""

    def __init__(
        self,
        read: Callable[[int, int], bytes],
        size: int,
        stat: Stat,
        errors: Sequence[str] = (),
    ) -> None:
        super().__init__(stat, errors)
        self._read, self._size = read, size

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        while self._position < self._size:
            data = self._next(len(buffer))
            if data:
                buffer[: len(data)] = data
                self._given(len(data))
                self.ended = self._position >= self._size
                return len(data)
        return self._finish()

    def _next(self, room: int) -> bytes:
        """The next bytes; none after a step over what can't be read."""
        count = min(room, _UNIT - self._position % _UNIT, self._size - self._position)
        try:
            data = self._read(self._position, count)
            fault = "libtsk gave nothing here"
        except OSError as error:
            self._require_time(error)
            data, fault = b"", detail_of(error)
        if not data and self._too_bad():
            self._miss(None, f"given up after {MOST_BAD} bad places: {fault}")
            self._position = self._size
        elif not data:
            self._miss(count, fault)
        return data
