"""What a disk's description says of arrays, volume groups and logical volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.disk.partitions.partition import Partition
    from collectors.disk.volumes.arrays import Membership
    from collectors.disk.volumes.group import Group
    from collectors.disk.volumes.lvm import Volume
    from collectors.disk.volumes.mapped import Run, Stripe


def told_of(partition: Partition) -> dict[str, object]:
    """What is to be added to what is said of a partition."""
    found: dict[str, object] = {}
    if partition.told is not None:
        found["array"] = _array(partition.told)
    if partition.group is not None:
        found["volume_group"] = _group(partition.group)
    if partition.volume is not None:
        found["logical_volume"] = _volume(partition.volume)
    return found


def _array(told: Membership) -> dict[str, object]:
    return {
        "metadata": told.version, "at": told.place, "checksum_right": told.sound,
        "uuid": told.uuid, "name": told.name, "level": told.kind, "disks": told.disks,
        "role": told.role, "events": str(told.events), "content_offset": told.first,
        "content_size": told.size, "recovered": told.recovered, "resyncing": told.resyncing,
    }  # fmt: skip


def _group(group: Group) -> dict[str, object]:
    return {
        "name": group.name, "uuid": group.uuid, "state": group.seqno, "extent": group.extent,
        "physical_volumes": [each.uuid for each in group.physicals.values()],
    }  # fmt: skip


def _volume(volume: Volume) -> dict[str, object]:
    return {
        "group": volume.group.name, "group_uuid": volume.group.uuid, "name": volume.name,
        "uuid": volume.uuid, "segments": [_segment(run) for run in volume.runs],
    }  # fmt: skip


def _segment(run: Run) -> dict[str, object]:
    return {
        "offset": run.start, "size": run.size, "stripe_size": run.turn,
        "stripes": [_stripe(each) for each in run.stripes],
    }  # fmt: skip


def _stripe(stripe: Stripe) -> dict[str, object]:
    return {
        "physical_volume": stripe.physical, "offset": stripe.offset,
        "here": stripe.reader is not None,
    }  # fmt: skip
