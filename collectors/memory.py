"""Physical memory and what is needed to understand it later."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.ram.account import FACTS, account
from collectors.ram.destination import Destination
from collectors.ram.doors import Doors, Open, tried
from collectors.ram.image import MemoryReading
from collectors.ram.opened import OwnReads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Kind, Reading
    from collectors.files.snapshot import Snapshot
    from collectors.files.source import Source

ORIGIN = "memory:/physical.lime"
_KIND: Kind = "memory"


class MemorySymbols:
    """Takes what makes an image of memory readable: types, symbols and settings of the kernel.

    From BTF and kallsyms the analyst's side makes symbols without debug packages or a network.
    They cannot show the symbols of a kernel that hides its addresses from us (kptr_restrict): those
    are zeros then. A kernel that is locked down tells them all the same.
    """

    name: ClassVar[str] = "memory-symbols"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield them, before the image: they are small, and say what it is an image of."""
        if not source.live:
            yield _not_running(FACTS)
            return
        yield from source.take(("/sys/kernel/btf/*", "/proc/kallsyms", "/proc/version"), "system")
        yield from source.take(
            ("/sys/kernel/vmcoreinfo", "/sys/kernel/notes", "/proc/config.gz", "/proc/modules",
             "/proc/vmallocinfo", "/boot/System.map*", "/boot/config-*"),
            "system", optional=True,
        )  # fmt: skip


class Memory:
    """Takes an image of physical memory (LiME), through the first of the kernel's doors that opens.

    What can't be read is zeros in the image and named in the record; where no door opens, the gap
    says of each why. The machine goes on while it is read, so that the image is of no single
    moment. It cannot show memory that the hypervisor or the processor encrypts, nor what was
    swapped out; and newer kernels give zeros, without an error, for pages that are offline, lent to
    the hypervisor or known to be broken.
    """

    name: ClassVar[str] = "memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(self, destination: str | None = None, kept_free: int = 0) -> None:
        """Take the image to this folder.

        Args:
            destination: refused where it lies in the very memory, or is too small.
            kept_free: bytes that are needed there for what comes after.
        """
        self._destination = Destination(destination, kept_free) if destination else None

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the image and its account, or the gap with every door's answer."""
        if not source.live:
            yield _not_running(ORIGIN)
            return
        refused = self._destination.in_memory(source) if self._destination else ""
        if refused:
            yield Gap(
                origin=ORIGIN, kind=_KIND, reason=Reason.SKIPPED, detail=refused, expected=True
            )
            return
        doors = tried(source)
        if doors.open is None:
            reason = Reason.DENIED if doors.denied else Reason.UNSUPPORTED
            yield Gap(origin=ORIGIN, kind=_KIND, reason=reason, detail=doors.told())
            return
        short = self._short_of_room(doors.open)
        if short:
            yield Gap(origin=ORIGIN, kind=_KIND, reason=Reason.SKIPPED, detail=short, expected=True)
            return
        image = Image(source.place(doors.open.path), doors, doors.open)
        yield Artifact(origin=ORIGIN, kind=_KIND, open=image.begin)
        yield Artifact(origin=FACTS, kind="note", open=image.account)

    def _short_of_room(self, door: Open) -> str:
        """Why the image may not fit, with all that is still to come; empty where it does."""
        if self._destination is None:
            return ""
        return self._destination.short(sum(end - start for start, end, _ in door.runs))


class Image:
    """An image that is to be read, and its account afterwards."""

    def __init__(self, place: str, doors: Doors, door: Open) -> None:
        self._place = place
        self._doors = doors
        self._door = door
        self._reading: MemoryReading | None = None

    def begin(self) -> Reading:
        """Open the door again and read.

        Raises:
            OSError: it has shut meanwhile.
        """
        descriptor = os.open(self._place, os.O_RDONLY | os.O_CLOEXEC)
        self._reading = MemoryReading(OwnReads(descriptor), self._door.runs)
        return self._reading

    def account(self) -> Snapshot:
        """What is known of the image, now that it was read."""
        door, reading = self._door, self._reading
        return account(
            self._doors, door.path,
            runs=[[run.start, run.end] for run in door.runs], gaps=door.gaps,
            program_headers=door.headers,
            direct_map=None if door.direct_map is None else f"{door.direct_map:x}",
            unread=reading.refused.ranges if reading else [],
            unread_unnamed=reading.refused.unnamed if reading else 0,
            bytes_read=reading.read_bytes if reading else 0,
            bytes_unread=reading.refused.bytes if reading else 0,
        )  # fmt: skip


def _not_running(origin: str) -> Gap:
    return Gap(origin=origin, kind=_KIND, reason=Reason.UNSUPPORTED, detail="not a running machine")
