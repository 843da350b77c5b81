r"""A volume or a disk of a running Windows by its name, `\\.\C:` or `\\.\PhysicalDrive0`.

Windows refuses reads whose offset or size is no multiple of the sector, and tells no size to a
seek. `\\.\C:` of an unlocked BitLocker volume gives plain text, the disk below it cipher text.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from collectors import system

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX = "\\\\.\\"
_LENGTH, _GEOMETRY = 0x7405C, 0x70000  # IOCTL_DISK_GET_LENGTH_INFO, …_DRIVE_GEOMETRY (winioctl.h)
SAFE = 4096  # bytes: right for sectors of 512 and of 4096


def names_device(path: str) -> bool:
    """Whether a path is a name of this kind, on a system that has such names."""
    return system.WINDOWS and path.startswith(_PREFIX)


class WindowsDevice:
    """A volume or disk of Windows."""

    def __init__(self, path: str) -> None:
        """Open it for reading; others may go on writing.

        Raises:
            OSError: as CreateFile: without an administrator's rights, always.
        """
        self._descriptor = os.open(path, system.READ)
        try:
            self._boot = system.pread(self._descriptor, SAFE, 0)
        except OSError:
            self._boot = b""
        geometry = self._asked(_GEOMETRY, 24)
        self.sector = int.from_bytes(geometry[20:24], "little") or ntfs_sector(self._boot) or SAFE

    def _asked(self, code: int, size: int) -> bytes:
        """What the driver answers to a control code; nothing where it doesn't."""
        import msvcrt

        handle: Callable[[int], int] = getattr(msvcrt, "get_osfhandle")  # noqa: B009 - Windows' only
        room, got = ctypes.create_string_buffer(size), ctypes.c_uint32()
        done = ctypes.CDLL("kernel32").DeviceIoControl(
            ctypes.c_void_p(handle(self._descriptor)), code, None, 0, room, size,
            ctypes.byref(got), None,
        )  # fmt: skip
        return room.raw[: got.value] if done else b""

    def stated_size(self) -> int:
        """What the driver tells; else what NTFS does, and 0 where neither."""
        told = self._asked(_LENGTH, 8)
        return int.from_bytes(told, "little") or ntfs_size(self._boot)

    def readinto(self, offset: int, buffer: memoryview, /) -> int:
        """As preadv(2), of whole sectors."""
        return system.preadv(self._descriptor, (buffer,), offset)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


def ntfs_sector(boot: bytes) -> int:
    """Bytes of a sector, by the boot sector of NTFS; 0 where there is none."""
    return int.from_bytes(boot[11:13], "little") if boot[3:11] == b"NTFS    " else 0


def ntfs_size(boot: bytes) -> int:
    """Bytes of the volume: its sectors and one more, the copy of the boot sector behind them."""
    if boot[3:11] != b"NTFS    ":
        return 0
    return (int.from_bytes(boot[40:48], "little") + 1) * ntfs_sector(boot)
