"""One run of one command as a child: wall, cpu, exit status."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """What a command cost."""

    wall: float
    cpu: float
    status: int


def run(command: Sequence[str]) -> Run:
    """Run it to its end, its own children included."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    return Run(wall, usage.ru_utime + usage.ru_stime, child.returncode)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of per-pair ratios, with its extremes."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, pairs: list[tuple[float, float]]) -> Ratio:
        """The ratios ours : peer."""
        ratios = [ours / peer for ours, peer in pairs]
        return cls(statistics.median(ratios), min(ratios), max(ratios))


def interleaved(
    count: int, ours: Callable[[], Run], peer: Callable[[], Run], empty: Callable[[], Run] | None
) -> list[tuple[Run, Run, Run | None]]:
    """Pairs of runs, the order alternating; with a run of ours over nothing for its start-up."""
    pairs = []
    for number in range(count):
        if number % 2:
            second, first = peer(), ours()
        else:
            first, second = ours(), peer()
        pairs.append((first, second, empty() if empty is not None else None))
    return pairs
