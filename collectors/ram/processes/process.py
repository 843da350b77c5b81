"""A process's memory: its regions, whether they can be read, and what makes one worth keeping.

Read through /proc/PID/mem (proc_pid_mem(5)): the process is neither stopped nor traced.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Reason, detail_of, reason_of
from collectors.live.processes import procfs
from collectors.live.processes.executable import DELETED
from collectors.ram.processes.passed import Passed
from collectors.ram.ranges import Run, bytes_of

if TYPE_CHECKING:
    from collectors.files.source import Source
    from collectors.ram.processes.passed import Why

_SPECIAL = (b"[vvar", b"[vsyscall]")  # the kernel's own pages: reading them gives EIO
_DEVICES = b"/dev/"
_MEMORY_FILES = (b"/dev/shm/", b"/dev/zero")
_NO_PLACE = (*_MEMORY_FILES, b"/memfd:", b"/SYSV")
_NAMELESS = (b"[heap]", b"[stack]", b"[anon", b"/dev/zero", b"/memfd:")
_HIGHEST = 1 << 63  # pread(2) takes no larger offset
_OPEN_TO_ALL = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/")  # noqa: S108 - looked for, not used
_INJECTED = "memory without a file that can be written and run"
_LEADERLESS = "its first thread ended while others run on, so that it looks ended"


class Region(NamedTuple):
    """One line of /proc/PID/maps."""

    start: int
    end: int
    permissions: bytes
    path: bytes
    device: str = "0:0"
    """As the mount table names it; `0:0` where no file is mapped."""

    @property
    def name(self) -> str:
        """What it maps, or where it is."""
        return self.path.decode("utf-8", "replace") or f"{self.start:x}-{self.end:x}"

    @property
    def of_a_file(self) -> bool:
        """Whether its pages come from a file that has a place on a mount."""
        return self.path.startswith(b"/") and not self.path.startswith(_NO_PLACE)

    @property
    def readable(self) -> bool:
        """Whether it holds memory: not the kernel's own pages, nor a device's registers."""
        if b"r" not in self.permissions or self.end > _HIGHEST:
            return False
        if self.path.startswith(_DEVICES) and not self.path.startswith(_MEMORY_FILES):
            return False
        return not self.path.startswith(_SPECIAL)

    @property
    def injected(self) -> bool:
        """Whether code may have been written there: compilers do this, and so do intruders."""
        anonymous = not self.path or self.path.startswith(_NAMELESS)
        return anonymous and b"w" in self.permissions and b"x" in self.permissions


def regions(maps: bytes) -> list[Region]:
    """The regions in a table of mappings; lines that are none are left out."""
    found = []
    for line in maps.split(b"\n"):
        fields = line.split(None, 5)
        first, _, last = fields[0].partition(b"-") if len(fields) >= 5 else (b"", b"", b"")
        try:
            start, end = int(first, 16), int(last, 16)
            device = _device(fields[3]) if last else ""
        except ValueError:
            continue
        if start < end:
            path = fields[5] if len(fields) == 6 else b""
            found.append(Region(start, end, fields[1], path, device))
    return found


def _device(field: bytes) -> str:
    major, _, minor = field.partition(b":")
    return f"{int(major, 16)}:{int(minor, 16)}"


def runs(found: list[Region]) -> list[Run]:
    """What of them is to be read: the offset in /proc/PID/mem is the address."""
    return [Run(each.start, each.end, each.start) for each in found if each.readable]


class Living(NamedTuple):
    """A process with memory of its own."""

    pid: int
    start_ticks: int
    """Since boot: tells it from a later process of the same number."""
    program: str
    regions: list[Region]
    thread: tuple[int, int] | None = None
    """Number and start of one that is alive, where the first thread has ended: without that one,
    the process's own folder shows no memory."""
    stack: int = 0
    """Where the program's stack began, which tells it from a later one of the same process; 0 if
    that isn't known, as where the first thread has ended."""

    @property
    def folder(self) -> str:
        """Where its memory is shown."""
        own = f"/proc/{self.pid}"
        return own if self.thread is None else f"{own}/task/{self.thread[0]}"

    @property
    def since(self) -> int:
        """Ticks since boot at which that what the folder is of was started."""
        return self.start_ticks if self.thread is None else self.thread[1]

    @property
    def size(self) -> int:
        """Bytes that can be read."""
        return bytes_of(runs(self.regions))

    def suspicions(self) -> list[str]:
        """Why its memory is worth keeping, without knowing what is in it."""
        found = []
        if self.program.endswith(DELETED):
            found.append("its program was deleted")
        if self.program.startswith("/memfd:"):
            found.append("its program never was a file")
        if self.program.startswith(_OPEN_TO_ALL):
            found.append("its program lies where anybody may write")
        if self.thread is not None:
            found.append(_LEADERLESS)
        if any(region.injected for region in self.regions):
            found.append(_INJECTED)
        return found


def living(source: Source) -> Iterator[Living | Passed]:
    """Every process: those with memory, but for ourselves and those that we were started from.

    Our own memory holds the rules that are looked for, and our parents' the words of our command.
    Threads of the kernel have no memory of their own.

    Raises:
        OSError: /proc can't be listed.
    """
    ours = _family(source)
    for pid in procfs.numbers(source):
        yield _left_out(source, pid) if pid in ours else _looked_at(source, pid)


def named(source: Source, pid: int) -> Living | Passed:
    """A process that was asked for: one of our parents as well, but never we ourselves.

    Its number may be one that /proc doesn't list, or that of one of its threads.
    """
    status = procfs.status(procfs.peek(source, f"/proc/{pid}/status") or b"")
    if {str(pid), status.get("Tgid")} & {str(each) for each in _ourselves(source)}:
        return _left_out(source, pid)
    return _looked_at(source, pid)


def _family(source: Source) -> set[int]:
    """This process, what it started, and its parents up to the first one."""
    found, pid = _ourselves(source), os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        line = _line(source, pid)
        pid = line.parent if line is not None else 0
    return found


def _ourselves(source: Source) -> set[int]:
    """This process, and what it started."""
    return {os.getpid()} | {pid for pid, line in _lines(source) if line.parent == os.getpid()}


def _lines(source: Source) -> Iterator[tuple[int, procfs.Line]]:
    for pid in procfs.numbers(source):
        line = _line(source, pid)
        if line is not None:
            yield pid, line


def _line(source: Source, pid: int) -> procfs.Line | None:
    data = procfs.peek(source, f"/proc/{pid}/stat")
    try:
        return procfs.line(data) if data else None
    except ValueError:
        return None


def _left_out(source: Source, pid: int) -> Passed:
    line = _line(source, pid)
    return Passed(pid, "left out", _name(line) if line is not None else "")


def _looked_at(source: Source, pid: int) -> Living | Passed:
    name = ""
    try:
        line = procfs.line(source.snapshot(f"/proc/{pid}/stat").data)
        name = _name(line)
        thread = procfs.alive(source, pid) if line.leaderless else None
        if line.kernel_thread or (line.ended and thread is None):
            return Passed(pid, "kernel thread" if line.kernel_thread else "ended", name)
        found = Living(pid, line.start_ticks, "", [], thread, line.stack)
        maps = source.snapshot(f"{found.folder}/maps", limit=64 << 20).data
    except OSError as error:
        why: Why = "vanished" if reason_of(error) is Reason.ABSENT else "closed"
        return Passed(pid, why, name, detail_of(error))
    except ValueError as error:
        return Passed(pid, "closed", name, str(error))
    if not maps:  # as of one that ended since we saw it run
        return Passed(pid, "ended", name)
    program = procfs.link(source, f"{found.folder}/exe") or ""
    return found._replace(program=program, regions=regions(maps))


def _name(line: procfs.Line) -> str:
    return line.name.decode("utf-8", "replace")
