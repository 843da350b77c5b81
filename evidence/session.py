"""What one session of a collection is told, remembers, and can say at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from evidence.bundle import InterruptCause

_CHAIN_FLOOR = 64  # origins under which a chain could be guessed (format, section 7)
_NAMES_NOTHING = frozenset({"disk-image"})  # whose origins number the parts of a disk: no secret


class Listener(Protocol):
    """Hears how far the collection is; shows it, or doesn't."""

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        ...

    def item(self, origin: str, stored: int) -> None:
        """An item is taken; so many bytes have been read so far."""
        ...


class Interrupted(Exception):  # noqa: N818 - no error of ours: somebody or something ended the run
    """The collection has to end here, unsealed."""

    def __init__(self, cause: InterruptCause) -> None:
        self.cause: InterruptCause = cause
        super().__init__(cause)


@dataclass(slots=True, kw_only=True)
class Limits:
    """What the user allowed: bytes on the medium, nanoseconds of time; None for no limit."""

    size: int | None = None
    time: int | None = None


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """How far an interrupted collector had come, from a signed event."""

    collector: str
    count: int
    chain: str


@dataclass(slots=True, kw_only=True)
class Resumption:
    """What earlier sessions of this bundle have done."""

    completed: tuple[str, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()


@dataclass(slots=True)
class Findings:
    """What the run can say at its end without opening the bundle."""

    reasons: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """Items acquired by collector."""
    failed: list[str] = field(default_factory=list)
    limited: str | None = None
    missing: list[str] = field(default_factory=list)
    """What every machine has or the run was for, and could not be taken or not all: why."""

    def reason(self, reason: str) -> None:
        """Count one more gap."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


class OriginChain:
    """The chain over the origins that a collector has given (format, section 7)."""

    def __init__(self, bundle_id: str, collector: str) -> None:
        self.count = 0
        self._floor = 1 if collector in _NAMES_NOTHING else _CHAIN_FLOOR
        self._hasher = sha256(bundle_id.encode())

    def add(self, origin: str) -> None:
        """The collector gave one more."""
        self.count += 1
        self._hasher.update(origin.encode("utf-8", "surrogateescape") + b"\0")

    def shown(self) -> str | None:
        """The chain, or None while it could be guessed."""
        return self._hasher.hexdigest() if self.count >= self._floor else None
