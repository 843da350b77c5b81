"""What is known of a disk before any file is read: the image, the partitions, the partitions."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.disk.source import DiskSource
from collectors.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.mounting import Place
    from collectors.disk.parts import Part
    from collectors.source import Source

ORIGIN = "hozen:/disk.json"


class DiskFacts:
    """Takes what the image and its partition table say: sizes, stored hashes, unallocated ranges.

    The image's own hashes are noted as they stand in it, not computed anew. Each partition whose
    files can't be read (encrypted, damaged, of a kind that is not known) is a gap. It cannot show
    what lies in ranges that belong to no partition, nor partitions that were deleted.
    """

    name: ClassVar[str] = "disk"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, *, files: bool = True) -> None:
        """Choose whether files are to be taken, too: else no partition stays closed to anybody."""
        self._files = files

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the facts as JSON, then the partitions that stay closed."""
        if not isinstance(source, DiskSource):
            yield not_a_disk(self.name)
            return
        data = json.dumps(_document(source), ensure_ascii=True, sort_keys=True).encode()
        yield Artifact(origin=ORIGIN, kind="image", open=partial(Snapshot, data))
        if source.disk.image.lacks:
            yield Gap(
                origin="disk:/", kind="image", reason=Reason.UNREADABLE,
                detail=source.disk.image.lacks,
            )  # fmt: skip
        for place in source.places.values() if self._files else ():
            partition = place.partition
            if partition.reason is not None and partition.reason is not Reason.SKIPPED:
                yield Gap(
                    origin=f"disk:/partition-{partition.number}", kind="image",
                    reason=partition.reason, detail=partition.detail,
                )  # fmt: skip


def not_a_disk(name: str) -> Gap:
    """What a collector that reads disks says of any other source."""
    return Gap(
        origin=f"hozen:/{name}", kind="image", reason=Reason.UNSUPPORTED, detail="not a disk"
    )


def _document(source: DiskSource) -> dict[str, object]:
    image, table = source.disk.image, source.disk.table
    return {
        "schema": "hozen-disk/1",
        "image": {
            "path": _text(image.path), "container": image.container, "size": image.reader.size,
            "files": [_file(path) for path in image.files], "facts": image.facts,
        },
        "table": {"scheme": table.scheme, "sector": table.sector, "note": table.note},
        "ranges": [_range(part) for part in table.parts],
        "partitions": [_partition(place) for place in source.places.values()],
    }  # fmt: skip


def _text(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


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
        "note": partition.detail,
    }  # fmt: skip
    if system is not None:
        found |= {
            "time_resolution_ns": dict(system.resolution), "time_note": system.time_note,
            "block": system.block,
        }  # fmt: skip
    return found
