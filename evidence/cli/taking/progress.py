"""Progress on a terminal: which collector, how much, for how long, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from chain_of_custody.findings import escaped
from evidence.cli.lines import columns, filled
from evidence.cli.shared import Voice
from evidence.telling.timeleft import in_words
from evidence.telling.titles import short
from evidence.units import shown_size

if TYPE_CHECKING:
    from evidence.telling.timeleft import TimeLeft

_EVERY = 0.1  # seconds between two changes of the line: the screen must not cost evidence time
_NAME = 22  # columns of what is being taken
_BAR = 24  # columns of the bar
_NARROW = 60  # columns of a terminal that has no room for it
_LEAST = 8  # columns under which the end of a path tells nothing


class _Lines(Progress):
    """A bar, and below it what is asked for at each drawing: time passes while nothing comes."""

    def __init__(
        self, *columns: ProgressColumn, console: Console, below: Callable[[], str]
    ) -> None:
        self._below = below
        super().__init__(*columns, console=console, transient=True, refresh_per_second=8)

    def get_renderables(self) -> Iterable[RenderableType]:
        """What is drawn."""
        yield from super().get_renderables()
        yield Text(self._below(), no_wrap=True, overflow="ellipsis")


class Moving:
    """A bar over the collectors; below it how long still, and the item that is being taken."""

    def __init__(self, voice: Voice, left: TimeLeft | None = None) -> None:
        """Begin to draw.

        Args:
            voice: in which language.
            left: how long it may still take; None where nobody asks.
        """
        self._voice = voice
        self._left = left
        self._now: tuple[str, ...] = ()
        self._name = ""
        self._console = console = Console(stderr=True)
        spinner = SpinnerColumn("line" if console.options.ascii_only else "dots")
        self._progress = _Lines(
            spinner, TextColumn("{task.description}"),
            *([BarColumn(bar_width=_BAR)] if console.width >= _NARROW else []),
            MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, below=self._below,
        )  # fmt: skip
        self._task = self._progress.add_task(filled("", _NAME), total=None)
        self._shown = 0.0
        self._progress.start()

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        if self._left is not None:
            self._left.collector(name)
        shown = filled(short(name, self._voice.t.language), _NAME)
        self._progress.update(self._task, description=shown, completed=index, total=total)

    def item(self, origin: str, stored: int) -> None:
        """An item is taken; shown when the last change is long enough ago."""
        if self._left is not None:
            self._left.item(stored)
        if self._due():
            self._now, self._name = (shown_size(stored),), origin

    def look(self, doing: str, count: int, name: str) -> None:
        """The how many-th of things whose number isn't known is looked at; shown as seldom."""
        if self._due():
            self._progress.update(self._task, description=doing, completed=count)
            self._name = name

    def _due(self) -> bool:
        """Whether the last change is long enough ago."""
        now = time.monotonic()
        due = now - self._shown >= _EVERY
        self._shown = now if due else self._shown
        return due

    def _below(self) -> str:
        left = [] if self._left is None else [in_words(self._voice.t, self._left.minutes())]
        said = "".join(f"{each}  " for each in [*left, *self._now])
        return said + _fitting(self._name, self._console.width - columns(said))

    def waiting(self) -> None:
        """The run waits for memory at times; said above the bar."""
        self._voice.talk(self._voice.t("run.waiting"))

    def close(self) -> None:
        """Take the bar off the screen."""
        self._progress.stop()


def _fitting(name: str, room: int) -> str:
    """The end of a path, which tells the most, in so many columns."""
    shown = escaped(name)
    if columns(shown) <= room:
        return shown
    while columns(shown) > room - 2:  # the mark is two columns wide in Japan
        shown = shown[1:]
    return f"…{shown}" if room >= _LEAST else ""
