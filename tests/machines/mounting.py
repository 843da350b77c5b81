"""Real mounts for tests, and a FUSE file system whose server can misbehave.

Run as a program it is that server, speaking the kernel's protocol over /dev/fuse: `good` reads
well, `bad` has one block that can't be read, a read of `hangs` is never answered; `disk` is the
file that is named, some of its blocks bad.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
import subprocess
import sys
from contextlib import contextmanager, suppress

BLOCK = 4096
FILES = {2: (b"good", 3 * BLOCK), 3: (b"bad", 4 * BLOCK), 4: (b"hangs", BLOCK)}
BAD_OFFSET = BLOCK
BAD = {3: {1}}  # blocks
DISK = 5
_HEADER, _REPLY = struct.Struct("<IIQQIIII"), struct.Struct("<IiQ")
_LOOKUP, _GETATTR, _OPEN, _READ, _INIT, _OPENDIR, _READDIR = 1, 3, 14, 15, 26, 27, 28
_SILENT = {2, 36, 42}  # FORGET, INTERRUPT, BATCH_FORGET want no answer
_DONE = {18, 25, 29}  # RELEASE, FLUSH, RELEASEDIR
_libc = ctypes.CDLL(None, use_errno=True)


BIND, REMOUNT, READ_ONLY, STRICTATIME = 0x1000, 0x20, 0x1, 1 << 24


def mount(what: str, where: str, kind: str, options: str = "", *, flags: int = 0) -> None:
    if _libc.mount(what.encode(), where.encode(), kind.encode(), flags, options.encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), where)


def remount(where: object, options: str = "", *, flags: int = 0) -> None:
    mount("none", str(where), "tmpfs", options, flags=REMOUNT | flags)


def unmount(where: str) -> None:
    _libc.umount2(where.encode(), 0x3)  # MNT_FORCE | MNT_DETACH


def detach(where: object) -> None:
    """Take a mount away from its place: who has files of it open goes on with them."""
    assert _libc.umount2(str(where).encode(), 0x2) == 0  # MNT_DETACH


@contextmanager
def mounted(where, *, what="none", kind="tmpfs", options="", flags=0):
    os.makedirs(where, exist_ok=True)
    mount(str(what), str(where), kind, options, flags=flags)
    try:
        yield where
    finally:
        unmount(str(where))


_WITHOUT = """
set -e
kept=$1
mount --bind "$kept" /mnt
while shift; [ "$1" != -- ]; do
    [ ! -d "$1" ] || mount -t tmpfs -o mode=1777 none "$1"
done
mkdir -p "$kept"
mount --move /mnt "$kept"
shift
exec "$@"
"""


def without(places, kept) -> tuple[str, ...]:
    """Words before a command: for it these folders are empty, but for one that lies in them."""
    own = ("unshare", "--mount", "--propagation", "private", "sh", "-c", _WITHOUT, "sh")
    return (*own, *map(str, (kept, *places)), "--")


@contextmanager
def fuse(where, *, stopped: bool = False, disk=None, bad=()):
    """The misbehaving file system; its server stopped if that is wanted, with a disk if given."""
    os.makedirs(where, exist_ok=True)
    more = [] if disk is None else [str(disk), *map(str, bad)]
    command = [sys.executable, __file__, str(where), *more]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout.readline() == b"ready\n"
        if stopped:
            server.send_signal(signal.SIGSTOP)
        yield where
    finally:
        unmount(str(where))
        with suppress(ProcessLookupError):
            server.kill()
        server.wait()
        server.stdout.close()


def _attributes(node: int) -> bytes:
    size = 0 if node == 1 else FILES[node][1]
    mode = 0o40755 if node == 1 else 0o100644
    return struct.pack(
        "<6Q10I", node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, BLOCK, 0
    )


def _entries() -> bytes:
    found = b""
    for node, (name, _) in FILES.items():
        found += struct.pack("<QQII", node, node, len(name), 8) + name.ljust(
            -len(name) % 8 + len(name), b"\0"
        )
    return found


def _read(node: int, body: bytes) -> bytes | int | None:
    _, offset, size = struct.unpack_from("<QQI", body)
    name, length = FILES[node]
    if name == b"hangs":
        return None
    if BAD.get(node, set()) & set(range(offset // BLOCK, -(-(offset + size) // BLOCK))):
        return -errno.EIO
    if node == DISK:
        with open(sys.argv[2], "rb") as file:
            return os.pread(file.fileno(), size, offset)
    return b"x" * max(0, min(size, length - offset))


def _answer(opcode: int, node: int, body: bytes) -> bytes | int | None:
    """Bytes: the answer; a number: an error; None: silence."""
    if opcode in _SILENT:
        return None
    if opcode == _INIT:
        return struct.pack("<4I2H2I2H8I", 7, 31, 65536, 0, 16, 12, 65536, 1, *([0] * 10))
    if opcode == _LOOKUP:
        found = [n for n, (name, _) in FILES.items() if name == body.rstrip(b"\0")]
        if not found:
            return -errno.ENOENT
        return struct.pack("<4Q2I", found[0], 0, 60, 60, 0, 0) + _attributes(found[0])
    if opcode == _GETATTR:
        return struct.pack("<QII", 60, 0, 0) + _attributes(node)
    if opcode in (_OPEN, _OPENDIR):
        return struct.pack("<QII", 0, 0, 0)
    if opcode == _READDIR:
        return _entries() if struct.unpack_from("<QQ", body)[1] == 0 else b""
    if opcode == _READ:
        return _read(node, body)
    return b"" if opcode in _DONE else -errno.ENOSYS


def serve(where: str) -> None:
    device = os.open("/dev/fuse", os.O_RDWR)
    mount("hozentest", where, "fuse", f"fd={device},rootmode=40000,user_id=0,group_id=0")
    print("ready", flush=True)
    while True:
        try:
            request = os.read(device, 1 << 17)
        except OSError:  # unmounted
            return
        _, opcode, unique, node, *_ = _HEADER.unpack_from(request)
        answer = _answer(opcode, node, request[_HEADER.size :])
        if answer is None:
            continue
        number, payload = (answer, b"") if isinstance(answer, int) else (0, answer)
        with suppress(OSError):  # the caller was interrupted
            os.write(device, _REPLY.pack(_REPLY.size + len(payload), number, unique) + payload)


if __name__ == "__main__":
    if sys.argv[2:]:
        FILES[DISK] = (b"disk", os.path.getsize(sys.argv[2]))
        BAD[DISK] = set(map(int, sys.argv[3:]))
    serve(sys.argv[1])
