"""Physical memory of a running Windows: what is not taken is told."""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Gap, Phase, Profile, Reason
from collectors.live_windows.calls import api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source


_STATUS = struct.Struct("<II7Q")  # MEMORYSTATUSEX (sysinfoapi.h)


def physical() -> tuple[int, int]:
    """Bytes of physical memory that are free, and all that Windows has, without the firmware's.

    Raises:
        OSError: refused.
    """
    room = ctypes.create_string_buffer(_STATUS.pack(_STATUS.size, *[0] * 8), _STATUS.size)
    if not api.function("kernel32", "GlobalMemoryStatusEx")(room):
        raise api.refused("GlobalMemoryStatusEx", api.last_error())
    _, _, total, free, *_ = _STATUS.unpack(room.raw)
    return free, total


class WindowsMemory:
    """Takes nothing: Windows gives physical memory to drivers alone, and hozen loads none.

    It says so as a gap, so that somebody takes an image with a program that has a signed driver
    before the machine is switched off: `hozen memory acquire --imager` runs one. It cannot show
    anything of memory itself.
    """

    name: ClassVar[str] = "windows-memory"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def collect(self, source: Source) -> Iterator[Gap]:  # noqa: ARG002 - true of every Windows
        """The one gap."""
        yield Gap(
            origin="memory:/physical", kind="memory", reason=Reason.UNSUPPORTED,
            detail="physical memory of a running Windows is not taken: that takes a driver, and "
            "none is loaded; take an image with a program that has one (`hozen memory acquire "
            "--imager`) before it is switched off",
        )  # fmt: skip
