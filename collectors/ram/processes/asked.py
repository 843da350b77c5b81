"""The memory of a process through the guarded child, but for what is mapped from afar.

A page of a mapped file that isn't in memory is read from the file's mount. Where that doesn't
answer, nothing ends the read; worse, the process whose memory it is can map nothing any more, nor
end. So what lies on a mount that isn't local is never asked for: its file is evidence elsewhere.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from collectors.artifact import detail_of
from collectors.files.mounts import parse
from collectors.files.pages import Unread
from collectors.files.processmemory import SLICE
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collectors.files.source import Source
    from collectors.ram.processes.process import Living, Region

_PATIENCE = 3  # regions of a process that don't answer; then no other of it is asked for


class AskedMemory:
    """A process's memory, asked for piece by piece.

    What doesn't answer although no mount table knows it, as a mount that was taken away while it
    hung, costs the deadline once: from then on nothing of it is asked for, whosever it is.
    """

    def __init__(self, source: Source, one: Living) -> None:
        """Ask for it.

        Raises:
            OSError: it ended, or the kernel refuses.
        """
        self.told: list[str] = []
        self._source = source
        self._regions = one.regions
        self._starts = [each.start for each in one.regions]
        self._afar = _afar(source, one)
        self._silent: set[Region] = set()
        self._done = 0
        path = source.place(f"{one.folder}/mem")
        self._ask = partial(
            source.guard.send, "memory", path, start_ticks=one.since, stack=one.stack
        )
        self._ask(offset=0, size=0).everything()

    def fill(self, room: memoryview, offset: int) -> Iterator[Unread]:
        """As `Memory.fill`."""
        region = self._regions[bisect.bisect(self._starts, offset) - 1]
        why = self._left_out(region)
        if why:
            yield self._lost(room, 0, f"{why}: {region.name}")
            return
        self._done = 0
        try:
            yield from self._asked(room, offset)
        except TimeoutError as error:
            self._note(region)
            yield self._lost(room, self._done, f"{detail_of(error)}: {region.name}")
        except OSError as error:
            yield self._lost(room, self._done, detail_of(error))

    def _asked(self, room: memoryview, offset: int) -> Iterator[Unread]:
        answer, unread = self._ask(offset=offset, size=len(room)), []
        while True:
            kind, payload = answer.frame(room[self._done :])
            match kind:
                case b"U":
                    unread = json.loads(payload)
                case b"D":
                    for start, end, error in unread:
                        yield Unread(self._done + start, self._done + end, error)
                    self._done, unread = self._done + SLICE, []
                case _:
                    return

    def _left_out(self, region: Region) -> str:
        """Why a region isn't asked for; empty where it is."""
        if region.of_a_file and region.device in self._afar:
            return f"mapped from a {self._afar[region.device]} mount, not read"
        if region in self._silent or region.device in self._source.silent_devices:
            return "not asked for, since it did not answer before"
        return "not asked for, like the rest" if len(self._silent) >= _PATIENCE else ""

    def _note(self, region: Region) -> None:
        self._silent.add(region)
        local = {mount.device for mount in self._source.mounts.all if mount.local}
        if region.of_a_file and region.device not in local:  # a slow disk answers the next time
            self._source.silent_devices.add(region.device)

    def _lost(self, room: memoryview, start: int, why: str) -> Unread:
        room[start:] = bytes(len(room) - start)
        if why not in self.told:
            self.told.append(why)
        return Unread(start, len(room), why)

    def close(self) -> None:
        """As `Memory.close`: the child holds it until it is asked for another."""


def _afar(source: Source, one: Living) -> dict[str, str]:
    """The file systems that aren't local by their devices: in our mount table, and in its own."""
    mounts = list(source.mounts.all)
    known = {mount.device for mount in mounts}
    if any(each.of_a_file and each.device not in known for each in one.regions):
        # A container sees mounts that we don't. What nobody knows is asked for.
        with suppress(OSError):
            mounts += parse(to_text(source.snapshot(f"{one.folder}/mountinfo").data))
    return {mount.device: mount.filesystem for mount in mounts if not mount.local}
