"""The whole disk as one item: every byte that can be read, bad sectors mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reading, Stat
from collectors.disk.facts import not_a_disk
from collectors.disk.source import DiskSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.source import Source

ORIGIN = "disk:/"


class WholeDisk:
    """Takes the whole disk, unallocated space and all, as one item; bad sectors are mapped.

    It is taken only when it is named with --only. A running system writes while it is read, so an
    image of its own disk is of no single moment. It cannot show what a disk keeps from its reader:
    host-protected areas, sectors that were replaced, blocks that a flash disk has let go.
    """

    name: ClassVar[str] = "disk-image"
    phase: ClassVar[Phase] = Phase.IMAGE
    profile: ClassVar[Profile] = Profile.ASKED

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield one artifact."""
        if not isinstance(source, DiskSource):
            yield not_a_disk(self.name)
            return
        reader = source.disk.image.reader

        def opened() -> Reading:
            from collectors.disk.content import RunReading, Segment

            stat = Stat(reader.size, 0, 0, 0, 1, 0, 0, None, None, None, None)
            return RunReading(reader, [Segment(0, reader.size, 0)], stat)

        yield Artifact(origin=ORIGIN, kind="image", open=opened)
