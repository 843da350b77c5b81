"""The open sockets and who holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.live.document import Document, entry
from collectors.live.processes import procfs
from collectors.live.running import OfRunning
from collectors.live.shelf import held
from collectors.live.sockettable import TABLES, rows

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from collectors.artifact import Kind
    from collectors.files.source import Source
    from collectors.live.document import Row

# Netlink has sockets of the kernel itself; a connection not yet accepted has no holder on unix.
_OF_THE_KERNEL = frozenset(["netlink", "unix"])
SCTP = ("eps", "assocs", "remaddr")
LIMIT = 64 << 20  # bytes of one table: some 400,000 connections


class Sockets(OfRunning):
    """Takes the open sockets of every network namespace, with the processes that hold them.

    Cannot show connections that closed before, other than those that TCP still remembers; what went
    over them; sockets that the kernel hides; SCTP is taken raw and not decoded. Owners are looked
    for after the tables were read, so a short-lived one may be missing.
    """

    name: ClassVar[str] = "sockets"
    kind: ClassVar[Kind] = "network"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """Our own namespace first, then one process for each other; last the JSON."""
        look = _Look(source)
        yield from look.all()
        if look.read:
            yield from look.hold()
            yield look.document().artifact()


class _Look:
    """The tables that were read, and their rows."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.read = 0
        self._rows: list[Row] = []
        self._absent: set[str] = set()
        self._owners: dict[int, list[int]] = {}
        self._closed: list[int] = []

    def all(self) -> Iterator[Artifact | Gap]:
        """Our own namespace, then the others by a process in each."""
        own = procfs.namespace(self.source, "self", "net")
        yield from self._namespace("/proc/net", own)
        try:
            others = [(inode, pid) for inode, pid in procfs.each(self.source, "net")]
        except OSError as error:
            yield gap_from("/proc", "network", error)
            return
        for inode, pid in others:
            if inode != own:
                yield from self._namespace(f"/proc/{pid}/net", inode)

    def _namespace(self, folder: str, inode: int | None) -> Iterator[Artifact | Gap]:
        for name in TABLES:
            data = yield from self._table(folder, name)
            self._rows += ({**row, "namespace": inode} for row in rows(name, data))
        if self.source.exists(f"{folder}/sctp"):
            for name in SCTP:
                yield from self._table(folder, f"sctp/{name}")

    def _table(self, folder: str, name: str) -> Generator[Artifact | Gap, None, bytes]:
        """One table; one that this kernel doesn't have is told for the first namespace only."""
        path = f"{folder}/{name}"
        try:
            snapshot = self.source.snapshot(path, limit=LIMIT)
        except OSError as error:
            gap = gap_from(path, "network", error)
            if gap.reason is not Reason.ABSENT or name not in self._absent:
                yield gap
            self._absent.add(name)
            return b""
        self.read += 1
        yield held(path, "network", snapshot)
        return snapshot.data

    def hold(self) -> Iterator[Gap]:
        """Look for the holders; processes that are closed to us are one gap together."""
        self._owners, self._closed = procfs.owners(self.source)
        if self._closed:
            count = len(self._closed)
            yield Gap(
                origin="/proc/*/fd", kind="network", reason=Reason.DENIED,
                detail=f"open files of {count} processes; sockets that they hold show no owner",
            )  # fmt: skip

    def document(self) -> Document:
        """The rows with their owners, and the sockets that no process was seen to hold."""
        document = Document("sockets", "network")
        for table in ("sockets", "without_owner"):
            document.table(table)
        document.fact("processes_not_readable", self._closed)
        names = {pid: self._name(pid) for pids in self._owners.values() for pid in pids}
        for row in self._rows:
            pids = self._owners.get(row["inode"], [])
            held_by = [{"pid": pid, **names[pid]} for pid in pids]
            document.row("sockets", {**row, "owners": held_by})
            # The kernel's own and those in TIME_WAIT have inode 0 or belong to nobody by design.
            if not pids and row["inode"] and row["protocol"] not in _OF_THE_KERNEL:
                document.row("without_owner", {key: row[key] for key in ("inode", "protocol")})
        return document

    def _name(self, pid: int) -> dict[str, str]:
        return entry("name", (procfs.peek(self.source, f"/proc/{pid}/comm") or b"").strip(b"\n"))
