"""Which files the data of a VMDK is in; read by libvmdk, which opens whatever file one names."""

from __future__ import annotations

import os
import re
import struct
from typing import TYPE_CHECKING

from collectors.disk.reader import SECTOR, ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.disk.images.wire import Extent

DESCRIPTION = b"# Disk DescriptorFile"  # a text: its data is in other files
SPARSE = b"KDMV"
_HEAD = struct.Struct("<28xQQ")  # where a file's own description lies, and how long it is
_LONGEST = 1 << 20  # bytes of a description
_EXTENT = re.compile(
    rb"^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]+\d+[ \t]+(?P<kind>[A-Za-z]+)", re.MULTILINE
)
_READ = {"FLAT", "VMFS", "SPARSE", "VMFSSPARSE"}


def require_known(path: str) -> None:
    """Refuse what libvmdk refuses in words of its own.

    Raises:
        ImageError: it has no description, as a part has none; or one of a part whose bytes are in
            no file, or in one of a kind that isn't read.
    """
    text = _description(path)
    if not text.startswith(DESCRIPTION):
        raise ImageError("vmdk_part", path=path)
    kinds = [found["kind"].decode("ascii") for found in _EXTENT.finditer(text)]
    if other := next((kind for kind in kinds if kind.upper() not in _READ), None):
        raise ImageError("vmdk_kind", path=path, kind=other)


def _description(path: str) -> bytes:
    """The text that describes a disk, from where the file has it; nothing where it has none."""
    with open(path, "rb") as file:
        head = file.read(_HEAD.size)
        if head.startswith(DESCRIPTION):
            file.seek(0)
            return file.read(_LONGEST)
        if len(head) < _HEAD.size or not head.startswith(SPARSE):
            return b""
        place, sectors = _HEAD.unpack(head)
        if place >= os.fstat(file.fileno()).st_size // SECTOR:
            return b""
        file.seek(place * SECTOR)
        return file.read(min(sectors * SECTOR, _LONGEST))


def parts_of(path: str, extents: Sequence[Extent]) -> list[str]:
    """A file for each extent: itself, whatever it was called before, or one beside it.

    A description may name any file of the machine that reads it. Only the last part of a name
    counts, as of a description that came with its files from elsewhere.

    Raises:
        ImageError: one is missing, or is of a kind that libvmdk takes wrong bytes of.
    """
    if any(each.offset for each in extents):  # in sectors; libvmdk counts bytes
        raise ImageError("vmdk_offset", path=path)
    with open(path, "rb") as file:
        if file.read(len(DESCRIPTION)) != DESCRIPTION:
            return [path] * len(extents)
    folder = os.path.dirname(path)
    names = [re.split(r"[/\\]", each.name)[-1] for each in extents]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ImageError("vmdk_twice", path=path, name=twice)
    parts = [os.path.join(folder, name) for name in names]
    for part in parts:
        if not os.path.isfile(part):
            raise ImageError("segment", path=part, after=path)
    return parts
