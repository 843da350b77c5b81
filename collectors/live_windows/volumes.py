"""The drives of a running Windows, how they are encrypted, and what keeps writes from them."""

from __future__ import annotations

import ctypes
import errno
from typing import Any, ClassVar

from collectors.artifact import Kind, detail_of
from collectors.live.document import Row
from collectors.live_windows.calls import api, registry
from collectors.live_windows.calls.extents import beginning, extents
from collectors.live_windows.question import Asking, Question

_TYPES = ("unknown", "no root", "removable", "fixed", "network", "optical", "RAM disk")
_ASKED_FURTHER = ("removable", "fixed", "RAM disk")  # the others may hang
_FILTERS = {
    "UWF": ("uwfvol", "uwfs", "uwfreg"), "EWF": ("ewf",), "FBWF": ("fbwf",),
}  # fmt: skip
_SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
_NAME = 261  # characters, MAX_PATH + 1
_REFUSED = {"holds": "error", "below": "below_error"}
BITLOCKER, NTFS = "BitLocker", "NTFS, readable"


def letters() -> list[str]:
    """The drives that have one: `C:` and so on."""
    found = api.function("kernel32", "GetLogicalDrives")()
    return [f"{chr(65 + bit)}:" for bit in range(26) if found >> bit & 1]


def kind_of(drive: str) -> str:
    """What a drive (`C:`) is, in Windows' own words for it."""
    number = api.function("kernel32", "GetDriveTypeW")(ctypes.c_wchar_p(drive + "\\"))
    return _TYPES[number] if number < len(_TYPES) else str(number)


def _drives() -> list[Row]:
    rows = []
    for drive in letters():
        row: Row = {"drive": drive, "type": kind_of(drive), "device": _device(drive)}
        if row["type"] in _ASKED_FURTHER:
            row |= volume(drive)
        rows.append(row)
    return rows


def _device(drive: str) -> str:
    room = ctypes.create_string_buffer(2 * _NAME)
    ask = api.function("kernel32", "QueryDosDeviceW")
    return api.wide(room.raw) if ask(ctypes.c_wchar_p(drive), room, _NAME) else ""


def volume(drive: str) -> Row:
    """Label, file system, serial number and flags of a drive; `error` where it doesn't tell."""
    label, filesystem = (ctypes.create_string_buffer(2 * _NAME) for _ in range(2))
    serial, longest, flags = (ctypes.c_uint32() for _ in range(3))
    if not api.function("kernel32", "GetVolumeInformationW")(
        ctypes.c_wchar_p(drive + "\\"), label, _NAME, ctypes.byref(serial), ctypes.byref(longest),
        ctypes.byref(flags), filesystem, _NAME,
    ):  # fmt: skip
        return {"error": detail_of(api.refused("GetVolumeInformationW", api.last_error()))}
    return {
        "label": api.wide(label.raw), "filesystem": api.wide(filesystem.raw),
        "serial": f"{serial.value:08X}", "flags": f"0x{flags.value:08X}",
    }  # fmt: skip


def encryption() -> list[Row]:
    """What the first bytes of each fixed volume say, and those of the disk where it begins.

    Nothing is asked of BitLocker itself.
    """
    return [_shown(drive) for drive in letters() if kind_of(drive) == "fixed"]


def _shown(drive: str) -> Row:
    row: Row = {"drive": drive}
    for name, ask in (("holds", _of_volume), ("below", _below)):
        try:
            row[name] = holds(ask(drive))
        except OSError as error:
            row[name] = None
            row[_REFUSED[name]] = detail_of(error)
    return row


def _of_volume(drive: str) -> bytes:
    return beginning(rf"\\.\{drive}")


def _below(drive: str) -> bytes:
    """Of the disk: an unlocked volume gives plain text, its disk what is written there."""
    found = extents(drive)
    if not found:
        raise OSError(errno.ENODATA, f"{drive} tells no disk that it lies on")
    return beginning(rf"\\.\PhysicalDrive{found[0].disk}", found[0].start)


def holds(boot: bytes) -> str:
    """What a boot sector says that is behind it.

    A volume that shows BitLocker is locked. One that shows a file system is either not encrypted
    or unlocked: which of the two, the disk below it shows.
    """
    mark = boot[3:11]
    if mark == b"-FVE-FS-" or (mark == b"MSWIN4.1" and boot[424:440] == _TO_GO):
        return BITLOCKER
    if mark == b"NTFS    ":
        return NTFS
    return f"unknown: {mark.hex()}"


_TO_GO = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")  # BitLocker To Go's identifier


def filters() -> dict[str, Any]:
    """Write filters by their drivers: with one at work, what is written is gone with a restart."""
    return {
        name: {service: _start(service) for service in services}
        for name, services in _FILTERS.items()
    }


def _start(service: str) -> str | None:
    """How a driver starts (0 to 4); None where there is none."""
    return registry.text(rf"{_SERVICES}\{service}", "Start") or None


class WindowsVolumes(Asking):
    """Takes a running Windows' drives, whether BitLocker encrypts them, and filters of writes.

    The state of encryption is what the first bytes of the raw volume show, and those of the disk
    where it begins: BitLocker in both is a locked volume, on the disk alone an unlocked one. Both
    take an administrator; recovery keys are not looked for. Cannot show which volumes a write
    filter guards, nor whether it is at work. Drives of the network are named, not touched. Run
    under Wine, which tells no disks; not run on real Windows.
    """

    name: ClassVar[str] = "windows-volumes"
    kind: ClassVar[Kind] = "disk"
    questions = (
        Question("encryption", encryption, some=True), Question("drives", _drives, some=True),
        Question("write_filters", filters),
    )  # fmt: skip
