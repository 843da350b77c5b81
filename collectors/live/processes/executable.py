"""The program behind a process: which file it is, and whether its name still leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.live.processes import procfs

if TYPE_CHECKING:
    from collectors.artifact import Stat
    from collectors.files.source import Source

DELETED = " (deleted)"  # what the kernel adds to the name of an unlinked file, proc_pid_exe(5)


def stat_of(source: Source, path: str) -> Stat | None:
    """What the file system says of a path, links not followed; None where nothing can be seen."""
    try:
        return source.look(path)
    except OSError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Executable:
    """A running program's file."""

    path: str
    """As the kernel names it, without its mark of deletion."""
    link: str
    """Below /proc, where it can be read whether it has a name or not."""
    stat: Stat
    deleted: bool
    reachable: bool
    """Whether the path, seen from here, leads to this very file."""


def executable(source: Source, pid: int) -> Executable:
    """The file that a process runs.

    A file really named `x (deleted)` is told from a deleted `x` by looking for it.

    Raises:
        OSError: the process has none (kernel threads), ended, or may not be looked at.
    """
    link = f"/proc/{pid}/exe"
    try:
        name = source.readlink(link)
    except FileNotFoundError:
        link = f"/proc/{procfs.shown_at(source, pid)}/exe"
        name = source.readlink(link)
    found = source.snapshot(link, limit=0, follow=True).stat
    if found is None:
        raise FileNotFoundError(f"{link} has no stat")
    reachable = same(stat_of(source, name), found) if name.startswith("/") else False
    deleted = name.endswith(DELETED) and not reachable
    path = name.removesuffix(DELETED) if deleted else name
    return Executable(path=path, link=link, stat=found, deleted=deleted, reachable=reachable)


def same(one: Stat | None, other: Stat) -> bool:
    """Whether both speak of one file."""
    return one is not None and (one.device, one.inode) == (other.device, other.inode)
