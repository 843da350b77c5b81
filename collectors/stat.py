"""statx(2): the only call that tells a file's birth time on Linux."""

from __future__ import annotations

import ctypes
import os
import struct

from collectors.artifact import Stat

_AT_FDCWD = -100
_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800  # looking must not mount anything
_AT_EMPTY_PATH = 0x1000
_BASIC_AND_BIRTH = 0x7FF | 0x800
_BIRTH = 0x800

# struct statx, linux/stat.h: mask, blksize, attributes, nlink, uid, gid, mode, pad, ino, size, blocks,
# attributes_mask, then atime, btime, ctime, mtime as (s64 sec, u32 nsec, s32 pad), rdev and dev.
_STATX = struct.Struct("=IIQIIIHHQQQQ" + "qIi" * 4 + "IIII")
_libc_statx = getattr(ctypes.CDLL(None, use_errno=True), "statx", None)
_NS = 1_000_000_000


def _statx(descriptor: int, path: bytes, flags: int) -> tuple[Stat, int]:
    if _libc_statx is None:  # a C library older than glibc 2.28: no birth times
        found = os.fstat(descriptor) if not path else os.lstat(path)
        return from_os(found), found.st_blocks
    buffer = ctypes.create_string_buffer(256)
    if _libc_statx(descriptor, path, flags, _BASIC_AND_BIRTH, buffer) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path or None)
    (
        mask, _, _, nlink, uid, gid, mode, _, inode, size, blocks, _,
        a_s, a_ns, _, b_s, b_ns, _, c_s, c_ns, _, m_s, m_ns, _, _, _, major, minor,
    ) = _STATX.unpack_from(buffer)  # fmt: skip
    stat = Stat(
        size=size,
        mode=mode,
        uid=uid,
        gid=gid,
        nlink=nlink,
        device=os.makedev(major, minor),
        inode=inode,
        modified_ns=m_s * _NS + m_ns,
        accessed_ns=a_s * _NS + a_ns,
        changed_ns=c_s * _NS + c_ns,
        born_ns=b_s * _NS + b_ns if mask & _BIRTH else None,
    )
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


def stat_descriptor(descriptor: int) -> tuple[Stat, int]:
    """What the system says of an open file, and its allocated blocks of 512 bytes."""
    return _statx(descriptor, b"", _AT_EMPTY_PATH)


def stat_path(path: str, directory: int | None = None) -> Stat:
    """The same of a path, links not followed and nothing mounted."""
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT
    return _statx(_AT_FDCWD if directory is None else directory, os.fsencode(path), flags)[0]
