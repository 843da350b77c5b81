"""The memory of processes in a run: scanned before it is chosen which of it is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.collector import Collector
from collectors.ram.processes.chosen import ProcessMemory
from evidence.scan.process_scan import ProcessScan

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.collecting.session import Resumption
    from evidence.scan.scanner import Rules
    from evidence.telling.findings import Findings


def going_on(collectors: list[Collector], done: Resumption) -> tuple[list[Collector], Resumption]:
    """What a session that goes on runs: processes that it names are taken, whatever was before.

    And where their memory is still to be taken, they are scanned again: that says of which.
    """
    again = {ProcessScan.name}
    if ProcessMemory.name in done.completed:
        again = set()
        for place, one in enumerate(collectors):
            if isinstance(one, ProcessMemory) and one.asked:
                collectors[place] = ProcessMemory(asked=one.asked, others=False)
                again = {one.name}
    return collectors, replace(
        done, completed=tuple(name for name in done.completed if name not in again),
        checkpoints=tuple(each for each in done.checkpoints if each.collector not in again),
    )  # fmt: skip


def scanning(
    collectors: list[Collector], rules: Rules | None, findings: Findings,
    stop: Callable[[], bool] = lambda: False,
) -> list[Collector]:  # fmt: skip
    """The memory of processes is scanned before it is chosen which of it is taken."""
    if rules is None:
        return collectors
    matched: dict[int, list[str]] = {}
    scan = ProcessScan(
        rules, matched, findings.hits, rules.inventory, stop, findings.remarks, findings.searched
    )
    return [each for one in collectors for each in _scanned_first(one, scan, matched)]


def _scanned_first(
    one: Collector, scan: ProcessScan, matched: dict[int, list[str]]
) -> tuple[Collector, ...]:
    if isinstance(one, ProcessMemory) and one.others:
        return scan, ProcessMemory(matched, scan.places, one.asked)
    return (one,)
