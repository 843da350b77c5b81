"""An image of memory, page by page, against what the machine's own hardware holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
_HEADER = struct.Struct("<IIQQQ")


@dataclass(frozen=True)
class Compared:
    """How much of an image is what it was an image of."""

    runs: list[tuple[int, int]]
    pages: int
    changed: int
    blank: int
    """Pages of zeros in the image: free memory that nobody used yet."""

    @property
    def share(self) -> float:
        """Of the pages, those that changed."""
        return self.changed / self.pages

    def __str__(self) -> str:
        percent = f"{100 * self.share:.1f} %"
        return f"{self.pages} pages, {self.blank} blank, {self.changed} changed: {percent}"


def compared(image: Path, truth: Path) -> Compared:
    """The LiME image against memory from address 0 on."""
    runs, pages, changed, blank = [], 0, 0, 0
    with image.open("rb") as ours, truth.open("rb") as theirs:
        while header := ours.read(_HEADER.size):
            _, _, first, last, _ = _HEADER.unpack(header)
            runs.append((first, last + 1))
            theirs.seek(first)
            for at in range(first, last + 1, PAGE):
                size = min(PAGE, last + 1 - at)
                page, real = ours.read(size), theirs.read(size)
                assert len(page) == len(real) == size
                pages, changed = pages + 1, changed + (page != real)
                blank += not any(page)
    return Compared(runs, pages, changed, blank)


def shared(ram: list[tuple[int, int]], core: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The addresses that lie in both, as few ranges as can be."""
    both = sorted(
        (max(a, c), min(b, d)) for a, b in ram for c, d in core if max(a, c) < min(b, d)
    )  # fmt: skip
    joined: list[tuple[int, int]] = []
    for start, end in both:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
