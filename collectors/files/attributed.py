"""Extended attributes of a file: as many as its record has room for, and a word of the others.

Some file systems (XFS, btrfs, ext4 with ea_inode) let anybody give a file hundreds of megabytes of
them; a line of a record has 4 MiB, and a bundle with a longer one is refused by every reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 1 << 20  # bytes of a file's: base64 and JSON make less than 2 MiB of them
_OF_ONE = 64  # bytes of JSON around each
_OF_A_LETTER = 6  # bytes of a name's character where it is a control character: `\u0001`


def kept(
    found: Iterable[tuple[str, bytes | None]],
) -> tuple[tuple[tuple[str, bytes], ...], str]:
    """Those that fit, in the order given; and what is to be said of the rest, empty where all do.

    Args:
        found: names and values, one at a time; None for a value that is too large to be read.
    """
    room, some, others = MOST, list[tuple[str, bytes]](), 0
    for name, value in found:
        size = _OF_ONE + _OF_A_LETTER * len(name) + len(value or b"")
        if value is None or size > room:
            others += 1
            continue
        room -= size
        some.append((name, value))
    total = len(some) + others
    said = f"extended attributes: {others} of {total} are not kept, {MOST} bytes of a file are"
    return tuple(some), said if others else ""
