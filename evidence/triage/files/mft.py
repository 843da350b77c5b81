"""Every record of a master file table, one after the other; damaged ones are counted."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from collectors.disk import mft
from evidence.triage.examiner import Examined

_SIZES = (1024, 4096)  # bytes that a record has
_AT_SIZE = 28  # in a record: how much room it has
_NAME_TIMES = 8  # in a $FILE_NAME: born, modified, changed, accessed


class MftError(Exception):
    """Records of an MFT that can't be read; raised once all others were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A record with a name; times in ns since 1970."""

    offset: int
    number: int
    parent: int
    name: str
    is_folder: bool
    in_use: bool
    born: int | None
    """By $STANDARD_INFORMATION, which programs can set."""
    named_born: int
    """By $FILE_NAME, which only the system sets."""


def is_mft(examined: Examined) -> bool:
    """Whether a file is a master file table."""
    stream = examined.record.meta.source.stream if examined.record is not None else None
    return examined.origin.endswith("/$MFT") and stream is None


def named(file: BinaryIO) -> Iterator[Named]:
    """Each record that has a name, by its longest.

    Raises:
        MftError: some could not be read; how many.
    """
    size = _record_size(file)
    number, damaged = 0, 0
    while data := file.read(size):
        try:
            found = _named(data, number, number * size)
        except (OSError, struct.error, IndexError, UnicodeDecodeError):
            found = None
            damaged += any(data)
        if found is not None:
            yield found
        number += 1
    if damaged:
        raise MftError(f"{damaged} records can't be read")


def _record_size(file: BinaryIO) -> int:
    head = file.read(_AT_SIZE + 4)
    file.seek(0)
    size = int.from_bytes(head[_AT_SIZE:], "little")
    return size if size in _SIZES else _SIZES[0]


def _named(data: bytes, number: int, offset: int) -> Named | None:
    record = mft.parse(data, number)
    names = [each for each in record.values(mft.NAME) if mft.is_name(each)]
    if not names:
        return None
    name = max(names, key=lambda each: each[64])
    parent, shown = mft.name_in(name)
    standard = next(
        (each for each in record.values(mft.STANDARD) if len(each) >= mft.STANDARD_SIZE), None
    )
    (born,) = struct.unpack_from("<Q", name, _NAME_TIMES)
    return Named(
        offset=offset, number=number, parent=parent, name=shown.decode("utf-8", "backslashreplace"),
        is_folder=record.is_folder, in_use=record.in_use,
        born=mft.times(standard)[3] if standard is not None else None, named_born=mft.ns_of(born),
    )  # fmt: skip
