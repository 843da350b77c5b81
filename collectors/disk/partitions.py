"""The partitions of a disk: where each lies, what it holds, and why one can't be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.artifact import Reason, detail_of
from collectors.disk.ext import Ext
from collectors.disk.fat import ExFat, Fat
from collectors.disk.filesystem import FileSystem
from collectors.disk.ntfs import Ntfs
from collectors.disk.parts import Part, Table, read_table
from collectors.disk.rare import Hfs, Iso
from collectors.disk.reader import PARSING, Window
from collectors.disk.shadow import Shadows
from collectors.disk.signatures import UNKNOWN, Mark, Readable, identify
from collectors.system import makedev

if TYPE_CHECKING:
    from collectors.disk.containers import Image
    from collectors.disk.reader import Reader

_KINDS: dict[str, Callable[[Window, int], FileSystem]] = {
    "NTFS": Ntfs, "ext": Ext, "FAT": Fat, "exFAT": ExFat, "HFS+": Hfs, "ISO 9660": Iso,
    UNKNOWN.name: FileSystem,
}  # fmt: skip
_REASONS = {
    Readable.LOCKED: Reason.DENIED,
    Readable.NO: Reason.UNSUPPORTED,
    Readable.NO_FILES: Reason.SKIPPED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One partition: a partition, or the whole disk."""

    number: int
    part: Part
    holds: str
    system: FileSystem | None
    reason: Reason | None = None
    """Why its files can't be read."""
    detail: str = ""
    label: str = ""
    uuid: str = ""
    shadows: Shadows | None = None
    """Of NTFS: earlier states of it."""

    @property
    def device(self) -> int:
        """What stands as `device` in the records of its files: 0:number."""
        return makedev(0, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A disk, opened: its image, its partition table and its partitions."""

    image: Image
    table: Table
    partitions: tuple[Partition, ...]


def open_partitions(image: Image) -> Disk:
    """Look at everything that a disk holds."""
    table = read_table(image.reader)
    parts = [part for part in table.parts if part.use == "partition"]
    found = [_partition(image.reader, number, part) for number, part in enumerate(parts, start=1)]
    return Disk(image=image, table=table, partitions=tuple(found))


def _partition(reader: Reader, number: int, part: Part) -> Partition:
    window = Window(reader, part.offset, part.size)
    try:
        mark = identify(window)
    except OSError as error:
        return _closed(number, part, UNKNOWN.name, Reason.UNREADABLE, detail_of(error))
    if mark.readable is Readable.YES or mark is UNKNOWN:
        return _opened(window, number, part, mark)
    detail = f"{mark.name}: {mark.readable.value}"
    return _closed(number, part, mark.name, _REASONS[mark.readable], detail)


def _opened(window: Window, number: int, part: Part, mark: Mark) -> Partition:
    try:
        with PARSING:
            system = _KINDS[mark.name](window, makedev(0, number))
            label, uuid = system.label(), system.uuid()
    except OSError as error:
        known = mark is not UNKNOWN
        detail = f"{mark.name}: damaged: {error.strerror}" if known else "no known file system"
        reason = Reason.UNREADABLE if known else Reason.UNSUPPORTED
        return _closed(number, part, mark.name, reason, detail)
    cut = part.offset + part.size > window.offset + window.size
    return Partition(
        number=number, part=part, holds=system.kind, system=system, label=label, uuid=uuid,
        detail=f"cut off: {window.size} of {part.size} bytes are in the image" if cut else "",
        shadows=Shadows(system) if isinstance(system, Ntfs) else None,
    )  # fmt: skip


def _closed(number: int, part: Part, holds: str, reason: Reason, detail: str) -> Partition:
    return Partition(
        number=number, part=part, holds=holds, system=None, reason=reason, detail=detail
    )
