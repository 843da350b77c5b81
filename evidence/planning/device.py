"""Whether what is named as a disk is one, and whether the destination lies on it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import ClassVar

from collectors.disk.windowsdevice import names_device
from collectors.told import ToldError
from evidence.planning.sources import kind_of
from evidence.sentences import SENTENCES
from evidence.surroundings.devices import holds
from evidence.writing import medium


class DeviceError(ToldError):
    """What was named can't be imaged onto this destination; says why."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


def check_device(device: str, destinations: list[Path]) -> None:
    """Refuse what is no disk, and a destination that lies on the disk itself.

    Args:
        device: a block device, or an image in a file.
        destinations: the folders that are written to; they need not be there yet.

    Raises:
        DeviceError: in one line, with what to do.
    """
    if not names_device(device):  # Windows has no file of that name
        _look(device)
    for destination in destinations:
        try:
            itself = holds(device, medium.existing(destination))
        except OSError as error:
            raise DeviceError("device.unsure", path=destination, why=error.strerror) from error
        if itself:
            raise DeviceError("device.itself", path=destination, device=device)


def check_outside(source: str, output: Path, second: Path | None) -> None:
    """Refuse a bundle, or its second copy, on the very disk that is to be read.

    Args:
        source: as on the command line; a running machine and a folder are no disks.
        output: the folder that is written to; it need not be there yet.
        second: that of the second copy.

    Raises:
        DeviceError: in one line, with what to do.
    """
    if kind_of(source) == "disk":
        check_device(source, [output, *filter(None, [second])])


def _look(device: str) -> None:
    """Refuse what can't be looked at, and what is a folder."""
    try:
        found = Path(device).stat()
    except OSError as error:
        raise DeviceError("device.absent", path=device, why=error.strerror) from error
    if stat.S_ISDIR(found.st_mode):
        raise DeviceError("device.folder", path=device)
