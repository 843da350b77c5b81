"""statx(2): the only call that tells a file's birth time on Linux."""

from __future__ import annotations

import ctypes
import os
import struct

from collectors.artifact import Stat
from collectors.pathtext import to_bytes
from collectors.system import WINDOWS, makedev

_AT_FDCWD = -100
_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800  # looking must not mount anything
_AT_EMPTY_PATH = 0x1000
_BASIC_AND_BIRTH = 0x7FF | 0x800
_BIRTH = 0x800

# struct statx, linux/stat.h: nlink, uid, gid, mode, ino, size, blocks; atime, btime, ctime, mtime
# as seconds and nanoseconds; major and minor of the device. The mask stands before all.
_STATX = struct.Struct("=I12xIIIH2xQQQ8x" + "qI4x" * 4 + "8xII")
_Buffer = ctypes.c_char * 256
_libc_statx = None if WINDOWS else getattr(ctypes.CDLL(None), "statx", None)
_NS = 1_000_000_000


def stat_descriptor(
    descriptor: int, path: bytes = b"", flags: int = _AT_EMPTY_PATH
) -> tuple[Stat, int]:
    """What the system says of an open file, and its allocated blocks of 512 bytes.

    Args:
        descriptor: the file, or the folder that the path is relative to.
        path: empty for the open file itself.
        flags: statx(2)'s.

    Raises:
        OSError: as stat(2).
    """
    buffer = _Buffer()
    if _libc_statx is None or _libc_statx(descriptor, path, flags, _BASIC_AND_BIRTH, buffer) != 0:
        # Python's own stat tells what is wrong. Where nothing is, only statx is missing: in a C
        # library older than glibc 2.28, in a kernel older than 4.11, or behind a filter of calls.
        here = None if descriptor == _AT_FDCWD else descriptor
        found = os.stat(path, dir_fd=here, follow_symlinks=False) if path else os.fstat(descriptor)
        return from_os(found), found.st_blocks
    (
        mask, nlink, uid, gid, mode, inode, size, blocks,
        a_s, a_ns, b_s, b_ns, c_s, c_ns, m_s, m_ns, major, minor,
    ) = _STATX.unpack_from(buffer)  # fmt: skip
    stat = Stat(  # in the order of its fields: names would cost as much as the call itself
        size, mode, uid, gid, nlink, makedev(major, minor), inode,
        m_s * _NS + m_ns, a_s * _NS + a_ns, c_s * _NS + c_ns,
        b_s * _NS + b_ns if mask & _BIRTH else None,
    )  # fmt: skip
    return stat, blocks


def from_os(found: os.stat_result) -> Stat:
    """The same facts from Python's own stat, without the birth time."""
    return Stat(
        size=found.st_size,
        mode=found.st_mode,
        uid=found.st_uid,
        gid=found.st_gid,
        nlink=found.st_nlink,
        device=found.st_dev,
        inode=found.st_ino,
        modified_ns=found.st_mtime_ns,
        accessed_ns=found.st_atime_ns,
        changed_ns=found.st_ctime_ns,
        born_ns=None,
    )


def stat_path(path: str, directory: int | None = None) -> Stat:
    """The same of a path, links not followed and nothing mounted."""
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT
    here = _AT_FDCWD if directory is None else directory
    return stat_descriptor(here, to_bytes(path), flags)[0]
