"""The running processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, gap_from
from collectors.live.document import Document, entry
from collectors.live.processes import hidden, procfs
from collectors.live.processes.process import Boot, Process
from collectors.live.shelf import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

# Raw files of a process, what changes soonest first. A kernel thread or a process of which only the
# exit code is left has no address space: most of these say nothing then.
FILES = (
    "stat", "cmdline", "status", "environ", "maps", "cgroup", "io", "wchan", "stack", "limits",
    "loginuid",
)  # fmt: skip
WITHOUT_PROGRAM = ("stat", "status", "cgroup", "wchan", "stack")
# Refused to all but root whatever the process: told once, not once a process.
FOR_ROOT = frozenset(["stack"])
LIMIT = 32 << 20  # bytes of one raw file; maps of a large database reaches some MiB


class Processes:
    """Takes every running process: command line, environment, open files, identity, memory map.

    Cannot show processes that ended before, nor those that hide from every door of the kernel at
    once; the memory of a process is not read. Process numbers that the kernel knows but /proc
    doesn't list are told in the JSON, as far as one second of asking reaches. Some of another
    user's files are closed to anyone but root: each is a gap.
    """

    name: ClassVar[str] = "processes"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Process by process: its raw files; last the JSON of all."""
        pids = procfs.running(source, self.name)
        if isinstance(pids, Gap):
            yield pids
            return
        census = _Census(source)
        for pid in pids:
            yield from census.visit(pid)
        census.look_for_hidden(pids)
        yield census.document.artifact()


class _Census:
    """Visits process after process; keeps only a compact row of each."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.document = Document("processes", "process")
        self.document.table("anomalies")
        self.document.table("processes")
        self.boot = Boot.of(source)
        self._told: set[str] = set()
        own = procfs.namespace(source, "self", "mnt")
        self._mounts_known = {own, procfs.namespace(source, 1, "mnt"), None}

    def visit(self, pid: int) -> Iterator[Artifact | Gap]:
        """The raw files of one process, and its row."""
        process = Process(self.source, pid)
        names = list(FILES)
        while names:
            name = names.pop(0)
            found = self._raw(process, name)
            if found is not None:
                yield found
            if process.gone:
                break
            if name == "stat":
                process.find()
            if name == "stat" and process.without_program:
                names = [name for name in names if name in WITHOUT_PROGRAM]
        yield from self._mounts(process)
        yield from process.look()
        if process.raw:
            self._write(process)

    def _raw(self, process: Process, name: str) -> Artifact | Gap | None:
        path = f"/proc/{process.at}/{name}"
        try:
            snapshot = self.source.snapshot(path, limit=LIMIT)
        except OSError as error:
            return self._not_read(process, name, gap_from(path, "process", error))
        process.raw[name] = snapshot.data
        return held(path, "process", snapshot)

    def _not_read(self, process: Process, name: str, gap: Gap) -> Gap | None:
        """Why a file wasn't read: the process ended, this kernel has no such file, or as given."""
        if gap.reason is Reason.ABSENT:
            if not self.source.exists(f"/proc/{process.pid}"):
                return process.end()
            return self._once(name, Reason.ABSENT, "this kernel doesn't give it")
        if gap.reason is Reason.DENIED and name in FOR_ROOT:
            return self._once(name, Reason.DENIED, gap.detail)
        return gap

    def _once(self, name: str, reason: Reason, detail: str) -> Gap | None:
        if name in self._told:
            return None
        self._told.add(name)
        return Gap(origin=f"/proc/*/{name}", kind="process", reason=reason, detail=detail)

    def _mounts(self, process: Process) -> Iterator[Artifact | Gap]:
        """The mount table, once for every mount namespace that is neither ours nor process 1's."""
        if process.gone or process.without_program:
            return
        inode = procfs.namespace(self.source, process.at, "mnt")
        if inode in self._mounts_known:
            return
        self._mounts_known.add(inode)
        found = self._raw(process, "mountinfo")
        if found is not None:
            yield found

    def _write(self, process: Process) -> None:
        try:
            row = process.row(self.boot)
        except ValueError as error:  # no kernel writes such a file: the raw text is kept
            row = {"pid": process.pid, "not_understood": str(error)}
        self.document.row("processes", row)
        name: dict[str, object] = {
            key: value for key, value in row.items() if key in ("name", "name_b64")
        }
        for what in process.anomalies():
            self.document.row("anomalies", {"pid": process.pid, "what": what, **name})

    def look_for_hidden(self, pids: list[int]) -> None:
        """Process numbers that the listing doesn't name."""
        limit = (procfs.peek(self.source, "/proc/sys/kernel/pid_max") or b"").strip()
        found = hidden.search(self.source, pids, int(limit) if limit.isdigit() else 32768)
        if found is None:
            self.document.fact("search_for_unlisted", None)
            return
        self.document.fact(
            "search_for_unlisted",
            {"found": found.hidden, "pid_max": found.limit, "probed_to": found.probed_to},
        )
        for pid in found.hidden:
            name = entry("name", (procfs.peek(self.source, f"/proc/{pid}/comm") or b"").strip())
            row = {"pid": pid, "what": "known to the kernel, not listed by /proc", **name}
            self.document.row("anomalies", row)
