"""What operating systems do differently where a source is opened and read.

Windows reads at an offset only by moving to it first, so there one thread reads a descriptor at a
time; it has no device numbers, for which Linux' own packing stands in (linux/kdev_t.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable

_LONGEST = 1 << 15  # characters of a path of Windows


def windows_folder() -> str:
    """Where Windows is, as it says itself: variables of the host's could lead elsewhere.

    Raises:
        OSError: it doesn't say, or is no Windows.
    """
    room = ctypes.create_unicode_buffer(_LONGEST)
    if not ctypes.CDLL("kernel32").GetSystemWindowsDirectoryW(room, _LONGEST):
        raise OSError(errno.ENOTSUP, "GetSystemWindowsDirectoryW: refused")
    return room.value


WINDOWS = os.name == "nt"
ENVIRONMENT = {"SYSTEMROOT": windows_folder()} if WINDOWS else {"LC_ALL": "C"}
"""Of a process of ours: nothing of the host's but what Windows needs to start any program.

In no locale, since any other is files of the host's, and may be a converter: code of its own.
"""
READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Flags of open(2) for an image or a device."""
PLAIN = READ | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""For a file of ours that something else could have put a link or a pipe in the place of."""


def _read_into(descriptor: int, buffers: tuple[memoryview], offset: int) -> int:
    """As os.preadv(), of one buffer."""
    (buffer,) = buffers
    data = _read_at(descriptor, len(buffer), offset)
    buffer[: len(data)] = data
    return len(data)


def _read_at(descriptor: int, size: int, offset: int) -> bytes:
    """As os.pread()."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


def _pack(major: int, minor: int) -> int:
    return (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFF) << 12 | (major & ~0xFFF) << 32


def _major(device: int) -> int:
    return (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF


def _minor(device: int) -> int:
    return device & 0xFF | (device >> 12) & ~0xFF & 0xFFFF_FFFF


preadv: Callable[[int, tuple[memoryview], int], int] = getattr(os, "preadv", _read_into)
pread: Callable[[int, int, int], bytes] = getattr(os, "pread", _read_at)
makedev: Callable[[int, int], int] = getattr(os, "makedev", _pack)
major: Callable[[int], int] = getattr(os, "major", _major)
minor: Callable[[int], int] = getattr(os, "minor", _minor)
