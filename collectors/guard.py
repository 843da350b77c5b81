"""Reads that may hang, done in a child process of ours with a deadline.

A read of a stale network mount or of a wedged FUSE file system can't be ended from inside: the
thread sleeps in the kernel. So it is done in a child; when the deadline passes, the child is killed
(or, where even that must wait, left behind) and the next request gets a new one.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import stat as modes
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from collectors.artifact import Stat
from collectors.stat import stat_descriptor, stat_path

_HEAD = struct.Struct("<cI")
_SLICE = 64 << 10  # bytes a frame: a pipe's default capacity
QUIET = 5.0  # seconds without any progress before a read is given up
TOTAL = 600.0  # seconds for one request, however lively: an endless file must end, too

_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from collectors.guard import serve; serve()"


def open_evidence(path: str, *, follow: bool = False) -> tuple[int, bool]:
    """Open a regular file for reading without touching its access time where that is allowed.

    Never blocks on a FIFO, never becomes a controlling terminal, follows no link unless told to.

    Returns:
        The descriptor, and whether the access time is left alone.

    Raises:
        OSError: as open(2); ENOTSUP when it is no regular file.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    if not follow:
        flags |= os.O_NOFOLLOW
    try:
        return os.open(path, flags | os.O_NOATIME), True
    except PermissionError:  # O_NOATIME is for the owner and root only, open(2)
        return os.open(path, flags), False
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return _open_deep(path, flags)


def _open_deep(path: str, flags: int) -> tuple[int, bool]:
    """Open a path longer than PATH_MAX, folder by folder."""
    *folders, name = path.strip("/").split("/")
    here = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, flags, dir_fd=here), False
    finally:
        os.close(here)


def what_is(mode: int) -> str:
    """A special file's type in words."""
    for test, name in (
        (modes.S_ISDIR, "a folder"), (modes.S_ISFIFO, "a named pipe"), (modes.S_ISSOCK, "a socket"),
        (modes.S_ISCHR, "a character device"), (modes.S_ISBLK, "a block device"),
        (modes.S_ISLNK, "a symbolic link"),
    ):  # fmt: skip
        if test(mode):
            return name
    return "no regular file"


def list_folder(path: str) -> list[tuple[str, str]]:
    """Names and types (`f d l o`) in a folder, sorted by raw bytes; its access time is left alone."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags | os.O_NOATIME)
    except PermissionError:
        descriptor = os.open(path, flags)
    try:
        with os.scandir(descriptor) as entries:
            found = [(entry.name, _type_of(entry)) for entry in entries]
    finally:
        os.close(descriptor)
    return sorted(found, key=lambda entry: os.fsencode(entry[0]))


def _type_of(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "l"
    if entry.is_file(follow_symlinks=False):
        return "f"
    return "d" if entry.is_dir(follow_symlinks=False) else "o"


# The child's side.


def _answer(out: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
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
        _answer(out, b"Z", b"" if limit > 0 else b"limit")
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
            listing = json.dumps(list_folder(path)).encode()
            for start in range(0, len(listing), _SLICE):
                _answer(out, b"D", listing[start : start + _SLICE])
            _answer(out, b"Z")
        case "link":
            _answer(out, b"D", json.dumps(os.readlink(path)).encode())
            _answer(out, b"Z")
        case "stat":
            _answer(out, b"D", json.dumps(_pack(stat_path(path))).encode())
            _answer(out, b"Z")


def serve() -> None:
    """The child: answer requests on standard input until it closes."""
    out = os.fdopen(os.dup(1), "wb")
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

    def _start(self) -> subprocess.Popen[bytes]:
        home = str(Path(__file__).resolve().parent.parent)
        self._child = subprocess.Popen(  # our own interpreter, isolated from the host's environment
            [sys.executable, "-I", "-B", "-S", "-c", _ENTRY, home],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            cwd="/", env={},
        )  # fmt: skip
        return self._child

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.kill()
        try:
            child.wait(0.5)
        except subprocess.TimeoutExpired:  # asleep in the kernel: it ends when the kernel lets it
            self.given_up.append(child.pid)

    def send(self, op: str, path: str, **options: object) -> Answer:
        """Ask the child; the answer is read from what this returns."""
        child = self._child or self._start()
        if child.poll() is not None:
            self.close()
            child = self._start()
        escaped = path.encode("unicode_escape").decode("ascii")
        request = json.dumps({"op": op, "path": escaped, **options}).encode() + b"\n"
        if child.stdin is None or child.stdout is None:
            raise OSError(errno.EPIPE, "the reading process has no pipes")
        child.stdin.write(request)
        return Answer(self, child.stdout.fileno())

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

    def __init__(self, guard: Guard, descriptor: int) -> None:
        self._guard = guard
        self._pipe = descriptor
        self._until = time.monotonic() + guard.total
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            left = min(self._guard.quiet, self._until - time.monotonic())
            if left <= 0 or not self._poll.poll(left * 1000):
                self._guard.close()
                raise TimeoutError(errno.ETIMEDOUT, f"no answer within {self._guard.quiet:g} s")
            piece = os.read(self._pipe, count - len(data))
            if not piece:
                self._guard.close()
                raise OSError(errno.EIO, "the reading process ended")
            data += piece
        return bytes(data)

    def frame(self) -> tuple[bytes, bytes]:
        """The next frame: its kind and payload.

        Raises:
            OSError: what the child met, or TimeoutError when it met nothing in time.
        """
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        payload = self._exactly(size) if size else b""
        if kind == b"E":
            number, text = json.loads(payload)
            raise OSError(number, text)
        return kind, payload

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
