"""A program that the operator brought, while it runs: bounded, and what it says is kept."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import subprocess
from collections.abc import Callable, Sequence

from collectors.system import WINDOWS

KEPT = 1 << 20  # bytes of what it says; an imager says some lines
_LOOK_MS = 100  # between two looks at the limits
_GRACE = 5  # seconds to take its driver out again, once it is asked to end
_NOT_ON_WINDOWS = (
    "hozen runs no imager on Windows yet; run it yourself, and seal its file with `hozen ingest`"
)
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


class Said:
    """What a program wrote to one of its streams, as far as it is kept."""

    def __init__(self) -> None:
        self.data = b""
        self.beyond = 0
        """Bytes that came and were not kept."""

    def add(self, piece: bytes) -> None:
        """Keep what there is room for."""
        kept = piece[: KEPT - len(self.data)]
        self.data += kept
        self.beyond += len(piece) - len(kept)

    @property
    def last_words(self) -> str:
        """Its last line with something in it."""
        lines = self.data.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


class Execution:
    """A running program: its output as it comes; its errors are kept meanwhile."""

    def __init__(self, command: Sequence[str], look: Callable[[], None], errors: Said) -> None:
        """Run it, in a session of its own: a Ctrl-C reaches us, and we end it.

        Args:
            command: path and arguments.
            look: called ten times a second or more; may raise OSError.
            errors: gets what it says on its standard error.

        Raises:
            OSError: it can't be run.
        """
        if WINDOWS:
            raise OSError(errno.ENOTSUP, _NOT_ON_WINDOWS)
        self._process = subprocess.Popen(  # noqa: S603 - what the operator named, by its digest
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd="/", env=_ENVIRONMENT, start_new_session=True, bufsize=0,
        )  # fmt: skip
        both = self._process.stdout, self._process.stderr
        self._pipes = [pipe for pipe in both if pipe is not None]
        self._open = select.poll()
        for pipe in self._pipes:
            self._open.register(pipe, select.POLLIN)
        self._heard = self._pipes[-1].fileno()
        self._look = look
        self._let_go = False
        self._errors = errors

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes of its output; 0 means that it gives no more.

        Raises:
            OSError: a limit was met.
        """
        while True:
            self._look()
            for descriptor, _ in self._open.poll(_LOOK_MS):
                if descriptor == self._heard:
                    self._hear()
                    continue
                count = os.readv(descriptor, (buffer,))
                if not count:
                    self._open.unregister(descriptor)
                return count

    def _hear(self) -> bool:
        """Keep the next of its errors; False where there are no more."""
        piece = os.read(self._heard, 1 << 16)
        self._errors.add(piece)
        if not piece:
            self._open.unregister(self._heard)
        return bool(piece)

    def wait(self) -> int:
        """Its exit status, once it has ended; negative for a signal. Its output was read before.

        Raises:
            OSError: a limit was met.
        """
        while self._process.poll() is None:
            self._look()
            if self._open.poll(_LOOK_MS):
                self._hear()
        while self._open.poll(0) and self._hear():  # what lay in the pipe when it ended
            pass
        return self._process.returncode

    def end(self) -> None:
        """Let it go; what still runs of it is asked to end, and then made to."""
        if self._let_go:  # by now its number may be another's
            return
        self._let_go = True
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._signal(signal.SIGKILL)  # children of it, too
        self._process.wait()
        for pipe in self._pipes:
            pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
