"""Each range of a disk once, however many entries of its partition table name it.

A GPT may have thousands of entries, and all of them the same: whatever is in there would be read
as often.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.artifact import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.disk.partitions.partition import Partition
    from collectors.disk.tables.parts import Part


def each_once(parts: Iterable[Part], look: Callable[[int, Part], Partition]) -> list[Partition]:
    """What is in each range that a table names; the same bytes are read in one partition alone.

    Args:
        parts: the partitions of a table, in their order.
        look: at what is in one of them, by its number.
    """
    ranges: dict[tuple[int, int], Partition] = {}
    found = []
    for number, part in enumerate(parts, start=1):
        first = ranges.get((part.offset, part.size))
        if first is None:
            first = ranges[part.offset, part.size] = look(number, part)
            found.append(first)
        else:
            why = f"the same range of the disk as partition {first.number}: not read again"
            found.append(replace(closed_again(first, why), number=number, part=part))
    return _each_system_once(found)


def _each_system_once(found: list[Partition]) -> list[Partition]:
    """Of those that begin with the same file system, the one that reaches furthest alone is read.

    What a copy opened is another matter: that one lies at the end of its partition.
    """
    best: dict[tuple[int, str], Partition] = {}
    opened = [each for each in found if each.system is not None and not each.detail]
    for each in sorted(opened, key=lambda each: -each.part.size):
        best.setdefault((each.part.offset, each.holds), each)
    read = {each.number: best[each.part.offset, each.holds] for each in opened}
    return [_or_closed(each, read.get(each.number, each).number) for each in found]


def each_mirror_once(found: list[Partition]) -> list[Partition]:
    """Of the members of one mirror, the one that was kept up longest alone is read."""
    best: dict[str, Partition] = {}
    members = [each for each in found if each.told is not None and not each.again]
    for each in sorted(members, key=_kept_up, reverse=True):
        best.setdefault(each.told.uuid if each.told else "", each)
    return [_or_copy(each, best) for each in found]


def _kept_up(partition: Partition) -> tuple[bool, bool, int]:
    told = partition.told
    if told is None:
        return False, False, 0
    return told.recovered is None and told.role != "faulty", told.sound, told.events


def _or_copy(partition: Partition, best: dict[str, Partition]) -> Partition:
    """A partition, or that it isn't read, as another one has the same by its array."""
    told = partition.told
    first = best.get(told.uuid) if told is not None else None
    if first is None or first is partition or partition.again:
        return partition
    why = f"a copy of partition {first.number}, by their mirror: not read again"
    return closed_again(partition, why)


def _or_closed(partition: Partition, read: int) -> Partition:
    """A partition, or that it isn't read where another one is."""
    if read == partition.number:
        return partition
    why = f"the same file system, from the same place on, as partition {read}: not read again"
    return closed_again(partition, why)


def closed_again(partition: Partition, why: str) -> Partition:
    """A partition that isn't read, since another one shows what is in it."""
    return replace(
        partition, system=None, shadows=None, reason=Reason.SKIPPED, detail="", lacks="", doubt="",
        unsettled=False, label="", uuid="", again=why,
    )  # fmt: skip
