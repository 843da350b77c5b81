"""What `--source` names: this machine, a folder, or a disk."""

from __future__ import annotations

import os
from typing import ClassVar

from collectors import system
from collectors.disk.windowsdevice import names_device
from collectors.files.mounts import Mounts
from collectors.files.source import Source
from collectors.table import SourceKind
from collectors.told import ToldError
from evidence.sentences import SENTENCES


class SourceError(ToldError):
    """The source that was named can't be collected from."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


def kind_of(named: str) -> SourceKind:
    """This machine, a folder, or a disk: a device, or an image in a file.

    Raises:
        SourceError: there is nothing of this name.
    """
    if named == "live":
        return "live windows" if system.WINDOWS else "live"
    if names_device(named):
        return "disk"
    if os.path.isdir(named):  # noqa: PTH112 - may hold any bytes
        return "folder"
    if not os.path.exists(named):  # noqa: PTH110 - may hold any bytes
        raise SourceError("source.absent", path=named)
    return "disk"


def open_source(named: str, *, withholds: bool = True) -> Source:
    """The machine itself, or the folder or disk that was named.

    Args:
        named: as on the command line.
        withholds: whether documents are told of instead of taken.

    Raises:
        SourceError: there is nothing of this name.
        ImageError: a disk image that can't be used.
        LibraryError: what reads such an image is not installed.
    """
    source = _opened(named)
    source.withholds = withholds
    return source


def _opened(named: str) -> Source:
    kind = kind_of(named)
    if kind == "live":
        return Source("/", live=True)
    if kind == "live windows":
        from collectors.live_windows.machine import this_windows

        return this_windows()
    if kind == "disk":
        from collectors.disk.opening import open_disk  # libtsk only for those who need it

        return open_disk(named)
    if system.WINDOWS:
        raise SourceError("source.windows_folder", path=named)
    return Source(named, live=False, mounts=Mounts.of_this_machine())
