"""Whether an image in LiME's form keeps to that form: Volatility 3 says nothing where it doesn't.

It takes what isn't LiME to the last header for bare memory, in which it then finds nothing; only
the last record may be cut off. Form: LiME, doc/README.md, and `collectors.ram.image`.
"""

from __future__ import annotations

import os
from pathlib import Path

from collectors.ram.image import HEADER, MAGIC
from collectors.ram.ranges import HIGHEST
from evidence.memory.errors import SymbolsError

_MARK = MAGIC.to_bytes(4, "little")
_MOST = 1_000_000  # records; a machine has some dozens of ranges


def lacking(image: Path) -> int:
    """Bytes of memory that the last header tells of and the file doesn't have.

    None are lacking in an image of another form.

    Raises:
        SymbolsError: it is empty, or begins as LiME and goes on as something else.
        OSError: it can't be read.
    """
    at = last = records = 0
    with image.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise SymbolsError("image_empty", path=image.name)
        while at < size:
            file.seek(at)
            header = file.read(HEADER.size)
            if not at and not header.startswith(_MARK):
                return 0
            start, last = _range(header, image, at, last)
            at += HEADER.size + last + 1 - start
            records += 1
            if records > _MOST:
                raise SymbolsError("lime_many", path=image.name, most=_MOST)
    return max(0, at - size)


def _range(header: bytes, image: Path, at: int, before: int) -> tuple[int, int]:
    """First and last address of a record, as Volatility 3 takes them."""
    if len(header) < HEADER.size:
        raise SymbolsError("lime_header", path=image.name, offset=at)
    magic, version, start, end, _ = HEADER.unpack(header)
    if (magic, version) != (MAGIC, 1):
        raise SymbolsError("lime_header", path=image.name, offset=at)
    if not before <= start <= end < HIGHEST:
        raise SymbolsError(
            "lime_range", path=image.name, offset=at, start=f"{start:x}", end=f"{end:x}"
        )
    return start, end
