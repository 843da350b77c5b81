"""YARA over the memory of running processes: what matched, where; the memory itself stays there.

A process is read through /proc/PID/mem while it runs on, in windows that overlap, so that nothing
of its size has to fit into ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reading, Reason, detail_of
from collectors.live.shelf import without_processes
from collectors.ram.process import Living, living, runs
from collectors.ram.processes import closed, opened
from collectors.snapshot import Snapshot
from collectors.source import Source
from evidence.scanner import ItemScan, Rules

SCHEMA = "hozen-process-scan/1"
LARGEST = 2 << 30  # bytes read of one process
_SLICE = 1 << 20


class ProcessScan:
    """Runs the YARA rules over the memory of every running process, and tells what matched.

    It runs before `process-memory` wherever rules are searched for, and is named by that. The
    processes run on and are not traced; ourselves and our parents are left out, since our memory
    holds the rules. It cannot show what a process wrote or wiped while it was read, what is swapped
    out, nor anything that no rule knows; on Windows nothing, which is a gap. Rules for small files,
    those of whole ransom notes among them, don't hold in memory.
    """

    name: ClassVar[str] = "process-scan"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(
        self, rules: Rules, matched: dict[int, list[str]], counts: dict[str, int],
        inventory: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """Scan with these rules.

        Args:
            rules: compiled.
            matched: filled with process numbers and the rules that matched in them, for which
                the memory is worth keeping.
            counts: of the run: how often each rule matched.
            inventory: rules that only name what is used lawfully, too: no reason to keep memory.
        """
        self._rules = rules
        self._matched = matched
        self._counts = counts
        self._inventory = inventory

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield an account of each process, made when its turn comes: a run can end in between."""
        if (gap := without_processes(source, self.name)) is not None:
            yield gap
            return
        shut = 0
        for one in living(source):
            if isinstance(one, Living):
                origin = f"hozen:/{self.name}/{one.pid}.json"
                yield Artifact(origin, "process", partial(self._scanned, source, one))
            else:
                shut += one.reason is not Reason.ABSENT
        if shut:
            yield closed(f"hozen:/{self.name}", shut)

    def _scanned(self, source: Source, one: Living) -> Reading:
        document = {"schema": SCHEMA, "engine": self._rules.engine, **self._row(source, one)}
        return Snapshot(json.dumps(document, sort_keys=True).encode())

    def _row(self, source: Source, one: Living) -> dict[str, object]:
        """What came of one process."""
        row: dict[str, object] = {
            "pid": one.pid, "start_ticks": one.start_ticks, "read": 0, "unread": 0, "hits": [],
            "program": one.program.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        }  # fmt: skip
        try:
            reading = opened(source, one)
        except OSError as error:
            return {**row, "errors": [detail_of(error)]}
        scan = ItemScan(self._rules, in_memory=True)
        with closing(reading):
            short = _poured(reading, scan)
        hits = scan.finish().hits
        for rule in sorted({hit.rule for hit in hits}):
            if "/" in rule or rule.rpartition(":")[2] not in self._inventory:
                self._matched.setdefault(one.pid, []).append(rule)
            self._counts[rule] = self._counts.get(rule, 0) + 1
        return {
            **row, "read": sum(run.end - run.start for run in runs(one.regions)),
            "unread": sum(each.size or 0 for each in reading.missing),
            "hits": [{"rule": hit.rule, "offset": hit.offset} for hit in hits],
            "errors": [*scan.errors, *([short] if short else [])],
        }  # fmt: skip


def _poured(reading: Reading, scan: ItemScan) -> str:
    """Read a process to its end, or to our limit; why not further, if so."""
    room, size = memoryview(bytearray(_SLICE)), 0
    while size < LARGEST:
        try:
            count = reading.readinto(room)
        except OSError as error:
            return detail_of(error)
        if not count:
            return ""
        scan.update(room[:count])
        size += count
    return f"over {LARGEST} bytes: the rest was not scanned"
