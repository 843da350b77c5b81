"""Progress on a terminal: which collector, how much, for how long."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from chain_of_custody.findings import escaped
from evidence.cli.lines import filled
from evidence.cli.shared import Voice
from evidence.units import shown_size
from evidence.wizard.texts.titles import short

_EVERY = 0.1  # seconds between two changes of the line: the screen must not cost evidence time
_NAME = 22  # columns of what is being taken
_WIDTH = 48  # characters of a path that are shown


class Moving:
    """A bar over the collectors, and the item that is being taken."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        console = Console(stderr=True)
        spinner = SpinnerColumn("line" if console.options.ascii_only else "dots")
        self._progress = Progress(
            spinner, TextColumn("{task.description}"), BarColumn(bar_width=24),
            MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[now]}"),
            console=console, transient=True, refresh_per_second=8,
        )  # fmt: skip
        self._task = self._progress.add_task(filled("", _NAME), total=None, now="")
        self._shown = 0.0
        self._progress.start()

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        shown = filled(short(name, self._voice.t.language), _NAME)
        self._progress.update(self._task, description=shown, completed=index, total=total)

    def item(self, origin: str, stored: int) -> None:
        """An item is taken; shown when the last change is long enough ago."""
        if self._due():
            self._show(f"{shown_size(stored)}  {_fitting(origin)}")

    def look(self, doing: str, count: int, name: str) -> None:
        """The how many-th of things whose number isn't known is looked at; shown as seldom."""
        if self._due():
            self._progress.update(self._task, description=doing, completed=count)
            self._show(_fitting(name))

    def _due(self) -> bool:
        """Whether the last change is long enough ago."""
        now = time.monotonic()
        due = now - self._shown >= _EVERY
        self._shown = now if due else self._shown
        return due

    def _show(self, now: str) -> None:
        self._progress.update(self._task, now=now.replace("[", r"\["))

    def waiting(self) -> None:
        """The run waits for memory at times; said above the bar."""
        self._voice.talk(self._voice.t("run.waiting"))

    def close(self) -> None:
        """Take the bar off the screen."""
        self._progress.stop()


def _fitting(name: str) -> str:
    shown = escaped(name)
    return f"…{shown[-_WIDTH:]}" if len(shown) > _WIDTH else shown
