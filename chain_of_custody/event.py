"""Custody events: numbered, chained, each signed by who acted (format, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from chain_of_custody.canonical import Count, Decimal, Model, Number, Sha256, Utc, decode, encode
from chain_of_custody.manifest import (
    CaseId,
    ClockReading,
    HostRef,
    ItemCount,
    Recipients,
    Tool,
    Uuid,
    VolumeEntry,
)

COLLECTION_TYPES = (
    "collection_started", "volume_closed", "interrupted", "resumed", "sealed",
)  # fmt: skip
HOLDER_TYPES = (
    "code_confirmed", "released", "received", "refused", "accessed", "copied", "verified",
    "examined", "triage", "disclosed", "timestamped", "re_encrypted", "key_revoked", "corrected",
    "returned", "destroyed", "note",
)  # fmt: skip

MAX_COLLECTORS = 100  # that a volume's event names: events are held in memory together
Reference = Annotated[
    str,
    msgspec.Meta(pattern=r"\A(item|volume|event):[1-9][0-9]{0,7}\Z|\Amanifest:[0-9a-f]{64}\Z"),
]
AnchorName = Annotated[str, msgspec.Meta(pattern=r"\A(?!0000)00[0-9]{2}\.(tsr|tsq|pem|sums)\Z")]
EventType = Literal[
    "collection_started", "volume_closed", "interrupted", "resumed", "sealed", "code_confirmed",
    "released", "received", "refused", "accessed", "copied", "verified", "examined", "triage",
    "disclosed", "timestamped", "re_encrypted", "key_revoked", "corrected", "returned",
    "destroyed", "note",
]  # fmt: skip


class Person(Model, frozen=True):
    """Who acted, or stood by."""

    contact: str | None
    name: str | None
    organisation: str | None
    title: str | None


class Authority(Model, frozen=True):
    """On what ground it was done."""

    basis: Literal["contract", "inquiry", "warrant", "voluntary", "court", "in-house"]
    number: str | None


class Transport(Model, frozen=True):
    """How it travelled."""

    method: str | None
    seal_no: str | None
    tracking: str | None


class Check(Model, frozen=True):
    """What was checked, with which result."""

    result: str | None
    version: str | None
    what: str | None


class Nothing(Model, frozen=True):
    """The detail of an event that has none: `{}`."""


class AnchorFile(Model, frozen=True):
    """A file of `anchors/`, as it lay there when the event was signed."""

    name: AnchorName
    sha256: Sha256


class Timestamped(Model, frozen=True):
    """Detail of `timestamped`."""

    files: list[AnchorFile]


class Started(Model, frozen=True):
    """Detail of `collection_started`."""

    case_id: CaseId
    challenge: str | None
    clock: ClockReading
    host_ref: HostRef
    kit: Sha256 | None
    previous_bundle: str | None
    profile: Literal["quick", "standard", "full"]
    recipients: Recipients
    signer_certificate_sha256: Sha256
    tool: Tool


class TreeHead(Model, frozen=True):
    """The tree after a volume, with all that a resumed run needs to go on from it."""

    acquired: Count
    bytes: Count
    gap: Count
    partial: Count
    peaks: list[Sha256]
    root: Sha256
    size: ItemCount


class Progress(Model, frozen=True):
    """How far the collection had come, with no name of the host in it."""

    chain: Sha256 | None
    completed: Annotated[list[str], msgspec.Meta(max_length=MAX_COLLECTORS)]
    count: Count
    current: str | None


class Closed(Model, frozen=True):
    """Detail of `volume_closed`."""

    cause: Literal["phase_end", "size", "records", "time", "end", "interrupted", "limit"]
    phase: str
    progress: Progress
    tree: TreeHead
    volume: VolumeEntry

    @property
    def within_items(self) -> bool:
        """Whether it may have been closed between two parts of an item."""
        return self.cause in ("size", "records", "time", "limit")


class Interrupted(Model, frozen=True):
    """Detail of `interrupted`."""

    cause: Literal["signal", "destination_full", "error"]


class Resumed(Model, frozen=True):
    """Detail of `resumed`."""

    clock: ClockReading
    host_ref: HostRef
    salvaged: list[VolumeEntry]
    signer_certificate_sha256: Sha256
    tool: Tool
    tree: TreeHead


class Sealed(Model, frozen=True):
    """Detail of `sealed`."""

    manifest_sha256: Sha256
    merkle_root: Sha256


Detail = Started | Closed | Interrupted | Resumed | Sealed | Timestamped | Nothing
DETAILS: dict[str, type[Detail]] = {
    "collection_started": Started,
    "volume_closed": Closed,
    "interrupted": Interrupted,
    "resumed": Resumed,
    "sealed": Sealed,
    **dict.fromkeys(HOLDER_TYPES, Nothing),
    "timestamped": Timestamped,
}


class CustodyEvent(Model, frozen=True):
    """One event; its detail is kept as bytes and opened by type."""

    actor: Person | None
    at: Utc
    at_source: str
    authority: Authority | None
    bundle: Uuid
    check: Check | None
    counterpart: Person | None
    detail: msgspec.Raw
    mono: Decimal | None
    place: str | None
    prev: Sha256
    purpose: str | None
    refs: list[Reference]
    schema: Literal["hozen-event/1"]
    seq: Number
    storage: str | None
    text: str | None
    transport: Transport | None
    type: EventType
    witnesses: list[Person]

    def opened(self) -> Detail:
        """The detail as its type demands.

        Raises:
            CanonicalError: the detail does not fit the event's type.
        """
        return decode(DETAILS[self.type], bytes(self.detail))


def parse_event(data: bytes) -> tuple[CustodyEvent, Detail]:
    """An event and its detail from the canonical bytes of an event file.

    Raises:
        CanonicalError: not canonical, or of another schema.
    """
    event = decode(CustodyEvent, data)
    return event, event.opened()


def make_event(
    *,
    kind: EventType,
    seq: int,
    prev: str,
    bundle: str,
    at: str,
    mono: int | None,
    detail: Detail | None = None,
    actor: Person | None = None,
    counterpart: Person | None = None,
    witnesses: Sequence[Person] = (),
    place: str | None = None,
    purpose: str | None = None,
    storage: str | None = None,
    authority: Authority | None = None,
    transport: Transport | None = None,
    text: str | None = None,
    refs: Sequence[str] = (),
    check: Check | None = None,
    at_source: str = "host clock",
) -> bytes:
    """The canonical bytes of a new event.

    Args:
        kind: the event's type.
        seq: its number.
        prev: SHA-256 of the event before it.
        bundle: the bundle's UUID.
        at: UTC, RFC 3339.
        mono: monotonic reading in ns of the machine that acts; None where a person states a time.
        detail: as the type demands; of holders' events only `timestamped` has one.
        actor: the person who acted; None when the tool did.
        counterpart: who stood on the other side of a hand-over.
        witnesses: who stood by.
        place: where.
        purpose: why.
        storage: how and in what it is kept, its medium's serial number among it.
        authority: on what ground.
        transport: how it travelled, under which seal.
        text: remarks.
        refs: what it is about, as `item:17`.
        check: what was checked.
        at_source: whose clock said so.
    """
    return encode(
        CustodyEvent(
            actor=actor, at=at, at_source=at_source, authority=authority, bundle=bundle,
            check=check, counterpart=counterpart, detail=msgspec.Raw(encode(detail or Nothing())),
            mono=None if mono is None else str(mono), place=place, prev=prev, purpose=purpose,
            refs=list(refs), schema="hozen-event/1", seq=seq, storage=storage, text=text,
            transport=transport, type=kind, witnesses=list(witnesses),
        )
    )  # fmt: skip
