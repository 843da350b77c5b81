"""NTFS reparse points: a file whose content, as it lies there, isn't what a program would read.

Tags: Microsoft's [MS-FSCC], section 2.1.2.1, and winnt.h; attributes: section 2.6.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from collectors.artifact import Reason
from collectors.disk.nodes import Obstacle

if TYPE_CHECKING:
    from collections.abc import Container

OFFLINE, RECALL_ON_OPEN, RECALL_ON_ACCESS = 0x1000, 0x4_0000, 0x40_0000
NOT_HERE = OFFLINE | RECALL_ON_OPEN | RECALL_ON_ACCESS
_CLOUD = 0x9000_001A
_CLOUD_MASK = 0xFFFF_0FFF  # the providers' digit left out: CLOUD_1 to CLOUD_F
_LINKS = {0xA000_0003: "a junction", 0xA000_000C: "a symbolic link"}
_NAMES = {
    0x8000_0017: "WOF: compressed in the stream WofCompressedData, or in a WIM archive",
    0x8000_0013: "deduplicated: its content is in the file system's chunk store",
    0x8000_0018: "a container's view of a file of its host",
    0x8000_001B: "an alias of an installed app",
    0x8000_0023: "a UNIX socket",
    0xA000_001D: "a symbolic link of the Linux subsystem",
    0x8000_0024: "a pipe of the Linux subsystem",
    0x8000_0014: "a file of an NFS server",
    0xC000_0004: "kept in hierarchical storage",
    0x8000_0006: "kept in hierarchical storage",
    0x9000_001C: "a placeholder of a projected file system",
}
_REMOTE = frozenset({0xC000_0004, 0x8000_0006, 0x9000_001C})


def obstacle(
    value: bytes | None, attributes: int, streams: Container[str | None]
) -> Obstacle | None:
    """Why the main content can't be read as it lies there, or None where it can.

    Args:
        value: of $REPARSE_POINT.
        attributes: of $STANDARD_INFORMATION.
        streams: the names of the file's further streams.
    """
    tag = struct.unpack_from("<I", value)[0] if value and len(value) >= 4 else None
    if tag in _LINKS and value is not None:
        return Obstacle(Reason.UNSUPPORTED, f"{_LINKS[tag]} to {target(value)} ({_shown(tag)})")
    if tag is not None and (tag & _CLOUD_MASK == _CLOUD or tag in _REMOTE):
        return _placeholder(tag, attributes)
    if tag is not None:
        words = _NAMES.get(tag, "a reparse point of a kind that is not known here")
        return Obstacle(Reason.UNSUPPORTED, f"{words} ({_shown(tag)})")
    if "WofCompressedData" in streams:
        return Obstacle(Reason.UNSUPPORTED, f"{_NAMES[0x8000_0017]} (no tag)")
    return _offline(attributes)


def _placeholder(tag: int, attributes: int) -> Obstacle | None:
    words = _NAMES.get(tag, "a placeholder of a cloud service")
    if tag in _REMOTE or attributes & NOT_HERE:
        return Obstacle(Reason.NOT_LOCAL, f"{words} ({_shown(tag)})")
    return None  # its content was fetched and lies here


def _offline(attributes: int) -> Obstacle | None:
    if attributes & NOT_HERE:
        return Obstacle(Reason.NOT_LOCAL, f"marked as kept elsewhere (attributes {attributes:#x})")
    return None


def _shown(tag: int) -> str:
    return f"reparse tag 0x{tag:08X}"


def target(value: bytes) -> str:
    """Where a junction or symbolic link points, in Windows' words."""
    tag = struct.unpack_from("<I", value)[0]
    start = 20 if tag == 0xA000_000C else 16  # a symbolic link has flags before its names
    if len(value) < start:
        return "?"
    offset, size = struct.unpack_from("<HH", value, 8)  # the substitute name: what is followed
    return value[start + offset : start + offset + size].decode("utf-16-le", "backslashreplace")
