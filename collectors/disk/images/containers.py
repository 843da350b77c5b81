"""Images by their marks, not by their names: one reader, and what they say of themselves."""

from __future__ import annotations

import errno
import importlib
import os
import re
import stat as modes
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, BinaryIO

from collectors.disk.device import BlockDevice, RawDevice
from collectors.disk.images import vhdx
from collectors.disk.images.beside import require_beside
from collectors.disk.images.ewf import EwfReader
from collectors.disk.images.ewfset import check_set
from collectors.disk.images.qcow2 import MAGIC, Qcow2
from collectors.disk.images.vmdk import DESCRIPTION, has_parent, parts_of
from collectors.disk.partitions.mbr import read_mbr
from collectors.disk.partitions.signatures import BLANK, UNKNOWN, WIPED, bears, marks_of
from collectors.disk.reader import SECTOR, Files, ImageError, LibraryError, beyond_the_end
from collectors.files import system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

from collectors.disk.reader import Reader
from collectors.disk.windowsdevice import WindowsDevice, names_device

_PART = re.compile(r"(?P<stem>.*\.)(?P<number>\d+)$", re.DOTALL)


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
    for magic, opener in _OPENERS:
        if head.startswith(magic):
            return opener
    if tail.startswith(b"conectix"):
        return _vhd
    if head[64:68] == b"\x7f\x10\xda\xbe":
        raise ImageError("vdi", path=path)
    if tail.startswith(b"koly"):
        raise ImageError("udif", path=path)
    return _raw


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
    paths = _parts(path)
    require_beside(path, paths)
    kind = "raw" if len(paths) == 1 else "split raw"
    return Image(path=path, container=kind, reader=Files(paths), files=tuple(paths))


def _parts(path: str) -> list[str]:
    """The file and those that go on with it: image.001, image.002 and so on.

    Raises:
        ImageError: it isn't the first of them, or one between them is missing.
    """
    found = _PART.match(path)
    if not found:
        return [path]
    stem, width, number = found["stem"], len(found["number"]), int(found["number"])
    there = _numbers(stem, width)
    first = min(there & {0, 1}, default=None)
    if first is None and not found["number"].startswith("0"):
        return [path]  # an ending that is a year, say
    others = [f"{stem}{each}" for each in there - {first}]
    if str(number) == found["number"] and others and all(map(_is_a_disk, {path, *others})):
        return [path]  # numbers of disks, and none of pieces
    if first is None or first != number:
        raise ImageError("first_segment", path=path, first=f"{stem}{first or 1:0{width}d}")
    missing = next(each for each in count(first) if each not in there)
    if after := [each for each in there if each > missing]:
        raise ImageError(
            "segment", path=f"{stem}{missing:0{width}d}", after=f"{stem}{min(after):0{width}d}"
        )
    return [f"{stem}{each:0{width}d}" for each in range(first, missing)]


def _is_a_disk(path: str) -> bool:
    """Whether a file begins as a disk or a file system does, and not in the middle of one."""
    reader = Files([path])
    try:
        named = [m for m in marks_of(reader) if m not in (UNKNOWN, BLANK, WIPED)]
        return read_mbr(reader) is not None or any(bears(reader, mark) for mark in named)
    finally:
        reader.close()


def _numbers(stem: str, width: int) -> set[int]:
    """Which segments of this name lie in its folder."""
    folder, begins = os.path.split(stem)
    names = [each for each in os.listdir(folder or os.curdir) if each.startswith(begins)]
    endings = [each[len(begins) :] for each in names]
    widths = (width, width + (width > 2))  # .999 goes on with .1000
    numbers = {int(e) for e in endings if e.isascii() and e.isdigit() and len(e) in widths}
    return {each for each in numbers if os.path.isfile(f"{stem}{each:0{width}d}")}


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


def _unusable(key: str) -> Callable[[str], Image]:
    def refuse(path: str) -> Image:
        raise ImageError(key, path=path)

    return refuse


_OPENERS: tuple[tuple[bytes, Callable[[str], Image]], ...] = (
    (b"EVF\x09\x0d\x0a\xff\x00", _ewf),
    (b"EVF2\x0d\x0a\x81\x00", _ewf),
    (b"LVF\x09\x0d\x0a\xff\x00", _unusable("logical")),
    (MAGIC, _qcow),
    (b"KDMV", _vmdk),
    (b"COWD", _vmdk),
    (DESCRIPTION, _vmdk),
    (b"vhdxfile", _vhd),
    (b"conectix", _vhd),
    (b"PK\x03\x04", _unusable("zip")),
    (b"AFF1", _unusable("aff")),
    (b"QED\0", _unusable("qed")),
    (b"WithoutFreeSpace", _unusable("parallels")),
    (b"WithouFreSpacExt", _unusable("parallels")),
)  # fmt: skip
