"""One process as a row of the JSON."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.artifact import Gap, Reason, gap_from
from collectors.live.document import entry, text, utc
from collectors.live.processes import procfs
from collectors.live.processes.capabilities import capabilities
from collectors.live.processes.executable import Executable, executable
from collectors.live.processes.mappings import deleted_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts")
_IDENTITIES = ("real", "effective", "saved", "filesystem")
_CAPABILITIES = {
    "CapInh": "inheritable", "CapPrm": "permitted", "CapEff": "effective", "CapBnd": "bounding",
    "CapAmb": "ambient",
}  # fmt: skip
_BTIME = re.compile(rb"^btime ([0-9]+)$", re.MULTILINE)
_NOBODY = 0xFFFF_FFFF  # loginuid of a process that no login led to, audit_getloginuid(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What turns ticks since boot into a time."""

    seconds: int | None
    """`btime` of /proc/stat: UTC of the boot by this machine's clock, seconds since 1970."""
    ticks: int
    """Ticks a second."""

    @classmethod
    def of(cls, source: Source) -> Boot:
        """Read it; seconds is None where /proc/stat can't be read."""
        found = _BTIME.search(procfs.peek(source, "/proc/stat") or b"")
        return cls(seconds=int(found[1]) if found else None, ticks=os.sysconf("SC_CLK_TCK"))

    def utc(self, ticks: int) -> str | None:
        """UTC of a number of ticks after boot, to the millisecond; exact to a second only."""
        if self.seconds is None:
            return None
        try:
            when = datetime.fromtimestamp(self.seconds + ticks / self.ticks, UTC)
        except (OverflowError, ValueError):
            return None  # beyond year 9999: no time that a kernel would tell
        return utc(when, "milliseconds")


class Process:
    """One process while it is looked at; `raw` holds what its files said."""

    def __init__(self, source: Source, pid: int) -> None:
        self.source = source
        self.pid = pid
        self.at = str(pid)
        """Where below /proc it is shown."""
        self.raw: dict[str, bytes] = {}
        self.gone = False
        self._denied: list[str] = []
        self._executable: Executable | None = None
        self._files: procfs.Descriptors | None = None
        self._links: dict[str, str] = {}
        self._namespaces: dict[str, int] = {}

    @property
    def line(self) -> procfs.Line | None:
        """Its /proc/<pid>/stat, None where that wasn't read or is no stat line."""
        try:
            return procfs.line(self.raw.get("stat", b""))
        except ValueError:
            return None

    @property
    def without_program(self) -> bool:
        """Whether this is a kernel thread, or ended but for its exit code."""
        line = self.line
        if line is None or self.at != str(self.pid):
            return False
        return line.kernel_thread or line.ended

    def find(self) -> None:
        """Where its first thread has ended while others run on, look at one of these."""
        if self.line is not None and self.line.leaderless:
            self.at = procfs.shown_at(self.source, self.pid)

    def end(self) -> Gap:
        """Note that it vanished."""
        self.gone = True
        return Gap(
            origin=f"/proc/{self.pid}",
            kind="process",
            reason=Reason.ABSENT,
            detail="ended while it was read",
        )

    def look(self) -> Iterator[Gap]:
        """Follow its links: program, folders, open files, namespaces."""
        if self.gone or self.without_program:
            return
        for look in (self._look_at_program, self._look_at_files, self._look_at_links):
            gap = look()
            if gap is None:
                continue
            if gap.reason is Reason.ABSENT and not self.source.exists(f"/proc/{self.pid}"):
                yield self.end()
                return
            yield gap

    def _look_at_program(self) -> Gap | None:
        path = f"/proc/{self.pid}/exe"
        try:
            self._executable = executable(self.source, self.pid)
        except OSError as error:
            self._denied.append("exe")
            return gap_from(path, "process", error)
        return None

    def _look_at_files(self) -> Gap | None:
        try:
            self._files = procfs.descriptors(self.source, self.at)
        except OSError as error:
            self._denied.append("fd")
            return gap_from(f"/proc/{self.at}/fd", "process", error)
        return None

    def _look_at_links(self) -> None:
        for name in ("cwd", "root"):
            target = procfs.link(self.source, f"/proc/{self.at}/{name}")
            if target is None:
                self._denied.append(name)
            else:
                self._links[name] = target
        for name in NAMESPACES:
            inode = procfs.namespace(self.source, self.at, name)
            if inode is not None:
                self._namespaces[name] = inode
        if not self._namespaces:
            self._denied.append("ns")

    # The row.

    def row(self, boot: Boot) -> dict[str, Any]:
        """What was learnt."""
        status = procfs.status(self.raw.get("status", b""))
        row: dict[str, Any] = {"pid": self.pid, "not_readable": self._denied}
        row |= {"ended_while_read": self.gone, **self._identity(status), **self._rights(status)}
        if (line := self.line) is not None:
            row |= _life(line, boot)
        row |= {**self._command(), **self._program(), **self._open(), **self._places()}
        return row

    def _command(self) -> dict[str, Any]:
        data = self.raw.get("cmdline", b"")
        parts = data.removesuffix(b"\0").split(b"\0") if data else []
        row: dict[str, Any] = {"command": [text(part) for part in parts]}
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            row["command_b64"] = base64.b64encode(data).decode("ascii")
        return row

    def _identity(self, status: dict[str, str]) -> dict[str, Any]:
        login = self.raw.get("loginuid", b"").strip()
        return {
            "uid": _identities(status.get("Uid", "")),
            "gid": _identities(status.get("Gid", "")),
            "groups": [int(group) for group in status.get("Groups", "").split()],
            "login_uid": int(login) if login.isdigit() and int(login) != _NOBODY else None,
        }

    def _rights(self, status: dict[str, str]) -> dict[str, Any]:
        return {
            "capabilities": {
                name: {"hex": status[field], "names": capabilities(status[field])}
                for field, name in _CAPABILITIES.items()
                if field in status
            },
            "seccomp": _number(status.get("Seccomp")),
            "no_new_privileges": _number(status.get("NoNewPrivs")),
            "tracer": _number(status.get("TracerPid")),
            "pid_in_namespaces": [int(pid) for pid in status.get("NSpid", "").split()],
        }

    def _program(self) -> dict[str, Any]:
        if self._executable is None:
            return {"exe": None}
        found = self._executable
        return {
            "exe": {
                **entry("path", found.path),
                "device": device(found.stat.device),
                "inode": found.stat.inode,
                "size": found.stat.size,
                "deleted": found.deleted,
                "path_leads_to_it": found.reachable,
            }
        }

    def _open(self) -> dict[str, Any]:
        if self._files is None:
            return {"files": [], "files_more": None, "sockets": []}
        return {
            "files": [{"fd": fd, **entry("target", to)} for fd, to in self._files.files],
            "files_more": self._files.more,
            "sockets": self._files.sockets,
        }

    def _places(self) -> dict[str, Any]:
        row: dict[str, Any] = {"namespaces": self._namespaces}
        for name in ("cwd", "root"):
            row |= entry(name, self._links[name]) if name in self._links else {name: None}
        row["cgroup"] = [text(line) for line in self.raw.get("cgroup", b"").splitlines()]
        deleted = deleted_code(self.raw.get("maps", b""))
        return row | {"deleted_code": [text(path) for path in deleted]}

    def anomalies(self) -> Iterator[str]:
        """What a reader should look at first. None of these proves anything by itself."""
        if self._executable is not None and self._executable.deleted:
            yield "its program file was deleted"
        if self.at != str(self.pid):
            yield "its first thread ended while others run on, so that it looks ended"
        if deleted_code(self.raw.get("maps", b"")):
            yield "code is mapped from a deleted file"
        if self.raw.get("cmdline", b"").startswith(b"[") and self._executable is not None:
            yield "calls itself a kernel thread, but has a program"


def _life(line: procfs.Line, boot: Boot) -> dict[str, Any]:
    return {
        "ppid": line.parent, **entry("name", line.name), "state": line.state,
        "process_group": line.group, "session": line.session, "terminal": line.terminal,
        "threads": line.threads, "kernel_thread": line.kernel_thread,
        "ticks": {"user": line.user_ticks, "system": line.system_ticks},
        "started": {"ticks": line.start_ticks, "utc": boot.utc(line.start_ticks)},
    }  # fmt: skip


def _identities(field: str) -> dict[str, int]:
    return {name: int(part) for name, part in zip(_IDENTITIES, field.split(), strict=False)}


def _number(field: str | None) -> int | None:
    return int(field) if field is not None and field.isdecimal() else None


def device(number: int) -> str:
    """A device number as `major:minor`."""
    return f"{os.major(number)}:{os.minor(number)}"
