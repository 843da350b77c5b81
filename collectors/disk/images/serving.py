"""The one place that speaks with pyewf, pyvmdk and pyvhdi: what runs in an image's process."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from collectors.disk.images import wire
from collectors.disk.libraries.ahead import Ahead
from collectors.disk.libraries.libyal import File, LibyalDesk
from collectors.disk.libraries.wire import Held, Said

_NO_PARENT = 0xFFFF_FFFF  # the content that stands for none, in a VMDK


def serve() -> None:
    """Answer what is asked: what the process apart runs."""
    Images().serve()


class Images(LibyalDesk):
    """The images that are open here."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(wire.REQUESTS)
        self._ahead = Ahead(self.needed)

    def told(self, request: Said) -> Said:
        """What is asked for."""
        match request:
            case wire.OpenImage(number, _, module, sizes):
                starts = accumulate(sizes, initial=0)
                files = [
                    File(self, self._ahead.read, *each) for each in zip(sizes, starts, strict=False)
                ]
                library: Any = importlib.import_module(module)  # untyped
                self.opened[number], about = _OPENERS[module](library, files)
                return about
            case wire.Read(image, offset, size):
                return Held(self._read(self.opened[image], offset, size))
        raise RuntimeError("bytes came that nobody needs")

    def _read(self, handle: Any, offset: int, size: int) -> bytes:
        """Bytes of the disk, as far as the library gives any.

        Raises:
            OSError: it gives some, but could not read what these are made of.
        """
        data: bytes = handle.read_buffer_at_offset(size, offset)
        while len(data) < size:
            more = handle.read_buffer_at_offset(size - len(data), offset + len(data))
            if not more:
                break
            data += more
        if self.unread is not None:
            raise self.unread
        return data


def _ewf(library: Any, files: Sequence[File]) -> tuple[Any, wire.About]:
    handle = library.handle()
    handle.open_file_objects(files)
    return handle, wire.About(
        version=library.get_version(), size=handle.get_media_size(), chunk=handle.get_chunk_size(),
        hashes=_texts(handle.get_hash_values()), header=_texts(handle.get_header_values()),
    )  # fmt: skip


def _vmdk(library: Any, files: Sequence[File]) -> tuple[Any, wire.About]:
    """The first file has the description; those of the extents come when they are known."""
    handle = library.handle()
    handle.open_file_object(files[0])
    if files[1:]:
        handle.open_extent_data_files_as_file_objects(files[1:])
    extents = [handle.get_extent_descriptor(i) for i in range(handle.get_number_of_extents())]
    return handle, wire.About(
        version=library.get_version(), size=handle.get_media_size(),
        base=_text(handle.get_parent_filename()), is_changes=_has_parent(handle),
        extents=[wire.Extent(_text(each.get_filename()), each.offset) for each in extents],
    )  # fmt: skip


def _has_parent(handle: Any) -> bool:
    try:
        return int(handle.get_parent_content_identifier()) != _NO_PARENT
    except OSError:  # it says nothing of one
        return False


def _vhd(library: Any, files: Sequence[File]) -> tuple[Any, wire.About]:
    handle = library.file()
    handle.open_file_object(files[0])
    return handle, wire.About(
        version=library.get_version(), size=handle.get_media_size(),
        base=_text(handle.get_parent_filename()), identifier=_text(handle.get_identifier()),
        is_changes=bool(handle.get_parent_identifier()),
    )  # fmt: skip


def _texts(found: dict[str, str] | None) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in sorted((found or {}).items())}


def _text(found: str | None) -> str:
    """As it can pass: halves of letters can't."""
    return (found or "").encode("utf-8", "replace").decode()


_OPENERS: dict[str, Callable[[Any, Sequence[File]], tuple[Any, wire.About]]] = {
    "pyewf": _ewf, "pyvmdk": _vmdk, "pyvhdi": _vhd,
}  # fmt: skip
