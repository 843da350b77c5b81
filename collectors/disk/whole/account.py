"""The account of an image: what of the disk was read, what was not, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import detail_of
from collectors.disk.device import RawDevice
from collectors.disk.laid import MOST_BAD, RunReading
from collectors.disk.reader import Files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.artifact import Stat
    from collectors.disk.content import Segment
    from collectors.disk.reader import Reader
    from collectors.disk.whole.digests import WholeDigests
    from collectors.disk.whole.pieces import Pieces

SCHEMA = "hozen-image/1"
_COARSE = 64 << 10  # bytes left out at once where so much of a piece is bad already


class Bad(NamedTuple):
    """A range of the disk that could not be read; bytes."""

    offset: int
    size: int
    error: str


class Account:
    """Kept while the pieces of a disk are read, in order."""

    def __init__(self, pieces: Pieces, reader: Reader, digests: WholeDigests) -> None:
        self._pieces = pieces
        self._reader = reader
        self._digests = digests
        self._read: list[int] = []
        self._bad: list[Bad] = []

    def ended(self, number: int, bad: Sequence[Bad]) -> None:
        """A piece was read to its end, but for these ranges."""
        self._read.append(number)
        for each in bad:
            *_, last = self._bad or (None,)
            if last and last.error == each.error and last.offset + last.size == each.offset:
                self._bad[-1] = last._replace(size=last.size + each.size)
            else:
                self._bad.append(each)

    def size_now(self) -> int | None:
        """How large the disk says to be now; None of containers, which hold their size."""
        reader = self._reader
        try:
            return reader.size_now() if isinstance(reader, RawDevice | Files) else None
        except OSError:
            return 0  # it is gone

    def document(self, now: int | None) -> dict[str, object]:
        """All of it, for JSON.

        Args:
            now: the size at the end.
        """
        pieces, reader = self._pieces, self._reader
        digests = self._digests.finish(pieces.size)
        return {
            "schema": SCHEMA, "size": pieces.size, "piece": pieces.piece, "pieces": pieces.count,
            "size_at_end": now,
            "answers_behind_end": reader.goes_on() if isinstance(reader, RawDevice) else None,
            "pieces_of_this_session": _runs(self._read),
            "bad_of_this_session": [each._asdict() for each in self._bad],
            "algorithms": list(self._digests.algorithms), "digests": digests,
            "digests_note": self._digests.why_not
            or "over the disk as it is exported: what could not be read stands as zeros",
        }  # fmt: skip


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """First and last of each run of numbers."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


class PieceReading(RunReading):
    """One piece of a disk; its bytes are seen by the digests over the whole, too."""

    def __init__(
        self, reader: Reader, segments: Sequence[Segment], stat: Stat, *,
        number: int, start: int, account: Account, digests: WholeDigests,
    ) -> None:  # fmt: skip
        super().__init__(reader, segments, stat)
        self._number, self._start, self._size = number, start, stat.size
        self._account, self._digests = account, digests
        self._seen = 0  # how far the digests have come
        if self.ranges:
            digests.void("the holes of the image file were not read")

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        count = super().readinto(buffer)
        self._fill_up(self._position - count)
        self._digests.add(self._start + self._seen, buffer[:count])
        self._seen = self._position
        return count

    def _come_closer(self, place: int, count: int, error: OSError) -> None:
        """As of any file, but a disk isn't given up so soon: first larger blocks are left out."""
        if not MOST_BAD <= self._bad < 2 * MOST_BAD:
            super()._come_closer(place, count, error)
            return
        self._bad += 1
        self._step = _COARSE
        self._miss(count, f"{detail_of(error)} (after {MOST_BAD} bad sectors: the whole block)")

    def _fill_up(self, position: int) -> None:
        """Let the digests see zeros for what was stepped over."""
        if position > self._seen:
            self._digests.zeros(self._start + self._seen, position - self._seen)
            self._seen = position

    def close(self) -> None:
        """Enter into the account what came of it."""
        if not self.ended:
            return  # the run ends here, too
        self._fill_up(self._size)
        bad = [
            Bad(self._start + offset, self._size - offset if size is None else size, error)
            for offset, size, error in self.missing
        ]
        self._account.ended(self._number, bad)
