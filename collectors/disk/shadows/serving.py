"""The one place that speaks with pyvshadow: what runs in libvshadow's process."""

from __future__ import annotations

import importlib
from typing import Any

from collectors.disk.libraries.libyal import File, LibyalDesk
from collectors.disk.libraries.wire import Held, Open, Said
from collectors.disk.shadows import wire


def serve() -> None:
    """Answer what is asked: what the process apart runs."""
    Volumes().serve()


class Volumes(LibyalDesk):
    """The volumes whose shadow copies are open here."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(wire.REQUESTS)

    def told(self, request: Said) -> Said:
        """What is asked for."""
        match request:
            case Open(number, size):
                return self._open(number, size)
            case wire.Read(volume, store, offset, size):
                _, stores = self.opened[volume]
                return Held(stores[store].read_buffer_at_offset(size, offset))
        raise RuntimeError("bytes came that nobody needs")

    def _open(self, number: int, size: int) -> wire.Stores:
        volume: Any = importlib.import_module("pyvshadow").volume()  # untyped
        volume.open_file_object(File(self, self.needed, size))
        stores = [volume.get_store(each) for each in range(volume.number_of_stores)]
        self.opened[number] = volume, stores
        told = [wire.Store(each.identifier, bool(each.has_in_volume_data())) for each in stores]
        return wire.Stores(told)
