"""Where an image of memory goes: whether it may lie there, and whether there is room."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.live_windows.volumes import kind_of, volume

if TYPE_CHECKING:
    from collectors.files.source import Source

_RAM_DISK = "RAM disk"
IN_MEMORY = frozenset(("tmpfs", "devtmpfs", "ramfs", "rootfs"))
"""File systems that lie in the memory of the machine that has them mounted."""
FAT = frozenset(("vfat", "msdos", "fat", "fat12", "fat16", "fat32"))
"""What Linux and Windows call file systems that take no file of 4 GiB."""
_LARGEST_ON_FAT = (4 << 30) - 1  # bytes


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

    def memory_of(self, source: Source) -> str:
        """What of the machine's own memory it lies on; empty where it lies on a medium."""
        if source.runs_windows:
            return _RAM_DISK if kind_of(os.path.splitdrive(self.path)[0]) == _RAM_DISK else ""
        mount = source.mounts.holding(os.path.realpath(self.path))
        return mount.filesystem if mount is not None and mount.filesystem in IN_MEMORY else ""

    def in_memory(self, source: Source) -> str:
        """Why no image may lie there; empty where it may."""
        kind = self.memory_of(source)
        return f"the destination lies on {kind}, in the memory that would be read" if kind else ""

    def no_file(self, source: Source, size: int) -> str:
        """Why it takes no single file of that many bytes; empty where it may."""
        if size <= _LARGEST_ON_FAT or self._filesystem(source).casefold() not in FAT:
            return ""
        return (
            f"the destination is FAT, which takes no file of {size} bytes (4 GiB at most), and "
            "this imager writes one"
        )

    def _filesystem(self, source: Source) -> str:
        path = os.path.realpath(self.path)
        if source.runs_windows:
            return str(volume(os.path.splitdrive(path)[0]).get("filesystem", ""))
        mount = source.mounts.holding(path)
        return "" if mount is None else mount.filesystem

    def short(self, size: int) -> str:
        """Why that many bytes may not fit, with all that is still to come; empty where they do."""
        free = self._free
        if free >= size + self.kept_free:
            return ""
        return (
            f"{size} bytes of memory, {free} free at the destination, {self.kept_free} of them "
            "for what comes after it: it would have filled up before the logs were taken"
        )
