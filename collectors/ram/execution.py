"""A program that the operator brought, while it runs: bounded, and what it says is kept."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from collectors.artifact import Program, detail_of
from collectors.ram.said import GRACE, LOOK_MS, PIECE, Said, same_program
from collectors.system import WINDOWS

_IN_PIPES = 1 << 20  # bytes, the most that a pipe holds (pipe(7))
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_MARK = "HOZEN_IMAGER"  # a variable by which all that it begins is known again


class Running(Protocol):
    """A program while it runs."""

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes of its output; 0 means that it gives no more."""
        ...

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        ...

    def end(self) -> None:
        """Let it go; what still runs of it is ended."""
        ...


def run(program: Program, look: Callable[[], None], errors: Said) -> Running:
    """Run a program of the operator's, as this system does it.

    Args:
        program: what is run, only with the digest that stands there.
        look: called ten times a second or more; may raise OSError.
        errors: gets what it says on its standard error.

    Raises:
        OSError: it can't be run; EIO, whatever is missing: it is no memory that isn't there.
    """
    if WINDOWS:
        from collectors.ram.windows import WindowsExecution

        return WindowsExecution(program, look, errors)
    return Execution(program, look, errors)


class Execution:
    """A running program: its output as it comes; its errors are kept meanwhile."""

    def __init__(self, program: Program, look: Callable[[], None], errors: Said) -> None:
        """Run it, in a session of its own: a Ctrl-C reaches us, and we end it.

        Raises:
            OSError: it can't be run.
        """
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
        with same_program(program) as descriptor:
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
        while silent * LOOK_MS < GRACE * 1000:
            self._look()
            ready = self._open.poll(LOOK_MS)
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
        piece = os.read(self._heard, PIECE)
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
            if self._open.poll(LOOK_MS):
                self._hear()
        for _ in range(_IN_PIPES // PIECE):  # what lay in the pipe when it ended
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
                self._process.wait(GRACE)
        self._signal(signal.SIGKILL)  # children of it, too
        for number in self._left_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):  # asleep in the kernel: not for us
            self._process.wait(GRACE)
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
