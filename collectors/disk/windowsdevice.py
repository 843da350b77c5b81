r"""A volume or a disk of a running Windows by its name, `\\.\C:` or `\\.\PhysicalDrive0`.

Windows refuses reads whose offset or size is no multiple of the sector, and tells no size to a
seek. `\\.\C:` of an unlocked BitLocker volume gives plain text, the disk below it cipher text.
"""

from __future__ import annotations

import ctypes
import ntpath
import os
from typing import TYPE_CHECKING

from collectors import system

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX = "\\\\.\\"
_LENGTH, _GEOMETRY = 0x7405C, 0x70000  # IOCTL_DISK_GET_LENGTH_INFO, …_DRIVE_GEOMETRY (winioctl.h)
_NUMBER = 0x2D1080  # IOCTL_STORAGE_GET_DEVICE_NUMBER
_DISK = _PREFIX + "physicaldrive"
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

    def disk_number(self) -> int | None:
        """Which of the machine's disks it is, or lies on; None where the driver doesn't tell."""
        told = self._asked(_NUMBER, 12)
        return int.from_bytes(told[4:8], "little") if len(told) == 12 else None

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


def volume_of(path: str) -> str:
    r"""The device of the volume that a path of Windows is on, `\\.\C:`; empty where it has none."""
    drive = ntpath.splitdrive(path)[0]
    return _PREFIX + drive if drive.endswith(":") else ""


def lies_on(volume: str, device: str) -> bool:
    """Whether a volume is a device, or on the disk that this is; so, too, where nobody can tell.

    Raises:
        OSError: one of them can't be opened.
    """
    if not device.casefold().startswith(_DISK):
        return volume.casefold() == device.casefold()
    numbers = [_numbered(each) for each in (volume, device)]
    return None in numbers or numbers[0] == numbers[1]


def _numbered(device: str) -> int | None:
    opened = WindowsDevice(device)
    try:
        return opened.disk_number()
    finally:
        opened.close()


def ntfs_sector(boot: bytes) -> int:
    """Bytes of a sector, by the boot sector of NTFS; 0 where there is none."""
    return int.from_bytes(boot[11:13], "little") if boot[3:11] == b"NTFS    " else 0


def ntfs_size(boot: bytes) -> int:
    """Bytes of the volume: its sectors and one more, the copy of the boot sector behind them."""
    if boot[3:11] != b"NTFS    ":
        return 0
    return (int.from_bytes(boot[40:48], "little") + 1) * ntfs_sector(boot)
