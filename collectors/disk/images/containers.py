"""Images by their marks, not by their names: one reader, and what they say of themselves."""

from __future__ import annotations

import errno
import importlib
import os
import stat as modes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from collectors.disk.device import BlockDevice, RawDevice
from collectors.disk.images import vhdx
from collectors.disk.images.beside import require_beside
from collectors.disk.images.ewf import EwfReader
from collectors.disk.images.ewfset import check_set, require_unlocked
from collectors.disk.images.foreign import require_readable
from collectors.disk.images.qcow2 import MAGIC, Qcow2
from collectors.disk.images.segments import parts_from
from collectors.disk.images.vmdk import DESCRIPTION, SPARSE, has_parent, parts_of, require_known
from collectors.disk.reader import SECTOR, Files, ImageError, LibraryError, beyond_the_end
from collectors.files import system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

from collectors.disk.reader import Reader
from collectors.disk.windowsdevice import WindowsDevice, names_device


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An opened image: its reader, its kind, the files that it consists of, its own facts."""

    path: str
    container: str
    reader: Reader
    files: tuple[str, ...]
    lacks: str = ""
    """What of the image is not there, in words."""
    facts: dict[str, object] = field(default_factory=dict)


class LibraryReader:
    """An image that a libyal library opens."""

    sector = SECTOR

    def __init__(self, handle: Any, files: Iterable[BinaryIO] = ()) -> None:
        self._handle, self._files = handle, files
        self.size = int(handle.get_media_size())

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        filled = 0
        while filled < len(buffer):
            data = self._handle.read_buffer_at_offset(len(buffer) - filled, offset + filled)
            if not data:
                raise beyond_the_end()
            buffer[filled : filled + len(data)] = data
            filled += len(data)

    def close(self) -> None:
        """Close the image."""
        self._handle.close()
        _close(self._files)


def open_image(path: str) -> Image:
    """Open what a path names: a device, or an image of any kind that is known.

    Raises:
        ImageError: it can't be used; says why.
        LibraryError: the library for it is missing.
    """
    try:
        if names_device(path):
            reader = RawDevice(WindowsDevice(path))
            return Image(path=path, container="device", reader=reader, files=(path,))
        mode = os.stat(path).st_mode
        if modes.S_ISBLK(mode):
            reader = RawDevice(BlockDevice(path))
            return Image(path=path, container="device", reader=reader, files=(path,))
        if not modes.S_ISREG(mode):
            raise ImageError("not_a_source", path=path)
        return _opener(path)(path)
    except OSError as error:
        raise ImageError("not_opened", path=path, why=error.strerror or error) from error


def _opener(path: str) -> Callable[[str], Image]:
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        head, tail = (_sector(file.fileno(), offset) for offset in (0, max(0, size - SECTOR)))
    require_readable(path, head, tail)
    for magic, opener in _OPENERS:
        if head.startswith(magic):
            return opener
    return _vhd if tail.startswith(b"conectix") else _raw


def _sector(descriptor: int, offset: int) -> bytes:
    """One sector; nothing where the medium has a bad one, which has no mark and will be mapped."""
    try:
        return system.pread(descriptor, SECTOR, offset)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""


# Raw.


def _raw(path: str) -> Image:
    paths = parts_from(path)
    require_beside(path, paths)
    kind = "raw" if len(paths) == 1 else "split raw"
    return Image(path=path, container=kind, reader=Files(paths), files=tuple(paths))


# By libraries.


def _library(name: str, package: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise LibraryError("library", package=package, why=error) from error


def _ewf(path: str) -> Image:
    pyewf = _library("pyewf", "libewf-python")
    try:
        paths = list(pyewf.glob(path))
    except MemoryError as error:  # what the library raises where the first one isn't there
        raise ImageError("first_segment", path=path, first=f"{path[:-2]}01") from error
    identifier = check_set(paths)
    require_unlocked(paths)
    handle = pyewf.handle()
    handle.open(paths)
    reader = EwfReader(handle, paths)
    facts = {
        "stored_hashes": _texts(handle.get_hash_values()),
        "header": _texts(handle.get_header_values()),
        "zero_chunks_checked": reader.checked,
        "set_identifier": identifier,
        "library": f"libewf {pyewf.get_version()}",
    }
    return Image(
        path=path, container="E01", reader=reader, files=tuple(paths), lacks=reader.lacks,
        facts=facts,
    )  # fmt: skip


def _texts(found: dict[str, str] | None) -> dict[str, str]:
    return {str(name): str(value) for name, value in sorted((found or {}).items())}


def _qcow(path: str) -> Image:
    reader = Qcow2(path)
    lacks = f"{reader.earlier} earlier states in the image were not read" if reader.earlier else ""
    if reader.listed < reader.earlier:
        lacks += f"; the list of them tells of {reader.listed}"
    return Image(
        path=path, container="qcow2", reader=reader, files=(path,), facts=reader.facts, lacks=lacks
    )


def _vmdk(path: str) -> Image:
    pyvmdk = _library("pyvmdk", "libvmdk-python")
    require_known(path)
    handle = pyvmdk.handle()
    handle.open(path)
    _require_all(path, handle, has_parent=has_parent(handle))
    extents = [handle.get_extent_descriptor(i) for i in range(handle.get_number_of_extents())]
    parts = parts_of(path, extents)
    require_beside(path, parts)
    opened = [open(part, "rb", buffering=0) for part in parts]  # noqa: SIM115 - with the reader
    try:
        handle.open_extent_data_files_as_file_objects(opened)
        reader = LibraryReader(handle, opened)
    except BaseException:
        _close(opened)
        raise
    facts: dict[str, object] = {"library": f"libvmdk {pyvmdk.get_version()}"}
    files = tuple(dict.fromkeys([path, *parts]))
    return Image(path=path, container="VMDK", reader=reader, files=files, facts=facts)


def _require_all(path: str, handle: Any, *, has_parent: bool) -> None:
    """Refuse what is only the changes to another disk."""
    if base := handle.get_parent_filename():
        raise ImageError("changes", path=path, base=base)
    if has_parent:
        raise ImageError("changes_to_unknown", path=path)


def _close(files: Iterable[BinaryIO]) -> None:
    for each in files:
        each.close()


def _vhd(path: str) -> Image:
    pyvhdi = _library("pyvhdi", "libvhdi-python")
    handle = pyvhdi.file()
    handle.open(path)
    _require_all(path, handle, has_parent=bool(handle.get_parent_identifier()))
    facts: dict[str, object] = {
        "library": f"libvhdi {pyvhdi.get_version()}", "identifier": handle.get_identifier(),
    }  # fmt: skip
    with open(path, "rb", buffering=0) as file:
        kind = "VHDX" if _sector(file.fileno(), 0).startswith(b"vhdxfile") else "VHD"
        lacks = vhdx.LOG_LEFT if kind == "VHDX" and vhdx.has_log(file.fileno()) else ""
    return Image(
        path=path, container=kind, reader=LibraryReader(handle), files=(path,), lacks=lacks,
        facts=facts,
    )  # fmt: skip


_OPENERS: tuple[tuple[bytes, Callable[[str], Image]], ...] = (
    (b"EVF\x09\x0d\x0a\xff\x00", _ewf),
    (b"EVF2\x0d\x0a\x81\x00", _ewf),
    (MAGIC, _qcow),
    (SPARSE, _vmdk),
    (b"COWD", _vmdk),
    (DESCRIPTION, _vmdk),
    (b"vhdxfile", _vhd),
    (b"conectix", _vhd),
)  # fmt: skip
