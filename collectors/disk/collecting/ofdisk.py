"""What the collectors share that read disks themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Reason
from collectors.disk.source import DiskSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source


class OfDisk(ABC):
    """Reads a disk; of any other source it says that it can't."""

    name: ClassVar[str]

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what `of_disk` finds, or the one gap."""
        if isinstance(source, DiskSource):
            yield from self.of_disk(source)
            return
        detail = "files alone can be read here, not the disk below them"
        yield Gap(
            origin=f"hozen:/{self.name}", kind="image", reason=Reason.UNSUPPORTED, detail=detail
        )

    @abstractmethod
    def of_disk(self, source: DiskSource) -> Iterator[Artifact | Gap]:
        """Yield what there is."""
