"""Volumes of HFS+ in bytes of our own making, since Debian has no maker.

After Apple's Technical Note 1150.
"""

from __future__ import annotations

import struct

BLOCK = NODE = 4096
BLOCKS = 512
LEAF, INDEX, HEAD = -1, 0, 1
CATALOG = 4


def node(kind, *records, following=0, height=1):
    data = bytearray(struct.pack(">IIbBHH", following, 0, kind, height, len(records), 0))
    places = []
    for each in records:
        places.append(len(data))
        data += each
    places.append(len(data))
    return bytes(data).ljust(NODE - 2 * len(places), b"\0") + struct.pack(
        f">{len(places)}H", *reversed(places)
    )


def first(*, root, depth=1, nodes=2, key=516, flags=6):
    told = struct.pack(
        ">HIIIIHHIIHIBBI", depth, root, 4, root, root, NODE, key, nodes, 0, 0, NODE, 0, 0xCF, flags
    )
    return node(HEAD, told.ljust(106, b"\0"), bytes(128), b"\xff" * (NODE - 256))


def key(parent, name=""):
    letters = name.encode("utf-16-be")
    return struct.pack(">HIH", 6 + len(letters), parent, len(name)) + letters


def thread(kind, parent, name):
    return struct.pack(">HHIH", kind, 0, parent, len(name)) + name.encode("utf-16-be")


def names(*, following=0):
    """A leaf: the root, and an empty file in it."""
    folder = struct.pack(">HHIII", 1, 0, 1, 2, 0).ljust(88, b"\0")
    file = struct.pack(">HHII", 2, 0, 0, 20).ljust(248, b"\0")
    return node(
        LEAF, key(1, "Vol") + folder, key(2) + thread(3, 1, "Vol"), key(2, "empty") + file,
        key(20) + thread(4, 2, "empty"), following=following,
    )  # fmt: skip


def index(*below):
    return node(INDEX, *(key(1) + struct.pack(">I", each) for each in below), height=2)


def fork(size, *extents):
    listed = [number for each in extents for number in each]
    return struct.pack(">QII", size, 0, size // BLOCK) + struct.pack(
        f">{len(listed)}I", *listed
    ).ljust(64, b"\0")


def extents_of(number, at, *extents):
    told = struct.pack(">HBBII", 10, 0, 0, number, at)
    return told + struct.pack(f">{2 * len(extents)}I", *sum(extents, ())).ljust(64, b"\0")


def volume(path, catalog, *, places=None, extents=(), attributes=()):
    """A volume.

    Args:
        path: of the image.
        catalog: its nodes.
        places: the block of each of them; one behind the other where not given.
        extents: nodes of the file of further extents, behind an empty first one where not given.
        attributes: nodes of that file.
    """
    extents = extents or [first(root=0, depth=0, key=10, flags=0)]
    places = places or [100 + at for at in range(len(catalog))]
    own = [(place, 1) for place in places[:8]]
    header = struct.pack(">2sHI4s", b"H+", 4, 0x100, b"hzen").ljust(40, b"\0")
    header += struct.pack(">III", BLOCK, BLOCKS, 100).ljust(24, b"\0") + struct.pack(
        ">IIQ", 64, 1, 1
    )
    header = (
        header.ljust(112, b"\0")
        + fork(BLOCK, (1, 1))
        + fork(NODE * len(extents), (2, len(extents)))
    )
    header += fork(NODE * len(catalog), *own) + fork(NODE * len(attributes), (50, len(attributes)))
    image = bytearray(BLOCKS * BLOCK)
    image[1024 : 1024 + len(header)] = image[-1024 : len(header) - 1024] = header
    image[BLOCK : BLOCK + 64] = b"\xff" * 64
    for at, each in [
        *zip(places, catalog, strict=True), *enumerate(extents, 2), *enumerate(attributes, 50),
    ]:  # fmt: skip
        image[at * BLOCK : (at + 1) * BLOCK] = each
    path.write_bytes(image)
    return path
