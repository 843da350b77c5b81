"""Symbols of a Windows: which of them an image asks for, and where the analyst has them.

A program of Windows names the symbols that were made with it by a file's name, a GUID and a count
("age"): a CodeView record that begins with RSDS, in the debug directory (Microsoft PE format,
section "Debug Type"). Volatility 3 orders its own files by the same three.
"""

from __future__ import annotations

import lzma
import re
import uuid
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evidence.memory.errors import AnalysisError

LARGEST = 256 << 20  # bytes of one file of symbols; a kernel's have 30 MiB, uncompressed
_KERNELS = (b"ntkrnlmp", b"ntoskrnl", b"ntkrnlpa", b"ntkrpamp")
_OTHERS = (b"tcpip", b"cryptdll", b"conhost")  # which some plugins ask for beside the kernel's
_NAMED = re.compile(
    rb"RSDS(.{16})(.{4})((?:" + b"|".join((*_KERNELS, *_OTHERS)) + rb")\.pdb)\0", re.DOTALL
)
_LONGEST = 4 + 16 + 4 + 13  # bytes of such a record
_PART = 16 << 20
MOST = 100  # builds of one program that are kept: an intruder can write any number into memory
_ENDINGS = (".json.xz", ".json.gz", ".json.bz2", ".json")
_ZIP = "windows.zip"  # as the makers of Volatility 3 hand theirs out


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
    seen: Counter[Pdb] = Counter()
    builds: Counter[str] = Counter()
    for found in _records(image):
        pdb = _pdb(found)
        if pdb not in seen:
            builds[pdb.name] += 1
        if pdb in seen or builds[pdb.name] <= MOST:
            seen[pdb] += 1
    return [pdb for pdb, _ in sorted(seen.items(), key=lambda each: (-each[1], each[0]))]


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


def _pdb(found: re.Match[bytes]) -> Pdb:
    guid = uuid.UUID(bytes_le=found[1]).hex.upper()
    return Pdb(name=found[3].decode(), guid=guid, age=int.from_bytes(found[2], "little"))


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
            AnalysisError: they are there and can't be read.
        """
        return next((found for place in self.places for found in _held(place, pdb)), None)


def _held(place: Path, pdb: Pdb) -> Iterator[Found]:
    """What a place has, in the order in which it is to be used."""
    names = [
        f"{path}{ending}"
        for path in (pdb.path, pdb.path.removeprefix("windows/"))
        for ending in _ENDINGS
    ]
    archive = place / _ZIP if place.is_dir() else place
    try:
        for name in names if place.is_dir() else ():
            if (place / name).is_file():
                yield _found(place / name, (place / name).open("rb"))
        if archive.is_file():
            with zipfile.ZipFile(archive) as opened:
                there = set(opened.namelist())
                for name in filter(there.__contains__, names):
                    yield _found(archive / name, opened.open(name))
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        RuntimeError,
    ) as error:
        raise AnalysisError("file_unreadable", path=place, why=error) from error


def _found(place: Path, file: IO[bytes]) -> Found:
    with file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise AnalysisError("symbols_large", path=place, limit=LARGEST)
    ending = next(each for each in _ENDINGS if place.name.endswith(each))
    return Found(str(place), ending, data)
