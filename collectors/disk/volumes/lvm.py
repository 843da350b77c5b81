"""The logical volumes of LVM2 that lie on the physical volumes of one disk.

A volume is read where all of it lies in extents of its own, whatever its text says of others: an
extent belongs to one volume alone, as lvm2 has it. So no byte is read twice, and none in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Reason, detail_of
from collectors.disk.reader import PARSING
from collectors.disk.volumes.group import STRIPED, group_of
from collectors.disk.volumes.label import label_of, texts
from collectors.disk.volumes.mapped import Run, Stripe
from collectors.disk.volumes.taken import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.disk.reader import Reader
    from collectors.disk.volumes.group import Area, Group, Logical, Segment

PHYSICAL = "LVM2 physical volume"
LOGICAL = "LVM2 logical volume"
_MOST = 1024  # logical volumes of a group; a GPT has no more partitions
_NO_TEXT = "no text about its volume group is here: it may be on another disk"


@dataclass(frozen=True, slots=True)
class PhysicalVolume:
    """A physical volume that is here."""

    reader: Reader
    uuid: str
    group: Group | None
    """The newest state of its group that it tells of."""
    fault: str = ""
    """Why it tells of none, or of what else it can't."""


class Volume(NamedTuple):
    """A logical volume, and where it lies."""

    group: Group
    name: str
    uuid: str
    runs: tuple[Run, ...]
    reason: Reason | None = None
    """Why it isn't read."""
    detail: str = ""
    lacks: str = ""

    @property
    def path(self) -> str:
        """As lvm2 calls it."""
        return f"{self.group.name}/{self.name}"

    @property
    def stripes(self) -> Iterator[Stripe]:
        """Where all of it lies, in its order."""
        return (stripe for run in self.runs for stripe in run.stripes)

    @property
    def names(self) -> tuple[str, ...]:
        """What a fstab may call it."""
        group, own = self.group.name, self.name
        doubled = "-".join(each.replace("-", "--") for each in (group, own))
        number = (self.group.uuid + self.uuid).replace("-", "")
        return (
            f"/dev/{group}/{own}", f"/dev/mapper/{doubled}",
            f"/dev/disk/by-id/dm-name-{doubled}", f"/dev/disk/by-id/dm-uuid-LVM-{number}",
        )  # fmt: skip


@dataclass(slots=True)
class Found:
    """What the physical volumes of one disk come to."""

    volumes: list[Volume] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    """By the UUID of the physical volumes."""
    lacks: dict[str, str] = field(default_factory=dict)
    """By the UUID of a group: what of it can't be read."""


def physical_volume(reader: Reader) -> PhysicalVolume | None:
    """What a physical volume says, if this is one whose label is right."""
    label = label_of(reader)
    if label is None:
        return None
    found, fault = texts(reader, label)
    groups: list[Group] = []
    for text in found:
        try:
            with PARSING:
                groups.append(group_of(text))
        except OSError as error:
            fault = fault or error.strerror or detail_of(error)
    newest = max(groups, key=lambda group: group.seqno, default=None)
    return PhysicalVolume(reader, label.uuid, newest, fault if newest else fault or _NO_TEXT)


def volumes_of(here: Sequence[PhysicalVolume]) -> Found:
    """All logical volumes of the groups that these tell of, each group in its newest state."""
    newest: dict[str, Group] = {}
    for group in filter(None, (each.group for each in here)):
        if group.uuid not in newest or group.seqno > newest[group.uuid].seqno:
            newest[group.uuid] = group
    found, readers = Found(), {each.uuid: each.reader for each in here}
    for group in newest.values():
        found.groups |= {each.uuid: group for each in group.physicals.values()}
        listed = [*_volumes(group, readers)]
        found.volumes += listed[:_MOST]
        if len(listed) > _MOST:
            found.lacks[group.uuid] = f"it has {len(listed)} logical volumes: {_MOST} are read"
    return found


def _volumes(group: Group, readers: dict[str, Reader]) -> Iterator[Volume]:
    taken = Taken()
    parts = _parts(group.logicals)
    for logical in group.logicals:
        if logical.name not in parts:
            yield _volume(group, logical, readers, taken)
    for name, fault in group.faults.items():
        yield _closed(group, name, "", Reason.UNREADABLE, f"damaged structure: {fault}")


def _parts(logicals: Sequence[Logical]) -> set[str]:
    """Those that others are made of; of a circle, which nothing leads to, all stay in sight."""
    made = {each.name: frozenset().union(*(one.of for one in each.segments)) for each in logicals}
    waiting = list(made.keys() - frozenset().union(*made.values()))
    found = set[str]()
    while waiting:
        below = made.get(waiting.pop(), frozenset()) - found
        found |= below
        waiting += below
    return found


def _volume(group: Group, logical: Logical, readers: dict[str, Reader], taken: Taken) -> Volume:
    others = sorted({segment.kind for segment in logical.segments if segment.kind != STRIPED})
    if others:
        made = sorted(frozenset().union(*(segment.of for segment in logical.segments)))
        kinds = " of ".join(", ".join(each) for each in (others, made) if each)
        told = f"{kinds}: this version can't put it together"
        return _closed(group, logical.name, logical.uuid, Reason.UNSUPPORTED, told)
    areas = [area for segment in logical.segments for area in segment.areas]
    if other := taken.by(areas):
        told = f"its extents are those of {other}, too: not read again"
        return _closed(group, logical.name, logical.uuid, Reason.SKIPPED, told)
    taken.take(areas, logical.name)
    lost = sum(area.extents for area in areas if area.physical.uuid not in readers) * group.extent
    runs = tuple(_run(segment, group.extent, readers) for segment in logical.segments)
    if lost == sum(run.size for run in runs):
        told = "all of it lies on physical volumes that are not here"
        return _closed(group, logical.name, logical.uuid, Reason.UNREADABLE, told)
    lacks = f"{lost} bytes of it lie on physical volumes that are not here" if lost else ""
    return Volume(group, logical.name, logical.uuid, runs, lacks=lacks)


def _run(segment: Segment, extent: int, readers: dict[str, Reader]) -> Run:
    stripes = tuple(_stripe(area, extent, readers) for area in segment.areas)
    return Run(segment.start * extent, segment.extents * extent, stripes, segment.stripe)


def _stripe(area: Area, extent: int, readers: dict[str, Reader]) -> Stripe:
    uuid, offset = area.physical.uuid, area.physical.first + area.first * extent
    return Stripe(readers.get(uuid), uuid, offset)


def _closed(group: Group, name: str, uuid: str, reason: Reason, detail: str) -> Volume:
    return Volume(group, name, uuid, (), reason, detail)
