"""The files behind the running processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.files.reading import require_file
from collectors.files.snapshot import Stream
from collectors.live.document import Document, entry
from collectors.live.processes import executed, procfs, scripts
from collectors.live.processes.executable import Executable, executable
from collectors.live.processes.process import device
from collectors.named import pointers
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Reading, Stat
    from collectors.files.source import Source

FILE = 512 << 20  # bytes of one file at most: larger than any program that we know of
TOGETHER = 2 << 30  # bytes of all: what a quick run can afford
FILES = 2000  # likewise


@dataclass(slots=True, kw_only=True)
class Program:
    """A file behind one or more processes, and what became of it."""

    origin: str
    path: str
    device: int
    inode: int
    size: int
    deleted: bool
    script: bool
    pids: list[int] = field(default_factory=list)
    sha256: str | None = None
    why: str | None = "not read to its end"

    def row(self) -> dict[str, Any]:
        """For the JSON."""
        return {
            **entry("origin", self.origin), **entry("path", self.path),
            "device": device(self.device), "inode": self.inode, "size": self.size,
            "deleted": self.deleted, "script": self.script, "pids": self.pids,
            "sha256": self.sha256, "why": self.why,
        }  # fmt: skip


class _Hashed:
    """A program while it is read: its digest grows with the bytes that pass, no second read."""

    ended = False  # the call that gives 0 is the one that concludes

    def __init__(self, reading: Reading, program: Program) -> None:
        self._reading = reading
        self._program = program
        self._digest = hashlib.sha256()
        self.stat, self.method, self.taken = reading.stat, reading.method, reading.taken
        self._follow()

    def _follow(self) -> None:
        """What the reading has found so far."""
        found = self._reading
        self.ranges, self.missing, self.errors = found.ranges, found.missing, found.errors
        self.changed = found.changed

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        try:
            count = self._reading.readinto(buffer)
        finally:
            self._follow()
        self._digest.update(buffer[:count])
        if not count:
            self._conclude()
        return count

    def _conclude(self) -> None:
        if self.missing:
            self._program.why = self.missing[0].error
            return
        self._program.sha256, self._program.why = self._digest.hexdigest(), None

    def close(self) -> None:
        """Let the file go."""
        self._reading.close()


class RunningPrograms:
    """Takes the program file of every running process, also when deleted, and scripts being run.

    Cannot show libraries, programs that ended, nor what was changed in memory after the start.
    Files over 512 MiB, and what goes beyond 2 GiB or 2000 files, are gaps. Scripts are found by
    the interpreter's command line, which a process can forge, or as the file that it is given to
    read. Modules named by `-m` are found in the process's own folder alone, of what a shell was
    given by `-c` the files that it reads in. What a shell's script runs or reads in by a path from
    `/` or from home is followed; what else it reads in is not.
    """

    name: ClassVar[str] = "running-programs"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Each file once, in the order of process numbers; last the JSON with the digests."""
        pids = procfs.running(source, self.name)
        if isinstance(pids, Gap):
            yield pids
            return
        hunt = _Hunt(source)
        for pid in pids:
            yield from hunt.visit(pid)
        if hunt.programs:
            yield Artifact(
                origin=f"hozen:/{self.name}.json", kind="process", open=partial(_opened, hunt)
            )


def _opened(hunt: _Hunt) -> Stream:
    """Made when it is opened, last: by then the digests of what was read are known."""
    document = Document(RunningPrograms.name, "process")
    document.table("programs")
    for program in hunt.programs.values():
        document.row("programs", program.row())
    return Stream(document.pieces())


def _leading(one: Artifact | Gap, named: scripts.Named, *, by_shell: bool) -> Artifact | Gap:
    """A shell's script leads to what it names, where its paths are ours."""
    if isinstance(one, Gap) or not named.alike:
        return one
    found = partial(pointers.script, named.path, read_by_shell=by_shell)
    return one._replace(references=found)


class _Hunt:
    """Goes from process to process; takes every file once, within the limits."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.programs: dict[tuple[int, int], Program] = {}
        self._bytes = 0
        self._files = 0
        self._mounts = procfs.namespace(source, "self", "mnt")

    def visit(self, pid: int) -> Iterator[Artifact | Gap]:
        """The program of one process, and its script."""
        try:
            found = executable(self.source, pid)
        except OSError as error:
            if self._lost(pid):
                yield gap_from(f"/proc/{pid}/exe", "process", error)
            return
        yield from self._program(pid, found)
        yield from self._scripts(pid)

    def _lost(self, pid: int) -> bool:
        """Whether a process has a program that we missed; kernel threads and zombies have none."""
        try:
            line = procfs.line(procfs.peek(self.source, f"/proc/{pid}/stat") or b"")
        except ValueError:
            return True
        return not (line.kernel_thread or line.ended)

    def _program(self, pid: int, found: Executable) -> Iterator[Artifact | Gap]:
        link = found.link
        key = (found.stat.device, found.stat.inode)
        if self._known(key, pid):
            return
        # A name that leads elsewhere by now would lie about what was read.
        origin = found.path if found.reachable else link
        program = Program(
            origin=origin, path=found.path, device=key[0], inode=key[1], size=found.stat.size,
            deleted=found.deleted, script=False, pids=[pid],
        )  # fmt: skip
        self.programs[key] = program
        yield from self._take(program, link, follow=True)

    def _known(self, key: tuple[int, int], pid: int) -> bool:
        if key not in self.programs:
            return False
        if pid not in self.programs[key].pids:
            self.programs[key].pids.append(pid)
        return True

    def _scripts(self, pid: int) -> Iterator[Artifact | Gap]:
        """What the command line of a process says that it runs."""
        command = procfs.command(self.source, pid)
        by_shell = executed.by_shell(command)
        for told in executed.scripts(command):
            yield from self._told(pid, told, by_shell=by_shell)

    def _told(self, pid: int, told: executed.Script, *, by_shell: bool) -> Iterator[Artifact | Gap]:
        refused: tuple[str, OSError] | None = None
        if told.beyond:
            yield Gap(f"/proc/{pid}/cmdline", "process", Reason.SKIPPED, told.beyond)
        for name in told.paths:
            named = scripts.seen(self.source, pid, to_text(name), self._mounts)
            try:
                opened, found = scripts.looked_at(self.source, pid, named)
                require_file(found)
            except OSError as error:
                refused = refused or (named.path, error)
            else:
                for one in self._script(pid, named.path, opened, found):
                    yield _leading(one, named, by_shell=by_shell)
                return
        if told.sure and refused is not None:
            yield from self._unseen(pid, *refused)

    def _script(self, pid: int, path: str, opened: str, found: Stat) -> Iterator[Artifact | Gap]:
        if self._known((found.device, found.inode), pid):
            return
        program = Program(
            origin=opened, path=path, device=found.device, inode=found.inode, size=found.size,
            deleted=opened != path or found.nlink == 0, script=True, pids=[pid],
        )  # fmt: skip
        self.programs[found.device, found.inode] = program
        yield from self._take(program, opened, follow=opened.startswith(f"/proc/{pid}/fd/"))

    def _unseen(self, pid: int, path: str, error: OSError) -> Iterator[Gap]:
        gap = gap_from(path, "process", error)
        why = "not there" if gap.reason is Reason.ABSENT else gap.detail
        if self.source.once(path):
            yield gap._replace(detail=f"named by the command line of process {pid}, {why}")

    def _take(self, program: Program, path: str, *, follow: bool) -> Iterator[Artifact | Gap]:
        if not self.source.once(program.origin):
            program.why = "taken by another collector"
            return
        beyond = self._beyond(program.size)
        if beyond:
            program.why = beyond
            yield Gap(origin=program.origin, kind="process", reason=Reason.SKIPPED, detail=beyond)
            return
        self._files += 1
        self._bytes += program.size
        reading = partial(self._open, program, path, follow=follow)
        yield Artifact(origin=program.origin, kind="process", open=reading)

    def _beyond(self, size: int) -> str | None:
        """Which limit this file would break, in words."""
        if size > FILE:
            return f"{size} bytes; the limit for a program is {FILE}"
        if self._bytes + size > TOGETHER:
            return (
                f"{size} bytes after {self._bytes} already taken; the limit together is {TOGETHER}"
            )
        if self._files >= FILES:
            return f"{size} bytes; {FILES} programs were taken already"
        return None

    def _open(self, program: Program, path: str, *, follow: bool) -> Reading:
        try:
            reading = self.source.file(path, "process", follow=follow).open()
        except OSError as error:
            program.why = error.strerror or str(error)
            raise
        return _Hashed(reading, program)
