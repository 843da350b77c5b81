"""Looking for what an item names in a process apart: what crashes there costs a gap, not the run.

The libraries that read Windows' structures are written in C, and the bytes may be made to break
them. So they get neither our keys nor our descriptors, little memory, and a deadline. The bytes go
to that process while they pass into the bundle; it keeps them compressed until all are there.
"""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import time
from typing import TYPE_CHECKING

from collectors.apart.interpreter import begin_beside, end
from collectors.apart.pipes import Pipes, pipes_to
from collectors.artifact import Reason
from collectors.pathtext import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.artifact import ReadApart

DEADLINE = 60.0  # seconds for an item, once all of it is there
PATIENCE = 900.0  # seconds of waiting for all of them
_STALLED = 20.0  # seconds in which not one byte is taken
_MOST_ANSWER = 40 << 20  # bytes
SIZE = struct.Struct("<I")
_ENDED = "the process that read it ended"
END, FORGET = 0, 0xFFFF_FFFF
"""Instead of the size of a piece: the item is whole; or nobody wants to know any more."""

_ENTRY = "from collectors.windows.serving import serve; serve()"


class NotFollowedError(Exception):
    """What an item names can't be told, or not all of it; says why."""

    def __init__(self, reason: Reason, detail: str, paths: list[str] | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.paths = paths or []
        """Those that were found before."""
        super().__init__(detail)


class Apart:
    """The process apart: begun when it is first needed, and anew after each one that ended."""

    def __init__(
        self,
        *,
        deadline: float = DEADLINE,
        patience: float = PATIENCE,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            deadline: seconds for an item, once all of it is there.
            patience: seconds of waiting for all of them.
            stopping: whether somebody asked the run to end; asked while we wait.
        """
        self.deadline = deadline
        self.patience = patience
        self.stopping = stopping
        self._child: subprocess.Popen[bytes] | None = None
        self._pipes: Pipes | None = None
        self._busy = False

    def begin(self, what: ReadApart) -> Looking:
        """Begin with an item; an earlier one that didn't come to its end is given up."""
        if self._child is not None and (self._busy or self._child.poll() is not None):
            self.close()
        looking = Looking(self, what)
        self._busy = True
        return looking

    def child(self) -> subprocess.Popen[bytes]:
        """The process, started if there is none.

        Raises:
            OSError: it can't be.
        """
        if self._child is None:
            self._child = begin_beside(_ENTRY)
        return self._child

    def pipes(self, child: subprocess.Popen[bytes]) -> Pipes:
        """The pipes to this process.

        Raises:
            OSError: it has none.
        """
        if self._pipes is None:
            self._pipes = pipes_to(child)
        return self._pipes

    def done(self) -> None:
        """An item came to its end, and the process waits for the next one."""
        self._busy = False

    def close(self) -> int | None:
        """End the process, if there is one; how it ended, or None."""
        child, self._child, self._pipes, self._busy = self._child, None, None, False
        if child is None:
            return None
        code = child.poll()
        end(child)
        return code


class Looking:
    """One item, while its bytes pass: an observer of them."""

    def __init__(self, apart: Apart, what: ReadApart) -> None:
        self._apart = apart
        self._what = what
        self._left = what.largest
        self._fault: NotFollowedError | None = None
        if apart.patience <= 0:
            self._fault = NotFollowedError(Reason.TIMED_OUT, "earlier items took all the time")
            return
        try:
            self._child = apart.child()
            self._pipes = apart.pipes(self._child)
            asked = {"reader": what.reader, "origin": what.origin}
            self._send(json.dumps(asked).encode() + b"\n")
        except OSError as error:
            self._fail(Reason.UNREADABLE, f"no process to read it in: {error}")

    @property
    def done(self) -> bool:
        """Whether nothing more is looked at."""
        return self._fault is not None

    def update(self, data: memoryview, /) -> None:
        """See the next bytes."""
        if self.done or not data:
            return
        self._left -= len(data)
        if self._left < 0:
            self._send(SIZE.pack(FORGET))
            self._apart.done()
            limit = f"larger than {self._what.largest} bytes"
            self._fault = NotFollowedError(Reason.SKIPPED, limit)
        else:
            self._send(SIZE.pack(len(data)) + data)

    def paths(self) -> list[str]:
        """What the item names, now that all of it was seen.

        Raises:
            NotFollowedError: it can't be told, or not all.
        """
        self._send(SIZE.pack(END))
        if self._fault is not None:
            raise self._fault
        try:
            answer = json.loads(self._line())
            paths = [_sound(str(path)) for path in answer["paths"]]
            reason = answer["reason"]
        except (ValueError, KeyError, TypeError) as error:
            detail = f"an answer without a meaning: {error}"
            raise self._fail(Reason.UNREADABLE, detail) from error
        self._apart.done()
        if reason is not None:
            raise NotFollowedError(Reason(reason), str(answer["detail"]), paths)
        return paths

    def _fail(self, reason: Reason, detail: str) -> NotFollowedError:
        code = self._apart.close()
        ended = f" (exit code {code})" if code is not None else ""
        self._fault = self._fault or NotFollowedError(reason, detail + ended)
        return self._fault

    def _send(self, data: bytes) -> None:
        left = memoryview(data)
        while left and self._fault is None:
            try:
                left = left[self._pipes.write(left, _STALLED, self._apart.stopping) :]
            except TimeoutError as error:
                self._fail(Reason.TIMED_OUT, error.strerror or str(error))
            except OSError:
                self._fail(Reason.UNREADABLE, _ENDED)

    def _line(self) -> bytes:
        """The answer, within the time that is left for it."""
        data = bytearray()
        while not data.endswith(b"\n") and len(data) < _MOST_ANSWER:
            try:
                piece = self._piece_of_answer()
            except TimeoutError as error:
                raise self._fail(Reason.TIMED_OUT, error.strerror or str(error)) from error
            if not piece:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._child.wait(1)  # for its exit code; else it is killed
                raise self._fail(Reason.UNREADABLE, _ENDED)
            data += piece
        return bytes(data)

    def _piece_of_answer(self) -> bytes:
        begun = time.monotonic()
        try:
            most = min(self._apart.deadline, self._apart.patience)
            return self._pipes.read(most, self._apart.stopping)
        finally:
            self._apart.patience -= time.monotonic() - begun


def _sound(path: str) -> str:
    """A path that a source can be asked for: the process apart may be in strange hands.

    Raises:
        ValueError: it can't.
    """
    if b"\0" in to_bytes(path):
        raise ValueError("a path with NUL in it")
    return path
