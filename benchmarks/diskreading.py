"""What the group `disk` runs of ours as a child: every file of an image, walked, read and hashed.

`diskreading.py ours IMAGE` does it by the collector of all files, `diskreading.py bare IMAGE` by
pytsk3 alone, which is the least that it can cost here: names, inodes and runs are asked for, the
runs read from the image and hashed. Nothing is said of any file, and nothing may go wrong.
Both print how many files there are, and the SHA-256 over their sorted digests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

FOLDER, FILE, DATA, SPARSE = 3, 5, (1, 128), 2  # pytsk3.TSK_FS_*: ext's content and NTFS'
ROOM = 1 << 20


def ours(image: str) -> Iterator[bytes]:
    """By the collector; NTFS' own books are left out, as peers leave them out."""
    from collectors.artifact import Artifact
    from collectors.disk.collecting.files import DiskFiles
    from collectors.disk.opening import open_disk

    room, source = memoryview(bytearray(ROOM)), open_disk(image)
    source.withholds = False
    for one in DiskFiles().collect(source):
        if not isinstance(one, Artifact) or "/$" in one.origin:
            continue
        reading, digest = one.open(), sha256()
        while not reading.ended and (count := reading.readinto(room)):
            digest.update(room[:count])
        reading.close()
        yield digest.digest()
    source.close()


def bare(image: str) -> Iterator[bytes]:
    """By pytsk3 alone."""
    import pytsk3

    system = pytsk3.FS_Info(pytsk3.Img_Info(image))
    descriptor, block = os.open(image, os.O_RDONLY), system.info.block_size
    room, zeros = memoryview(bytearray(ROOM)), memoryview(bytes(ROOM))
    for inode in _files(system):
        digest = sha256()
        attribute = next(a for a in system.open_meta(inode) if int(a.info.type) in DATA)
        left = attribute.info.size
        for run in attribute:
            size = min(left, run.len * block)
            if int(run.flags) & SPARSE:
                digest.update(zeros[:size])
            else:
                os.preadv(descriptor, (room[:size],), run.addr * block)
                digest.update(room[:size])
            left -= size
        yield digest.digest()
    os.close(descriptor)


def _files(system: Any) -> Iterator[int]:
    waiting = [system.info.root_inum]
    while waiting:
        for entry in system.open_dir(inode=waiting.pop()):
            name = entry.info.name
            if name.name in (b".", b"..") or name.name.startswith(b"$"):
                continue
            if int(name.type) == FOLDER:
                waiting.append(name.meta_addr)
            elif int(name.type) == FILE:
                yield name.meta_addr


if __name__ == "__main__":
    found = sorted({"ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2]))
    print(len(found), sha256(b"".join(found)).hexdigest())
