"""Symbols of a Windows: which of them an image asks for, and where the analyst has them.

A program of Windows names the symbols that were made with it by a file's name, a GUID and a count
("age"): a CodeView record that begins with RSDS, in the debug directory (Microsoft PE format,
section "Debug Type"). Volatility 3 orders its own files by the same three.
"""

from __future__ import annotations

import re
import struct
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from evidence.memory.errors import AnalysisError
from evidence.memory.symbols.isffile import DAMAGED, ENDINGS, LARGEST, build_of

_KERNELS = (b"ntkrnlmp", b"ntoskrnl", b"ntkrnlpa", b"ntkrpamp")
_OTHERS = (b"tcpip", b"cryptdll", b"conhost")  # which some plugins ask for beside the kernel's
_NAMED = re.compile(
    rb"RSDS(.{16})(.{4})((?:" + b"|".join((*_KERNELS, *_OTHERS)) + rb")\.pdb)\0", re.DOTALL
)
_LONGEST = 4 + 16 + 4 + 13  # bytes of such a record
_PART = 16 << 20  # bytes at once
MOST = 100  # builds of one program that are kept: an intruder can write any number into memory
_ZIP = "windows.zip"  # as the makers of Volatility 3 hand theirs out
_UNREADABLE = (*DAMAGED, zipfile.BadZipFile, RuntimeError, struct.error, OverflowError)


@dataclass(frozen=True, slots=True, order=True)
class Pdb:
    """One build of a program, by the name of its symbols."""

    name: str
    guid: str
    age: int

    @property
    def path(self) -> str:
        """Where Volatility 3 looks for them, without the file's ending."""
        return f"windows/{self.name}/{self.guid}-{self.age}"

    @property
    def key(self) -> str:
        """GUID and age as a symbol server wants them."""
        return f"{self.guid}{self.age:X}"

    @property
    def of_kernel(self) -> bool:
        """Whether nothing can be read without them."""
        return self.name.removesuffix(".pdb").encode() in _KERNELS


def references(image: Path) -> list[Pdb]:
    """The symbols that an image asks for, those that it names most often first.

    A record that lies across two pages which are no neighbours in memory isn't found; of one
    program, the first `MOST` builds are.
    """
    seen: Counter[bytes] = Counter()  # as they lie there: memory can be full of them
    builds: Counter[bytes] = Counter()
    for found in _records(image):
        record, name = found[0], found[3]
        if record not in seen:
            builds[name] += 1
        if record in seen or builds[name] <= MOST:
            seen[record] += 1
    every = [(-count, _pdb(record)) for record, count in seen.items()]
    return [pdb for _, pdb in sorted(every)]


def _records(image: Path) -> Iterator[re.Match[bytes]]:
    """Each once; one that may go on in the next part is found there."""
    with image.open("rb") as file:
        part, before = b"more", b""
        while part:
            part = file.read(_PART)
            window = before + part
            end = len(window) - _LONGEST if part else len(window)
            yield from (each for each in _NAMED.finditer(window) if each.start() < end)
            before = window[max(0, end) :]


def _pdb(record: bytes) -> Pdb:
    guid = uuid.UUID(bytes_le=record[4:20]).hex.upper()
    name = record[24:-1].decode()
    return Pdb(name=name, guid=guid, age=int.from_bytes(record[20:24], "little"))


@dataclass(frozen=True, slots=True)
class Found:
    """Symbols as the analyst had them."""

    origin: str
    ending: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an analyst keeps symbols of Windows: a folder or a zip file in Volatility's order."""

    places: tuple[Path, ...] = ()

    @classmethod
    def of(cls, names: tuple[str, ...]) -> Shelf:
        """Those places.

        Raises:
            AnalysisError: one of them isn't there, or is no folder and no zip file.
        """
        places = tuple(map(Path, names))
        for place in places:
            if not place.is_dir() and not zipfile.is_zipfile(place):
                raise AnalysisError("no_shelf", path=place)
        return cls(places)

    def find(self, pdb: Pdb) -> Found | None:
        """The symbols of this build; None where nobody has them.

        Raises:
            AnalysisError: somebody has, but none that can be read, or of another build.
        """
        errors: list[AnalysisError] = []
        every = (found for place in self.places for found in _usable(place, pdb, errors))
        found = next(every, None)
        if found is None and errors:
            raise errors[0]
        return found


def _usable(place: Path, pdb: Pdb, errors: list[AnalysisError]) -> Iterator[Found]:
    """What a place has, in the order in which it is to be used; what can't be is an error."""
    try:
        for path, opening in _held(place, pdb):
            try:
                yield _found(path, opening, pdb)
            except AnalysisError as error:
                errors.append(error)
            except _UNREADABLE as error:
                errors.append(AnalysisError("file_unreadable", path=path, why=error))
    except _UNREADABLE as error:
        errors.append(AnalysisError("file_unreadable", path=place, why=error))


def _held(place: Path, pdb: Pdb) -> Iterator[tuple[Path, Callable[[], IO[bytes]]]]:
    names = [
        f"{path}{ending}"
        for path in (pdb.path, pdb.path.removeprefix("windows/"))
        for ending in ENDINGS
    ]
    archive = place / _ZIP if place.is_dir() else place
    for name in names if place.is_dir() else ():
        if (place / name).is_file():
            yield place / name, partial(_opened, place / name)
    if archive.is_file():
        with zipfile.ZipFile(archive) as opened:
            there = set(opened.namelist())
            for name in filter(there.__contains__, names):
                yield archive / name, partial(opened.open, name)


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _found(place: Path, opening: Callable[[], IO[bytes]], pdb: Pdb) -> Found:
    with opening() as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise AnalysisError("symbols_large", path=place, limit=LARGEST)
    ending = next(each for each in ENDINGS if place.name.endswith(each))
    build = build_of(data, ending)
    if build not in ("", pdb.guid):
        raise AnalysisError("symbols_other", path=place, found=build, wanted=pdb.guid)
    return Found(str(place), ending, data)
