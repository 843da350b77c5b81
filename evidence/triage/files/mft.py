"""Every record of a master file table, one after the other; damaged ones are counted."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Self

from collectors.disk.ntfs import mft
from evidence.triage.examiner import Examined
from evidence.triage.held import stretches

_NAME = "/$MFT"
_SIZES = (1024, 4096)  # bytes that a record has
_AT_FLAGS, _FOLDER = 22, 2  # in a record: whether it is used, and a folder's
_AT_SIZE = 28  # in a record: how much room it has
_AT_SEQUENCE = 6  # in a $FILE_NAME: which of its parent's records' folders it was
_NAME_TIMES = 8  # in a $FILE_NAME: born, modified, changed, accessed
_SIZE = 48  # in a $FILE_NAME: the data's bytes, as they were when the name was given
_FAULTS = (OSError, struct.error, IndexError, UnicodeDecodeError)
MOST_FOLDERS = 500_000  # whose names are kept to say where a file is
_LONGEST = 4096  # characters of a path: Windows' own limit is 32,767, which nobody reads
_ROOT = 5  # the record of the volume's own folder
_UNKNOWN = "…"


class MftError(Exception):
    """Records of an MFT that can't be read; raised once all others were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A record with a name; times in ns since 1970."""

    offset: int
    number: int
    sequence: int
    """How often the record was given to another file."""
    parent: tuple[int, int]
    """The record of its folder, and which of that record's folders it was."""
    name: str
    is_folder: bool
    in_use: bool
    size: int
    """Of its unnamed data."""
    modified: int
    """By $STANDARD_INFORMATION, or $FILE_NAME where the record has none."""
    changed: int
    born: int | None
    """By $STANDARD_INFORMATION, which programs can set."""
    named_born: int
    """By $FILE_NAME, which only the system sets."""


class Folders:
    """The folders of one table, to say where a record's file is."""

    def __init__(self) -> None:
        self._each: dict[tuple[int, int], tuple[tuple[int, int], str]] = {}

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        """Those of a whole table; the file is at its beginning again afterwards."""
        found = cls()
        for number, offset, data in _records(file):
            if any(flag & _FOLDER for flag in data[_AT_FLAGS : _AT_FLAGS + 1]):
                with suppress(*_FAULTS):  # told where the records themselves are gone through
                    found._add(_named(data, number, offset))
        file.seek(0)
        return found

    def _add(self, each: Named | None) -> None:
        if each is not None and len(self._each) < MOST_FOLDERS:
            # What is deleted has the number after its own already.
            self._each[each.number, each.sequence - (not each.in_use)] = (each.parent, each.name)

    def path(self, each: Named) -> str:
        """From the volume's own folder; what is not known of it as `…`."""
        parts, at, met, length = [each.name], each.parent, set(), len(each.name)
        while at[0] != _ROOT:
            if at not in self._each or at in met or length > _LONGEST:
                parts.append(_UNKNOWN)
                break
            met.add(at)
            at, name = self._each[at]
            parts.append(name)
            length += len(name) + 1
        return "/" + "/".join(reversed(parts))


def volume_of(origin: str) -> str:
    """Where the volume of a table stands: what precedes the path of each of its files."""
    return origin.removesuffix(_NAME)


def is_mft(examined: Examined) -> bool:
    """Whether a file is a master file table."""
    stream = examined.record.meta.source.stream if examined.record is not None else None
    return examined.origin.endswith(_NAME) and stream is None


def named(file: BinaryIO) -> Iterator[Named]:
    """Each record that has a name, by its longest.

    Raises:
        MftError: some could not be read; how many.
    """
    damaged = 0
    for number, offset, data in _records(file):
        try:
            found = _named(data, number, offset)
        except _FAULTS:
            damaged += any(data)
            continue
        if found is not None:
            yield found
    if damaged:
        raise MftError(f"{damaged} records can't be read")


def _records(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Each record in which any data lies: its number, where it begins, its bytes."""
    size, at = _record_size(file), 0
    for start, end in list(stretches(file)):
        at = max(at, start - start % size)
        file.seek(at)
        while at < end and (data := file.read(size)):
            yield at // size, at, data
            at += size


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
    reference = parent, int.from_bytes(name[_AT_SEQUENCE : _AT_SEQUENCE + 2], "little")
    standard = next(
        (each for each in record.values(mft.STANDARD) if len(each) >= mft.STANDARD_SIZE), None
    )
    born, modified, changed = map(mft.ns_of, struct.unpack_from("<3Q", name, _NAME_TIMES))
    told = mft.times(standard) if standard is not None else None
    return Named(
        offset=offset, number=number, sequence=record.sequence, parent=reference,
        name=shown.decode("utf-8", "backslashreplace"),
        is_folder=record.is_folder, in_use=record.in_use, size=_size(record, name),
        modified=told[0] if told is not None else modified,
        changed=told[2] if told is not None else changed,
        born=told[3] if told is not None else None, named_born=born,
    )  # fmt: skip


def _size(record: mft.Record, name: bytes) -> int:
    """By the data, or by the name where the data's first piece stands in another record."""
    sizes = (
        each.size for each in record.attributes
        if each.type == mft.DATA and not each.name and each.start == 0
    )  # fmt: skip
    return next(sizes, int.from_bytes(name[_SIZE : _SIZE + 8], "little"))
