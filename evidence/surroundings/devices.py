"""What lies on what: folders on file systems, these on disks, and files in which disks lie."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from collectors.disk.windowsdevice import lies_on, names_device, volume_of
from collectors.files.mounts import Mounts
from collectors.system import major, minor

SYS = Path("/sys")


def holds(device: str, folder: Path) -> bool:
    """Whether a folder lies on a device."""
    if names_device(device):
        volume = volume_of(str(folder.resolve()))
        return bool(volume) and lies_on(volume, device)
    return _identity(Path(device).stat()) in below(folder.stat().st_dev)


def data_of(device: str) -> int | None:
    """The bytes that an image can take at worst: of a file those that it has, of a device all.

    None where that isn't told: of a device of Windows only its driver knows.
    """
    if names_device(device):
        return None
    found = Path(device).stat()
    if stat.S_ISREG(found.st_mode):
        allocated = getattr(found, "st_blocks", None)  # Windows tells none
        return found.st_size if allocated is None else min(found.st_size, allocated * 512)
    size = SYS / "dev" / "block" / _number(found.st_rdev) / "size"
    return int(size.read_text()) * 512 if size.exists() else None


def _identity(found: os.stat_result) -> str:
    """A device by its number, a file by that of its file system and its inode."""
    if stat.S_ISBLK(found.st_mode):
        return _number(found.st_rdev)
    return f"{_number(found.st_dev)} {found.st_ino}"


def _number(device: int) -> str:
    return f"{major(device)}:{minor(device)}"


def below(device: int, *, loops: bool = True) -> set[str]:
    """Everything that a file system lies on: its device, the disk of that, the files of loops.

    Args:
        device: of the file system.
        loops: whether to look for what is below a loop's file, too.
    """
    waiting, found = _devices_of(device), set[str]()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _under(one, loops=loops)
    return found


def is_stick(device: int) -> bool:
    """Whether a file system lies on a medium that is made to be taken away, as sysfs tells."""
    return any(map(_is_removable, below(device, loops=False)))


def _is_removable(number: str) -> bool:
    place = (SYS / "dev" / "block" / number).resolve()
    on_usb = any(part.startswith("usb") for part in place.parts)
    return on_usb or _read(place / "removable") == "1"


def _devices_of(device: int) -> list[str]:
    """The block devices of a file system; some (btrfs) have a number of their own."""
    number = _number(device)
    named = [mount.what for mount in Mounts.of_this_machine().all if mount.device == number]
    seen = [Path(what).stat() for what in named if what.startswith("/dev/") and Path(what).exists()]
    return [number, *(_number(each.st_rdev) for each in seen if stat.S_ISBLK(each.st_mode))]


def _under(number: str, *, loops: bool) -> list[str]:
    """What one block device lies on, one step down (sysfs)."""
    place = (SYS / "dev" / "block" / number).resolve()
    found = [_read(place / "slaves" / name / "dev") for name in _listed(place / "slaves")]
    if (place / "partition").exists():
        found.append(_read(place.parent / "dev"))
    backing = Path(_read(place / "loop" / "backing_file") or "/nowhere")
    if loops and backing.exists():
        seen = backing.stat()
        found += [_identity(seen), *_devices_of(seen.st_dev)]
    return [each for each in found if each]


def _listed(folder: Path) -> list[str]:
    """The names in a folder, if there is one; a glob is silent where it may not list.

    Raises:
        OSError: it can't be listed.
    """
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
