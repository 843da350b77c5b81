"""How a disk is cut into pieces for its image: as split raw images are, image.001 and so on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PIECE = 1 << 30  # bytes: what going on after an interruption reads again, at most
MOST_PIECES = 4096  # then they double: each costs a record, and a disk may be mostly holes
_DIGITS = 3  # at least: what tools expect of the first file of a split image


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The pieces of a disk of this many bytes, numbered from 1."""

    size: int
    piece: int
    """Bytes of each but the last."""

    @classmethod
    def of(cls, size: int) -> Pieces:
        """Cut a disk of so many bytes."""
        piece = PIECE
        while size > piece * MOST_PIECES:
            piece *= 2
        return cls(size=size, piece=piece)

    @property
    def count(self) -> int:
        """How many there are."""
        return -(-self.size // self.piece)

    def __iter__(self) -> Iterator[tuple[int, str, int, int]]:
        """Number, name, offset and size of each."""
        width = max(_DIGITS, len(str(self.count)))
        for number in range(1, self.count + 1):
            offset = (number - 1) * self.piece
            size = min(self.piece, self.size - offset)
            yield number, f"image.{number:0{width}d}", offset, size
