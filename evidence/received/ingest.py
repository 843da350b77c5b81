"""What others collected, or photographed, into a bundle that says so."""

from __future__ import annotations

import datetime
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from chain_of_custody.event import Person
from chain_of_custody.receipt import UNKNOWN, Basis, Means, Receipt
from collectors.artifact import Artifact, Gap, Phase, Profile, detail_of
from collectors.files.mounts import Mounts
from collectors.files.snapshot import document
from collectors.files.source import Source
from collectors.received.folder import ReceivedFolder
from collectors.received.shape import Shape, shape_of
from collectors.told import ToldError
from evidence.collecting.resume import Interruption, ResumeError
from evidence.planning.request import Request
from evidence.received.form import Unusual, ahead
from evidence.sentences import SENTENCES
from evidence.writing.medium import existing

_MEANS: dict[Shape, Means] = {
    "native-linux": "native-linux", "native-windows": "native-windows", "cdir": "cdir",
    "kape": "kape", "evtx": "other",
}  # fmt: skip
_LONGEST = 500  # characters of what is stated of a delivery
_TIMES = (
    "Times of the items are those that this medium holds. Where the tool that made the copy did "
    "not keep the times of its originals they are times of the copy; FAT has local time in steps "
    "of 2 s."
)


class IngestError(ToldError):
    """What was named can't be received; says why and what to do."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What somebody stated of a folder that was handed over."""

    folder: Path
    sender: str
    collected_by: str = UNKNOWN
    means: Means | None = None
    medium: str | None = None
    handed_over: str = UNKNOWN
    """UTC, RFC 3339."""


class ReceiptNote:
    """Takes down who handed over what, as it was stated, and how the folder looks.

    It cannot show whether what was stated is true.
    """

    name: ClassVar[str] = "receipt"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, receipt: Receipt, medium: str | None, shape: Shape | None) -> None:
        """Keep what was stated."""
        self.receipt = receipt
        self.unusual = _unusual(receipt)
        self._medium = medium
        self._shape = shape

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield it as one JSON item."""
        receipt, mount = self.receipt, source.mount_of("/")
        told = {
            "schema": "hozen-receipt/1", "received_from": receipt.sender,
            "collected_by": receipt.collected_by, "handed_over": receipt.handed_over,
            "means": receipt.means, "means_basis": receipt.basis, "looks_like": self._shape,
            "medium": self._medium, "folder": source.root or "/",
            "file_system": mount.filesystem if mount is not None else None, "times": _TIMES,
            "unusual": [{"what": each.what, **each.facts} for each in self.unusual],
        }  # fmt: skip
        yield document("hozen:/receipt.json", "note", told, letters=True)


def receiving(
    request: Request, delivery: Delivery, received: ReceivedFolder
) -> tuple[Request, ReceiptNote]:
    """The request of a collection that receives a folder, and what it notes of the receipt.

    Args:
        request: what the bundle is to be.
        delivery: what was stated; of an interrupted bundle its first event says it.
        received: takes the folder.

    Raises:
        IngestError: the folder can't be received.
        ResumeError, CustodyError: there is nothing to go on with.
    """
    _check_stated(delivery)
    check_folder(delivery.folder, [request.output, *filter(None, [request.second])])
    source = Source(str(delivery.folder), live=False, mounts=Mounts.of_this_machine())
    shape = _shape_of(source, delivery.folder)
    receipt = _receipt(delivery, shape) if request.resume is None else _begun(request.resume)
    note = ReceiptNote(receipt, delivery.medium, shape)
    sender = Person(contact=None, name=receipt.sender, organisation=None, title=None)
    presence = replace(
        request.presence, counterpart=sender, storage=delivery.medium, text=receipt.text
    )
    collectors = (note, received)
    return replace(request, presence=presence, collectors=collectors), note


def check_folder(folder: Path, destinations: list[Path]) -> None:
    """Refuse what is no folder, and a destination inside it: what was received stays as it is.

    Raises:
        IngestError: in one line, with what to do.
    """
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        raise IngestError("ingest.absent", path=folder, why=error.strerror) from error
    if not stat.S_ISDIR(mode):
        raise IngestError("ingest.no_folder", path=folder)
    for destination in destinations:
        if existing(destination).resolve().is_relative_to(folder.resolve()):
            raise IngestError("ingest.inside", path=destination, folder=folder)


def _check_stated(delivery: Delivery) -> None:
    """Refuse what says nothing, or cannot have been meant: it goes into a signed event."""
    stated = {
        "--from": delivery.sender, "--by": delivery.collected_by, "--medium": delivery.medium,
    }  # fmt: skip
    for option, text in stated.items():
        if text is not None and not (text.strip() and len(text) <= _LONGEST):
            raise IngestError("ingest.blank", option=option, most=_LONGEST)


def _unusual(receipt: Receipt) -> list[Unusual]:
    if receipt.handed_over == UNKNOWN:
        return []
    return list(ahead("received", datetime.datetime.fromisoformat(receipt.handed_over)))


def _shape_of(source: Source, folder: Path) -> Shape | None:
    try:
        return shape_of(source)
    except OSError as error:
        raise IngestError("ingest.unreadable", path=folder, why=detail_of(error)) from error
    finally:
        source.close()


def _receipt(delivery: Delivery, shape: Shape | None) -> Receipt:
    """Nothing is guessed silently: the basis says where the means come from."""
    basis: Basis = "stated"
    means = delivery.means
    if means is None:
        basis = "not stated" if shape is None else "recognised"
        means = "other" if shape is None else _MEANS[shape]
    return Receipt(
        sender=delivery.sender, collected_by=delivery.collected_by, means=means, basis=basis,
        handed_over=delivery.handed_over,
    )  # fmt: skip


def _begun(path: Path) -> Receipt:
    receipt = Interruption(path).receipt
    if receipt is None:
        raise ResumeError("resume.verb", path=path, verb="hozen collect")
    return receipt
