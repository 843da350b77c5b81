"""Where the file lies that a process's command line names, seen from here.

A process may have another root, other mounts, or a folder that was deleted under it; and what it
calls its own (`/dev/fd/3`, `/proc/self`) would be ours if we looked there.
"""

from __future__ import annotations

import errno
import posixpath
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from collectors.files.paths import Paths
from collectors.live.processes import procfs
from collectors.live.processes.executable import DELETED

if TYPE_CHECKING:
    from collectors.artifact import Stat
    from collectors.files.source import Source

_ITSELF = re.compile(r"/proc/(?:thread-)?self")
_OPEN = re.compile(r"/proc/[0-9]+/fd/[0-9]+")


class Named(NamedTuple):
    """A file that a process was told to run."""

    path: str
    """Where it is to be opened."""
    target: str
    """How the kernel names it among the process's open files."""
    alike: bool
    """Whether paths mean to the process what they mean here."""


class _Seen(Paths):
    """Paths as the process sees them."""

    def __init__(self, source: Source, pid: int, base: str) -> None:
        super().__init__("/", source.mounts)
        self._source = source
        self._pid = pid
        self._base = base

    def readlink(self, path: str) -> str:
        """Where a link leads it; an open file is itself, whatever name it has.

        Raises:
            OSError: it is no link (EINVAL), or can't be read.
        """
        if _ITSELF.fullmatch(path):
            return str(self._pid)
        if _OPEN.fullmatch(path):
            raise OSError(errno.EINVAL, "an open file")
        return self._source.readlink(self._base + path)


def seen(source: Source, pid: int, name: str, mounts: int | None) -> Named:
    """What a name on a command line means.

    Args:
        source: the machine.
        pid: whose command line it is.
        name: as it stands there.
        mounts: our own namespace of mounts.
    """
    root = (procfs.link(source, f"/proc/{pid}/root") or "/").rstrip("/")
    folder = procfs.link(source, f"/proc/{pid}/cwd") or "/"
    elsewhere = procfs.namespace(source, pid, "mnt") not in (mounts, None)
    base, alike = root, not root and not elsewhere
    if elsewhere:
        base = f"/proc/{pid}/root"
    elif not name.startswith("/") and not _is_below(folder, root):
        base = root = ""
    if _is_below(folder, root):
        folder = folder.removeprefix(root) or "/"
    if folder.endswith(DELETED) and not source.exists(base + folder):
        folder = folder.removesuffix(DELETED)
    path = posixpath.join(folder, name)
    try:
        path = _Seen(source, pid, base).resolve(path)
    except OSError:
        path = posixpath.normpath(path)  # to look at it says why
    if path.startswith(f"/proc/{pid}/"):
        return Named(path, path, alike)
    return Named(base + path, root + path, alike)


def _is_below(folder: str, root: str) -> bool:
    return folder == root or folder.startswith(root + "/")


def looked_at(source: Source, pid: int, named: Named) -> tuple[str, Stat]:
    """The place to open it by, and its stat: one that was deleted is open in the process, still.

    Raises:
        OSError: it can't be seen, or ENOTSUP: an open file that is no regular one.
    """
    if _OPEN.fullmatch(named.path):
        return named.path, _stat_of_open(source, named.path)
    try:
        return named.path, source.look(named.path)
    except OSError:
        deleted = named.target + DELETED
        with suppress(OSError):
            for number, target in procfs.descriptors(source, pid).files:
                if target == deleted:
                    place = f"/proc/{pid}/fd/{number}"
                    return place, _stat_of_open(source, place)
        raise


def _stat_of_open(source: Source, place: str) -> Stat:
    found = source.snapshot(place, limit=0, follow=True).stat
    if found is None:
        raise FileNotFoundError(errno.ENOENT, f"{place} has no stat")
    return found
