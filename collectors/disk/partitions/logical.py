"""What stands like partitions, though no table names it: the logical volumes in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.artifact import Reason
from collectors.disk.partitions.holding import closed, held
from collectors.disk.partitions.once import closed_again
from collectors.disk.partitions.verdict import Verdict
from collectors.disk.tables.parts import Part
from collectors.disk.volumes.lvm import LOGICAL, PHYSICAL, physical_volume, volumes_of
from collectors.disk.volumes.mapped import Mapped

if TYPE_CHECKING:
    from collectors.disk.partitions.partition import Partition
    from collectors.disk.volumes.lvm import Found, PhysicalVolume, Volume


def with_volumes(found: list[Partition]) -> list[Partition]:
    """The partitions, and behind them the logical volumes that lie in them.

    A physical volume within a logical volume is none of these: it stays closed.
    """
    here: dict[str, tuple[Partition, PhysicalVolume]] = {}
    listed = list(found)
    for at, partition in enumerate(found):
        volume = _physical(partition)
        if volume is None:
            continue
        if volume.uuid in here:
            first = here[volume.uuid][0].number
            why = f"the same physical volume as partition {first}, by its UUID: not read again"
            listed[at] = closed_again(partition, why)
        else:
            here[volume.uuid] = partition, volume
    told = volumes_of([volume for _, volume in here.values()])
    kept = {each.number: _kept(each, volume, told) for each, volume in here.values()}
    listed = [kept.get(each.number, each) for each in listed]
    below = {uuid: partition for uuid, (partition, _) in here.items()}
    after = max((each.number for each in found), default=0) + 1
    return listed + [_logical(each, at, below) for at, each in enumerate(told.volumes, after)]


def _physical(partition: Partition) -> PhysicalVolume | None:
    if partition.holds != PHYSICAL or partition.again:
        return None
    return physical_volume(partition.content)


def _kept(partition: Partition, volume: PhysicalVolume, told: Found) -> Partition:
    """A physical volume, with the group that it belongs to."""
    group, own = told.groups.get(volume.uuid), volume.group
    if group is None:
        why = volume.fault
        if own is not None:
            why = f"the volume group {own.name} doesn't name it any more"
        return replace(partition, reason=Reason.UNREADABLE, detail=f"{PHYSICAL}: {why}")
    said = [partition.lacks, told.lacks.get(group.uuid, "")]
    if own is not None and own.seqno != group.seqno:
        said.append(f"its text is of state {own.seqno} of its group; the newest is {group.seqno}")
    detail = f"{PHYSICAL} of the group {group.name}"
    return replace(
        partition, reason=Reason.SKIPPED, lacks="; ".join(filter(None, said)), group=group,
        detail="; ".join(filter(None, [detail, volume.fault])),
    )  # fmt: skip


def _logical(volume: Volume, number: int, below: dict[str, Partition]) -> Partition:
    """A logical volume, opened as a partition is."""
    content = Mapped(volume.runs)
    places = [(below[each.physical], each.offset) for each in volume.stripes if each.reader]
    start = places[0][0].begins + places[0][1] if places else 0
    part = Part(offset=start, size=content.size, use="partition", type=LOGICAL)
    if volume.reason is not None:
        shut = Verdict(LOGICAL, volume.reason, f"{volume.path}: {volume.detail}")
        found = replace(closed(content, number, part, shut), volume=volume)
        return closed_again(found, shut.detail) if shut.reason is Reason.SKIPPED else found
    opened = held(content, number, part)
    lacks = "; ".join(filter(None, [volume.lacks, opened.lacks]))
    return replace(opened, volume=volume, lacks=lacks)
