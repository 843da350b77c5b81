"""What `--source` names: this machine, a folder, or a disk."""

from __future__ import annotations

import os

from collectors import system
from collectors.disk.windowsdevice import names_device
from collectors.mounts import Mounts
from collectors.source import Source
from collectors.table import SourceKind
from evidence.bilingual import BilingualError


class SourceError(BilingualError):
    """The source that was named can't be collected from."""

    exit_code = 2


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
    if not os.path.exists(named):  # noqa: PTH110
        raise SourceError(
            f"{named}: no such folder, disk image or device to collect from",
            f"{named}: そのようなフォルダー・ディスクイメージ・デバイスはありません",
        )
    return "disk"


def open_source(named: str, *, withholds: bool = True) -> Source:
    """The machine itself, or the folder or disk that was named.

    Args:
        named: as on the command line.
        withholds: whether documents on a disk are told of instead of taken.

    Raises:
        SourceError: there is nothing of this name.
        ImageError: a disk image that can't be used.
        LibraryError: what reads such an image is not installed.
    """
    kind = kind_of(named)
    if kind == "live":
        return Source("/", live=True)
    if kind == "live windows":
        from collectors.live_windows.machine import WindowsMachine

        return WindowsMachine()
    if kind == "disk":
        from collectors.disk.opening import open_disk  # libtsk only for those who need it

        source = open_disk(named)
        source.withholds = withholds
        return source
    if system.WINDOWS:
        raise SourceError(
            f"{named}: a folder can't be collected from on Windows; name its volume, as in "
            "--source \\\\.\\D:, or take the folder to a Linux machine",
            f"{named}: Windows ではフォルダーから収集できません。--source \\\\.\\D: のように"
            "ボリュームを指定するか、フォルダーを Linux 端末に移してください",
        )
    return Source(named, live=False, mounts=Mounts.of_this_machine())
