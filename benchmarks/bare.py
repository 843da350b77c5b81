"""What the group `small` runs as a child: the least that a collection can cost here.

`bare.py FOLDER VOLUME` opens, looks at, reads and hashes each file, and puts the bytes through zstd
into one hashed volume. No record, no tar header, no signature, nothing that may go wrong.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path

import zstandard

FRAME = 1 << 20


def bare(source: Path, volume: Path) -> int:
    """The number of files."""
    compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
    frame, digest, seen = bytearray(), sha256(), 0

    def close() -> None:
        closed = compressor.compress(frame)
        digest.update(closed)
        out.write(closed)
        frame.clear()

    with volume.open("wb", buffering=0) as out:
        for parent, _, files in os.walk(source):
            for name in files:
                data = _read(os.path.join(parent, name))
                sha256(data).digest()
                frame.extend(data)
                seen += 1
                if len(frame) >= FRAME:
                    close()
        close()
    return seen


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NOATIME | os.O_CLOEXEC)
    size = os.fstat(descriptor).st_size
    os.listxattr(descriptor)
    data = os.read(descriptor, size + 1)
    os.close(descriptor)
    return data


if __name__ == "__main__":
    print(bare(Path(sys.argv[1]), Path(sys.argv[2])))
