"""Runs of commands as children, side by side in pairs, and the line of the table that they make."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_IDLE = 0.9  # of all processor time in a second: then a wall time is our own
_PATIENCE = 600  # seconds to wait for that, for each pair


class VoidError(Exception):
    """A run that did not do the work that it is compared for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where inputs lie (a disk), outputs go (tmpfs), and peers from PyPI are."""

    work: Path
    fast: Path
    peers: Path


@dataclass(frozen=True, slots=True)
class Run:
    """What a command cost: seconds, and MiB of memory at most."""

    wall: float
    cpu: float
    peak: float
    status: int
    out: bytes

    def less(self, other: Run) -> Run:
        """Without what the other took: a start-up."""
        return Run(self.wall - other.wall, self.cpu - other.cpu, self.peak, self.status, self.out)


def run(command: Sequence[object], *, core: int | None = None, may_be: Sequence[int] = (0,)) -> Run:
    """Run it to its end, its own children included; on one core if that is named.

    Raises:
        VoidError: it failed.
    """
    words = [str(word) for word in command]
    if core is not None:
        words = ["taskset", "-c", str(core), *words]
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        child = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if child.returncode not in may_be:
        raise VoidError(f"{' '.join(words[:6])} … ended with {child.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Run(wall, cpu, usage.ru_maxrss / 1024, child.returncode, said)


def _processor_time() -> tuple[int, int]:
    ticks = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def wait_until_idle() -> bool:
    """Wait for a second in which the machine did nothing; False where patience ended first."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        before = _processor_time()
        time.sleep(1)
        idle, whole = (now - then for now, then in zip(_processor_time(), before, strict=True))
        if idle >= _IDLE * whole:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    limit: str
    measured: str
    verdict: str

    def __str__(self) -> str:
        return f"| {self.name} | {self.limit} | {self.measured} | {self.verdict} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours beside a peer: how much it may cost, or how fast it has to be."""

    name: str
    limit: float
    least: bool = False
    """The limit is a speed to reach (peer : ours), not a cost to keep (ours : peer)."""
    floor: bool = False
    """Not ours at all, but the least that the work can cost: judged by nobody."""
    what: Literal["cpu", "wall"] = "cpu"
    ours: Callable[[], Run]
    """Start-ups are taken off by whoever makes the runs."""
    peer: Callable[[], Run]

    def line(self, pairs: int) -> Line:
        """Measure and judge."""
        limit = "" if self.floor else f"{'≥' if self.least else '≤'} {self.limit:.3g}"
        try:
            ratios, loaded = self._ratios(pairs)
        except VoidError as error:
            return self._said(Line(self.name, limit, f"void: {error}", "void"))
        middle = statistics.median(ratios)
        text = f"{middle:.3g} ({min(ratios):.3g} to {max(ratios):.3g}) {self.what}, n = {pairs}"
        if loaded:
            text += f"; {loaded} of them on a machine that was not idle"
        return self._said(Line(self.name, limit, text, self._verdict(middle)))

    def _verdict(self, ratio: float) -> str:
        if self.floor:
            return "floor"
        met = ratio >= self.limit if self.least else ratio <= self.limit
        return "reached" if met else "**missed**"

    def _ratios(self, pairs: int) -> tuple[list[float], int]:
        ratios, loaded = [], 0
        for number in range(pairs):
            loaded += self.what == "wall" and not wait_until_idle()
            if number % 2:
                peer, ours = self.peer(), self.ours()
            else:
                ours, peer = self.ours(), self.peer()
            mine, other = getattr(ours, self.what), getattr(peer, self.what)
            ratios.append(other / mine if self.least else mine / other)
        return ratios, loaded

    @staticmethod
    def _said(line: Line) -> Line:
        print(line, file=sys.stderr, flush=True)
        return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is published of a group: its lines, and what has to be known of them."""

    title: str
    lines: list[Line]
    notes: str
