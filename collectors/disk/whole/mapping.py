"""Where a disk's image has data, and what tells the disk from another."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from collectors.disk.content import Segment
from collectors.disk.reader import Files
from collectors.files.reading import HOLE_FLOOR

if TYPE_CHECKING:
    from collectors.disk.partitions.division import Disk
    from collectors.disk.reader import Reader


def mapped(reader: Reader, offset: int, size: int) -> list[Segment]:
    """A range of a disk as the segments of one file; holes of a sparse image are told apart.

    Raises:
        OSError: the image file can't be asked.
    """
    if not isinstance(reader, Files):
        return [Segment(0, size, offset)]
    found: list[Segment] = []
    end = 0  # of the last segment; what lies behind it is a hole so far
    for start, length in ((at - offset, count) for at, count in reader.data(offset, size)):
        if start - end >= HOLE_FLOOR:
            found.append(Segment(end, start - end, None))
            end = start
        begin = found.pop().offset if found and found[-1].place is not None else end
        end = start + length
        found.append(Segment(begin, end - begin, offset + begin))
    return _to_the_end(found, offset, size)


def _to_the_end(found: list[Segment], offset: int, size: int) -> list[Segment]:
    """The segments, and what lies behind the last data."""
    end = sum(found[-1][:2]) if found else 0
    if size - end >= HOLE_FLOOR or (not found and size):
        return [*found, Segment(end, size - end, None)]
    if end < size:
        begin = found.pop().offset
        return [*found, Segment(begin, size - begin, offset + begin)]
    return found


def fingerprint(disk: Disk) -> str:
    """What tells one disk from another without reading it: its size, its table, its numbers.

    It names the first item of an image, so that nobody goes on with another disk.
    """
    table = [[part.offset, part.size, part.type, part.guid] for part in disk.table.parts]
    numbers = [partition.uuid for partition in disk.partitions]
    text = json.dumps([disk.image.reader.size, disk.table.scheme, table, numbers])
    return sha256(text.encode()).hexdigest()[:16]
