"""All that a disk holds: its partitions, and the logical volumes in these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from collectors.disk.marks.signatures import (
    BLANK,
    UNKNOWN,
    WINDOWS_DYNAMIC,
    WIPED,
    bears,
    fills_the_first_sector,
    marks_of,
)
from collectors.disk.partitions.holding import closed, look
from collectors.disk.partitions.logical import with_volumes
from collectors.disk.partitions.once import each_mirror_once, each_once
from collectors.disk.partitions.verdict import shut_by, too
from collectors.disk.reader import PARSING, Window
from collectors.disk.tables.parts import Table, read_table, whole
from collectors.disk.volumes.members import member_of

if TYPE_CHECKING:
    from collectors.disk.filesystem import FileSystem
    from collectors.disk.images.containers import Image
    from collectors.disk.partitions.partition import Partition
    from collectors.disk.reader import Reader
    from collectors.disk.volumes.members import Member

_DYNAMIC = (
    "a dynamic disk of Windows: this version can't read its own list of volumes: some may be "
    "missing, and of one over several disks the content is mixed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A disk, opened: its image, its partition table and its partitions."""

    image: Image
    table: Table
    partitions: tuple[Partition, ...]


def open_partitions(image: Image) -> Disk:
    """Look at everything that a disk holds."""
    table, found = _divided(image.reader)
    return Disk(image=image, table=table, partitions=tuple(with_volumes(each_mirror_once(found))))


def _divided(reader: Reader) -> tuple[Table, list[Partition]]:
    """The partition table, and what is in each partition."""
    member = member_of(reader)
    table = _table(reader, member)
    if member is not None and table.divides and member.shuts(table.end, reader.size):
        table = whole(reader)
        shut = closed(reader, 1, table.parts[0], shut_by(member))
        return table, [shut]
    if member is not None and table.divides and member.spread is None:
        table = replace(table, doubt="; ".join(filter(None, [table.doubt, too([member.name])])))
    undivided = _undivided(reader)
    if undivided is not None and not table.divides:
        table = table if undivided.system is None else whole(reader)
        return table, [undivided]
    parts = [part for part in table.parts if part.use == "partition"]
    found = each_once(parts, partial(look, reader))
    if undivided is None:
        return table, found
    if undivided.system is None:
        said = undivided.detail
    elif not any(_is_beside(undivided.system, each) for each in found):
        return whole(reader), [undivided]
    else:
        said = f"a file system ({undivided.holds}) begins in its sector: both are read"
        found.append(look(reader, len(found) + 1, undivided.part))
    table = replace(table, note="; ".join(filter(None, [table.note, said])))
    return table, found


def _table(reader: Reader, member: Member | None) -> Table:
    """The partition table, and what it doesn't tell of a disk whose volumes stand elsewhere."""
    table = _within(reader, member) or read_table(reader)
    if not table.divides or not (table.is_dynamic or bears(reader, WINDOWS_DYNAMIC)):
        return table
    return replace(table, doubt=_DYNAMIC)


def _within(reader: Reader, member: Member | None) -> Table | None:
    """The partition table of a mirror, each member of which is a whole disk and begins otherwise.

    All that it says of places is told as of the disk.
    """
    place = None if member is None else member.content(reader)
    if member is None or place is None or not place[0]:
        return None
    table = read_table(Window(reader, *place))
    if not table.divides:
        return None
    parts = (replace(part, offset=part.offset + place[0]) for part in table.parts)
    note = "; ".join(filter(None, [table.note, f"within an array ({member.words})"]))
    return replace(table, parts=tuple(parts), note=note, end=table.end + place[0])


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
    found = look(reader, 1, part) if first else None
    is_there = any(bears(reader, mark) for mark in first)
    return found if found is None or found.system is not None or is_there else None
