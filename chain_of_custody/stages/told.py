"""What signed events say of a volume, held against the records in it (format, section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from chain_of_custody.documents import Documents
from chain_of_custody.errors import AlteredError
from chain_of_custody.event import Closed, Progress
from chain_of_custody.item import ItemRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of each record of a volume before it is opened."""

    name: str
    phase: str
    collectors: frozenset[str]
    mono: int | None
    """When it was closed, by the clock that nobody sets."""
    received: bool
    """Whether others collected what this bundle holds."""

    def check(self, record: ItemRecord) -> None:
        """Hold a record of the volume against it.

        Raises:
            AlteredError: they contradict each other.
        """
        meta = record.meta
        if meta.phase != self.phase:
            raise self._refused(record, "phase")
        if meta.collector not in self.collectors:
            raise self._refused(record, "collector")
        if self.mono is not None and int(meta.acquired.mono_end) > self.mono:
            raise self._refused(record, "acquired")
        if meta.kind == "native" and not self.received:
            raise self._refused(record, "kind")

    def _refused(self, record: ItemRecord, fact: str) -> AlteredError:
        number = record.content.seq
        return AlteredError(4, "record_event", name=self.name, item=number, fact=fact)


def told_by(documents: Documents) -> dict[str, Told]:
    """By the names of all volumes that were closed."""
    received = documents.events[0].event.counterpart is not None
    return {
        file.detail.volume.name: Told(
            name=file.detail.volume.name, phase=file.detail.phase,
            collectors=_ran(file.detail.progress),
            mono=None if file.event.mono is None else int(file.event.mono), received=received,
        )
        for file in documents.events
        if isinstance(file.detail, Closed)
    }  # fmt: skip


def _ran(progress: Progress) -> frozenset[str]:
    """The collectors that had begun by then."""
    return frozenset([*progress.completed, *filter(None, [progress.current])])


__all__ = ["Told", "told_by"]
