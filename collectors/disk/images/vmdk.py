"""Which files the data of a VMDK is in; read by libvmdk, which opens whatever file one names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from collectors.disk.reader import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

DESCRIPTION = b"# Disk DescriptorFile"  # a text: its data is in other files
_NO_PARENT = 0xFFFF_FFFF  # the content that stands for none


def has_parent(handle: Any) -> bool:
    """Whether it holds only what was changed of another disk, even where that has no name."""
    try:
        return int(handle.get_parent_content_identifier()) != _NO_PARENT
    except OSError:  # it says nothing of one
        return False


def parts_of(path: str, extents: Sequence[Any]) -> list[str]:
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
    names = [re.split(r"[/\\]", each.get_filename())[-1] for each in extents]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ImageError("vmdk_twice", path=path, name=twice)
    parts = [os.path.join(folder, name) for name in names]
    for part in parts:
        if not os.path.isfile(part):
            raise ImageError("segment", path=part, after=path)
    return parts
