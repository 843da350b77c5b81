"""Memory that was swapped out to partitions of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Stat
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.marks.signatures import SWAPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Reading
    from collectors.disk.partitions.partition import Partition
    from collectors.disk.source import DiskSource


class SwapPartitions(OfDisk):
    """Takes swap partitions of Linux whole: memory of before, patients' data and passwords in it.

    Among them are those with the memory of a hibernated machine, known by their own marks. It
    cannot show what was swapped in again and written over, nor swap that is encrypted. Swap files
    and Windows' page files are files.
    """

    name: ClassVar[str] = "swap-partitions"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield them, bad sectors mapped."""
        for partition in swap_of(source):
            opened = partial(_whole, partition)
            yield Artifact(origin=origin_of(partition), kind="memory", open=opened)


def swap_of(source: DiskSource) -> list[Partition]:
    """The partitions that the system swapped to."""
    return [each for each in source.disk.partitions if is_swap(each)]


def is_swap(partition: Partition) -> bool:
    """Whether the system swapped to it, and no earlier partition shows the same bytes."""
    return partition.holds in SWAPS and not partition.again


def origin_of(partition: Partition) -> str:
    """A partition as a whole, by its number."""
    return f"disk:/partition-{partition.number}"


def _whole(partition: Partition) -> Reading:
    # Only now: a running machine is collected from without what reads disks.
    from collectors.disk.content import Segment
    from collectors.disk.laid import RunReading

    content = partition.content
    stat = Stat(content.size, 0, 0, 0, 1, partition.device, 0, None, None, None, None)
    return RunReading(content, [Segment(0, content.size, 0)], stat)
