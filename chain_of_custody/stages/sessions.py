"""Stage 7: where a session begins and ends, by its events, its clocks and its words (section 7)."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody import receipt
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import COLLECTION_TYPES, Closed, Detail, Interrupted, Resumed, Started
from chain_of_custody.manifest import ClockReading

_CLOSED_BEFORE: dict[str, frozenset[str]] = {
    "interrupted": frozenset({"interrupted", "resumed"}), "end": frozenset({"resumed", "sealed"}),
}  # fmt: skip
"""What may follow a volume that was closed because the session ended."""


def contradictions(documents: Documents) -> Iterator[tuple[EventFile, str]]:
    """Events that say of a session what others say otherwise: each with the rule that it breaks."""
    yield from _ends(documents)
    for file in documents.events:
        if isinstance(file.detail, Started | Resumed) and not _read_before(file, file.detail.clock):
            yield file, "rule_clock_read"
        if isinstance(file.detail, Started) and receipt.contradicts(file.event):
            yield file, "rule_source"


def _read_before(file: EventFile, clock: ClockReading) -> bool:
    """Whether the clocks were read before the event was made that tells of them."""
    return file.event.mono is None or 0 <= int(clock.mono) <= int(file.event.mono)


def _ends(documents: Documents) -> Iterator[tuple[EventFile, str]]:
    """Nothing follows an end but what takes it up; nor what somebody signed as a holder."""
    follow: frozenset[str] | None = None
    held = False
    for file in documents.events:
        kind = file.event.type
        if kind not in COLLECTION_TYPES:
            held = True
            continue
        if held and documents.manifest is None:  # of a sealed bundle, the holder is refused
            yield file, "rule_behind_holder"
        if follow is not None and kind not in follow:
            yield file, "rule_session_ended"
        follow = _may_follow(file.detail)


def _may_follow(detail: Detail) -> frozenset[str] | None:
    """Which events of the collection may come next; None: this is no end of a session."""
    if isinstance(detail, Interrupted):
        return frozenset({"resumed"})
    return _CLOSED_BEFORE.get(detail.cause) if isinstance(detail, Closed) else None


__all__ = ["contradictions"]
