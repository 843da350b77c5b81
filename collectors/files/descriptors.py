"""The system calls that touch evidence: opening, listing and looking, without leaving a trace.

A path longer than PATH_MAX (4096 bytes) can exist but can't be named in one call: it is reached
folder by folder, see `reaching`.
"""

from __future__ import annotations

import errno
import os
import stat as modes
from typing import TYPE_CHECKING, TypeVar

from collectors.files.names import in_order
from collectors.files.stat import stat_descriptor, stat_path
from collectors.system import READ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.artifact import Stat
    from collectors.files.names import Entry

_T = TypeVar("_T")
# Only Linux knows all of these. Elsewhere nothing is opened here: a volume is read raw.
_NAMES = ("O_PATH", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_NOATIME")
_PATH, _DIRECTORY, _NOFOLLOW, _NONBLOCK, _NOCTTY, _NOATIME = (getattr(os, n, 0) for n in _NAMES)
_FILE = READ | _NONBLOCK | _NOCTTY
_FOLDER = READ | _DIRECTORY | _NOFOLLOW
_STEP = READ | _PATH | _DIRECTORY | _NOFOLLOW
_STRIDE = 15  # names of at most 255 bytes and their slashes: 3840 bytes, below PATH_MAX


def reaching(path: str, call: Callable[[str, int | None], _T]) -> _T:
    """Do a system call on a path of any length.

    Args:
        path: absolute.
        call: gets a path, and the descriptor of the folder that it is relative to, or None.

    Raises:
        OSError: what the call raises, or a step on the way.
    """
    try:
        return call(path, None)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
    folder, rest = _approach(path)
    try:
        return call(rest, folder)
    finally:
        os.close(folder)


def _approach(path: str) -> tuple[int, str]:
    """The descriptor of a folder near the end of a path, and the rest of the path."""
    parts = path.strip("/").split("/")
    here = os.open("/", _STEP)
    try:
        for start in range(0, len(parts) - _STRIDE, _STRIDE):
            below = os.open("/".join(parts[start : start + _STRIDE]), _STEP, dir_fd=here)
            os.close(here)
            here = below
    except OSError:
        os.close(here)
        raise
    done = len(range(0, len(parts) - _STRIDE, _STRIDE)) * _STRIDE
    return here, "/".join(parts[done:])


def _open(path: str, flags: int) -> tuple[int, bool]:
    try:
        return reaching(path, lambda p, d: os.open(p, flags | _NOATIME, dir_fd=d)), True
    except PermissionError:  # O_NOATIME is for the owner and root only, open(2)
        return reaching(path, lambda p, d: os.open(p, flags, dir_fd=d)), False


def open_evidence(path: str, *, follow: bool = False, listed: bool = False) -> tuple[int, bool]:
    """Open a regular file for reading without touching its access time where that is allowed.

    Its type is looked at first, since opening alone has effects: it starts a watchdog, rewinds a
    tape, lets the writer of a named pipe go on.

    Args:
        path: absolute.
        follow: whether a link in the last place is followed.
        listed: whether a listing has just said that it is a regular file; saves that look.

    Returns:
        The descriptor, and whether the access time is left alone.

    Raises:
        OSError: as open(2); ENOTSUP when it is no regular file.
    """
    if not listed:
        mode = os.stat(path).st_mode if follow else look(path).mode
        if not modes.S_ISREG(mode):
            raise OSError(errno.ENOTSUP, f"{what_is(mode)}; not read")
    flags = _FILE if follow else _FILE | _NOFOLLOW
    try:
        return os.open(path, flags | _NOATIME), True
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EACCES, errno.ENAMETOOLONG):
            raise
    return _open(path, flags)


def open_folder(path: str) -> tuple[int, bool]:
    """Open a folder for listing; the same promises."""
    return _open(path, _FOLDER)


def look(path: str) -> Stat:
    """What the file system says of a path, links not followed."""
    return reaching(path, stat_path)


def link_target(path: str) -> str:
    """Where a symbolic link points."""
    return reaching(path, lambda p, d: os.readlink(p, dir_fd=d))


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


def list_folder(path: str) -> Iterable[Entry]:
    """Names and types (`f d l o`) in a folder, sorted by raw bytes; access time left alone."""
    descriptor, _ = open_folder(path)
    try:
        return scan(descriptor)
    finally:
        os.close(descriptor)


class FolderDescriptor:
    """A folder, opened once to look at everything in it without naming its path again."""

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            OSError: as open(2).
        """
        self._descriptor, _ = open_folder(path)

    def entries(self) -> Iterable[Entry]:
        """Names and types, sorted by raw bytes."""
        return scan(self._descriptor)

    def itself(self) -> Stat:
        """What the file system says of the folder."""
        return stat_descriptor(self._descriptor)[0]

    def look(self, name: str) -> Stat:
        """The same of an entry, links not followed."""
        return stat_path(name, self._descriptor)

    def target(self, name: str) -> str:
        """Where a link in it points."""
        return os.readlink(name, dir_fd=self._descriptor)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


def scan(descriptor: int) -> Iterable[Entry]:
    """The same of an open folder."""
    with os.scandir(descriptor) as entries:
        return in_order(
            (entry.name, "f" if entry.is_file(follow_symlinks=False) else _other_type(entry))
            for entry in entries
        )


def _other_type(entry: os.DirEntry[str]) -> str:
    if entry.is_dir(follow_symlinks=False):
        return "d"
    return "l" if entry.is_symlink() else "o"
