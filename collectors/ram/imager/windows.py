"""A program that the operator brought, on Windows: as in `execution`, by threads and a job.

A job holds all that a program begins; it ends with the job, also where hozen itself is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import queue
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from collectors.artifact import Program, detail_of
from collectors.live_windows.calls import api
from collectors.ram.imager.said import GRACE, LOOK_MS, PIECE, Said, same_program
from collectors.system import windows_folder

_SUSPENDED, _OWN_GROUP = 0x4, 0x200  # CREATE_SUSPENDED, CREATE_NEW_PROCESS_GROUP (winbase.h)
_BREAK = 1  # CTRL_BREAK_EVENT
_WAITING = 64  # pieces of its output that may wait to be read
# JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h) with JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE alone.
_EXTENDED, _LIMITS = 9, struct.pack("<16xI124x", 0x2000)


class Job:
    """What a program and all that it begins is held in."""

    def __init__(self) -> None:
        """Make one.

        Raises:
            OSError: refused.
        """
        made = api.function("kernel32", "CreateJobObjectW", ctypes.c_void_p)(None, None)
        if not made:
            raise api.refused("CreateJobObjectW", api.last_error())
        self._handle = ctypes.c_void_p(made)
        self._call("SetInformationJobObject", _EXTENDED, _LIMITS, len(_LIMITS))

    def _call(self, name: str, *arguments: Any) -> None:  # noqa: ANN401 - of any function
        if not api.function("kernel32", name)(self._handle, *arguments):
            raise api.refused(name, api.last_error())

    def take(self, process: subprocess.Popen[bytes]) -> None:
        """Put a process into it that was begun suspended, and let it run.

        Raises:
            OSError: refused; the process has not run.
        """
        handle = ctypes.c_void_p(int(getattr(process, "_handle")))  # noqa: B009 - Windows' only
        self._call("AssignProcessToJobObject", handle)
        code = api.function("ntdll", "NtResumeProcess")(handle)
        if code:
            raise api.refused("NtResumeProcess", code)

    def end(self) -> None:
        """End all that is in it."""
        with contextlib.suppress(OSError):
            self._call("TerminateJobObject", 1)
        api.function("kernel32", "CloseHandle")(self._handle)


class WindowsExecution:
    """A running program: its output as it comes; its errors are kept meanwhile."""

    def __init__(self, program: Program, look: Callable[[], None], errors: Said) -> None:
        """As `Execution`: a Ctrl-C reaches us, and we end it.

        Raises:
            OSError: it can't be run.
        """
        self._look, self._errors = look, errors
        self._came: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._rest = memoryview(b"")
        self._over = self._let_go = False
        try:
            self._job, self._process = _begun(program)
        except OSError as error:
            raise OSError(errno.EIO, f"the imager can't be run: {detail_of(error)}") from error
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._hear)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        while piece := _next(self._process.stdout):
            self._came.put(piece)
        self._came.put(b"")

    def _hear(self) -> None:
        while piece := _next(self._process.stderr):
            self._errors.add(piece)

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes of its output; 0 means that it gives no more.

        Raises:
            OSError: a limit was met.
        """
        silent = 0
        while not (self._rest or self._over):
            self._look()
            try:
                self._rest = memoryview(self._came.get(timeout=LOOK_MS / 1000))
                self._over = not self._rest
            except queue.Empty:
                silent = 0 if self._process.poll() is None else silent + 1
                # It has ended; what it left running holds the pipe open, and gives nothing.
                self._over = silent * LOOK_MS >= GRACE * 1000
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def wait(self) -> int:
        """Its exit status, once it has ended. Its output was read before.

        Raises:
            OSError: a limit was met.
        """
        while self._process.poll() is None:
            self._look()
            time.sleep(LOOK_MS / 1000)
        self._threads[1].join(GRACE)
        return self._process.returncode

    def end(self) -> list[int]:
        """Let it go; what still runs of it is asked to end (Ctrl-Break), and then made to."""
        if self._let_go:
            return []
        self._let_go = True
        if self._process.poll() is None:
            ask = api.function("kernel32", "GenerateConsoleCtrlEvent")
            if ask(_BREAK, self._process.pid):  # else it has no console of ours
                self._ended()
        self._job.end()
        self._ended()
        for thread in self._threads:
            while thread.is_alive():
                with contextlib.suppress(queue.Empty):
                    self._came.get(timeout=LOOK_MS / 1000)
        return []  # nobody holds its pipes any more: nothing of it runs

    def _ended(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)


def _begun(program: Program) -> tuple[Job, subprocess.Popen[bytes]]:
    """The program, running in a job; nobody can change or rename its file before it does."""
    job, folder = Job(), windows_folder()
    environment = {
        "SYSTEMROOT": folder, "PATH": f"{folder}\\System32;{folder}", "TEMP": f"{folder}\\Temp",
        "TMP": f"{folder}\\Temp",
    }  # fmt: skip
    try:
        with same_program(program):
            process = subprocess.Popen(  # noqa: S603 - what the operator named, by its digest
                [program.path, *program.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, cwd=folder[:3], env=environment, bufsize=0,
                creationflags=_SUSPENDED | _OWN_GROUP,
            )  # fmt: skip
            try:
                job.take(process)
            except OSError:
                process.kill()
                raise
    except OSError:
        job.end()
        raise
    if process.stdin is not None:
        process.stdin.close()
    return job, process


def _next(pipe: Any) -> bytes:  # noqa: ANN401 - a pipe, or None
    with contextlib.suppress(OSError):  # it was ended
        return os.read(pipe.fileno(), PIECE)
    return b""


def pinned(path: str) -> int:
    """A descriptor of a file that nobody can write to, rename or delete while it is open.

    Raises:
        OSError: refused.
    """
    return api.opened(path, sharing=_READERS)


_READERS = 1  # FILE_SHARE_READ
