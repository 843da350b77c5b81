"""The partitions of a disk: where each lies, what it holds, and why one can't be read."""

from __future__ import annotations

import errno
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from collectors.artifact import Reason, detail_of
from collectors.disk.ext.filesystem import Ext
from collectors.disk.fat.filesystem import ExFat, Fat
from collectors.disk.filesystem import FileSystem
from collectors.disk.ntfs.filesystem import Ntfs
from collectors.disk.partitions.backups import mended
from collectors.disk.partitions.members import member_of
from collectors.disk.partitions.once import each_once
from collectors.disk.partitions.parts import Part, Table, read_table, whole
from collectors.disk.partitions.signatures import (
    BLANK,
    UFS,
    UNKNOWN,
    WINDOWS_DYNAMIC,
    WIPED,
    Mark,
    Readable,
    bears,
    fills_the_first_sector,
    is_encrypted,
    marks_of,
)
from collectors.disk.partitions.verdict import Verdict, closed_by, spread_over, too
from collectors.disk.rare import Hfs, Iso
from collectors.disk.reader import PARSING, Window
from collectors.disk.shadows.shadow import Shadows
from collectors.disk.things import NOT_REPLAYED
from collectors.files.system import makedev

if TYPE_CHECKING:
    from collectors.disk.images.containers import Image
    from collectors.disk.partitions.backups import Mended
    from collectors.disk.reader import Reader

_KINDS: dict[str, type[FileSystem]] = {
    "NTFS": Ntfs, "ext": Ext, "FAT": Fat, "exFAT": ExFat, "HFS+": Hfs, "ISO 9660": Iso,
    UFS: FileSystem, UNKNOWN.name: FileSystem,
}  # fmt: skip
_DYNAMIC = (
    "a dynamic disk of Windows: this version can't read its own list of volumes: some may be "
    "missing, and of one over several disks the content is mixed"
)


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
    lacks: str = ""
    """What of it is not there, though its table or its file system says so."""
    doubt: str = ""
    """What it may hold besides, and isn't read."""
    array: str = ""
    """Of what it is a part, where that doesn't change what is read of it."""
    again: str = ""
    """Which partition shows the same bytes, where that one is read and this one is not."""
    unsettled: bool = False
    """Whether its journal was left with changes that are not replayed here."""
    label: str = ""
    uuid: str = ""
    shadows: Shadows | None = None
    """Of NTFS: earlier states of it."""

    @property
    def note(self) -> str:
        """All that is to be said of it."""
        said = [
            self.detail,
            self.again,
            self.lacks,
            self.doubt,
            f"part of an array ({self.array}): other disks may hold more" if self.array else "",
            NOT_REPLAYED if self.unsettled else "",
        ]
        return "; ".join(filter(None, said))

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
    table, member = _table(image.reader), member_of(image.reader)
    if member is not None and table.divides and member.is_spread(table.end, image.reader.size):
        table = whole(image.reader)
        shut = _closed(1, table.parts[0], spread_over(member))
        return Disk(image=image, table=table, partitions=(shut,))
    if member is not None and table.divides and member.spread is None:
        table = replace(table, doubt="; ".join(filter(None, [table.doubt, too([member.name])])))
    undivided = _undivided(image.reader)
    if undivided is not None and not table.divides:
        table = table if undivided.system is None else whole(image.reader)
        return Disk(image=image, table=table, partitions=(undivided,))
    parts = [part for part in table.parts if part.use == "partition"]
    found = each_once(parts, partial(_partition, image.reader))
    if undivided is None:
        return Disk(image=image, table=table, partitions=tuple(found))
    if undivided.system is None:
        said = undivided.detail
    elif not any(_is_beside(undivided.system, each) for each in found):
        return Disk(image=image, table=whole(image.reader), partitions=(undivided,))
    else:
        said = f"a file system ({undivided.holds}) begins in its sector: both are read"
        found.append(_partition(image.reader, len(found) + 1, undivided.part))
    table = replace(table, note="; ".join(filter(None, [table.note, said])))
    return Disk(image=image, table=table, partitions=tuple(found))


def _table(reader: Reader) -> Table:
    """The partition table, and what it doesn't tell of a disk whose volumes stand elsewhere."""
    table = read_table(reader)
    if not table.divides or not (table.is_dynamic or bears(reader, WINDOWS_DYNAMIC)):
        return table
    return replace(table, doubt=_DYNAMIC)


def _is_beside(system: FileSystem, named: Partition) -> bool:
    """Whether a table names more than what boot code in a file system's first sector looks like."""
    with PARSING:
        inside = named.part.end <= system.claimed()
    return not inside or named.holds not in (UNKNOWN.name, BLANK.name, WIPED.name)


def _undivided(reader: Reader) -> Partition | None:
    """The disk as one partition, if a file system begins where a table would stand.

    A copy of a file system's beginning may be that of the last partition's: one that isn't that
    of the whole disk opens nothing.
    """
    (part,) = whole(reader).parts
    try:
        first = [mark for mark in marks_of(reader) if fills_the_first_sector(mark)]
    except OSError:
        return None  # a bad sector: GPT has its table at the end of the disk, too
    found = _partition(reader, 1, part) if first else None
    is_there = any(bears(reader, mark) for mark in first)
    return found if found is None or found.system is not None or is_there else None


def _partition(reader: Reader, number: int, part: Part) -> Partition:
    window = Window(reader, part.offset, part.size)
    try:
        found = _of_marks(window, number, part, marks_of(window))
    except OSError as error:
        shut = Verdict(UNKNOWN.name, Reason.UNREADABLE, detail_of(error))
        found = _closed(number, part, shut)
    if part.end > window.offset + window.size:
        cut = f"cut off: {window.size} of {part.size} bytes are in the image"
        return replace(found, lacks=cut)
    return found


def _of_marks(window: Window, number: int, part: Part, marks: list[Mark]) -> Partition:
    """What can be read, whatever other marks stand beside its own; else why nothing can."""
    member = member_of(window)
    locked = [mark for mark in marks if is_encrypted(window, mark)]
    tried = [] if locked else [m for m in marks if m.readable is Readable.YES or m is UNKNOWN]
    fault: tuple[Mark, OSError] | None = None
    for listed, mark in product((True, False), tried):
        try:
            system, note = _system(window, number, mark, listed=listed)
        except OSError as error:
            fault = fault or (mark, error)
        else:
            if member is not None and member.is_spread(_claimed(system), window.size):
                return _closed(number, part, spread_over(member))
            holds = mark.name if mark.name == UFS else system.kind  # which libtsk doesn't name
            found = _opened(window, number, part, system, holds, note)
            names = _besides(window, number, [each for each in marks if each is not mark])
            if member is not None and member.spread is False:
                found = replace(found, array=member.name)
            elif member is not None:
                names.append(member.name)
            return replace(found, doubt=too(names))
    return _closed(number, part, closed_by(window, locked or marks, member, fault))


def _claimed(system: FileSystem) -> int:
    with PARSING:
        return system.claimed()


def _system(window: Window, number: int, mark: Mark, *, listed: bool) -> tuple[FileSystem, str]:
    """A file system by its mark, and what is to be said of how it was opened.

    Args:
        window: the partition.
        number: its own.
        mark: which file system it shall be.
        listed: whether its first folder has to be readable, if need be by copies of structures.

    Raises:
        OSError: it can't be opened so.
    """
    kind, device = _KINDS[mark.name], makedev(0, number)
    if not listed:
        with PARSING:
            return kind(window, device), ""
    try:
        _require_mark(window, mark)
        return _listed(kind, window, device), ""
    except OSError as error:
        copy = mended(window, mark.name)
        if copy is None:
            raise
        note = f"its beginning was read from the copy that it keeps: {error.strerror}"
        return _listed(kind, window, device, copy), note


def _require_mark(window: Window, mark: Mark) -> None:
    """Refuse what begins otherwise: libtsk would use some copies, and not say so."""
    if not bears(window, mark):
        raise OSError(errno.EIO, "its own is no longer there")


def _listed(
    kind: type[FileSystem], window: Window, device: int, copy: Mended | None = None
) -> FileSystem:
    with PARSING:
        system = kind(window, device, copy)
        system.folder(system.root)
    return system


def _besides(window: Window, number: int, besides: list[Mark]) -> list[str]:
    """What else the partition may hold, that isn't read."""
    names = []
    for mark in besides:
        if mark.readable is Readable.YES:
            with suppress(OSError):
                _system(window, number, mark, listed=True)
                names.append(mark.name)
        elif mark.readable is not Readable.NO_FILES:
            names.append(mark.name)
    return names


def _opened(
    window: Window, number: int, part: Part, system: FileSystem, holds: str, note: str
) -> Partition:
    claimed = _claimed(system)
    with PARSING:
        label, uuid = system.label(), system.uuid()
        unread = system.unread() if isinstance(system, Ext | Fat) else ""
    unsettled = False
    with suppress(OSError), PARSING:  # what of its books can't be read is a gap where it is taken
        unsettled = system.is_unsettled()
    cut = f"cut off: its file system is of {claimed} bytes; {window.size} are here"
    lacks = filter(None, [cut if claimed > window.size else "", unread])
    return Partition(
        number=number, part=part, holds=holds, system=system, label=label, uuid=uuid,
        detail=note, unsettled=unsettled, lacks="; ".join(lacks),
        shadows=Shadows(system) if isinstance(system, Ntfs) else None,
    )  # fmt: skip


def _closed(number: int, part: Part, shut: Verdict) -> Partition:
    return Partition(
        number=number, part=part, holds=shut.holds, system=None, reason=shut.reason,
        detail=shut.detail, doubt=shut.doubt,
    )  # fmt: skip
