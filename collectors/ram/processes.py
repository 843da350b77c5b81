"""The memory of single processes: of those that a rule matched in, and of those that look odd."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.live.shelf import without_processes
from collectors.ram.image import MemoryReading
from collectors.ram.process import Living, living, runs, still_is
from collectors.snapshot import Snapshot

if TYPE_CHECKING:
    from collectors.artifact import Reading
    from collectors.source import Source

SCHEMA = "hozen-process-memory/1"
LARGEST = 512 << 20  # bytes of one process
TOGETHER = 2 << 30  # bytes of all of them


class ProcessMemory:
    """Takes the memory of processes that a rule matched in, or whose program or memory looks odd.

    Odd is a program that was deleted, never was a file or lies where anybody may write, and memory
    without a file that can be written and run. The process is never stopped: what it wrote
    meanwhile is torn. The form is LiME's, with the process's own addresses. It cannot show what
    was swapped out and is not fetched, nor the memory of a process that the kernel shields; on
    Windows nothing, which is a gap.
    """

    name: ClassVar[str] = "process-memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(self, matched: Mapping[int, Sequence[str]] | None = None) -> None:
        """Take those of these processes, too.

        Args:
            matched: process number to the rules that matched in its memory.
        """
        self._matched = matched or {}

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield each chosen process's memory, then why each was chosen."""
        if (gap := without_processes(source, self.name)) is not None:
            yield gap
            return
        told, left, shut = [], TOGETHER, 0
        for one in living(source):
            if isinstance(one, Gap):
                shut += one.reason is not Reason.ABSENT
                continue
            why = [*self._matched.get(one.pid, ()), *one.suspicions()]
            if not why:
                continue
            size = sum(run.end - run.start for run in runs(one.regions))
            told.append(_told(one, why, size))
            if size > min(LARGEST, left):
                yield _too_large(one, size)
                continue
            left -= size
            origin = f"memory:/process-{one.pid}.lime"
            yield Artifact(origin=origin, kind="memory", open=partial(opened, source, one))
        if shut:
            yield closed(f"hozen:/{self.name}", shut)
        data = json.dumps({"schema": SCHEMA, "processes": told}, sort_keys=True).encode()
        yield Artifact(f"hozen:/{self.name}.json", "process", partial(Snapshot, data))


def opened(source: Source, one: Living) -> Reading:
    """Begin to read a process's memory.

    Raises:
        OSError: it ended, or the kernel refuses.
    """
    path = source.place(f"/proc/{one.pid}/mem")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if not still_is(source, one):
        os.close(descriptor)
        raise ProcessLookupError(errno.ESRCH, "it ended meanwhile")
    return MemoryReading(descriptor, runs(one.regions))


def closed(origin: str, count: int) -> Gap:
    """What stands for processes whose memory the kernel keeps from us."""
    detail = f"{count} processes: the kernel does not let us read their memory"
    return Gap(origin=origin, kind="memory", reason=Reason.DENIED, detail=detail)


def _told(one: Living, why: Sequence[str], size: int) -> dict[str, object]:
    return {
        "pid": one.pid, "start_ticks": one.start_ticks, "why": why, "size": size,
        "program": one.program.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        "regions": [
            [each.start, each.end, each.permissions.decode("ascii", "replace"),
             each.path.decode("utf-8", "replace")]
            for each in one.regions
        ],
    }  # fmt: skip


def _too_large(one: Living, size: int) -> Gap:
    return Gap(
        origin=f"memory:/process-{one.pid}.lime", kind="memory", reason=Reason.SKIPPED,
        detail=f"{size} bytes: over the limit of this collector",
    )  # fmt: skip
