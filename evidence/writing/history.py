"""What a bundle was asked to be, and what is signed of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from chain_of_custody.digest import ZERO
from chain_of_custody.documents import MAX_CUSTODY, MAX_EVENTS
from chain_of_custody.event import Authority, Person, TreeHead
from chain_of_custody.manifest import ClockReading, VolumeEntry
from chain_of_custody.merkle import Tree

EVENTS, SIGNED = MAX_EVENTS - 1000, MAX_CUSTODY - (16 << 20)  # holders sign for years to come
ITEMS = 99_900_000  # of 99,999,999: what is left out has records, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a collection was asked to be; a resumed one keeps it."""

    case_id: str
    host_ref: str
    profile: Literal["quick", "standard", "full"]
    recipients: tuple[str, ...]
    previous_bundle: str | None = None
    challenge: str | None = None
    """What the provider gave to be bound in: it shows that nothing here is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Who stood at the machine when a session began, as far as anybody said."""

    actor: Person | None = None
    witnesses: tuple[Person, ...] = ()
    place: str | None = None
    purpose: str | None = None
    authority: Authority | None = None
    counterpart: Person | None = None
    """Who handed over what others collected; None where hozen collects by itself."""
    storage: str | None = None
    text: str | None = None


NOBODY = Presence()


@dataclass(slots=True)
class Tally:
    """Counts of what is in the bundle."""

    acquired: int = 0
    partial: int = 0
    gap: int = 0
    bytes: int = 0

    @classmethod
    def of(cls, head: TreeHead) -> Tally:
        """The counts that a signed tree states."""
        return cls(
            acquired=head.acquired, partial=head.partial, gap=head.gap, bytes=head.bytes
        )  # fmt: skip

    def add(self, status: str, size: int) -> None:
        """Count one more item."""
        if status == "acquired":
            self.acquired += 1
        elif status == "gap":
            self.gap += 1
        else:
            self.partial += 1
        self.bytes += size


@dataclass(slots=True)
class History:
    """What is signed so far: a new bundle begins with none."""

    seq: int = 0
    head: str = ZERO
    volumes: list[VolumeEntry] = field(default_factory=list)
    salvaged: list[VolumeEntry] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    tally: Tally = field(default_factory=Tally)
    missing: int = 0
    """Gaps of what was to be had."""
    signed: int = 0
    """Bytes of the events and their signatures."""
    started: str = ""
    start_clock: ClockReading | None = None

    @property
    def full(self) -> bool:
        """Whether a reader takes hardly more (format, section 11)."""
        return self.seq >= EVENTS or self.signed >= SIGNED or self.tree.size >= ITEMS
