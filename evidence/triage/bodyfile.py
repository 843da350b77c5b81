"""A body file read again: a line for each file, with the place of the line.

The form is that of The Sleuth Kit 3.x: `MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|`
`ctime|crtime`, times in whole seconds, 0 where unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from evidence.triage.held import stretches

_FIELDS = 11
_LONGEST = 64 << 10  # bytes of a line: a path has 4,095, each of them `\xNN` at the worst
_LINK = " -> "


class Line(NamedTuple):
    """One file, as the file system lists it; times in seconds since 1970, 0 where unknown."""

    offset: int
    """Of the path, in bytes into the body file."""
    path: str
    letter: str
    """`r` for a regular file, `d` for a folder, and so on."""
    size: int
    modified: int
    changed: int
    born: int


class BodyFileError(Exception):
    """Lines of a body file that are none; raised once all others were read."""


def lines(file: BinaryIO) -> Iterator[Line]:
    """Each line that is one.

    Raises:
        BodyFileError: some were none; how many.
    """
    at, odd = 0, 0
    for start, end in list(stretches(file)):  # a hole is no line, and may be longer than any disk
        at = max(at, start)
        file.seek(at)
        while at < end and (data := file.readline(_LONGEST)):
            found = _line(data, at)
            if found is None:
                odd += 1
            else:
                yield found
            at += len(data)
    if odd:
        raise BodyFileError(f"{odd} lines are none of a body file")


def _line(data: bytes, offset: int) -> Line | None:
    fields = data.decode("utf-8", "backslashreplace").rstrip("\n").split("|")
    if len(fields) != _FIELDS:
        return None
    digest, path, _, mode, _, _, size, _, modified, changed, born = fields
    letter, at = mode[:1], offset + len(digest) + 1
    if letter == "l":
        path = path.partition(_LINK)[0]
    try:
        return Line(at, path, letter, int(size), int(modified), int(changed), int(born))
    except ValueError:
        return None
