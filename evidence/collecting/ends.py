"""Why a session ends before everything is taken: asked to, a medium or memory full, a limit met."""

from __future__ import annotations

from collections.abc import Callable

from evidence.collecting.session import Interrupted
from evidence.machine.clock import Clock
from evidence.machine.restraint import FORMAT, MEMORY, Patience, short_of_memory
from evidence.planning.request import Limits
from evidence.telling.findings import Findings
from evidence.telling.listener import Listener
from evidence.writing import medium
from evidence.writing.bundle import BundleWriter, InterruptCause

RESERVE = 16 << 20  # bytes kept free for what is in flight, the records and the events
_LOOK_EVERY = 64  # records, or reads of 32 KiB, between two looks at free space
_MEMORY_EVERY = 16  # records, or parts of 1 MiB, between two looks at memory


class Ends:
    """Asked after each item and within large ones."""

    def __init__(
        self,
        writer: BundleWriter,
        clock: Clock,
        limits: Limits,
        findings: Findings,
        stopping: Callable[[], bool],
        listener: Listener | None,
    ) -> None:
        """Watch a session.

        Args:
            writer: the bundle; its medium may fill.
            clock: where time comes from.
            limits: what the user allowed.
            findings: learns which limit was met.
            stopping: whether somebody asked the run to end.
            listener: told once that the run waits for memory, before it does.
        """
        self.cause: InterruptCause | None = None
        """Why the session has to end unsealed; None while it need not."""
        self.sparing = False
        """Whether the memory of this machine is watched, which is at work beside this run."""
        self._writer = writer
        self._clock = clock
        self._size = limits.size
        self._deadline = None if limits.time is None else clock.mono() + limits.time
        self._findings = findings
        self._stopping = stopping
        self._until_look = 0
        self._patience = Patience(listener.waiting if listener is not None else lambda: None)
        self._until_memory = 0
        self._closed = self._counted = 0  # bytes of so many volumes
        writer.between = self.between

    def item(self) -> bool:
        """Whether an item has to end where it is."""
        return self.session() or self.limit()

    def session(self) -> bool:
        """Whether the session has to end, unsealed: while there is room to close what is open."""
        if self.cause is None and self._stopping():
            self.cause = "signal"
        self._until_look -= 1
        if self.cause is None and self._until_look <= 0:
            self._until_look = _LOOK_EVERY
            if medium.free_space(self._writer.path) < RESERVE:
                self.cause = "destination_full"
        return self.cause is not None

    def limit(self) -> bool:
        """Whether the user's limit or the format's is met: the rest is told of, and all sealed."""
        if self._findings.limited is None:
            if self._deadline is not None and self._clock.mono() >= self._deadline:
                self._findings.limited = "--max-time"
            elif self._size is not None and self._stored() >= self._size:
                self._findings.limited = "--max-size"
            elif self._writer.full:
                self._findings.limited = FORMAT
        return self._findings.limited is not None

    def between(self) -> None:
        """Between two items, or two parts of one: look at memory now and then.

        Raises:
            OSError: as `memory`.
        """
        self._until_memory -= 1
        if self._until_memory <= 0:
            self._until_memory = _MEMORY_EVERY
            self.memory()

    def memory(self) -> bool:
        """Whether the machine is short of memory: as with a limit, the rest is told of.

        Asked only where a volume can be closed: none stays open while memory is waited for.

        Raises:
            OSError: the medium did not take the volume.
        """
        if self.sparing and self._findings.limited is None and short_of_memory():
            self._writer.close_volume("limit")
            if self._patience.brings_none(lambda: self._stopping() or self.limit()):
                self._findings.limited = MEMORY
        return self._findings.limited == MEMORY

    def _stored(self) -> int:
        """Asked at each read of 32 KiB: of thousands of volumes each is added once."""
        volumes = self._writer.volumes
        self._closed += sum(entry.size for entry in volumes[self._counted :])
        self._counted = len(volumes)
        return self._closed + self._writer.stored_open

    def unless_asked(self) -> None:
        """The same where nothing failed: look first."""
        if self.session():
            self.unless()

    def unless(self) -> None:
        """Called where something failed: because the run ends it is no gap, but taken next time.

        Raises:
            Interrupted: the session ends.
        """
        if self.cause:
            raise Interrupted(self.cause)
