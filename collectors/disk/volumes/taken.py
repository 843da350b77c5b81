"""Which extents belong to which logical volume: each to one alone."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.disk.volumes.group import Area


class Taken:
    """What was given to a volume, on each physical volume in order."""

    def __init__(self) -> None:
        self._ranges: dict[str, list[tuple[int, int, str]]] = {}

    def by(self, areas: Iterable[Area]) -> str:
        """The volume that has any of these extents, or that these have some of twice."""
        own = Taken()
        for area in areas:
            if other := self._one(area) or own._one(area):
                return other
            own.take([area], "itself")
        return ""

    def _one(self, area: Area) -> str:
        ranges, end = self._ranges.get(area.physical.uuid, []), area.first + area.extents
        at = bisect_right(ranges, (area.first, end, ""))
        for first, stop, name in ranges[max(0, at - 1) : at + 1]:
            if first < end and area.first < stop:
                return name
        return ""

    def take(self, areas: Iterable[Area], name: str) -> None:
        """Give them to a volume; none of them is anybody's."""
        for area in areas:
            ranges = self._ranges.setdefault(area.physical.uuid, [])
            found = area.first, area.first + area.extents, name
            ranges.insert(bisect_right(ranges, found), found)
