"""A program that the operator brought, while it runs: bounded, and what it says is kept."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import select
import signal
import stat as modes
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from collectors.artifact import Program, detail_of
from collectors.system import READ, WINDOWS

KEPT = 1 << 20  # bytes of what it says; an imager says some lines
_LOOK_MS = 100  # between two looks at the limits
_GRACE = 5.0  # seconds to take its driver out again, once it is asked to end
_IN_PIPES = 1 << 20  # bytes, the most that a pipe holds (pipe(7))
_PIECE = 1 << 16
_NOT_ON_WINDOWS = (
    "hozen runs no imager on Windows yet; run it yourself, and seal its file with `hozen ingest`"
)
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_MARK = "HOZEN_IMAGER"  # a variable by which all that it begins is known again


@contextlib.contextmanager
def opened(path: str) -> Iterator[tuple[int, str]]:
    """A program's file, and its SHA-256: both stay the same whatever takes its name.

    Raises:
        OSError: it can't be read.
    """
    descriptor = os.open(path, READ | getattr(os, "O_NONBLOCK", 0))
    try:
        if not modes.S_ISREG(os.fstat(descriptor).st_mode):  # a device may never end
            raise OSError(errno.ENOEXEC, "is no program's file")
        with open(descriptor, "rb", closefd=False) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield descriptor, digest
    finally:
        os.close(descriptor)


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

    def __init__(self, program: Program, look: Callable[[], None], errors: Said) -> None:
        """Run it, in a session of its own: a Ctrl-C reaches us, and we end it.

        Args:
            program: what is run, only with the digest that stands there.
            look: called ten times a second or more; may raise OSError.
            errors: gets what it says on its standard error.

        Raises:
            OSError: it can't be run; EIO, whatever is missing: it is no memory that isn't there.
        """
        if WINDOWS:
            raise OSError(errno.ENOTSUP, _NOT_ON_WINDOWS)
        self._mark = secrets.token_hex(16)
        try:
            self._process = self._begun(program)
        except OSError as error:
            raise OSError(errno.EIO, f"the imager can't be run: {detail_of(error)}") from error
        both = self._process.stdout, self._process.stderr
        self._pipes = [pipe for pipe in both if pipe is not None]
        self._open = select.poll()
        for pipe in self._pipes:
            self._open.register(pipe, select.POLLIN)
        self._heard = self._pipes[-1].fileno()
        self._look = look
        self._let_go = False
        self._errors = errors

    def _begun(self, program: Program) -> subprocess.Popen[bytes]:
        """Run the very file that was measured, not what has its name by then."""
        with opened(program.path) as (descriptor, found):
            if found != program.sha256:
                raise OSError(errno.EPERM, f"sha256 {found}, not the one that was named; not run")
            process = subprocess.Popen(  # noqa: S603 - what the operator named, by its digest
                [program.path, *program.arguments], executable=f"/proc/self/fd/{descriptor}",
                pass_fds=[descriptor], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, cwd="/", env={**_ENVIRONMENT, _MARK: self._mark},
                start_new_session=True, bufsize=0,
            )  # fmt: skip
        if process.stdin is not None:
            process.stdin.close()
        return process

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes of its output; 0 means that it gives no more.

        Raises:
            OSError: a limit was met.
        """
        silent = 0
        while silent * _LOOK_MS < _GRACE * 1000:
            self._look()
            ready = self._open.poll(_LOOK_MS)
            silent = 0 if ready or self._process.poll() is None else silent + 1
            for descriptor, _ in ready:
                if descriptor == self._heard:
                    self._hear()
                    continue
                count = os.readv(descriptor, (buffer,))
                if not count:
                    self._open.unregister(descriptor)
                return count
        # It has ended; what it left running holds the pipe open, and gives nothing.
        self._open.unregister(self._pipes[0])
        return 0

    def _hear(self) -> bool:
        """Keep the next of its errors; False where there are no more."""
        piece = os.read(self._heard, _PIECE)
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
        for _ in range(_IN_PIPES // _PIECE):  # what lay in the pipe when it ended
            if not (self._open.poll(0) and self._hear()):
                break
        return self._process.returncode

    def end(self) -> None:
        """Let it go; what still runs of it is asked to end, and then made to.

        So is what it began in sessions of their own, as far as that has kept its variables.
        """
        if self._let_go:  # by now its number may be another's
            return
        self._let_go = True
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._signal(signal.SIGKILL)  # children of it, too
        for number in self._left_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):  # asleep in the kernel: not for us
            self._process.wait(_GRACE)
        for pipe in self._pipes:
            pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _left_running(self) -> Iterator[int]:
        """Numbers of the processes that have its mark."""
        mark = f"{_MARK}={self._mark}".encode()
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it ended, or is another user's
                if mark in path.read_bytes().split(b"\0"):
                    yield int(path.parent.name)
