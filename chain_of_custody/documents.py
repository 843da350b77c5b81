"""Manifest and events as they lie in a bundle: the signed bytes beside what they parse to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from chain_of_custody.canonical import CanonicalError, decode
from chain_of_custody.digest import sha256
from chain_of_custody.errors import AlteredError, CustodyError, UnreadError, UnusableError
from chain_of_custody.event import (
    Closed,
    CustodyEvent,
    Detail,
    Resumed,
    Sealed,
    Started,
    parse_event,
)
from chain_of_custody.folder import MANIFEST, Folder, numbered
from chain_of_custody.manifest import Manifest, VolumeEntry

UNNAMED = f"{MANIFEST}.tmp"  # what a sealing that is cut off leaves of the manifest
MAX_MANIFEST = 16 << 20  # bytes; these limits are the format's, section 11
MAX_EVENT = 1 << 20  # bytes
MAX_SIGNATURE = 64 << 10  # bytes
MAX_ANCHORS = 128 << 20  # bytes of all of them: they are held in memory together
MAX_LIST = 48 << 20  # bytes of one renewal's list: that of 99,999 events and volumes is 44 MiB
MAX_EVENTS = 99_999  # as their names count them, with five digits
MAX_CUSTODY = 256 << 20  # bytes of events and signatures: they are held in memory together


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """One event: its bytes are what was signed, the parsed form is only a view."""

    name: str
    raw: bytes
    signature: bytes | None
    event: CustodyEvent
    detail: Detail

    @property
    def sha256(self) -> str:
        """The digest that the next event cites."""
        return sha256(self.raw)

    @property
    def signed(self) -> int:
        """Bytes of it and its signature."""
        return len(self.raw) + len(self.signature or b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A stretch of collection under one key."""

    key_sha256: str
    opened_by: int
    before: int
    """How many items were recorded when it began."""
    volumes: tuple[tuple[VolumeEntry, Closed], ...]

    @property
    def under_way(self) -> tuple[tuple[VolumeEntry, Closed], ...]:
        """The volumes at its end that hold no record: nothing but parts of one item."""
        sizes = [self.before, *(closed.tree.size for _, closed in self.volumes)]
        grew = [at for at, size in enumerate(sizes) if at and size != sizes[at - 1]]
        return self.volumes[max(grew, default=0) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An event file that is no event of this format."""

    name: str
    raw: bytes | None
    """None when it is larger than any event, or can't be read."""
    signature: bytes | None


@dataclass(slots=True)
class Documents:
    """All that is signed in a bundle, and what was wrong with reading it."""

    manifest_raw: bytes | None = None
    manifest_signature: bytes | None = None
    manifest: Manifest | None = None
    events: list[EventFile] = field(default_factory=list)
    anchors: dict[str, bytes] = field(default_factory=dict)
    """Tokens, requests, certificates and lists of `anchors/`, by their names there."""
    unreadable: list[Unread] = field(default_factory=list)
    problems: list[CustodyError] = field(default_factory=list)
    unnamed: bool = False
    """Whether an event seals a manifest, and none lies here under its name."""
    nameless: bytes | None = None
    """What is here of that manifest, where the sealing was cut off before it had its name."""

    @property
    def signed(self) -> int:
        """Bytes of all events and their signatures."""
        return sum(each.signed for each in self.events)

    def absent(self, name: str, error: AlteredError) -> AlteredError:
        """What is wrong where a file is not among these: it can't be read, or else `error`."""
        unread = (each for each in self.problems if isinstance(each, UnreadError))
        found = next((each for each in unread if each.finding.name == name), None)
        return error if found is None else UnreadError(error.stage, found.key, **found.facts)

    def sessions(self) -> list[Session]:
        """The collection's stretches, each with its volumes in the order of its events."""
        found: list[tuple[str, int, int, list[tuple[VolumeEntry, Closed]]]] = []
        for file in self.events:
            match file.detail:
                case Started() | Resumed() as opening:
                    before = opening.tree.size if isinstance(opening, Resumed) else 0
                    key = opening.signer_certificate_sha256
                    found.append((key, file.event.seq, before, []))
                case Closed() if found:
                    found[-1][3].append((file.detail.volume, file.detail))
                case _:
                    pass
        return [
            Session(key_sha256=key, opened_by=seq, before=before, volumes=tuple(volumes))
            for key, seq, before, volumes in found
        ]

    def closed(self) -> list[VolumeEntry]:
        """All closed volumes as the events tell."""
        return [f.detail.volume for f in self.events if isinstance(f.detail, Closed)]

    def salvaged(self) -> list[VolumeEntry]:
        """All volumes that an interruption left open, as the events tell."""
        return [e for f in self.events if isinstance(f.detail, Resumed) for e in f.detail.salvaged]


def load(folder: Folder) -> Documents:
    """Read manifest, events and signatures; what can't be read is in `problems`."""
    documents = Documents()
    _load_manifest(folder, documents)
    names = sorted(
        name
        for name in folder.listing.files
        if name.startswith("custody/") and name.endswith(".json")
    )
    held = 0
    for name in names[: MAX_EVENTS + 1]:
        if held <= MAX_CUSTODY:
            held += _load_event(folder, name, documents)
        else:
            documents.unreadable.append(Unread(name=name, raw=None, signature=None))
    if held > MAX_CUSTODY:
        size, limit = f"more than {MAX_CUSTODY}", MAX_CUSTODY
        documents.problems.append(
            UnusableError(1, "too_large", name="custody/", size=size, limit=limit)
        )
    _load_anchors(folder, documents)
    sealed = any(isinstance(file.detail, Sealed) for file in documents.events)
    if sealed and MANIFEST not in folder.listing.files:
        documents.unnamed = True
        documents.nameless = _optional(folder, UNNAMED, MAX_MANIFEST, documents)
    return documents


def _load_anchors(folder: Folder, documents: Documents) -> None:
    room = MAX_ANCHORS
    for name in sorted(folder.listing.files):
        if name.startswith("anchors/") and numbered(name):
            limit = min(room, MAX_LIST) if name.endswith(".sums") else room
            raw = _optional(folder, name, limit, documents)
            if raw is None and isinstance(documents.problems[-1], UnreadError):
                continue  # the others are as good as before
            if raw is None:
                return
            room -= len(raw)
            documents.anchors[name.removeprefix("anchors/")] = raw


def _load_manifest(folder: Folder, documents: Documents) -> None:
    documents.manifest_signature = _optional(folder, f"{MANIFEST}.p7s", MAX_SIGNATURE, documents)
    documents.manifest_raw = _optional(folder, MANIFEST, MAX_MANIFEST, documents)
    if documents.manifest_raw is None:
        return
    try:
        manifest = decode(Manifest, documents.manifest_raw)
    except CanonicalError as error:
        documents.problems.append(UnusableError(1, "bad_document", name=MANIFEST, why=error))
        return
    counted = Counter(entry.number for entry in [*manifest.volumes, *manifest.salvaged])
    twice = [f"volume {number}" for number, count in counted.items() if count > 1]
    if twice:  # which of the two would be meant can't be known
        documents.problems.append(UnusableError(1, "volume_twice", name=", ".join(twice)))
        return
    documents.manifest = manifest


def _load_event(folder: Folder, name: str, documents: Documents) -> int:
    """Read one event with its signature; returns their size in bytes."""
    raw = _optional(folder, name, MAX_EVENT, documents)
    signature = _optional(folder, f"{name}.p7s", MAX_SIGNATURE, documents)
    if raw is None:
        documents.unreadable.append(Unread(name=name, raw=None, signature=signature))
        return len(signature or b"")
    try:
        event, detail = parse_event(raw)
    except CanonicalError as error:
        documents.problems.append(UnusableError(1, "bad_document", name=name, why=error))
        documents.unreadable.append(Unread(name=name, raw=raw, signature=signature))
    else:
        documents.events.append(
            EventFile(name=name, raw=raw, signature=signature, event=event, detail=detail)
        )
    return len(raw) + len(signature or b"")


def _optional(folder: Folder, name: str, limit: int, documents: Documents) -> bytes | None:
    if name not in folder.listing.files:
        return None
    try:
        return folder.read(name, limit)
    except CustodyError as error:
        documents.problems.append(error)
        return None
