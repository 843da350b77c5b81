"""Which partition stands where: the system's own at /, the others where its fstab has them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.files.mounts import Mount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.disk.partitions.partition import Partition

    Reads = Callable[[str], bytes | None]
    """The beginning of a file of one partition, or None where there is none."""

_SYSTEMS = (
    "/etc/os-release", "/usr/lib/os-release", "/etc/fstab", "/etc/passwd",
    "/Windows/System32/config/SYSTEM", "/System/Library/CoreServices/SystemVersion.plist",
)  # fmt: skip
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Mount):
    """A partition at its place; all of them are in the image, whatever they hold."""

    partition: Partition

    @property
    def local(self) -> bool:
        """Always: reading here touches only the image."""
        return True


def placed(partitions: Sequence[Partition], reads: Callable[[Partition], Reads]) -> list[Place]:
    """Where each partition stands.

    Args:
        partitions: of one disk.
        reads: gives the way to read small files of one partition.
    """
    system = next((v for v in partitions if v.system and _is_system(reads(v))), None)
    if system is None and len(partitions) == 1:
        system = partitions[0]
    if system is None:
        return [_place(v, f"/partition-{v.number}") for v in partitions]
    fstab = reads(system)("/etc/fstab") or b"" if system.system else b""
    wanted = dict(_mounted(fstab))
    points = {"/"}
    places = [_place(system, "/")]
    for partition in partitions:
        if partition is system:
            continue
        point = next((wanted[name] for name in _names(partition) if name in wanted), "")
        if not point or point in points:
            point = _free(f"/partition-{partition.number}", reads(system))
        points.add(point)
        places.append(_place(partition, point))
    return places


def _is_system(read: Reads) -> bool:
    return any(read(path) is not None for path in _SYSTEMS)


def _place(partition: Partition, point: str) -> Place:
    return Place(
        point=point, filesystem=partition.holds, device=f"0:{partition.number}", root="/",
        options="ro", what=partition.named, partition=partition,
    )  # fmt: skip


def _names(partition: Partition) -> Iterator[str]:
    """What a fstab may call a partition, without knowing how its disk was named."""
    part = partition.part
    for tag, value in (
        ("UUID", partition.uuid), ("LABEL", partition.label),
        ("PARTUUID", part.guid), ("PARTLABEL", part.name),
    ):  # fmt: skip
        if value:
            yield f"{tag}={value}".casefold()
            yield f"/dev/disk/by-{tag.lower()}/{value}".casefold()
    for one in (partition.told, partition.volume):
        if one is not None:
            yield from map(str.casefold, one.names)


def _mounted(fstab: bytes) -> Iterator[tuple[str, str]]:
    """Name and mount point of each line of fstab(5)."""
    for line in fstab.decode("utf-8", "surrogateescape").split("\n"):
        fields = line.split()
        if len(fields) < 3 or fields[0].startswith("#") or not fields[1].startswith("/"):
            continue
        named = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[1])
        point = posixpath.normpath("/" + named.lstrip("/"))  # POSIX lets two slashes stay
        yield fields[0].replace('"', "").casefold(), point


def _free(point: str, read: Reads) -> str:
    """A place that the system's partition has no name for: nothing of it may be hidden."""
    while read(point) is not None:
        point += "_"
    return point
