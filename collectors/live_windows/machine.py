"""This machine, running Windows: asked through its functions, its system volume read raw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectors import system
from collectors.artifact import Gap, Reason
from collectors.disk.images.containers import open_image
from collectors.disk.partitions.division import Disk, open_partitions
from collectors.disk.reader import ImageError, LibraryError
from collectors.disk.source import DiskSource
from collectors.live_windows.called import CalledFiles
from collectors.live_windows.calls import registry


class RunningWindows:
    """What is the same of a running Windows, however its files are read."""

    runs_windows = True
    live: bool
    drive: str
    """The drive that Windows started from."""
    volume: str
    """The same, as Windows' drivers know it."""
    refusal: str | None
    """Why it can't be read raw."""

    def _is(self, drive: str, refusal: str | None) -> None:
        self.live = True
        self.drive, self.volume, self.refusal = drive, _volume(drive), refusal

    def machine_id(self) -> str:
        """As Windows tells it."""
        return registry.machine_number()

    def systems(self) -> set[str]:
        """Windows, even where its files can't be read: then what is missing is to be told."""
        return {"windows"}


class RawWindows(RunningWindows, DiskSource):
    """Files come from the raw system volume, past whoever holds them open."""

    def __init__(self, drive: str, disk: Disk) -> None:
        """Over the opened volume of a drive."""
        super().__init__(disk)
        self._is(drive, None)


class CalledWindows(RunningWindows, CalledFiles):
    """Files come from Windows' own calls: of what it holds open, the registry's text alone."""

    def __init__(self, drive: str, refusal: str) -> None:
        """Over the drive, since its volume was refused."""
        super().__init__(drive)
        self._is(drive, refusal)

    def windows(self) -> Sequence[str]:
        """The drive's root: it runs from there, whatever of it can be seen."""
        return ("/",)

    def systems(self) -> set[str]:
        """Windows, of which the registry has to be asked, too."""
        return {"windows", "windows asked"}

    def stays_closed(self) -> Iterator[Gap]:
        """The raw volume, and so what Windows holds open."""
        yield Gap(
            origin=self.volume, kind="disk", reason=Reason.DENIED, expected=True,
            detail=f"the system volume can't be read raw: {self.refusal}. Files were asked of "
            "Windows instead: those that it holds open and named streams are missing. Hives in use "
            "come as exports of the running registry (windows-registry): without deleted keys and "
            "transaction logs, without what is hidden from Windows' calls or refused to this "
            "account. Run as an administrator; where that was done, have the program of protection "
            "allow it and collect again, or collect from an image of the disk",
        )  # fmt: skip


def this_windows() -> RawWindows | CalledWindows:
    """This machine, its volume raw; where that is refused, as far as Windows itself gives files.

    Missing rights, a program of protection, or a file system that nothing here reads refuse it.
    """
    drive = _system_drive()
    try:
        disk = open_partitions(open_image(_volume(drive)))
    except (ImageError, LibraryError, OSError) as error:
        return CalledWindows(drive, str(error))
    if any(each.system is not None for each in disk.partitions):
        return RawWindows(drive, disk)
    disk.image.reader.close()
    return CalledWindows(drive, "; ".join(each.detail for each in disk.partitions))


def _volume(drive: str) -> str:
    return f"\\\\.\\{drive}"


def _system_drive() -> str:
    try:
        return system.windows_folder()[:2]
    except OSError:  # it is none: then its volume is refused, too
        return "C:"
