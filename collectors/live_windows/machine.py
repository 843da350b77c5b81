"""This machine, running Windows: asked through its functions, its system volume read raw."""

from __future__ import annotations

from collectors import system
from collectors.disk.containers import Image, open_image
from collectors.disk.partitions import Disk, open_partitions
from collectors.disk.parts import Table
from collectors.disk.reader import SECTOR, Files, ImageError, LibraryError
from collectors.disk.source import DiskSource
from collectors.live_windows import registry


class WindowsMachine(DiskSource):
    """A running Windows. Files come from the raw system volume, past whoever holds them open."""

    runs_windows = True

    def __init__(self) -> None:
        """Open the volume that Windows started from.

        Where that is refused (it takes an administrator) there are no files, and `refusal` says
        why; what Windows itself can be asked is there all the same.
        """
        self.drive = _system_drive()
        self.volume = f"\\\\.\\{self.drive}"
        """Its name, as Windows' drivers know it."""
        self.refusal: str | None = None
        """Why its files can't be read."""
        super().__init__(self._opened())
        self.live = True

    def _opened(self) -> Disk:
        try:
            return open_partitions(open_image(self.volume))
        except (ImageError, LibraryError, OSError) as error:
            self.refusal = str(error)
            nothing = Image(path=self.volume, container="device", reader=Files([]), files=())
            table = Table(scheme="none", sector=SECTOR, parts=())
            return Disk(image=nothing, table=table, partitions=())

    def machine_id(self) -> str:
        """As Windows tells it."""
        return registry.machine_number()

    def systems(self) -> set[str]:
        """Windows, even where its volume can't be read: then what is missing is to be told."""
        return {"windows"}


def _system_drive() -> str:
    try:
        return system.windows_folder()[:2]
    except OSError:  # it is none: then its volume is refused, too
        return "C:"
