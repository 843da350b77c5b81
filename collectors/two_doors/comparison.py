"""One mounted file system, seen from both sides: through the system, and on its device."""

from __future__ import annotations

import posixpath
import stat as modes
import time
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.two_doors.beside import digest, parting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Stat
    from collectors.disk.source import DiskSource
    from collectors.files.mounts import Mount
    from collectors.files.source import Source

PREFIX = "raw:"
LATELY_NS = 120 * 10**9
"""Written this lately, a file may not lie on the disk yet: ext4 writes back within 35 seconds."""
MOST_NAMES = 200_000  # of one file system that are compared
LARGEST = 4 << 20  # bytes of a file whose content is compared
LARGEST_LOG = 256 << 20  # bytes of a log whose content is compared
MOST_BYTES = 1 << 30  # of all of them
_COUNTS = (
    "folders", "names", "compared", "grown", "lately", "in_place", "too_large", "hidden",
    "differing",
)  # fmt: skip
_IN_PLACE = (b"LPKSHHRH", b"SQLite format 3\0")  # how journals of systemd and databases begin
_BY_USER = ("lastlog", "faillog", "tallylog")  # a row for each, written over at each logon


class Comparison:
    """One mounted file system, seen from both sides."""

    def __init__(self, source: Source, mount: Mount, disk: DiskSource, logs: str) -> None:
        """Of a mount and what its device holds.

        Args:
            source: the machine.
            mount: of it.
            disk: its device.
            logs: below this folder, files grow all the time.
        """
        self._source = source
        self._mount = mount
        self._disk = disk
        self._logs = f"{logs}/"
        self._now = time.time_ns()
        self._left = MOST_BYTES
        self._counts = dict.fromkeys(_COUNTS, 0)
        self.doubted: list[str] = []
        """Logs that are other on the disk, which may be late: for a second look."""

    def told(self) -> dict[str, object]:
        """How much was compared, and what came out."""
        return {"at": self._mount.point, "device": self._mount.what, **self._counts}

    def below(self, folder: str) -> Iterator[Artifact | Gap]:
        """What differs in a folder and all below it on the same file system."""
        waiting = [folder]
        while waiting and self._counts["names"] < MOST_NAMES:
            path = waiting.pop()
            try:
                shown = dict(self._source.listing(path))  # before the disk: what is new is recent
                entries = [e for e in self._disk.listing(self._raw(path)) if e[1] in "fdl"]
            except OSError as error:
                yield gap_from(PREFIX + path, "disk", error)
                continue
            self._counts["folders"] += 1
            for name, type_ in entries:
                self._counts["names"] += 1
                place = f"{path.rstrip('/')}/{name}"
                if name not in shown:
                    yield from self._not_shown(place)
                elif self._source.mounts.at(self._source.place(place)) is not None:
                    continue  # something is mounted here: the system rightly shows that
                elif type_ == "d":
                    waiting.append(place)
                elif type_ == "f" and shown[name] == "f":
                    yield from self._compared(place)
        if waiting:
            detail = f"limit of {MOST_NAMES} names for this file system; the rest was not compared"
            yield Gap(origin=PREFIX + folder, kind="disk", reason=Reason.SKIPPED, detail=detail)

    def again(self, disk: DiskSource) -> Iterator[Artifact | Gap]:
        """What is still other of the logs in doubt, now that the disk has had time.

        Args:
            disk: the device, opened anew.
        """
        self._disk = disk
        for path in self.doubted:
            folder, name = posixpath.split(path)
            try:
                is_shown = name in dict(self._source.listing(folder))
                lies = disk.look(self._raw(path))
                shown = self._source.look(path) if is_shown else None
            except OSError:
                self._counts["lately"] += 1  # it is gone from the disk, too
                continue
            if shown is None:
                yield from self._hidden(path, lies)
            else:
                yield from self._grows(path, shown, lies, is_settled=True)

    def _raw(self, path: str) -> str:
        """Where a path of the machine is on the device."""
        inside = path[len(self._mount.point.rstrip("/")) :]
        return f"{self._mount.root.rstrip('/')}{inside}" or "/"

    def _is_recent(self, stat: Stat) -> bool:
        return (stat.changed_ns or 0) > self._now - LATELY_NS

    def _not_shown(self, path: str) -> Iterator[Artifact | Gap]:
        try:
            lies = self._disk.look(self._raw(path))
        except OSError:
            return  # the name went away between the two looks
        if not self._is_recent(lies):
            yield from self._hidden(path, lies)
        elif path.startswith(self._logs):  # who hides one may have it written to all the time
            self.doubted.append(path)
        else:
            self._counts["lately"] += 1

    def _hidden(self, path: str, lies: Stat) -> Iterator[Artifact | Gap]:
        self._counts["hidden"] += 1
        yield _difference(path, "on the disk, but not shown by the system", lies)
        if modes.S_ISREG(lies.mode):
            yield self._artifact(path)

    def _compared(self, path: str) -> Iterator[Artifact | Gap]:
        try:
            shown, lies = self._source.look(path), self._disk.look(self._raw(path))
        except OSError:
            return  # it went away between the two looks
        is_log = path.startswith(self._logs)
        is_recent = self._is_recent(shown) or self._is_recent(lies)
        if is_recent and not is_log:
            self._counts["lately"] += 1
        elif max(shown.size, lies.size) > min(LARGEST_LOG if is_log else LARGEST, self._left):
            self._counts["too_large"] += 1
        else:
            self._left -= shown.size
            yield from self._grows(path, shown, lies) if is_recent else self._read_both(path, lies)

    def _read_both(self, path: str, lies: Stat) -> Iterator[Artifact | Gap]:
        try:
            shown = digest(self._source.file(path, "disk").open())
            raw = digest(self._artifact(path).open())
        except OSError as error:
            yield gap_from(PREFIX + path, "disk", error)
            return
        self._counts["compared"] += 1
        if shown != raw:
            yield from self._differs(
                path, f"the system shows SHA-256 {shown}, the disk has {raw}", lies
            )

    def _grows(
        self, path: str, shown: Stat, lies: Stat, *, is_settled: bool = False
    ) -> Iterator[Artifact | Gap]:
        """A log that was written to lately: what the disk has of it must be its beginning."""
        if shown.inode != lies.inode:
            self._counts["lately"] += 1  # another one has just come into its place
            return
        try:
            if self._is_written_over(path):
                self._counts["in_place"] += 1
                return
            at = parting(self._source.file(path, "disk").open(), self._artifact(path).open())
        except OSError as error:
            yield gap_from(PREFIX + path, "disk", error)
            return
        if at is None:
            self._counts["grown"] += 1
        elif is_settled:
            detail = f"a log that grows: the disk has other bytes than shown, from byte {at} on"
            yield from self._differs(path, detail, lies)
        else:
            self.doubted.append(path)

    def _is_written_over(self, path: str) -> bool:
        """Whether a log is one that programs change in its middle, much of it in memory alone."""
        if posixpath.basename(path) in _BY_USER:
            return True
        return self._disk.snapshot(self._raw(path), limit=16).data.startswith(_IN_PLACE)

    def _differs(self, path: str, detail: str, lies: Stat) -> Iterator[Artifact | Gap]:
        self._counts["differing"] += 1
        yield _difference(path, detail, lies)
        yield self._artifact(path)

    def _artifact(self, path: str) -> Artifact:
        inner = self._disk.file(self._raw(path), "disk")
        return inner._replace(origin=PREFIX + path)


def _difference(path: str, detail: str, stat: Stat) -> Gap:
    what = {modes.S_IFDIR: "a folder", modes.S_IFLNK: "a link"}.get(modes.S_IFMT(stat.mode))
    return Gap(
        origin=path, kind="disk", reason=Reason.UNREADABLE, stat=stat, expected=True,
        detail=f"{what}: {detail}" if what else f"{detail}; taken as {PREFIX}{path}",
    )  # fmt: skip
