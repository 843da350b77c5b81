"""The manifest: what a sealed bundle claims, the one signed root object (format, section 8)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from chain_of_custody.canonical import Count, Decimal, Model, Number, Sha256, Utc

Uuid = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
VolumeName = Annotated[str, msgspec.Meta(pattern=r"\Avolume-(?!00000)[0-9]{5}\.tar\.zst(\.age)?\Z")]
CaseId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9-]{1,32}\Z")]
MAX_RECIPIENTS = 64  # format, section 11
MAX_ITEMS = 99_999_999  # the same: as their names count them, with eight digits
ItemCount = Annotated[int, msgspec.Meta(ge=0, le=MAX_ITEMS)]
Recipients = Annotated[list[str], msgspec.Meta(max_length=MAX_RECIPIENTS)]
HostRef = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}\Z")]


class Tool(Model, frozen=True):
    """The program that wrote this."""

    name: str
    rules_sha256: Sha256
    sha256: Sha256
    version: str


class VolumeEntry(Model, frozen=True):
    """A file in `data/`, as it lies there."""

    name: VolumeName
    sha256: Sha256
    size: Count

    @property
    def number(self) -> int:
        """The volume's number."""
        return int(self.name[7:12])

    @property
    def encrypted(self) -> bool:
        """Whether the name says that it is an age file."""
        return self.name.endswith(".age")


class ClockReading(Model, frozen=True):
    """A reading of the host's clocks: what it said, not what was true."""

    mono: Decimal
    reference: Utc | None
    source: Literal["host"]
    synchronised: bool | None
    utc: Utc
    zone: str


class Clock(Model, frozen=True):
    """The clocks at both ends of the collection."""

    end: ClockReading
    start: ClockReading


class Items(Model, frozen=True):
    """What the tree holds."""

    acquired: Count
    bytes: Count
    count: ItemCount
    gap: Count
    merkle_root: Sha256
    partial: Count
    tree: Literal["rfc9162-sha256"]


class Bindings(Model, frozen=True):
    """Digests of the unsigned files that must be as they were."""

    bag_info: Sha256
    bagit: Sha256
    manifest_sha256_txt: Sha256
    verify_ja_md: Sha256
    verify_md: Sha256
    verify_sh: Sha256


BOUND_FILES = {
    "bag_info": "bag-info.txt",
    "bagit": "bagit.txt",
    "manifest_sha256_txt": "manifest-sha256.txt",
    "verify_ja_md": "検証手順.md",
    "verify_md": "VERIFY.md",
    "verify_sh": "verify.sh",
}


class Head(Model, frozen=True):
    """The last event before `sealed`."""

    head: Sha256
    last_seq: Number


class Manifest(Model, frozen=True):
    """The root object of a sealed bundle."""

    bindings: Bindings
    bundle_id: Uuid
    case_id: CaseId
    challenge: str | None
    clock: Clock
    custody: Head
    ended: Utc
    host_ref: HostRef
    items: Items
    kit: Sha256 | None
    previous_bundle: str | None
    profile: Literal["quick", "standard", "full"]
    recipients: Recipients
    salvaged: list[VolumeEntry]
    schema: Literal["hozen-bundle/1"]
    signer_certificate_sha256: Sha256
    started: Utc
    tool: Tool
    volumes: list[VolumeEntry]
