"""Files with holes: the stored ranges put back to where they were, the rest left as holes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from chain_of_custody.item import ItemRecord
from evidence.intake.names import UnplaceableError, Why

LARGEST = 16 << 40  # bytes, what ext4 holds in one file; longer ones only trip other tools
_PIECE = 1 << 20  # bytes at once

# What of an error is about this one file; all else is a failure of the medium.
_REFUSALS = {
    errno.ENOSPC: Why.NO_ROOM,  # it lies here twice until it is done
    errno.EDQUOT: Why.NO_ROOM,
    errno.EFBIG: Why.HOLES,
    errno.EINVAL: Why.HOLES,
    errno.EOVERFLOW: Why.HOLES,
}


def spread(stored: Path, record: ItemRecord) -> None:
    """Replace the stored bytes of an item by the file that they were, holes and all.

    Raises:
        UnplaceableError: the ranges can't be those of a file, this file system refuses, or is full.
        OSError: the medium failed.
    """
    length = _length(record)
    spread_out = stored.with_suffix(".spread")
    try:
        with stored.open("rb") as source, spread_out.open("xb") as target:
            os.ftruncate(target.fileno(), length)
            for each in record.content.ranges:
                _move(source.fileno(), target.fileno(), int(each.offset), each.size)
    except OSError as error:
        spread_out.unlink(missing_ok=True)
        why = _REFUSALS.get(error.errno or 0)
        if why is None:
            raise
        raise UnplaceableError(why, error.strerror or "") from error
    spread_out.replace(stored)


def _length(record: ItemRecord) -> int:
    """The file's length; ranges ascend, don't overlap, and end where files can end."""
    end = 0
    for each in record.content.ranges:
        offset = int(each.offset)
        if offset < end:
            raise UnplaceableError(Why.HOLES, f"a range at {offset}, before {end}")
        end = offset + each.size
    length = max(end, int(record.meta.source.length or 0))
    if length > LARGEST:
        raise UnplaceableError(Why.HOLES, f"{length} bytes")
    return length


def _move(source: int, target: int, offset: int, size: int) -> None:
    """Copy the next bytes of the source to an offset of the target."""
    while size:
        piece = os.read(source, min(size, _PIECE))
        if not piece:
            raise OSError(errno.EINVAL, "fewer bytes are stored than its ranges name")
        done = 0
        while done < len(piece):
            done += os.pwrite(target, piece[done:], offset + done)
        offset += len(piece)
        size -= len(piece)
