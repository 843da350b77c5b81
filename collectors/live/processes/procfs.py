"""The shape of /proc: process numbers, open files, namespaces (proc(5))."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.artifact import Gap, Reason, gap_from
from collectors.live.shelf import not_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

FILES_AT_MOST = 4096  # open files told of one process; the rest is counted
_SOCKET = re.compile(r"socket:\[([0-9]+)\]")
_NAMESPACE = re.compile(r"[a-z_]+:\[([0-9]+)\]")
KERNEL_THREAD = 0x0020_0000  # PF_KTHREAD, linux/sched.h


def numbers(source: Source) -> list[int]:
    """The process numbers that /proc lists, ascending.

    Raises:
        OSError: /proc can't be listed.
    """
    return sorted(int(name) for name, _ in source.listing("/proc") if name.isdecimal())


def running(source: Source, collector: str) -> list[int] | Gap:
    """The process numbers of a running machine, or the one gap of why there are none to visit."""
    if not source.live:
        return not_running(collector, "process")
    try:
        pids = numbers(source)
    except OSError as error:
        return gap_from("/proc", "process", error)
    return pids or Gap("/proc", "process", Reason.ABSENT, "lists no process")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What /proc/<pid>/stat says that hozen uses."""

    name: bytes
    state: str
    parent: int
    group: int
    session: int
    terminal: int
    flags: int
    user_ticks: int
    system_ticks: int
    threads: int
    start_ticks: int
    stack: int
    """Where its stack began: at another address in each program that it runs. 0 if not told."""

    @property
    def kernel_thread(self) -> bool:
        """Whether this is a thread of the kernel, which has no program."""
        return bool(self.flags & KERNEL_THREAD)

    @property
    def ended(self) -> bool:
        """Whether only its exit code is left (zombie, dead)."""
        return self.state in "ZXx"

    @property
    def leaderless(self) -> bool:
        """Whether this is the first thread of a process, and ended while others run on."""
        return self.ended and self.threads > 1


def line(data: bytes) -> Line:
    """Read /proc/<pid>/stat; the name may hold anything, `)` and newlines included.

    Raises:
        ValueError: this is no stat line.
    """
    before, bracket, after = data.rpartition(b")")
    fields = after.split()
    if not bracket or len(fields) < 20:
        raise ValueError("no line of /proc/<pid>/stat")
    value = [int(number) for number in fields[1:20]]  # value[n - 4] is field n of the manual
    return Line(
        name=before.partition(b"(")[2], state=fields[0].decode("ascii", "replace"),
        parent=value[0], group=value[1], session=value[2], terminal=value[3], flags=value[5],
        user_ticks=value[10], system_ticks=value[11], threads=value[16], start_ticks=value[18],
        stack=int(fields[25]) if len(fields) > 25 else 0,
    )  # fmt: skip


def alive(source: Source, pid: int) -> tuple[int, int] | None:
    """A thread of a process whose first one has ended: its number, and when it was started.

    Raises:
        OSError: its threads can't be listed.
    """
    for number in sorted(int(name) for name, _ in source.listing(f"/proc/{pid}/task")):
        try:
            found = line(peek(source, f"/proc/{pid}/task/{number}/stat") or b"")
        except ValueError:
            continue  # it has ended as well
        if not found.ended:
            return number, found.start_ticks
    return None


def shown_at(source: Source, pid: int) -> str:
    """Where below /proc a process is shown: once its first thread has ended, at a living one."""
    try:
        found = line(peek(source, f"/proc/{pid}/stat") or b"")
        thread = alive(source, pid) if found.leaderless else None
    except (ValueError, OSError):
        return str(pid)
    return str(pid) if thread is None else f"{pid}/task/{thread[0]}"


def status(data: bytes) -> dict[str, str]:
    """The fields of /proc/<pid>/status."""
    fields = {}
    for part in data.split(b"\n"):
        key, colon, value = part.partition(b":")
        if colon:
            fields[key.decode("ascii", "replace")] = value.strip().decode("utf-8", "replace")
    return fields


@dataclass(slots=True, kw_only=True)
class Descriptors:
    """The open files of one process."""

    files: list[tuple[int, str]] = field(default_factory=list)
    more: int = 0

    @property
    def sockets(self) -> list[int]:
        """The inodes of its sockets."""
        found = (_SOCKET.fullmatch(target) for _, target in self.files)
        return [int(match[1]) for match in found if match]


def descriptors(source: Source, pid: int | str) -> Descriptors:
    """What a process has open; what it closes while we look is left out.

    Raises:
        OSError: the folder can't be listed, or (PermissionError) its links can't be read.
    """
    names = [name for name, _ in source.listing(f"/proc/{pid}/fd") if name.isdecimal()]
    found = sorted(int(name) for name in names)
    result = Descriptors(more=max(0, len(found) - FILES_AT_MOST))
    for number in found[:FILES_AT_MOST]:
        try:
            result.files.append((number, source.readlink(f"/proc/{pid}/fd/{number}")))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return result


def namespace(source: Source, pid: int | str, kind: str) -> int | None:
    """The inode of a process's namespace, None where it can't be seen."""
    try:
        found = _NAMESPACE.fullmatch(source.readlink(f"/proc/{pid}/ns/{kind}"))
    except OSError:
        return None
    return int(found[1]) if found else None


def peek(source: Source, path: str) -> bytes | None:
    """A small file for the JSON only; None where it can't be read (its collector tells why)."""
    try:
        return source.snapshot(path).data
    except OSError:
        return None


def link(source: Source, path: str) -> str | None:
    """Where a link points, None where it can't be seen."""
    try:
        return source.readlink(path)
    except OSError:
        return None


def command(source: Source, pid: int) -> list[bytes]:
    """The command line of a process, argument by argument; empty where it has none."""
    data = peek(source, f"/proc/{pid}/cmdline") or b""
    return data.removesuffix(b"\0").split(b"\0") if data else []


def owners(source: Source) -> tuple[dict[int, list[int]], list[int]]:
    """Who has which socket open: inode to process numbers, and the processes that hide theirs."""
    found: dict[int, list[int]] = {}
    closed: list[int] = []
    for pid in numbers(source):
        try:
            inodes = sorted(set(descriptors(source, pid).sockets))
        except PermissionError:
            closed.append(pid)
            continue
        except OSError:
            continue  # ended meanwhile
        for inode in inodes:
            found.setdefault(inode, []).append(pid)
    return found, closed


def each(source: Source, kind: str) -> Iterator[tuple[int, int]]:
    """One process for every distinct namespace of a kind: namespace inode, process number."""
    seen: set[int] = set()
    for pid in numbers(source):
        inode = namespace(source, pid, kind)
        if inode is not None and inode not in seen:
            seen.add(inode)
            yield inode, pid
