"""What one session of a collection is told, remembers, and can say at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from chain_of_custody.event import Progress
from collectors.artifact import Artifact, Gap, MissingRange, Reason
from evidence.archives.looked import Archives
from evidence.collecting.missed import Missed
from evidence.machine.restraint import FORMAT, MEMORY
from evidence.writing.bundle import InterruptCause

_CHAIN_FLOOR = 64  # origins under which a chain could be guessed (format, section 7)
_NAMED = 3  # of refused origins at the end: an ordinary user is refused thousands
_TO_BE_HAD = frozenset({Reason.DENIED, Reason.UNREADABLE, Reason.TIMED_OUT, Reason.NOT_LOCAL})
_NAMES_NOTHING = frozenset({"disk-image"})  # whose origins number the parts of a disk: no secret


class Listener(Protocol):
    """Hears how far the collection is; shows it, or doesn't."""

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        ...

    def item(self, origin: str, stored: int) -> None:
        """An item is taken; so many bytes have been read so far."""
        ...

    def waiting(self) -> None:
        """The machine is short of memory, and from now on the run waits for it at times."""
        ...


class Interrupted(Exception):  # noqa: N818 - no error of ours: somebody or something ended the run
    """The collection has to end here, unsealed."""

    def __init__(self, cause: InterruptCause) -> None:
        self.cause: InterruptCause = cause
        super().__init__(cause)


@dataclass(slots=True, kw_only=True)
class Limits:
    """What the user allowed; None for no limit."""

    size: int | None = None
    """Bytes on the medium."""
    time: int | None = None
    """Nanoseconds."""
    rate: int | None = None
    """Bytes a second that are read of items; memory is read as fast as can be."""


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

    def points(self, collector: str) -> dict[int, str]:
        """The chains that were signed of a collector, by how many things it had given."""
        return {each.count: each.chain for each in self.checkpoints if each.collector == collector}


def beyond(collector: str, limit: str) -> Gap:
    """Of a collector that a limit ended."""
    detail = f"{limit} was met; what was left of it was not taken"
    return Gap(origin=f"hozen:/{collector}", kind="note", reason=Reason.SKIPPED, detail=detail)


def unrecognised(collector: str) -> Gap:
    """Of a disk that is at rest the same is expected twice; a running machine changes."""
    detail = "what an earlier session took was not found again: all was taken anew"
    origin, reason = f"hozen:/{collector}", Reason.ABSENT
    return Gap(origin=origin, kind="note", reason=reason, detail=detail, expected=True)


def with_lead(gap: Gap, artifact: Artifact) -> Gap:
    """The gap of an artifact, with what is known of that."""
    return gap._replace(led_by=artifact.led_by, stream=artifact.stream, expected=artifact.expected)


@dataclass(slots=True)
class Findings:
    """What the run can say at its end without opening the bundle."""

    reasons: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """Items acquired by collector."""
    failed: list[str] = field(default_factory=list)
    limited: str | None = None
    """The option whose limit was met; `memory` where the machine had too little of it left,
    `format` where no reader would take a larger bundle."""
    earlier: int = 0
    """Gaps of what was to be had that earlier sessions of this bundle signed."""
    lacking: int = 0
    """Those of this one: each makes the run end as one from which something is missing."""
    missing: list[Missed] = field(default_factory=list)
    """What every machine has or the run was for, and could not be taken or not all: why."""

    refused: list[str] = field(default_factory=list)
    """The first origins that the system refused, beside those of `missing`."""
    refused_all: int = 0
    """How many there were of these."""

    remarks: dict[str, list[str]] = field(default_factory=dict)
    """What else the end of the run has a sentence for: of which origins."""

    unsearched: list[str] = field(default_factory=list)
    """The first items of which rules gave no whole answer: over some of them a scan ended."""
    unsearched_all: int = 0
    """How many there were of these."""

    archives: Archives = field(default_factory=Archives)

    @property
    def limit(self) -> str:
        """Which limit was met, in a record's words."""
        if self.limited == MEMORY:
            return "the least memory that is left to this machine's own work"
        return "what one bundle can hold" if self.limited == FORMAT else f"the limit {self.limited}"

    def cut_off(self) -> list[str]:
        """What is to be said of an item that was stopped: which limit was met, if one was."""
        return [f"{self.limit} was met while it was read"] if self.limited else []

    def searched(self, origin: str, given_up: str) -> None:
        """An item was scanned.

        Args:
            origin: of the item.
            given_up: why the rules' answer is not whole; empty where it is.
        """
        self.unsearched_all += bool(given_up)
        if given_up and len(self.unsearched) < _NAMED:
            self.unsearched.append(origin)

    def matched(self, rules: Iterable[str]) -> None:
        """Rules that matched in an item, each counted once."""
        for rule in rules:
            self.hits[rule] = self.hits.get(rule, 0) + 1

    def bad_ranges(self, origin: str, missing: Sequence[MissingRange]) -> None:
        """Tell in one line what can't be read of an image."""
        first, lost = missing[0], sum(each.size or 0 for each in missing)
        rest = " and the rest" if missing[-1].size is None else ""
        told = f"{len(missing)} ranges, {lost} bytes{rest}; the first at {first.offset}"
        if first.size is None:
            told = f"all behind its first {first.offset} bytes: {first.error}"
        self.missing.append(Missed(origin, Reason.UNREADABLE.value, told))

    def gap(self, gap: Gap, *, cut: bool = False) -> bool:
        """Count one more, and keep what is to be said of it.

        Args:
            gap: what was not obtained.
            cut: whether it is the rest behind a limit.

        Returns:
            Whether it was to be had.
        """
        self.reasons[gap.reason.value] = self.reasons.get(gap.reason.value, 0) + 1
        expected = gap.kind == "image" or gap.expected
        lacking = expected or cut or gap.reason in _TO_BE_HAD
        self.lacking += lacking
        if expected:
            self.missing.append(Missed(gap.origin, gap.reason.value, gap.detail))
        elif gap.reason is Reason.DENIED:
            self.refused_all += 1
            if self.refused_all <= _NAMED:
                self.refused.append(gap.origin)
        if gap.remark:
            self.remarks.setdefault(gap.remark, []).append(gap.origin)
        return lacking


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


class Reached:
    """How far a session is: what the next event tells, and a resumed one goes on from."""

    def __init__(self, bundle_id: str, completed: Iterable[str]) -> None:
        self.collector = ""
        """The one that is running; empty between two."""
        self._bundle_id = bundle_id
        self._completed = list(completed)
        self.chain = OriginChain(bundle_id, "")

    def begin(self, collector: str) -> OriginChain:
        """A collector begins; its chain, still empty."""
        self.collector = collector
        self.chain = OriginChain(self._bundle_id, collector)
        return self.chain

    def end(self) -> None:
        """It has given all it has."""
        self._completed.append(self.collector)
        self.collector = ""

    def progress(self) -> Progress:
        """As an event tells it."""
        running = bool(self.collector)
        return Progress(
            chain=self.chain.shown() if running else None,
            completed=list(self._completed),
            count=self.chain.count if running else 0,
            current=self.collector or None,
        )
