"""A program that the operator brought, while it runs: bounded, and what it says is kept."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from collectors.artifact import Program, detail_of
from collectors.ram.imager.said import GRACE, LOOK_MS, PIECE, Said, same_program
from collectors.system import WINDOWS

_IN_PIPES = 1 << 20  # bytes, the most that a pipe holds (pipe(7))
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER (prctl(2)): who loses its parent below us gets us for one
_ENDED = "ZX"  # states of what only waits to be waited for (proc_pid_stat(5))
_AGAIN = 0.02  # seconds until what was killed is looked for once more


class Running(Protocol):
    """A program while it runs."""

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes of its output; 0 means that it gives no more."""
        ...

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        ...

    def end(self) -> list[int]:
        """Let it go; what still runs of it is ended. Returns the numbers of what can't be."""
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
        from collectors.ram.imager.windows import WindowsExecution

        return WindowsExecution(program, look, errors)
    return Execution(program, look, errors)


class Execution:
    """A running program: its output as it comes; its errors are kept meanwhile."""

    def __init__(self, program: Program, look: Callable[[], None], errors: Said) -> None:
        """Run it, in a session of its own: a Ctrl-C reaches us, and we end it.

        Raises:
            OSError: it can't be run; nor is it where what it leaves running could not be found.
        """
        try:
            self._before = set(_below(()))
            _adopt(True)
            self._process = self._begun(program)
        except OSError as error:
            _adopt(False)
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
                stderr=subprocess.PIPE, cwd="/", env=_ENVIRONMENT, start_new_session=True,
                bufsize=0,
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

    def end(self) -> list[int]:
        """Let it go; what still runs of it is asked to end, and then made to.

        So is all that it began, whatever session, name or variables that gave itself. Returns the
        numbers of what can't be ended.
        """
        if self._let_go:  # by now its number may be another's
            return []
        self._let_go = True
        try:
            if self._process.poll() is None:
                self._signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(GRACE)
            self._signal(signal.SIGKILL)  # children of it, too
            return self._end_what_is_left()
        finally:
            _adopt(False)
            for pipe in self._pipes:
                pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _end_what_is_left(self) -> list[int]:
        """End it and what it began, as often as that begins something anew meanwhile.

        Returns the numbers of what is another user's, asleep in the kernel or faster than we are.
        """
        until = time.monotonic() + GRACE
        while left := [each for each in self._left() if not _waited_for(each)]:
            if time.monotonic() > until:
                break
            for each in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(each.pid, signal.SIGKILL)
            time.sleep(_AGAIN)
        return [each.pid for each in left]

    def _left(self) -> list[Process]:
        found, its = _below(self._before), self._process
        return [each for pid, each in found.items() if pid != its.pid or its.poll() is None]


class Process(NamedTuple):
    """A process, by /proc/PID/stat."""

    pid: int
    state: str
    parent: int
    session: int


def _below(left_out: Collection[int]) -> dict[int, Process]:
    """All below us that have another session, which is never so of what we begin for ourselves.

    Args:
        left_out: numbers of processes that are not meant, with all below them.
    """
    ours, every = os.getsid(0), list(_processes())
    found: dict[int, Process] = {}
    parents = {os.getpid()}
    while parents:
        known = found.keys() | set(left_out)
        new = {
            each.pid: each
            for each in every
            if each.parent in parents and each.session != ours and each.pid not in known
        }
        found |= new
        parents = set(new)
    return found


def _processes() -> Iterator[Process]:
    for name in filter(str.isdecimal, os.listdir("/proc")):  # a glob gives nothing where it may not
        path = Path("/proc", name, "stat")
        with contextlib.suppress(OSError):  # it ended
            state, parent, _, session, *_ = path.read_text("latin-1").rpartition(")")[2].split()
            yield Process(int(name), state, int(parent), int(session))


def _waited_for(process: Process) -> bool:
    """Whether it has ended; the kernel may forget it then."""
    if process.state in _ENDED and process.parent == os.getpid():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
    return process.state in _ENDED


def _adopt(whether: bool) -> None:
    """Become the parent of what loses its own below us, so that it stays known; or no longer."""
    ctypes.CDLL(None).prctl(_SUBREAPER, int(whether), 0, 0, 0)
