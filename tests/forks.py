"""Runs of a program in forks of a server that has loaded it: what costs most, it does once.

A fork has what a process that was started anew has: a session, streams, variables and a folder of
its own, and nothing else open; test_forks.py compares the two. Where the start itself is looked
at, the program is started. Run as a program this is the server, which only loads and forks.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import BinaryIO

MAINS = ("runs", "birth")
PACKAGES = ("chain_of_custody", "collectors", "evidence")
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
# The interpreter, or a library when it is loaded, asks for these once: they are the server's own.
FIXED = {"LC_ALL", "PATH", "HOME"}
FREE = {"COLUMNS", "HOZEN_LANG"}
NUMBER = struct.Struct("q")
LONGEST = 1 << 17  # bytes of a request, and of a piece of what is said
PATIENCE = 600  # seconds that a run may take


def possible(environment: Mapping[str, str]) -> bool:
    """Whether a fork of the server can have this environment: nothing is read at its start."""
    own = all(environment.get(name, ENVIRONMENT[name]) == ENVIRONMENT[name] for name in FIXED)
    return own and environment.keys() <= FIXED | FREE


class Fork:
    """A run, as `subprocess.Popen` has it, both streams in pipes and no input."""

    def __init__(self, module: str, arguments: Sequence[str], environment, folder=None) -> None:
        asked = {
            "module": module, "arguments": [*map(str, arguments)], "environment": environment,
            "folder": os.path.abspath(folder or "."), "niceness": os.nice(0),
        }  # fmt: skip
        pipes = [os.pipe() for _ in range(3)]
        with open(os.devnull, "rb") as nothing:
            its = [nothing.fileno(), *(end for _, end in pipes)]
            socket.send_fds(_server(), [json.dumps(asked).encode()], its)
        for _, end in pipes:
            os.close(end)
        self.stdout, self.stderr, self._told = (os.fdopen(end, "rb", 0) for end, _ in pipes)
        (self.pid,) = NUMBER.unpack(self._told.read(NUMBER.size))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, when it has ended."""
        if self.returncode is None and _readable([self._told], 0):
            status = self._told.read(NUMBER.size)
            assert status, "the server of forks is gone"
            self.returncode = os.waitstatus_to_exitcode(*NUMBER.unpack(status))
        return self.returncode

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # it has just ended, and the server has seen it
            if self.poll() is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = PATIENCE) -> tuple[bytes, bytes]:
        """Wait for its end; returns what it said."""
        until = time.monotonic() + timeout
        said: dict[BinaryIO, bytes] = {self.stdout: b"", self.stderr: b""}
        still = [self.stdout, self.stderr, self._told]
        while still:
            ready = _readable(still, until - time.monotonic())
            if not ready:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            for stream in ready:
                piece = self.poll() is None if stream is self._told else stream.read(LONGEST)
                if not piece:
                    still.remove(stream)
                elif stream is not self._told:
                    said[stream] += piece
        self.close()
        return said[self.stdout], said[self.stderr]

    def close(self) -> None:
        """Wait for its end, and hear nothing more of it."""
        assert _readable([self._told], PATIENCE), f"{self.pid} doesn't end"
        self.poll()
        for stream in (self.stdout, self.stderr, self._told):
            stream.close()


def run(module: str, arguments: Sequence[str], environment, folder=None, timeout=PATIENCE):
    """Run a module's `main` to its end; returns exit code and both streams."""
    fork = Fork(module, arguments, environment, folder)
    try:
        said = fork.communicate(timeout)
    except BaseException:
        fork.kill()
        fork.close()
        raise
    return fork.returncode, *said


def _readable(streams: Sequence[BinaryIO], seconds: float) -> list[BinaryIO]:
    return select.select(streams, [], [], max(0, seconds))[0]


@functools.cache
def _server() -> socket.socket:
    """Begin the server; it ends when nobody can ask any more."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, __file__, str(its.fileno())]
    server = subprocess.Popen(
        command, env=ENVIRONMENT, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    its.close()
    atexit.register(server.wait)
    atexit.register(ours.close)  # the last that is registered comes first
    return ours


# The server.


def load() -> None:
    """Import all of the program, and what it needs."""
    for module in MAINS:
        importlib.import_module(module)
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def serve(channel: socket.socket) -> None:
    """Fork when it is asked for, and tell whoever asked how the fork ended."""
    waiting = select.poll()  # holds no descriptor of its own
    waiting.register(channel, select.POLLIN)
    running: dict[int, tuple[int, int]] = {}
    while True:
        for found, _ in waiting.poll():
            if found != channel.fileno():
                waiting.unregister(found)
                os.close(found)
                pid, told = running.pop(found)
                _tell(told, os.waitpid(pid, 0)[1])
                os.close(told)
            elif forked := _asked(channel):
                running[forked[0]] = forked[1:]
                waiting.register(forked[0], select.POLLIN)
            else:
                return


def _asked(channel: socket.socket) -> tuple[int, int, int] | None:
    """Fork once; returns what becomes readable at its end, its number, and where to tell it."""
    message, given, _, _ = socket.recv_fds(channel, LONGEST, 4)
    if not message:
        return None
    *streams, told = given
    pid = os.fork()
    if pid == 0:
        _become(streams, **json.loads(message))
    for stream in streams:
        os.close(stream)
    _tell(told, pid)
    return os.pidfd_open(pid), pid, told


def _tell(told: int, number: int) -> None:
    with suppress(BrokenPipeError):  # who asked is gone
        os.write(told, NUMBER.pack(number))


def _become(streams: list[int], module, arguments, environment, folder, niceness) -> None:
    """Be the program, to the end of the process: nothing of the server's is run again."""
    try:
        os.setsid()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.chdir(folder)
        os.nice(max(0, niceness - os.nice(0)))  # of who asks: a test may have stepped back since
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        _open_streams()
        sys.argv, sys.path[0] = ["-c", *arguments], ""
        importlib.import_module(module).main(arguments)
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - as the interpreter does it
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _open_streams() -> None:
    """As the interpreter opens them in this locale."""
    kept = {"encoding": "utf-8", "closefd": False}
    sys.stdin = sys.__stdin__ = os.fdopen(0, errors="surrogateescape", **kept)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", errors="surrogateescape", **kept)
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, errors="backslashreplace", **kept)


if __name__ == "__main__":
    load()
    gc.freeze()  # a fork that collects garbage then leaves these pages shared
    serve(socket.socket(fileno=int(sys.argv[1])))
