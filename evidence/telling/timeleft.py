"""How long a collection may still take, in steps so coarse that what is shown doesn't jump."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from collectors.collector import Collector
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.source import DiskSource
from collectors.disk.whole.image import WholeDisk
from collectors.memory import Memory
from collectors.ram.doors import tried
from collectors.ram.processes.chosen import ProcessMemory
from evidence.planning.choice import YARA
from evidence.scan.process_scan import ProcessScan
from evidence.telling.amounts import Amounts, amounts
from evidence.telling.remaining import Remaining

if TYPE_CHECKING:
    from collectors.files.source import Source
    from evidence.planning.request import Request
    from evidence.telling.catalogue import Say

STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320)
"""Minutes: all that is ever said."""
_HOURS = 120  # minutes from which on hours are said
_LONGER = 1.5  # times what was said last, before more is said: else it would go up and down


def in_words(t: Say, minutes: int | None) -> str:
    """How long still, or that it isn't known."""
    if minutes is None:
        return t("run.left_unknown")
    if minutes < _HOURS:
        return t("run.left", minutes=minutes)
    return t("run.left_hours", hours=minutes // 60)


class Steps:
    """What is said of a guess: it falls as the guess falls, and rises only by much."""

    def __init__(self) -> None:
        self._said: int | None = None

    def minutes(self, seconds: int | None) -> int | None:
        """The step that is not less than so many seconds; None where that isn't known."""
        if seconds is None or self._is_another(seconds):
            self._said = None if seconds is None else _step(seconds)
        return self._said

    def _is_another(self, seconds: int) -> bool:
        said = self._said
        return said is None or _step(seconds) < said or seconds > said * 60 * _LONGER


def _step(seconds: int) -> int:
    return next((each for each in STEPS if each * 60 >= seconds), STEPS[-1])


class TimeLeft:
    """Hears a collection, and tells how long it may still take."""

    def __init__(self) -> None:
        self._guess = Remaining([], Amounts())
        self._steps = Steps()
        self._began = time.monotonic()

    def expect(self, request: Request, source: Source, collectors: Sequence[Collector]) -> None:
        """What will run is known now, and it begins.

        Args:
            request: what was asked for.
            source: where evidence is taken from; of it only sizes are asked.
            collectors: those that are still to run.
        """
        self._guess = Remaining(*_expected(request, source, [each.name for each in collectors]))
        self._began = time.monotonic()

    def collector(self, name: str) -> None:
        """A collector begins."""
        self._guess.collector(name, self._elapsed())

    def item(self, stored: int) -> None:
        """So many bytes were read and stored by now."""
        self._guess.item(stored, self._elapsed())

    def minutes(self) -> int | None:
        """How long it may still take; None where nobody knows."""
        return self._steps.minutes(self._guess.seconds(self._elapsed()))

    def _elapsed(self) -> float:
        return time.monotonic() - self._began


def _expected(request: Request, source: Source, names: list[str]) -> tuple[list[str], Amounts]:
    """What the guess goes by: of a folder, or a disk's files, nobody knows how much there is."""
    if isinstance(source, DiskSource) and {*names} <= {DiskFacts.name, WholeDisk.name}:
        return names, Amounts(sizes={WholeDisk.name: source.disk.image.reader.size})
    if request.source != "live":
        return [], Amounts()
    # How fast a program of others takes memory, nobody measured.
    ram = None if request.imager is not None else _memory(source) if Memory.name in names else 0
    scanned = ProcessMemory.name in names and YARA not in request.skip
    return [*names, *([ProcessScan.name] if scanned else [])], amounts(source, ram)


def _memory(source: Source) -> int:
    """Bytes of an image of memory, where a door lets it be read."""
    opened = tried(source).open
    return 0 if opened is None else sum(run.end - run.start for run in opened.runs)
