"""Minix' file systems: their marks are of two bytes, so that what stands around them has to fit.

Structures: the kernel's linux/minix_fs.h, minix_super_block and minix3_super_block.
"""

from __future__ import annotations

import struct

_PLACE = 1024
_MAGICS = {1: (0x137F, 0x138F), 2: (0x2468, 0x2478)}
_MAGIC_3 = 0x4D5A
_FIRST_TWO = "HHHHHHIHHI"  # inodes, zones, blocks of both maps, first zone, …, mark, …, zones
_THIRD = "IHHHHHHIIHHH"  # the same, otherwise ordered


def is_minix(head: bytes) -> bool:
    """Whether a partition begins as one, in either order of bytes."""
    return any(_fits(head, order) for order in "<>")


def _fits(head: bytes, order: str) -> bool:
    try:
        first = struct.unpack_from(order + _FIRST_TWO, head, _PLACE)
        third = struct.unpack_from(order + _THIRD, head, _PLACE)
    except struct.error:
        return False
    inodes, few, inode_map, zone_map, begin, scale, _, mark, _, many = first
    if mark in _MAGICS[1]:
        return _has_room(1024, inodes, few, inode_map, zone_map, begin, scale)
    if mark in _MAGICS[2]:
        return _has_room(1024, inodes, many, inode_map, zone_map, begin, scale)
    inodes, _, inode_map, zone_map, begin, scale, _, _, zones, mark, _, block = third
    return mark == _MAGIC_3 and _has_room(block, inodes, zones, inode_map, zone_map, begin, scale)


def _has_room(
    block: int, inodes: int, zones: int, inode_map: int, zone_map: int, begin: int, scale: int
) -> bool:
    """Whether its maps have a bit for each inode and zone, and lie before the first zone."""
    bits = 8 * block
    return (
        scale == 0
        and 0 < inodes < inode_map * bits
        and inode_map + zone_map + 2 <= begin < zones
        and zones - begin < zone_map * bits
    )
