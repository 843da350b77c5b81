"""Modules in the kernel of a running Windows, by two doors."""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Sequence
from typing import ClassVar

from collectors.live.document import Row
from collectors.live_windows.calls import api
from collectors.live_windows.question import Asking, Question

_MODULES = 11  # SystemModuleInformation
_MODULE = struct.Struct("<QQQIIHHHH256s")  # RTL_PROCESS_MODULE_INFORMATION
_MOST = 1 << 16  # addresses
_PATH = 1 << 15  # characters: the longest path of Windows


def modules(data: bytes) -> list[Row]:
    """RTL_PROCESS_MODULES: their number, then one after the other.

    Raises:
        OSError: it says to hold more than came.
    """
    count = int.from_bytes(data[:4], "little")
    if 8 + count * _MODULE.size > len(data):
        raise OSError(errno.EIO, f"{count} modules in {len(data)} bytes")
    return [
        {"base": f"0x{row[2]:x}", "size": row[3], "order": row[5],
         "path": row[9].split(b"\0")[0].decode("ascii", "backslashreplace")}
        for row in _MODULE.iter_unpack(data[8 : 8 + count * _MODULE.size])
    ]  # fmt: skip


def _modules() -> list[Row]:
    return modules(api.kernel_information(_MODULES))


def _drivers() -> list[Row]:
    room, needed = (ctypes.c_void_p * _MOST)(), ctypes.c_uint32()
    if not api.function("psapi", "EnumDeviceDrivers")(
        room, ctypes.sizeof(room), ctypes.byref(needed)
    ):
        raise api.refused("EnumDeviceDrivers", api.last_error())
    return [
        {"base": f"0x{base:x}", "path": _path(base)} for base in bases(list(room), needed.value)
    ]


def bases(room: Sequence[int | None], needed: int) -> list[int]:
    """The addresses that EnumDeviceDrivers gave: so many bytes of them, of eight each.

    Raises:
        OSError: it has more than there was room for; or it hides them (Windows 11 24H2 does from
            all but administrators), and there is nothing else in the list.
    """
    if needed > 8 * len(room):
        raise OSError(errno.EIO, f"EnumDeviceDrivers: {needed} bytes, room for {8 * len(room)}")
    given = room[: needed // 8]
    found = [base for base in given if base]
    if given and not found:
        raise OSError(errno.EPERM, f"EnumDeviceDrivers: {len(given)} drivers, no address shown")
    return found


def _path(base: int) -> str:
    room = ctypes.create_string_buffer(2 * _PATH)
    ask = api.function("psapi", "GetDeviceDriverFileNameW")
    return api.wide(room.raw[: 2 * ask(ctypes.c_void_p(base), room, _PATH)])


class WindowsDrivers(Asking):
    """Takes the modules in a running Windows' kernel: where, how large, from which file.

    Asked through EnumDeviceDrivers and SystemModuleInformation; newer Windows give addresses to
    administrators only: the first list is a gap then. Cannot show a module that took itself off
    both lists: an image of memory can. Run under Wine, whose list is made up; not run on real
    Windows.
    """

    name: ClassVar[str] = "windows-drivers"
    questions = (
        Question("drivers", _drivers, some=True), Question("modules", _modules, some=True),
    )  # fmt: skip
