"""The one place that speaks with pyvshadow: what runs in libvshadow's process."""

from __future__ import annotations

import errno
import importlib
import os
import re
from collections.abc import Callable
from typing import Any

from collectors.disk.libraries.serving import Desk
from collectors.disk.libraries.wire import Failed, Held, Open, Said, Unread
from collectors.disk.shadows import wire

_INNERMOST = re.compile(r"libvshadow_\w+: (?P<words>[^.]*?)(?: at offset: \d+ \(0x\w+\))?\.")


def serve() -> None:
    """Answer what is asked: what the process apart runs."""
    Volumes().serve()


class _File:
    """A volume as the file that the library wants to read from."""

    def __init__(self, size: int, needed: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._needed = needed
        self._position = 0
        self.error: OSError | None = None
        """The last one, since the library keeps only its words."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        self._position = start[whence] + offset

    def tell(self) -> int:
        return self._position

    def get_size(self) -> int:
        return self._size

    def read(self, size: int) -> bytes:
        """All of it, or an error; at the end, what there is."""
        wanted, data = max(0, min(size, self._size - self._position)), b""
        try:
            while len(data) < wanted:
                data += self._needed(self._position + len(data), wanted - len(data))
        except OSError as error:
            self.error = error
            raise
        if len(data) < size:
            self.error = OSError(errno.EIO, "behind the end of the image")
        self._position += len(data)
        return data


class Volumes(Desk):
    """The volumes whose shadow copies are open here."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(wire.REQUESTS)
        self._file: _File | None = None
        """Of what was asked about last."""

    def answer(self, request: Said) -> Said:
        """What is asked for."""
        match request:
            case Open(number, size):
                return self._open(number, size)
            case wire.Read(volume, store, offset, size):
                self._file, _, stores = self.opened[volume]
                return Held(stores[store].read_buffer_at_offset(size, offset))
        raise RuntimeError("bytes came that nobody needs")

    def fault(self, error: Exception) -> Said:
        """What stopped the library: the disk's own error, or the first of its words.

        These come without names of functions and offsets, so that neighbours have the same fault.
        """
        file, self._file = self._file, None
        if file is not None and file.error is not None:
            behind, file.error = file.error, None
            return Unread(behind.errno or errno.EIO, behind.strerror or str(behind))
        found = _INNERMOST.search(str(error))
        return Failed(found["words"] if found else str(error))

    def _open(self, number: int, size: int) -> wire.Stores:
        self._file = file = _File(size, self.needed)
        volume: Any = importlib.import_module("pyvshadow").volume()  # untyped
        volume.open_file_object(file)
        stores = [volume.get_store(each) for each in range(volume.number_of_stores)]
        self.opened[number] = file, volume, stores
        told = [wire.Store(each.identifier, bool(each.has_in_volume_data())) for each in stores]
        return wire.Stores(told)
