"""Whether an NTFS was closed: what its $LogFile and its $Volume say of it.

Structures: the public NTFS documentation of the Linux-NTFS project ($LogFile's restart pages,
$VOLUME_INFORMATION).
"""

from __future__ import annotations

import struct

PAGE = 4096  # bytes: the least that a restart page has
_IN_USE = struct.Struct("<Q4xHH")  # of a restart area: its number, the first client, flags
_NO_CLIENT, _CLEAN = 0xFFFF, 2
_DIRTY = 1  # flag of a volume


def is_open(pages: bytes) -> bool:
    """Whether the newest of the restart pages says that changes may wait to be carried out."""
    found = [_area(pages[at : at + PAGE]) for at in range(0, len(pages), PAGE)]
    areas = [each for each in found if each is not None]
    if not areas:
        return False  # emptied, as after a check
    _, client, flags = max(areas)
    return client != _NO_CLIENT and not flags & _CLEAN


def _area(page: bytes) -> tuple[int, int, int] | None:
    if page[:4] != b"RSTR":
        return None
    (offset,) = struct.unpack_from("<H", page, 24)
    number, client, flags = _IN_USE.unpack_from(page, offset)
    return number, client, flags


def is_dirty(volume_information: bytes) -> bool:
    """Whether the volume itself says that it has to be checked."""
    return bool(int.from_bytes(volume_information[10:12], "little") & _DIRTY)
