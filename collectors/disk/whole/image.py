"""The whole disk as a split raw image: every byte that can be read, bad sectors mapped."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reading, Reason, Stat
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.source import WHOLE
from collectors.files.snapshot import document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.disk.images.standing import Look
    from collectors.disk.reader import Reader
    from collectors.disk.source import DiskSource
    from collectors.disk.whole.account import Account
    from collectors.disk.whole.digests import WholeDigests

ORIGIN = "hozen:/disk-image.json"
_WRITTEN = (
    "the image's file was changed or taken away while it was read: its parts may be of different "
    "moments; the records of the pieces tell at which it was"
)


class WholeDisk(OfDisk):
    """Takes the whole disk, unallocated space and all, in pieces; bad sectors are mapped.

    The pieces `disk:/image.001` and so on are those of a split raw image. It is taken only when it
    is named with --only, or by `hozen image`. A running system writes while it is read, so an
    image of its own disk is of no single moment. It cannot show what a disk keeps from its reader:
    host-protected areas, sectors that were replaced, blocks that a flash disk has let go.
    """

    name: ClassVar[str] = "disk-image"
    phase: ClassVar[Phase] = Phase.IMAGE
    profile: ClassVar[Profile] = Profile.ASKED

    def __init__(self, algorithms: Sequence[str] = ("sha256",)) -> None:
        """Choose the digests over the whole disk, by the names of hashlib."""
        self._algorithms = algorithms
        self.later: Sequence[str] = ()
        """Those that this run could not compute, so that they come with the export."""

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield what is to be read, every piece, and the account of it all."""
        from collectors.disk.whole.digests import WholeDigests

        stored = _stored(source)
        digests = WholeDigests(tuple(dict.fromkeys([*self._algorithms, *stored])))
        try:
            yield from _image(source, digests, stored)
        finally:
            digests.stop()
            self.later = self._algorithms if digests.why_not else ()


def _stored(source: DiskSource) -> dict[str, str]:
    """The digests over the disk that an E01 says of itself, by the names of hashlib."""
    found = source.disk.image.facts.get("stored_hashes")
    known = found.items() if isinstance(found, dict) else ()
    return {name.lower(): value.lower() for name, value in known if name in ("MD5", "SHA1")}


def _image(
    source: DiskSource, digests: WholeDigests, stored: dict[str, str]
) -> Iterator[Artifact | Gap]:
    from collectors.disk.images.standing import looking_at
    from collectors.disk.whole.account import Account
    from collectors.disk.whole.mapping import fingerprint
    from collectors.disk.whole.pieces import Pieces

    reader, look = source.disk.image.reader, looking_at(source.disk.image)
    pieces, mark = Pieces.of(reader.size), fingerprint(source.disk)
    account = Account(pieces, reader, digests)
    plan = {
        "schema": "hozen-image-plan/1", "size": pieces.size, "sector": _sector_of(reader),
        "piece": pieces.piece, "pieces": pieces.count, "disk": mark,
    }  # fmt: skip
    yield document(f"hozen:/disk-image/{mark}.json", "image", plan)
    for number, name, offset, size in pieces:
        opened = partial(_open, reader, look, account, digests, number, offset, size)
        yield Artifact(origin=WHOLE + name, kind="image", open=opened)
    now = account.size_now()
    if now is not None and now != pieces.size:
        detail = f"the disk had {pieces.size} bytes at the beginning, {now} at the end"
        yield Gap(origin=WHOLE, kind="image", reason=Reason.UNREADABLE, detail=detail)
    elif source.watch.otherwise() and source.once(WHOLE):
        yield Gap(origin=WHOLE, kind="image", reason=Reason.UNREADABLE, detail=_WRITTEN)
    told = account.document(now)
    yield from _unlike(stored, told["digests"])
    yield document(ORIGIN, "image", told)


def _unlike(stored: dict[str, str], found: object) -> Iterator[Gap]:
    """The gap of a whole that isn't what the image says that it is."""
    computed = found if isinstance(found, dict) else stored
    for name, value in stored.items():
        if computed[name] != value:
            detail = (
                f"the image says {name} {value} of itself, what was read comes to "
                f"{computed[name]}: not all of it is as it was when the image was made"
            )
            yield Gap(origin=WHOLE, kind="image", reason=Reason.UNREADABLE, detail=detail)
            return


def _sector_of(reader: Reader) -> int:
    """What the disk calls a sector; containers fail by larger units, and tell of none."""
    from collectors.disk.device import RawDevice
    from collectors.disk.reader import SECTOR

    return reader.sector if isinstance(reader, RawDevice) else SECTOR


def _open(
    reader: Reader,
    look: Look | None,
    account: Account,
    digests: WholeDigests,
    number: int,
    offset: int,
    size: int,
) -> Reading:
    from collectors.disk.whole.account import PieceReading
    from collectors.disk.whole.mapping import mapped

    stat = Stat(size, 0, 0, 0, 1, 0, 0, None, None, None, None)
    reading = PieceReading(
        reader, mapped(reader, offset, size), stat,
        number=number, start=offset, account=account, digests=digests,
    )  # fmt: skip
    before = look() if look is not None else None
    if look is not None and before is not None:
        reading.watch(before, look)
    return reading
