"""Images by their marks, not by their names: one reader, and what they say of themselves."""

from __future__ import annotations

import errno
import os
import stat as modes
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors import system
from collectors.disk.device import BlockDevice, RawDevice
from collectors.disk.images import vhdx
from collectors.disk.images.beside import require_beside
from collectors.disk.images.ewf import EwfReader
from collectors.disk.images.ewfnames import segments_from
from collectors.disk.images.ewfset import check_set, require_unlocked
from collectors.disk.images.foreign import require_readable
from collectors.disk.images.library import LibraryReader
from collectors.disk.images.qcow2 import MAGIC, Qcow2
from collectors.disk.images.segments import parts_from
from collectors.disk.images.vmdk import DESCRIPTION, SPARSE, parts_of, require_known
from collectors.disk.reader import SECTOR, Files, ImageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.disk.images.wire import About

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


def _ewf(path: str) -> Image:
    paths = segments_from(path)
    identifier = check_set(paths)
    require_unlocked(paths)
    reader = EwfReader(paths)
    facts = {
        "stored_hashes": reader.about.hashes,
        "header": reader.about.header,
        "zero_chunks_checked": reader.checked,
        "set_identifier": identifier,
        "library": f"libewf {reader.about.version}",
    }
    return Image(
        path=path, container="E01", reader=reader, files=tuple(paths), lacks=reader.lacks,
        facts=facts,
    )  # fmt: skip


def _qcow(path: str) -> Image:
    reader = Qcow2(path)
    lacks = f"{reader.earlier} earlier states in the image were not read" if reader.earlier else ""
    if reader.listed < reader.earlier:
        lacks += f"; the list of them tells of {reader.listed}"
    return Image(
        path=path, container="qcow2", reader=reader, files=(path,), facts=reader.facts, lacks=lacks
    )


def _vmdk(path: str) -> Image:
    require_known(path)
    with closing(LibraryReader("pyvmdk", [path])) as described:
        _require_all(path, described.about)
        parts = parts_of(path, described.about.extents)
    require_beside(path, parts)
    reader = LibraryReader("pyvmdk", [path, *parts])
    facts: dict[str, object] = {"library": f"libvmdk {reader.about.version}"}
    files = tuple(dict.fromkeys([path, *parts]))
    return Image(path=path, container="VMDK", reader=reader, files=files, facts=facts)


def _require_all(path: str, about: About) -> None:
    """Refuse what is only the changes to another disk."""
    if about.base:
        raise ImageError("changes", path=path, base=about.base)
    if about.is_changes:
        raise ImageError("changes_to_unknown", path=path)


def _vhd(path: str) -> Image:
    with open(path, "rb", buffering=0) as file:
        kind = "VHDX" if _sector(file.fileno(), 0).startswith(b"vhdxfile") else "VHD"
        lacks = vhdx.LOG_LEFT if kind == "VHDX" and vhdx.has_log(file.fileno()) else ""
    reader = LibraryReader("pyvhdi", [path])
    try:
        _require_all(path, reader.about)
    except ImageError:
        reader.close()
        raise
    facts: dict[str, object] = {
        "library": f"libvhdi {reader.about.version}", "identifier": reader.about.identifier,
    }  # fmt: skip
    return Image(path=path, container=kind, reader=reader, files=(path,), lacks=lacks, facts=facts)


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
