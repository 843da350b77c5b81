"""Where an image of memory goes: whether it may lie there, and whether there is room."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.live_windows.volumes import kind_of

if TYPE_CHECKING:
    from collectors.source import Source

_RAM_DISK = "the destination lies on a RAM disk, in the memory that would be read"
_IN_MEMORY = frozenset(("tmpfs", "ramfs", "rootfs"))


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder that an image is to be taken to."""

    path: str
    kept_free: int = 0
    """Bytes that are needed there for what comes after."""

    @property
    def room(self) -> int:
        """Bytes that an image may take."""
        return self._free - self.kept_free

    @property
    def _free(self) -> int:
        return shutil.disk_usage(self.path).free

    def in_memory(self, source: Source) -> str:
        """Why no image may lie there; empty where it may."""
        if source.runs_windows:
            return _RAM_DISK if kind_of(os.path.splitdrive(self.path)[0]) == "RAM disk" else ""
        mount = source.mounts.holding(os.path.realpath(self.path))
        if mount is None or mount.filesystem not in _IN_MEMORY:
            return ""
        return f"the destination lies on {mount.filesystem}, in the memory that would be read"

    def short(self, size: int) -> str:
        """Why that many bytes may not fit, with all that is still to come; empty where they do."""
        free = self._free
        if free >= size + self.kept_free:
            return ""
        return (
            f"{size} bytes of memory, {free} free at the destination, {self.kept_free} of them "
            "for what comes after it: it would have filled up before the logs were taken"
        )
