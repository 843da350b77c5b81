"""An event loop that opens no socket: asyncio's own wakes itself through a pair of them."""

from __future__ import annotations

import asyncio
import os


class _End:
    """One end of a pipe, with as much of a socket's manners as the loop asks of it."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def recv(self, size: int) -> bytes:
        """Up to so many bytes."""
        return os.read(self._descriptor, size)

    def send(self, data: bytes) -> int:
        """Write them."""
        return os.write(self._descriptor, data)

    def close(self) -> None:
        """Let it go."""
        os.close(self._descriptor)


class QuietLoop(asyncio.SelectorEventLoop):
    """On an endpoint no socket is opened, not even one that leads from us to us."""

    def _make_self_pipe(self) -> None:
        """In the place of asyncio.selector_events.BaseSelectorEventLoop's."""
        reading, writing = os.pipe()
        self._ssock, self._csock = _End(reading), _End(writing)
        self._internal_fds = 1
        self._add_reader(reading, self._read_from_self)  # type: ignore[attr-defined]  # inherited
