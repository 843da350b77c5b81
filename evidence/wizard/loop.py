"""An event loop that opens no socket: asyncio's own wakes itself through a pair of them.

It watches no descriptor either: Textual's drivers read keys in threads of their own.
"""

from __future__ import annotations

import asyncio
import threading


class _Waits:
    """Stands where a loop asks for what happened to descriptors: waits until it is woken."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def select(self, seconds: float | None) -> list[object]:
        """Wait so long, or until it is woken."""
        self._woken.wait(seconds)
        self._woken.clear()
        return []

    def wake(self) -> None:
        """From any thread."""
        self._woken.set()


class QuietLoop(asyncio.BaseEventLoop):
    """On an endpoint no socket is opened, not even one that leads from us to us."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Waits()

    def _write_to_self(self) -> None:
        """In the place of asyncio.base_events.BaseEventLoop's: there is something to do."""
        self._selector.wake()

    def _process_events(self, _: list[object]) -> None:
        """Nothing ever happens to descriptors."""
