"""What operating systems do differently where a bundle's files are opened, read and written.

Windows has no flag against links and none is needed against inheritance (PEP 446); it has one
against the translation of line ends, which nothing here wants. It keeps its own cache and isn't
told what to fetch or to forget.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

_ALWAYS = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)  # fmt: skip
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _ALWAYS
"""Flags of open(2) for a file that is there; where a system knows how, a link is none, and a pipe
in its place keeps nobody waiting."""
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ALWAYS
"""For a file whose name nothing may have."""
OVER = os.O_RDWR | os.O_CREAT | os.O_TRUNC | _ALWAYS
"""For one that takes the place of what a cut-off run left under its name."""

_WAITS_NOT = getattr(os, "O_NONBLOCK", 0)
_NAMED = os.O_RDONLY | _WAITS_NOT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_ADVISED = hasattr(os, "posix_fadvise")


_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}
"""What flock(2) says where it can't lock a file that is open for reading (NFS, some FUSE)."""
_BEHIND = 1 << 40  # a byte that no document has: Windows lets nobody read what is locked


def read_named(path: str | Path, limit: int) -> bytes:
    """What somebody gave by its name, at most so much; a pipe into which nobody writes is empty.

    Raises:
        OSError: it can't be read, or is a folder.
    """
    descriptor = os.open(path, _NAMED)
    try:
        if _WAITS_NOT:
            os.set_blocking(descriptor, True)  # for who is about to write (`--key <(gpg -d …)`)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit)
    except OSError as error:
        error.filename = os.fspath(path)  # else it names nothing, or the descriptor
        raise
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> None:
    """Hold a lock on this file until it is closed; nobody is waited for.

    Where a file system knows no locks, there is none.

    Raises:
        BlockingIOError: somebody else holds it.
        OSError: the medium failed.
    """
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _BEHIND, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EDEADLK):
                raise
            raise BlockingIOError(error.errno, error.strerror) from error
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def processors() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fetch(descriptor: int, offset: int, size: int) -> None:
    """Have the system read a range of a file ahead, where it takes advice."""
    if _ADVISED:
        os.posix_fadvise(descriptor, offset, size, os.POSIX_FADV_WILLNEED)


def forget(descriptor: int) -> None:
    """Have the system give up what it caches of a file, where it takes advice."""
    if _ADVISED:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def has_attributes(path: str) -> bool:
    """Whether a file carries extended attributes; where the system knows none, it carries none.

    Raises:
        OSError: it can't be asked.
    """
    if not hasattr(os, "listxattr"):
        return False
    try:
        return bool(os.listxattr(path, follow_symlinks=False))
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # vfat and others know none
            return False
        raise
