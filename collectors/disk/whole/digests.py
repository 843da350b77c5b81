"""Digests over a whole disk: each in a thread of its own, beside the reading."""

from __future__ import annotations

import hashlib
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK = 1 << 20  # bytes handed to the threads at once
_WAITING = 4  # blocks an algorithm may be behind: what bounds our memory
_ZEROS = bytes(_BLOCK)


class _Worker:
    """One algorithm."""

    def __init__(self, name: str) -> None:
        self.hasher = hashlib.new(name, usedforsecurity=False)
        self._blocks: queue.Queue[bytes | bytearray | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._work, name=f"disk-{name}", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (block := self._blocks.get()) is not None:
            self.hasher.update(block)

    def put(self, block: bytes | bytearray) -> None:
        self._blocks.put(block)

    def end(self) -> None:
        self._blocks.put(None)
        self._thread.join()


class WholeDigests:
    """Digests of bytes that come in order; none at all when some of them do not come."""

    def __init__(self, algorithms: Sequence[str]) -> None:
        """Prepare; threads begin with the first byte.

        Args:
            algorithms: by the names of hashlib.
        """
        self.why_not: str | None = None
        """Why there are none, in words."""
        self.algorithms = tuple(algorithms)
        self._workers: dict[str, _Worker] = {}
        self._held = bytearray()
        self._end = 0

    def add(self, offset: int, data: memoryview) -> None:
        """See the bytes from this offset of the disk on; they are copied."""
        if not self._follows(offset):
            return
        self._end += len(data)
        self._held += data
        if len(self._held) >= _BLOCK:
            self._hand_on()

    def zeros(self, offset: int, count: int) -> None:
        """The same for bytes that stand as zeros in the image: they could not be read."""
        if not self._follows(offset):
            return
        self._hand_on()
        self._end += count
        while count:
            block = _ZEROS[: min(count, _BLOCK)]
            self._put(block)
            count -= len(block)

    def _follows(self, offset: int) -> bool:
        if self.why_not is None and offset != self._end:
            self.void("not all of the disk was read in this session")
        return self.why_not is None

    def _hand_on(self) -> None:
        if self._held:
            block, self._held = self._held, bytearray()
            self._put(block)

    def _put(self, block: bytes | bytearray) -> None:
        if not self._workers:
            self._workers = {name: _Worker(name) for name in self.algorithms}
        for worker in self._workers.values():
            worker.put(block)

    def void(self, why: str) -> None:
        """From now on there are none."""
        self.why_not = self.why_not or why
        self.stop()

    def finish(self, size: int) -> dict[str, str] | None:
        """The digests over a disk of this size by algorithm, or None."""
        if not self._follows(size):
            return None
        self._hand_on()
        workers = self._workers or {name: _Worker(name) for name in self.algorithms}
        self.stop()
        return {name: worker.hasher.hexdigest() for name, worker in workers.items()}

    def stop(self) -> None:
        """End the threads; safe to call at any time."""
        workers, self._workers = self._workers, {}
        self._held = bytearray()
        for worker in workers.values():
            worker.end()
