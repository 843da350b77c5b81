"""What is known of a disk before any file is read: its image, partitions and shadow copies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, detail_of, gap_from
from collectors.disk.collecting.ofdisk import OfDisk
from collectors.disk.collecting.swap import SwapPartitions, is_swap, origin_of
from collectors.disk.collecting.volumes import told_of
from collectors.disk.things import NOT_REPLAYED
from collectors.files.snapshot import document
from collectors.pathtext import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.partitions.mounting import Place
    from collectors.disk.partitions.partition import Partition
    from collectors.disk.shadows.catalog import ShadowCopy
    from collectors.disk.shadows.shadow import Shadows
    from collectors.disk.source import DiskSource
    from collectors.disk.tables.parts import Part

ORIGIN = "hozen:/disk.json"
_NOT_NOW = f"taken in the profile full alone, or with --only {SwapPartitions.name}"


class DiskFacts(OfDisk):
    """Takes what the image and its partition table say: sizes, stored hashes, unallocated ranges.

    The image's own hashes are noted as they stand in it, not computed anew. Each partition whose
    files can't be read (encrypted, damaged, of a kind that is not known) is a gap. It cannot show
    what lies in ranges that belong to no partition, nor partitions that were deleted.
    """

    name: ClassVar[str] = "disk"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, *, files: bool = True, swap: bool = False) -> None:
        """Choose what is told of partitions.

        Args:
            files: whether files are to be taken, too: else no partition stays closed to anybody.
            swap: whether swap partitions are to be taken, too; else each is a gap.
        """
        self._files = files
        self._swap = swap

    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield the facts as JSON, then the partitions that stay closed."""
        yield document(ORIGIN, "image", _document(source))
        yield from _lost(source, files=self._files)
        for place in source.places.values():
            yield from _closed(place.partition, files=self._files)
            if self._files and place.partition.unsettled:
                yield Gap(
                    origin=f"disk:/partition-{place.partition.number}/journal", kind="disk",
                    reason=Reason.SKIPPED, detail=NOT_REPLAYED, remark="journal",
                )  # fmt: skip
            if self._files and is_swap(place.partition) and not self._swap:
                told = f"{place.partition.holds}: {_NOT_NOW}"
                yield Gap(origin_of(place.partition), "memory", Reason.SKIPPED, told)
            if self._files and place.partition.shadows is not None:
                yield from _closed_shadows(source, place, place.partition.shadows)


def _lost(source: DiskSource, *, files: bool) -> Iterator[Gap]:
    """What the image or its partition table speaks of, and isn't there; of files, may not be."""
    table = source.disk.table
    said = "; ".join(filter(None, [table.lacks, table.doubt if files else ""]))
    lost = {"disk:/": source.disk.image.lacks, "disk:/partition-table": said}
    for origin, detail in lost.items():
        if detail:
            yield Gap(origin=origin, kind="image", reason=Reason.UNREADABLE, detail=detail)


def _closed(partition: Partition, *, files: bool) -> Iterator[Gap]:
    """What of a partition is not there; where files are to be taken, what can't be opened, too."""
    reason, said = partition.reason, [partition.again, partition.lacks]
    if files and reason is not Reason.SKIPPED:
        said = [partition.detail if reason else "", partition.lacks, partition.doubt]
    if detail := "; ".join(filter(None, said)):
        yield Gap(
            origin=f"disk:/partition-{partition.number}", kind="image",
            reason=reason if files and reason else Reason.UNREADABLE, detail=detail,
        )  # fmt: skip


def shadow_origin(place: Place, copy: ShadowCopy) -> str:
    """Where the root of a shadow copy is: its number, then where its volume stands."""
    return f"shadow:{copy.number}:{place.point}"


def _closed_shadows(source: DiskSource, place: Place, shadows: Shadows) -> Iterator[Gap]:
    if shadows.catalog.fault:
        yield Gap(
            origin=f"disk:/partition-{place.partition.number}", kind="image",
            reason=Reason.UNREADABLE, detail=shadows.catalog.fault,
        )  # fmt: skip
    for copy in shadows.catalog.copies:
        try:
            shadows.require(copy)
        except OSError as error:
            origin = shadow_origin(place, copy)
            if source.once(origin):
                yield gap_from(origin, "image", error)


def _document(source: DiskSource) -> dict[str, object]:
    image, table = source.disk.image, source.disk.table
    return {
        "schema": "hozen-disk/1",
        "image": {
            "path": _text(image.path), "container": image.container, "size": image.reader.size,
            "files": [_file(path) for path in image.files], "facts": image.facts,
        },
        "table": {
            "scheme": table.scheme, "sector": table.sector,
            "note": "; ".join(filter(None, [table.note, table.lacks, table.doubt])),
        },
        "ranges": [_range(part) for part in table.parts],
        "partitions": [_partition(place) for place in source.places.values()],
    }  # fmt: skip


def _text(path: str) -> str:
    return to_bytes(path).decode("utf-8", "backslashreplace")


def _file(path: str) -> dict[str, object]:
    found = os.stat(path)
    return {
        "path": _text(os.path.abspath(path)), "size": found.st_size,
        "modified_ns": str(found.st_mtime_ns),
    }  # fmt: skip


def _range(part: Part) -> dict[str, object]:
    return {
        "use": part.use, "offset": part.offset, "size": part.size, "type": part.type,
        "name": part.name, "type_guid": part.type_guid, "guid": part.guid,
    }  # fmt: skip


def _partition(place: Place) -> dict[str, object]:
    partition, system = place.partition, place.partition.system
    found: dict[str, object] = {
        "number": partition.number, "device": place.device, "offset": partition.part.offset,
        "size": partition.part.size, "holds": partition.holds, "at": place.point,
        "label": partition.label, "uuid": partition.uuid, "read": system is not None,
        "note": partition.note,
    }  # fmt: skip
    found |= told_of(partition)
    if system is not None:
        found |= {
            "time_resolution_ns": dict(system.resolution), "time_note": system.time_note,
            "block": system.block,
        }  # fmt: skip
    if partition.shadows is not None:
        found["shadow_copies"] = _shadow_copies(partition.number, partition.shadows)
    return found


def _shadow_copies(partition: int, shadows: Shadows) -> dict[str, object]:
    catalog = shadows.catalog
    return {
        "enabled": catalog.enabled, "note": catalog.fault,
        "listed": [_shadow_copy(partition, shadows, copy) for copy in catalog.copies],
    }  # fmt: skip


def _shadow_copy(partition: int, shadows: Shadows, copy: ShadowCopy) -> dict[str, object]:
    found: dict[str, object] = {
        "number": copy.number, "device": f"{copy.number}:{partition}",
        "identifier": copy.identifier, "created_ns": str(copy.created_ns),
        "volume_size": copy.volume_size, "flags": copy.flags, "openable": False,
    }  # fmt: skip
    try:
        details = shadows.details(copy)
        found |= {
            "copy_identifier": details.copy, "set_identifier": details.copy_set,
            "attributes": details.attributes,
        }  # fmt: skip
        shadows.require(copy)
    except OSError as error:
        return found | {"note": detail_of(error)}
    return found | {"openable": True, "note": ""}
