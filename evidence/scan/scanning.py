"""Scans on threads of their own, while the next items are read; what came of them in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from chain_of_custody.item import Scan
from evidence.engines.engine import Compiled
from evidence.scan.scanner import OF_A_RULE, TIMEOUT, ItemScan, Rules

THREADS = 2  # by few rules
MORE_THREADS = 3  # by many rules: while one of three gives or takes, two processors are busy
HELD = 32 << 20  # bytes of items that may wait for their scans, beside the one that is read
WAITING = 256  # items that may wait: their records are lost with a pulled plug
WORTHWHILE = 64 << 10  # bytes: below it another thread costs more than a scan by few rules
FEW = 1000  # rules
# What is handed to a thread at once: for each small item by itself, both threads would wait for
# each other longer than it takes.
BATCH, BATCH_BYTES = 32, 256 << 10  # items, bytes

Told = Callable[[Scan | None, ItemScan | None], None]
"""Takes what came of a scan, and who made it; None where there was none."""


class _Batch:
    """Items that one thread scans, one after the other or all at once."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.scans: list[ItemScan] = []
        self.held = 0
        self.results: Future[list[Scan]] | None = None
        """None where it still grows."""

    @property
    def full(self) -> bool:
        """Whether it is worth a thread's while."""
        return len(self.scans) >= BATCH or self.held >= BATCH_BYTES

    @property
    def done(self) -> bool:
        """Whether all of its results are there."""
        return self.results is not None and self.results.done()

    def scan(self) -> list[Scan]:
        """What came of each, in their order."""
        if not self._compiled.in_batches:
            return [each.finish() for each in self.scans]
        parts = [each.rest() for each in self.scans]
        said = self._compiled.match_each(parts, timeout=TIMEOUT, most=OF_A_RULE)
        for part in parts:
            part.data.release()
        return [each.finish(one) for each, one in zip(self.scans, said, strict=True)]


class _Waiting(NamedTuple):
    batch: _Batch | None
    """None where it is scanned when its turn comes, or not at all."""
    place: int
    """In its batch."""
    scan: ItemScan | None
    told: Told
    held: int
    """Bytes that are kept for it."""


class Scanning:
    """The scans of a run. What is to be said of items comes out as it went in."""

    def __init__(self, rules: Rules | None) -> None:
        """Begin.

        Args:
            rules: compiled; None scans nothing.
        """
        self._rules = rules
        batches = rules is not None and rules.compiled.in_batches
        few = rules is not None and rules.count < FEW
        self._worthwhile = WORTHWHILE if few and not batches else 0
        self._batched = batches
        self._queue: deque[_Waiting] = deque()
        self._held = 0
        self._growing: _Batch | None = None
        self._pool = None
        if rules is not None and _processors() > 1:
            threads = THREADS if few else MORE_THREADS
            self._pool = ThreadPoolExecutor(threads, thread_name_prefix="scan")

    @property
    def waiting(self) -> int:
        """Items of which nothing was said yet."""
        return len(self._queue)

    def begin(self, origin: str) -> ItemScan | None:
        """An observer of an item's bytes; None where nothing is scanned."""
        if self._rules is None:
            return None
        return ItemScan(self._rules, origin, pool=self._pool)

    def end(self, scan: ItemScan | None, told: Told) -> None:
        """An item was read: say what came of it when its turn comes.

        Args:
            scan: that saw its bytes; None if none did.
            told: called after those of all items before.
        """
        if scan is None and not self._queue:
            told(None, None)
            return
        held = scan.held if scan is not None else 0
        self._held += held
        self._queue.append(self._handed(scan, told, held))
        while self._queue and (self._ready() or self._crowded()):
            self._first()

    def _handed(self, scan: ItemScan | None, told: Told, held: int) -> _Waiting:
        """To a thread, with those before it that are as small; or kept for this one."""
        threads = self._pool is not None or self._batched
        if scan is None or self._rules is None or not threads or held < self._worthwhile:
            return _Waiting(None, 0, scan, told, held)
        batch = self._growing = self._growing or _Batch(self._rules.compiled)
        place = len(batch.scans)
        batch.scans.append(scan)
        batch.held += held
        if batch.full:
            self._send()
        return _Waiting(batch, place, scan, told, held)

    def _send(self) -> None:
        batch, self._growing = self._growing, None
        if batch is None:
            return
        if self._pool is not None:
            batch.results = self._pool.submit(batch.scan)
        else:
            batch.results = Future()
            batch.results.set_result(batch.scan())

    def _ready(self) -> bool:
        batch = self._queue[0].batch
        return batch is None or batch.done

    def _crowded(self) -> bool:
        return self._held > HELD or len(self._queue) > WAITING

    def _first(self) -> None:
        batch, place, scan, told, held = self._queue.popleft()
        self._held -= held
        if batch is not None and batch.results is None:
            self._send()
        if scan is None:
            told(None, None)
        elif batch is None or batch.results is None:
            told(scan.finish(), scan)
        else:
            told(batch.results.result()[place], scan)

    def settle(self) -> None:
        """Wait for all scans, and say what came of them."""
        self._send()
        while self._queue:
            self._first()

    def close(self) -> None:
        """Let go of the threads; what was not said never is."""
        self._queue.clear()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _processors() -> int:
    """That this process may use; not every system tells."""
    told = getattr(os, "sched_getaffinity", None)
    return len(told(0)) if told is not None else os.cpu_count() or 1
