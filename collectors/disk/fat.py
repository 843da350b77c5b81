"""FAT and exFAT: their times are a clock on the wall, of no zone."""

from __future__ import annotations

import calendar
import time
from collections.abc import Mapping
from typing import ClassVar

from collectors.disk.filesystem import FileSystem
from collectors.disk.reader import read_at

_NS = 1_000_000_000
_DAY = 86_400 * _NS
_CENT = 10_000_000


class Fat(FileSystem):
    """FAT12, FAT16 or FAT32."""

    kind = "vfat"
    detect = "FAT_DETECT"
    ignores_case = True
    plain_runs = True
    resolution: ClassVar[Mapping[str, int]] = {"m": 2 * _NS, "a": _DAY, "c": _CENT, "b": _CENT}
    time_note = "the clock on the wall, its zone unknown, written here as if it were UTC"

    def time(self, seconds: int, nanoseconds: int) -> int | None:
        """The wall clock as it was written: libtsk took it for one in our own zone."""
        if not seconds:
            return None
        return calendar.timegm(time.localtime(seconds)) * _NS + nanoseconds

    def uuid(self) -> str:
        """The file system's serial number."""
        boot = read_at(self.reader, 0, 512)
        at = 67 if boot[82:85] == b"FAT" else 39
        serial = int.from_bytes(boot[at : at + 4], "little")
        return f"{serial >> 16:04X}-{serial & 0xFFFF:04X}"


class ExFat(Fat):
    """exFAT."""

    kind = "exfat"
    detect = "EXFAT"
    resolution: ClassVar[Mapping[str, int]] = {"m": _CENT, "a": 2 * _NS, "c": _CENT, "b": _CENT}

    def uuid(self) -> str:
        """The file system's serial number."""
        serial = int.from_bytes(read_at(self.reader, 100, 4), "little")
        return f"{serial >> 16:04X}-{serial & 0xFFFF:04X}"
