"""Reads that may hang, done in a child process of ours with a deadline.

A read of a stale network mount or of a wedged FUSE file system can't be ended from inside: the
thread sleeps in the kernel. So it is done in a child; when the deadline passes, the child is killed
(or, where even that must wait, left behind) and the next request gets a new one.
"""

from __future__ import annotations

import errno
import json
import os
import select
import stat as modes
import struct
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from collectors.apart.interpreter import begin
from collectors.apart.pipes import close_pipes
from collectors.artifact import Stat
from collectors.files.descriptors import link_target, list_folder, look, open_evidence, what_is
from collectors.files.stat import stat_descriptor

_HEAD = struct.Struct("<cI")
_SLICE = 64 << 10  # bytes a frame: a pipe's default capacity
STARTING = 60.0  # seconds for our own interpreter: a machine being encrypted has little left
QUIET = 5.0  # seconds without any progress before a read is given up
TOTAL = 600.0  # seconds for one request, however lively: an endless file must end, too

_ENTRY = (
    "import sys; sys.path.insert(0, sys.argv[1]); from collectors.files.guard import serve; serve()"
)


# The child's side.


def _answer(out: BinaryIO, kind: bytes, payload: bytes | memoryview = b"") -> None:
    out.write(_HEAD.pack(kind, len(payload)))
    out.write(payload)
    out.flush()


def _serve_read(out: BinaryIO, path: str, follow: bool, limit: int) -> None:
    descriptor, noatime = open_evidence(path, follow=follow)
    try:
        found, _ = stat_descriptor(descriptor)
        if not modes.S_ISREG(found.mode):
            raise OSError(errno.ENOTSUP, f"{what_is(found.mode)}; not read")
        _answer(out, b"S", json.dumps([noatime, _pack(found)]).encode())
        while limit > 0:
            data = os.read(descriptor, min(_SLICE, limit))
            if not data:
                break
            limit -= len(data)
            _answer(out, b"D", data)
        more = limit <= 0 and os.read(descriptor, 1)
        _answer(out, b"Z", b"limit" if more else b"")
    finally:
        os.close(descriptor)


def _pack(found: Stat) -> list[int | None]:
    return [
        found.size, found.mode, found.uid, found.gid, found.nlink, found.device, found.inode,
        found.modified_ns, found.accessed_ns, found.changed_ns, found.born_ns,
    ]  # fmt: skip


def _unpack(values: list[Any]) -> Stat:
    names = (
        "size", "mode", "uid", "gid", "nlink", "device", "inode",
        "modified_ns", "accessed_ns", "changed_ns", "born_ns",
    )  # fmt: skip
    return Stat(**dict(zip(names, values, strict=True)))


def _serve_one(out: BinaryIO, request: dict[str, Any]) -> None:
    path = request["path"].encode("ascii").decode("unicode_escape")
    match request["op"]:
        case "read":
            _serve_read(out, path, request["follow"], request["limit"])
        case "list":
            listing = json.dumps([*list_folder(path)]).encode()
            for start in range(0, len(listing), _SLICE):
                _answer(out, b"D", listing[start : start + _SLICE])
            _answer(out, b"Z")
        case "link":
            _answer(out, b"D", json.dumps(link_target(path)).encode())
            _answer(out, b"Z")
        case "stat":
            _answer(out, b"D", json.dumps(_pack(look(path))).encode())
            _answer(out, b"Z")
        case "memory":
            from collectors.files.processmemory import serve_memory  # only where memory is read

            serve_memory(partial(_answer, out), path, request)


def serve() -> None:
    """The child: answer requests on standard input until it closes."""
    out = os.fdopen(os.dup(1), "wb")
    _answer(out, b"R")
    for line in sys.stdin.buffer:
        try:
            _serve_one(out, json.loads(line))
        except OSError as error:
            _answer(out, b"E", json.dumps([error.errno, error.strerror or str(error)]).encode())


# The parent's side.


class Guard:
    """Requests to the child, each with its deadline. One request at a time."""

    def __init__(self, *, quiet: float = QUIET, total: float = TOTAL) -> None:
        self.quiet = quiet
        self.total = total
        self.given_up: list[int] = []
        """Process numbers of children that had to be ended."""
        self._child: subprocess.Popen[bytes] | None = None
        self._left_behind: list[subprocess.Popen[bytes]] = []
        self._busy = False

    def _start(self) -> subprocess.Popen[bytes]:
        home = str(Path(__file__).resolve().parents[2])
        self._busy = False
        self._child = child = begin(_ENTRY, home)
        try:
            Answer(self, child, quiet=STARTING).frame()
        except TimeoutError as error:  # no fault of what is to be read
            raise OSError(errno.EIO, f"a process of ours didn't begin: {error.strerror}") from error
        return child

    def close(self) -> None:
        """End the child, if there is one, and collect those that were left behind before."""
        self._left_behind = [child for child in self._left_behind if child.poll() is None]
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        close_pipes(child)
        try:
            child.wait(0.5)
        except subprocess.TimeoutExpired:  # asleep in the kernel: it ends when the kernel lets it
            self.given_up.append(child.pid)
            self._left_behind.append(child)

    def send(self, op: str, path: str, **options: object) -> Answer:
        """Ask the child; the answer is read from what this returns.

        An earlier answer that was not read to its end is given up: its child is ended.

        Raises:
            OSError: the child can't be begun or asked.
        """
        if self._child is not None and (self._busy or self._child.poll() is not None):
            self.close()
        child = self._child or self._start()
        escaped = path.encode("unicode_escape").decode("ascii")
        request = json.dumps({"op": op, "path": escaped, **options}).encode() + b"\n"
        if child.stdin is None or child.stdout is None:
            raise OSError(errno.EPIPE, "the reading process has no pipes")
        child.stdin.write(request)
        self._busy = True
        return Answer(self, child, quiet=self.quiet)

    def asks(self, child: subprocess.Popen[bytes]) -> bool:
        """Whether this child is the one that is asked now."""
        return self._child is child

    def done(self, child: subprocess.Popen[bytes]) -> None:
        """The child's answer came to its end."""
        if self._child is child:
            self._busy = False

    def listing(self, path: str) -> list[tuple[str, str]]:
        """Names and types in a folder."""
        return [(name, kind) for name, kind in json.loads(self.send("list", path).everything())]

    def link(self, path: str) -> str:
        """Where a symbolic link points."""
        return str(json.loads(self.send("link", path).everything()))

    def stat(self, path: str) -> Stat:
        """What the file system says of a path, links not followed."""
        return _unpack(json.loads(self.send("stat", path).everything()))


class Answer:
    """The frames that the child sends for one request."""

    def __init__(self, guard: Guard, child: subprocess.Popen[bytes], *, quiet: float) -> None:
        self._guard = guard
        self._quiet = quiet
        self._child = child
        self._until = time.monotonic() + guard.total
        self._poll = select.poll()
        if child.stdout is not None:
            self._poll.register(child.stdout, select.POLLIN)

    def _exactly(self, count: int) -> bytes:
        data = bytearray(count)
        self._fill(memoryview(data))
        return bytes(data)

    def _fill(self, room: memoryview) -> None:
        done = 0
        while done < len(room):
            if not self._guard.asks(self._child) or self._child.stdout is None:
                raise OSError(errno.EIO, "the reading process was ended")
            left = self._until - time.monotonic()
            if left <= 0 or not self._poll.poll(min(self._quiet, left) * 1000):
                self._guard.close()
                over = f"not read to its end within {self._guard.total:g} s"
                silent = f"no answer within {self._quiet:g} s"
                raise TimeoutError(errno.ETIMEDOUT, over if left < self._quiet else silent)
            count = os.readv(self._child.stdout.fileno(), (room[done:],))
            if not count:
                self._guard.close()
                raise OSError(errno.EIO, "the reading process ended")
            done += count

    def frame(self, room: memoryview | None = None) -> tuple[bytes, bytes]:
        """The next frame: its kind and payload.

        Args:
            room: where data goes, instead of being the payload: from its start, and no more.

        Raises:
            OSError: what the child met, or TimeoutError when it met nothing in time.
        """
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        if room is not None and kind == b"D":
            self._fill(room[:size])
            return kind, b""
        payload = self._exactly(size) if size else b""
        if kind in b"EZ":
            self._guard.done(self._child)
        if kind == b"E":
            number, text = json.loads(payload)
            raise OSError(number, text)
        return kind, payload

    def abandon(self) -> None:
        """Nobody reads on: end the child, unless it serves another request already."""
        if self._guard.asks(self._child):
            self._guard.close()

    def opened(self) -> tuple[bool, Stat]:
        """The first frame of a read: whether the access time is left alone, and the stat."""
        _, payload = self.frame()
        noatime, values = json.loads(payload)
        return noatime, _unpack(values)

    def everything(self) -> bytes:
        """The payloads up to the end."""
        data = bytearray()
        while True:
            kind, payload = self.frame()
            if kind == b"Z":
                return bytes(data)
            data += payload
