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
    from collectors.disk.partitions.parts import Part


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
            found.append(replace(_closed(first, why), number=number, part=part))
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


def _or_closed(partition: Partition, read: int) -> Partition:
    """A partition, or that it isn't read where another one is."""
    if read == partition.number:
        return partition
    why = f"the same file system, from the same place on, as partition {read}: not read again"
    return _closed(partition, why)


def _closed(partition: Partition, why: str) -> Partition:
    """A partition that isn't read, since another one shows what is in it."""
    return replace(
        partition, system=None, shadows=None, reason=Reason.SKIPPED, detail="", lacks="", doubt="",
        unsettled=False, label="", uuid="", again=why,
    )  # fmt: skip
