"""What a range of a disk holds: its file system, opened, or why there is none."""

from __future__ import annotations

import errno
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from collectors.artifact import Reason, detail_of
from collectors.disk.ext.filesystem import Ext
from collectors.disk.fat.filesystem import ExFat, Fat
from collectors.disk.filesystem import FileSystem
from collectors.disk.marks.backups import mended
from collectors.disk.marks.signatures import (
    UFS,
    UNKNOWN,
    Mark,
    Readable,
    bears,
    is_encrypted,
    marks_of,
)
from collectors.disk.ntfs.filesystem import Ntfs
from collectors.disk.partitions.partition import Partition
from collectors.disk.partitions.verdict import NOTHING, Verdict, closed_by, shut_by, too
from collectors.disk.rare import Hfs, Iso
from collectors.disk.reader import PARSING, Window
from collectors.disk.shadows.shadow import Shadows
from collectors.disk.volumes.label import label_of
from collectors.disk.volumes.lvm import PHYSICAL
from collectors.disk.volumes.members import member_of
from collectors.system import makedev

if TYPE_CHECKING:
    from collectors.disk.marks.backups import Mended
    from collectors.disk.reader import Reader
    from collectors.disk.tables.parts import Part
    from collectors.disk.volumes.members import Member

_KINDS: dict[str, type[FileSystem]] = {
    "NTFS": Ntfs, "ext": Ext, "FAT": Fat, "exFAT": ExFat, "HFS+": Hfs, "ISO 9660": Iso,
    UFS: FileSystem, UNKNOWN.name: FileSystem,
}  # fmt: skip


def look(reader: Reader, number: int, part: Part) -> Partition:
    """What is in a partition.

    Args:
        reader: the disk.
        number: its own.
        part: where it lies.
    """
    window = Window(reader, part.offset, part.size)
    found = held(window, number, part)
    if part.end > window.offset + window.size:
        cut = f"cut off: {window.size} of {part.size} bytes are in the image"
        return replace(found, lacks=cut)
    return found


def held(reader: Reader, number: int, part: Part) -> Partition:
    """What these bytes hold, be they a partition's or a logical volume's."""
    try:
        member = member_of(reader)
        if member is not None and (place := member.content(reader)) is not None:
            return _in_array(reader, Window(reader, *place), number, part, member)
        return _of_marks(reader, number, part, member)
    except OSError as error:
        shut = Verdict(UNKNOWN.name, Reason.UNREADABLE, detail_of(error))
        return closed(reader, number, part, shut)


def _in_array(
    reader: Reader, content: Window, number: int, part: Part, member: Member
) -> Partition:
    """What a mirror holds; what is around it alone, where that is read and nothing is in it."""
    found = _of_marks(content, number, part, member_of(content))
    around = [m for m in marks_of(reader) if m.readable is Readable.YES] if content.offset else []
    names = _besides(reader, number, around)
    if names and found.holds in NOTHING:
        return _of_marks(reader, number, part, None)
    doubt = "; ".join(filter(None, [found.doubt, too(names)]))
    return _of_array(replace(found, doubt=doubt), member)


def _of_array(found: Partition, member: Member) -> Partition:
    """With what its array says of it."""
    told = member.told
    said = filter(None, [found.lacks, told.doubt if told is not None else ""])
    return replace(found, array=member.words, told=told, lacks="; ".join(said))


def _of_marks(reader: Reader, number: int, part: Part, member: Member | None) -> Partition:
    """What can be read, whatever other marks stand beside its own; else why nothing can."""
    marks = marks_of(reader)
    locked = [mark for mark in marks if is_encrypted(reader, mark)]
    tried = [] if locked else [m for m in marks if m.readable is Readable.YES or m is UNKNOWN]
    fault: tuple[Mark, OSError] | None = None
    for listed, mark in product(_ways(reader, marks), tried):
        try:
            system, note = _system(reader, number, mark, listed=listed)
        except OSError as error:
            fault = fault or (mark, error)
        else:
            if member is not None and member.shuts(_claimed(system), reader.size):
                return closed(reader, number, part, shut_by(member))
            holds = mark.name if mark.name == UFS else system.kind  # which libtsk doesn't name
            found = _opened(reader, number, part, system, holds, note)
            names = _besides(reader, number, [each for each in marks if each is not mark])
            if member is not None and not member.is_whole:
                names.append(member.name)
            elif member is not None:
                found = _of_array(found, member)
            return replace(found, doubt=too(names))
    found = closed(reader, number, part, closed_by(reader, locked or marks, member, fault))
    is_of_it = member is not None and member.is_whole and found.holds != member.name
    return _of_array(found, member) if member is not None and is_of_it else found


def _ways(reader: Reader, marks: list[Mark]) -> tuple[bool, ...]:
    """Whether first folders have to be readable: first so, then not, if LVM2 doesn't fill it."""
    is_volume = any(mark.name == PHYSICAL for mark in marks) and label_of(reader)
    return (True,) if is_volume else (True, False)


def _claimed(system: FileSystem) -> int:
    with PARSING:
        return system.claimed()


def _system(reader: Reader, number: int, mark: Mark, *, listed: bool) -> tuple[FileSystem, str]:
    """A file system by its mark, and what is to be said of how it was opened.

    Args:
        reader: the partition.
        number: its own.
        mark: which file system it shall be.
        listed: whether its first folder has to be readable, if need be by copies of structures.

    Raises:
        OSError: it can't be opened so.
    """
    kind, device = _KINDS[mark.name], makedev(0, number)
    if not listed:
        with PARSING:
            return kind(reader, device), ""
    try:
        _require_mark(reader, mark)
        return _listed(kind, reader, device), ""
    except OSError as error:
        copy = mended(reader, mark.name)
        if copy is None:
            raise
        note = f"its beginning was read from the copy that it keeps: {error.strerror}"
        return _listed(kind, reader, device, copy), note


def _require_mark(reader: Reader, mark: Mark) -> None:
    """Refuse what begins otherwise: libtsk would use some copies, and not say so."""
    if not bears(reader, mark):
        raise OSError(errno.EIO, "its own is no longer there")


def _listed(
    kind: type[FileSystem], reader: Reader, device: int, copy: Mended | None = None
) -> FileSystem:
    with PARSING:
        system = kind(reader, device, copy)
        system.folder(system.root)
    return system


def _besides(reader: Reader, number: int, besides: list[Mark]) -> list[str]:
    """What else the partition may hold, that isn't read."""
    names = []
    for mark in besides:
        if mark.readable is Readable.YES:
            with suppress(OSError):
                _system(reader, number, mark, listed=True)
                names.append(mark.name)
        elif mark.readable is not Readable.NO_FILES:
            names.append(mark.name)
    return names


def _opened(
    reader: Reader, number: int, part: Part, system: FileSystem, holds: str, note: str
) -> Partition:
    claimed = _claimed(system)
    with PARSING:
        label, uuid = system.label(), system.uuid()
        unread = system.unread() if isinstance(system, Ext | Fat) else ""
    unsettled = False
    with suppress(OSError), PARSING:  # what of its books can't be read is a gap where it is taken
        unsettled = system.is_unsettled()
    cut = f"cut off: its file system is of {claimed} bytes; {reader.size} are here"
    lacks = filter(None, [cut if claimed > reader.size else "", unread])
    return Partition(
        number=number, part=part, content=reader, holds=holds, system=system, label=label,
        uuid=uuid, detail=note, unsettled=unsettled, lacks="; ".join(lacks),
        shadows=Shadows(system) if isinstance(system, Ntfs) else None,
    )  # fmt: skip


def closed(reader: Reader, number: int, part: Part, shut: Verdict) -> Partition:
    """What can't be read, and why."""
    return Partition(
        number=number, part=part, content=reader, holds=shut.holds, system=None, reason=shut.reason,
        detail=shut.detail, doubt=shut.doubt,
    )  # fmt: skip
