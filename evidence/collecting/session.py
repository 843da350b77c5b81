"""How far a session has come, what earlier ones had done, and the gaps that it makes itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from chain_of_custody.event import Progress
from collectors.artifact import Artifact, Gap, Reason
from collectors.pathtext import to_bytes
from evidence.writing.bundle import InterruptCause

_CHAIN_FLOOR = 64  # origins under which a chain could be guessed (format, section 7)
_NAMES_NOTHING = frozenset({"disk-image"})  # whose origins number the parts of a disk: no secret


class Interrupted(Exception):  # noqa: N818 - no error of ours: somebody or something ended the run
    """The collection has to end here, unsealed."""

    def __init__(self, cause: InterruptCause) -> None:
        self.cause: InterruptCause = cause
        super().__init__(cause)


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


class OriginChain:
    """The chain over the origins that a collector has given (format, section 7)."""

    def __init__(self, bundle_id: str, collector: str) -> None:
        self.count = 0
        self._floor = 1 if collector in _NAMES_NOTHING else _CHAIN_FLOOR
        self._hasher = sha256(bundle_id.encode())

    def add(self, origin: str) -> None:
        """The collector gave one more."""
        self.count += 1
        self._hasher.update(to_bytes(origin) + b"\0")

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
