"""Where a volume of a running Windows lies on its disks (VOLUME_DISK_EXTENTS, winioctl.h)."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import NamedTuple

from collectors import system
from collectors.disk.windowsdevice import SAFE
from collectors.live_windows.calls import api

_EXTENTS = 0x560000  # IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS
_SHARED, _EXISTING = 0x3, 3  # FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING
_INVALID = ctypes.c_void_p(-1).value
_EXTENT = struct.Struct("<I4xQQ")  # DISK_EXTENT
_MOST = 64  # disks that one volume is spread over


class Extent(NamedTuple):
    """One piece of a volume."""

    disk: int
    """The number in `PhysicalDrive0`."""
    start: int
    """Bytes from the beginning of the disk."""


def extents(drive: str) -> list[Extent]:
    """The pieces of a drive (`C:`), for which it takes no rights.

    Raises:
        OSError: it can't be asked, or has no disks, as a drive of the network has none.
    """
    open_ = api.function("kernel32", "CreateFileW", ctypes.c_void_p)
    name = ctypes.c_wchar_p(rf"\\.\{drive}")
    handle = open_(name, 0, _SHARED, None, _EXISTING, 0, None)  # neither read nor written
    if handle == _INVALID:
        raise api.refused("CreateFileW", api.last_error())
    try:
        return decoded(_asked(ctypes.c_void_p(handle)))
    finally:
        api.function("kernel32", "CloseHandle")(ctypes.c_void_p(handle))


def _asked(handle: ctypes.c_void_p) -> bytes:
    room, got = ctypes.create_string_buffer(8 + _MOST * _EXTENT.size), ctypes.c_uint32()
    if not api.function("kernel32", "DeviceIoControl")(
        handle, _EXTENTS, None, 0, room, len(room), ctypes.byref(got), None
    ):
        raise api.refused("DeviceIoControl", api.last_error())
    return room.raw[: got.value]


def decoded(data: bytes) -> list[Extent]:
    """VOLUME_DISK_EXTENTS: their number, then one after the other; empty where there are none."""
    count = int.from_bytes(data[:4], "little")
    pieces = data[8 : 8 + count * _EXTENT.size]
    whole = pieces[: len(pieces) - len(pieces) % _EXTENT.size]
    return [Extent(disk, start) for disk, start, _ in _EXTENT.iter_unpack(whole)]


def beginning(device: str, offset: int = 0) -> bytes:
    r"""The first bytes of a device (`\\.\C:`), or those from a multiple of a sector on.

    Raises:
        OSError: it can't be read: without an administrator's rights, always.
    """
    descriptor = os.open(device, system.READ)
    try:
        return system.pread(descriptor, SAFE, offset)
    finally:
        os.close(descriptor)
