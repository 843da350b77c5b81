"""Physical memory through a program that the operator brought, instead of the kernel's doors."""

from __future__ import annotations

import errno
import os
import re
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import (
    Artifact,
    Gap,
    Method,
    MissingRange,
    Phase,
    Profile,
    Reason,
    detail_of,
)
from collectors.files.snapshot import Snapshot
from collectors.live.shelf import not_running
from collectors.live_windows.memory import physical
from collectors.ram.account import FACTS, account
from collectors.ram.doors import Doors, tried
from collectors.ram.imager.left import LeftReading
from collectors.ram.imager.program import Bounds, ImagerReading, LandedReading, Outcome
from collectors.ram.imager.said import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.artifact import Kind
    from collectors.files.source import Source
    from collectors.ram.destination import Destination
    from collectors.ram.imager.program import Imager, Landing, Signature
    from collectors.ram.imager.said import Said

ORIGIN, LEFT = "memory:/physical.image", "memory:/interrupted.image"
ERRORS, OUTPUT = "memory:/imager.stderr", "memory:/imager.stdout"
_KIND: Kind = "memory"
_LEAST = 9, 10  # of the memory: imagers leave out what devices reserve


class ImagedMemory:
    """Takes an image of physical memory with a program that the operator brought.

    It is run only if its digest is the one that was named. What the image is depends on the
    program; nothing here can show whether it is the memory. What it says of itself is kept beside
    the image, and an end without an error but with too few bytes counts as a failure.
    """

    name: ClassVar[str] = "memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(
        self, imager: Imager, destination: Destination | None = None,
        landing: Landing | None = None, stop: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Run this program.

        Args:
            imager: what the operator named.
            destination: refused where it lies in the very memory, or is too small.
            landing: where it may put a file, if it can't write to a pipe.
            stop: asked while it runs; True ends it.
        """
        self.imager = imager
        self._destination = destination
        self._landing = landing
        self._stop = stop

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the image, its account and what the program said; or the gap that says why not.

        Before it what an earlier run left behind that was cut off: it lies there unencrypted.
        """
        if not source.live or self._destination is None:
            yield not_running(self.name, _KIND)
            return
        left = self._left(self._destination)
        if left is not None:
            yield left
        doors = tried(source)
        another, signature = self._measured()
        detail = another or self._no_place(source, self._destination, doors)
        if detail:
            yield Gap(
                origin=ORIGIN, kind=_KIND, reason=Reason.SKIPPED, detail=detail, expected=True
            )
            return
        bounds = self._bounds(memory_of(source, doors), self._destination)
        imaging = Imaging(self.imager, doors, bounds, signature)
        yield Artifact(origin=ORIGIN, kind=_KIND, open=imaging.begin, expected=True)
        yield Artifact(origin=ERRORS, kind="command", open=imaging.errors)
        if self.imager.lands:
            yield Artifact(origin=OUTPUT, kind="command", open=imaging.output)
        yield Artifact(origin=FACTS, kind="note", open=imaging.account)

    def _left(self, destination: Destination) -> Artifact | Gap | None:
        """What a run that was cut off left at the landing: taken where there is room for it."""
        if self._landing is None or not self._landing.taken:
            return None
        short = destination.short(os.lstat(self._landing.path).st_size)
        if short:
            detail = f"{short}; it stays at {self._landing.path}"
            return Gap(origin=LEFT, kind=_KIND, reason=Reason.SKIPPED, detail=detail, expected=True)
        begin = partial(LeftReading, self._landing)
        return Artifact(origin=LEFT, kind=_KIND, open=begin, expected=True)

    def _measured(self) -> tuple[str, Signature]:
        """Why it is not the program that was named, empty where it is; and who signed it."""
        try:
            found, signature = self.imager.held()
        except OSError as error:
            return f"{self.imager.path}: {detail_of(error)}; not run", None
        if found == self.imager.sha256:
            return "", signature
        return f"{self.imager.path}: sha256 {found}, not the one that was named; not run", None

    def _no_place(self, source: Source, destination: Destination, doors: Doors) -> str:
        """Why its image has no place to go; empty where it has."""
        size, imager = memory_of(source, doors), self.imager
        refused = destination.in_memory(source)
        if imager.lands:
            refused = refused or destination.no_file(source, size)
        return refused or destination.short(size * imager.copies)

    def _bounds(self, size: int, destination: Destination) -> Bounds:
        least, over = _LEAST
        return Bounds(
            most=destination.room // self.imager.copies, least=max(1, size * least // over),
            until=time.monotonic() + self.imager.seconds, stop=self._stop,
            landing=self._landing if self.imager.lands else None,
        )  # fmt: skip


class Imaging:
    """An image that a program takes, and its account afterwards."""

    def __init__(self, imager: Imager, doors: Doors, bounds: Bounds, signature: Signature) -> None:
        self._imager = imager
        self._signature = signature
        self._doors = doors
        self._bounds = bounds
        self._outcome = Outcome()
        self._program = imager.program(bounds.landing.path if bounds.landing else "")

    def begin(self) -> ImagerReading:
        """Run the program.

        Raises:
            OSError: it can't be run, or left no file.
        """
        if self._bounds.landing is not None:
            return LandedReading(self._program, self._bounds, self._outcome, self._bounds.landing)
        return ImagerReading(self._program, self._bounds, self._outcome)

    def errors(self) -> Snapshot:
        """What it said on its standard error.

        Raises:
            FileNotFoundError: it was not run.
        """
        return self._kept(self._outcome.errors)

    def output(self) -> Snapshot:
        """What it said on its standard output, where that is not the image.

        Raises:
            FileNotFoundError: it was not run.
        """
        return self._kept(self._outcome.output)

    def _kept(self, said: Said) -> Snapshot:
        if not self._outcome.began:
            raise FileNotFoundError(errno.ENOENT, "the imager was not run")
        method = Method(door="program", program=self._program)
        beyond = MissingRange(offset=KEPT, size=said.beyond, error="our limit for this item")
        return Snapshot(said.data, method=method, missing=[beyond] if said.beyond else [])

    def account(self) -> Snapshot:
        """What is known of the image, and of the program, which is measured again."""
        known, program = self._outcome, self._program
        told = {
            "path": program.path, "sha256": program.sha256, "arguments": program.arguments,
            "signature": self._signature,
            "sha256_afterwards": self._again(), "began": known.began, "status": known.status,
            "left_running": known.left_running,
        }  # fmt: skip
        return account(self._doors, "program", imager=told, bytes_read=known.size)

    def _again(self) -> str | None:
        """The program's digest now; None where it is gone or can't be read."""
        try:
            return self._imager.measured()
        except OSError:
            return None


def memory_of(source: Source, doors: Doors) -> int:
    """Bytes of memory; where the addresses are hidden, what the kernel has of it, else 0."""
    return sum(end - start for start, end in doors.ram) or _total(source)


def _total(source: Source) -> int:
    try:
        if source.runs_windows:
            return physical()[1]
        told = source.snapshot("/proc/meminfo").data.decode("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^MemTotal: +(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) << 10 if found else 0
