"""The memory of single processes: of those asked for, that a rule matched in, or that look odd."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Method, Phase, Profile, Reason
from collectors.files.snapshot import document
from collectors.live.shelf import without_processes
from collectors.pathtext import shown
from collectors.ram.image import MemoryReading
from collectors.ram.processes.asked import AskedMemory
from collectors.ram.processes.fitting import chosen
from collectors.ram.processes.passed import Passed, asked_for, by_class, closed
from collectors.ram.processes.process import Living, living, named
from collectors.ram.ranges import bytes_of

if TYPE_CHECKING:
    from collectors.files.source import Source
    from collectors.ram.ranges import Run

SCHEMA = "hozen-process-memory/1"
LARGEST = 512 << 20  # bytes of one process
TOGETHER = 2 << 30  # bytes of all of them
_ASKED = "asked for"


class ProcessMemory:
    """Takes the memory of processes that a rule matched in, or whose program or memory looks odd.

    Odd is a program that was deleted, never was a file or lies where anybody may write, memory
    without a file that can be written and run, and a process whose first thread ended while others
    run on. The process is never stopped: what it wrote meanwhile is torn. Processes that
    `--process` names come first, odd or not, and each that can't be read is a gap of its own. The
    form is LiME's, with the process's own addresses. Of a process with more than 512 MiB it takes
    what lies around matches first, then memory that can be written and run, then the rest as far as
    it fits, small regions before large ones. It cannot show what was swapped out and is not
    fetched, nor the memory of a process that the kernel shields, nor files mapped from mounts that
    aren't local, which are named; on Windows nothing, which is a gap.
    """

    name: ClassVar[str] = "process-memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(
        self, matched: Mapping[int, Sequence[str]] | None = None,
        places: Mapping[int, Collection[int]] | None = None,
        asked: Collection[int] = (), *, others: bool = True,
    ) -> None:  # fmt: skip
        """Take those of these processes, too.

        Args:
            matched: process number to the rules that matched in its memory.
            places: process number to the addresses where they did.
            asked: process numbers whose memory is wanted whatever is in it.
            others: whether any but these are looked at.
        """
        self._matched = matched or {}
        self._places = places or {}
        self.asked = tuple(dict.fromkeys(asked))
        self.others = others

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield each chosen process's memory, then why each was chosen."""
        if (gap := without_processes(source, self.name)) is not None:
            yield gap._replace(expected=bool(self.asked))
            return
        told, left, passed = [], TOGETHER, list[Passed]()
        for one in self._in_turn(source):
            asked = one.pid in self.asked
            if isinstance(one, Passed):
                passed.append(one)
                if asked:
                    yield asked_for(_origin(one), one)
                continue
            why = [*[_ASKED] * asked, *self._matched.get(one.pid, ()), *one.suspicions()]
            if not why:
                continue
            found = chosen(one, min(LARGEST, left), self._places.get(one.pid, ()))
            told.append(_told(one, why, found))
            left -= bytes_of(found)
            yield _item(source, one, found)._replace(expected=asked)
        yield from closed(f"hozen:/{self.name}", [p for p in passed if p.pid not in self.asked])
        yield self._account(told, passed)

    def _in_turn(self, source: Source) -> Iterator[Living | Passed]:
        """Those that were asked for first: what the limit leaves is for the others."""
        yield from (named(source, pid) for pid in self.asked)
        if self.others:
            yield from (one for one in living(source) if one.pid not in self.asked)

    def _account(self, told: Sequence[object], passed: Sequence[Passed]) -> Artifact:
        account = {
            "schema": SCHEMA, "processes": told, "passed_over": by_class(passed),
            "asked_for": self.asked, "others_looked_at": self.others,
        }  # fmt: skip
        return document(f"hozen:/{self.name}.json", "process", account)


def _origin(one: Living | Passed) -> str:
    return f"memory:/process-{one.pid}.lime"


def _item(source: Source, one: Living, found: Sequence[Run]) -> Artifact | Gap:
    origin = _origin(one)
    if one.size and not found:
        detail = f"{one.size} bytes: over the limit of this collector"
        return Gap(origin=origin, kind="memory", reason=Reason.SKIPPED, detail=detail)
    return Artifact(origin=origin, kind="memory", open=partial(opened, source, one, found))


def opened(source: Source, one: Living, found: Sequence[Run]) -> MemoryReading:
    """Begin to read what was chosen of a process's memory.

    Raises:
        OSError: it ended, or the kernel refuses.
    """
    return MemoryReading(
        AskedMemory(source, one), found, left_out=one.size - bytes_of(found),
        method=Method(door="guarded system call"),
    )  # fmt: skip


def _told(one: Living, why: Sequence[str], found: Sequence[Run]) -> dict[str, object]:
    return {
        "pid": one.pid, "start_ticks": one.start_ticks, "why": why,
        "size": one.size, "taken": [[run.start, run.end] for run in found],
        "program": shown(one.program),
        "regions": [
            [each.start, each.end, each.permissions.decode("ascii", "replace"),
             each.path.decode("utf-8", "replace")]
            for each in one.regions
        ],
    }  # fmt: skip
