"""What lies beside a database in use: without its log, what was written last is missing."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Artifact, Gap
    from collectors.source import Limits, Source

_MARK = b"SQLite format 3\0"  # sqlite.org/fileformat.html, section 1.3
_BESIDE = ("-wal", "-shm", "-journal")  # sections 1.1 and 4


def beside(one: Artifact, source: Source, limits: Limits) -> Iterator[Artifact | Gap]:
    """The logs of a file that was taken, where it is a database of SQLite, whatever its name."""
    if one.stream is None and _is_database(one):
        folder, name = posixpath.split(one.origin)
        yield from source.take(
            [name + end for end in _BESIDE], one.kind, below=folder, optional=True, limits=limits
        )


def _is_database(one: Artifact) -> bool:
    """By its first bytes; False where they can't be read: whoever takes it will say so."""
    room = bytearray(len(_MARK))
    try:
        reading = one.open()
    except OSError:
        return False
    try:
        return reading.readinto(memoryview(room)) == len(room) and room == _MARK
    except OSError:
        return False
    finally:
        reading.close()
