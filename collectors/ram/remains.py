"""Memory that lies on disks: swap, crash dumps, core dumps, what firmware kept of a panic."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reading, Reason, Stat, gap_from
from collectors.files.source import Limits
from collectors.live.processes.executable import DELETED
from collectors.live.shelf import not_running
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

_PLACES = (
    "/var/crash/**", "/var/spool/abrt/**", "/var/lib/systemd/coredump/*",
    "/var/lib/systemd/pstore/**", "/sys/fs/pstore/*",
)  # fmt: skip
_ZRAM = tuple(
    f"/sys/block/zram*/{name}"
    for name in ("disksize", "comp_algorithm", "mm_stat", "io_stat", "backing_dev", "initstate")
)
_DELETED = "the kernel swaps to it, but it was deleted: no name leads to it any more"
_ESCAPED = re.compile(r"\\([0-7]{3})")


class MemoryRemains:
    """Takes memory that lies on disks: swap (compressed swap too), crash and core dumps.

    They may hold what was in memory hours or weeks ago, patients' data and passwords among it. It
    cannot show what was swapped in again and written over, nor swap that is encrypted with a key
    that nobody keeps.
    """

    name: ClassVar[str] = "memory-remains"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield dumps, then swap: it is the largest."""
        if not source.live:
            yield not_running(self.name, "memory")
            return
        limits = Limits(files=10_000, bytes=50 << 30)
        yield from source.take((*_PLACES, *_ZRAM), "memory", optional=True, limits=limits)
        try:
            table = to_text(source.snapshot("/proc/swaps").data)
        except OSError as error:
            yield gap_from("/proc/swaps", "memory", error)
            return
        for path, kind in swaps(table):
            if path.endswith(DELETED) and not source.there(path):
                yield Gap(path, "memory", Reason.UNREADABLE, _DELETED)
            elif kind == "file":
                yield source.file(path, "memory")
            else:
                yield Artifact(path, "memory", partial(_device, source.place(path)))


def swaps(table: str) -> list[tuple[str, str]]:
    """Path and kind (`file`, `partition`) of each line of /proc/swaps (proc_swaps(5))."""
    rows = [line.split() for line in table.split("\n")[1:]]
    return [
        (_ESCAPED.sub(lambda found: chr(int(found[1], 8)), row[0]), row[1])
        for row in rows
        if len(row) >= 2 and row[0].startswith("/")
    ]


def _device(path: str) -> Reading:
    """A whole device, bad sectors mapped.

    Raises:
        OSError: it can't be opened.
    """
    from collectors.disk.content import Segment
    from collectors.disk.device import BlockDevice, RawDevice
    from collectors.disk.laid import RunReading

    device = RawDevice(BlockDevice(path))
    stat = Stat(device.size, 0, 0, 0, 1, 0, 0, None, None, None, None)
    return RunReading(device, [Segment(0, device.size, 0)], stat)
