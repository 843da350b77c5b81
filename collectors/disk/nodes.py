"""Names in folders, and what lies behind them."""

from __future__ import annotations

import stat as modes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.artifact import Reason, Stat
    from collectors.disk.laid import LaidReading


class Obstacle(NamedTuple):
    """Why content that is named can't be read as it is."""

    reason: Reason
    detail: str


class Entry(NamedTuple):
    """A name in a folder."""

    name: bytes
    inode: int
    sequence: int
    type: str
    """`f d l o`, as in `Source.listing`."""
    deleted: bool


@dataclass(slots=True, kw_only=True)
class Content:
    """The content of a file, or of one of its further streams."""

    stream: str | None
    size: int
    read: Callable[[Stat, Sequence[str]], LaidReading]
    """Begins to read; given what is said of the file, and what is to be noted."""
    is_placed: Callable[[], bool] = lambda: True
    """Whether it is known where it lies, or lay."""
    obstacle: Obstacle | None = None
    notes: Sequence[str] = ()


_LETTERS = {modes.S_IFREG: "f", modes.S_IFDIR: "d", modes.S_IFLNK: "l"}


@dataclass(slots=True, kw_only=True)
class Node:
    """A file, folder or link: what is said of it, and what it holds."""

    stat: Stat
    in_use: Callable[[], bool]
    """Tells whether it is: what was deleted isn't. May raise OSError."""
    contents: list[Content] = field(default_factory=list)
    obstacle: Obstacle | None = None
    """Of the node itself: what it says to be elsewhere."""
    link: bytes | None = None
    """Where a link points, if the inode itself says so."""
    watched: tuple[object, Callable[[], object]] | None = None
    """On a disk in use: what the file's own structures said, and how to ask them again."""
    letter: str = field(init=False)
    """`f d l o`, as in `Source.listing`."""

    def __post_init__(self) -> None:
        self.letter = _LETTERS.get(modes.S_IFMT(self.stat.mode), "o")

    def main(self) -> Content | None:
        """The content without a stream's name."""
        return next((each for each in self.contents if each.stream is None), None)

    def barrier(self, content: Content) -> Obstacle | None:
        """Why a content can't be read as it lies there, or None where it can."""
        return content.obstacle or (self.obstacle if content.stream is None else None)

    def open(self, content: Content) -> LaidReading:
        """Begin to read what lies there, whatever it means.

        Raises:
            OSError: its place on the disk can't be found.
        """
        same = content.size == self.stat.size  # of all but further streams
        stat = self.stat if same else self.stat._replace(size=content.size)
        return content.read(stat, content.notes)


def note(node: Node, words: str) -> None:
    """Let all that is taken of a node say something more."""
    for content in node.contents:
        content.notes = (*content.notes, words)
