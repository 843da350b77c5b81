"""The peers' side of the group `disk`: every file of an image, walked and hashed by dissect.

`walking.py ext|ntfs IMAGE`, run by the Python of the peers' environment; prints the same as ours:
the SHA-256 over the sorted digests of all files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import Any


def ext(file: Any) -> Iterator[Any]:
    """Open content of each file of an ext file system."""
    from dissect.extfs.extfs import ExtFS

    waiting = [ExtFS(file).root]
    while waiting:
        for name, node in waiting.pop().listdir().items():
            if name in (".", ".."):
                continue
            kind = node.filetype & 0o170000
            if kind == 0o040000:
                waiting.append(node)
            elif kind == 0o100000:
                yield node.open()


def ntfs(file: Any) -> Iterator[Any]:
    """Open content of each file of an NTFS, its own books left out."""
    from dissect.ntfs import NTFS

    waiting = [NTFS(file).mft.get("/")]
    while waiting:
        for name, entry in waiting.pop().listdir().items():
            if name == "." or name.startswith("$"):
                continue
            record = entry.dereference()
            if record.is_dir():
                waiting.append(record)
            else:
                yield record.open()


def main() -> None:
    kind, image = sys.argv[1:]
    with open(image, "rb") as file:
        found = []
        for content in {"ext": ext, "ntfs": ntfs}[kind](file):
            digest = sha256()
            while piece := content.read(1 << 20):
                digest.update(piece)
            found.append(digest.digest())
    print(len(found), sha256(b"".join(sorted(found))).hexdigest())


if __name__ == "__main__":
    main()
