"""A case's working copy, searched for the image of memory and for what symbols are made from."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import msgspec

from chain_of_custody.digest import sha256
from chain_of_custody.item import ItemRecord
from collectors import memory
from collectors.ram.imager import imaged
from evidence.custody import custodian
from evidence.intake.case import Case
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.intake.placing import ASIDE
from evidence.intake.records import signed_records
from evidence.intake.staging import UNFINISHED
from evidence.machine.host import HOST
from evidence.memory.errors import AnalysisError, SymbolsError
from evidence.memory.symbols.ingredients import LARGEST, Ingredients, why_not
from evidence.memory.systems import System

_IMAGES = (memory.ORIGIN, imaged.ORIGIN, imaged.LEFT)
_COLLECTOR = memory.Memory.name
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class WorkingCopy:
    """What an import unpacked for other tools; every file is held against its record again."""

    path: Path
    images: list[ItemRecord] = field(default_factory=list)
    """All that there are, whole or in part."""
    no_image: str | None = None
    """Why there is none, as the bundle records it; None where none was looked for."""
    unfinished: list[str] = field(default_factory=list)
    """Files with what closed volumes hold of an image that an interruption left without a record:
    there is no digest of an item that they could be held against, so they aren't read here."""
    system: System = "linux"
    """What the machine ran; where it didn't say, what symbols can be made for."""
    ingredients: Ingredients = field(default_factory=Ingredients)

    @property
    def image(self) -> ItemRecord | None:
        """The one to read: what a run that was cut off left behind only where there is no other."""
        return max(self.images, key=_worth, default=None)

    @classmethod
    def of(cls, case: Case, name: str) -> WorkingCopy:
        """Look through all of its records once; nothing is read that they don't prove.

        Raises:
            CustodyError, CustodianError: the master's log isn't intact.
            RecordsError: the records aren't those that were signed.
            AnalysisError: a file isn't as the import left it.
        """
        copy = cls(case.hosts / name)
        documents = custodian.load(case.bundles / name, partial=True)
        for record in list(filter(_of_use, signed_records(copy.path, documents))):
            copy._meet(record)
        try:
            copy.unfinished = _unfinished(copy.path)
        except (OSError, msgspec.DecodeError) as error:
            raise AnalysisError("copy_differs", path=copy.path, why=error) from error
        return copy

    def _meet(self, record: ItemRecord) -> None:
        origin, status = record.meta.source.origin, record.content.status
        if origin in _IMAGES and status != "gap":
            self.images.append(record)
        elif origin in _IMAGES:
            self.no_image = why_not(record)
        elif origin == HOST and status == "acquired":
            self.system = _system(self._read(record))
        elif origin != HOST:
            if status == "acquired" and record.content.size <= LARGEST:
                self._take(origin, self._read(record))
            else:
                self.ingredients.miss(record)

    def _take(self, origin: str, data: bytes) -> None:
        """Keep what symbols are made from; of too much, what there is room for."""
        try:
            self.ingredients.take(origin, data)
        except SymbolsError as error:
            self.ingredients.lacking[origin] = error

    def place(self, record: ItemRecord) -> Path:
        """Where an item's bytes are.

        Raises:
            AnalysisError: nowhere.
        """
        try:
            return located(self.path, record)
        except UnplaceableError as error:
            aside = self.path / ASIDE / f"{record.content.seq:08d}"
            raise AnalysisError("file_gone", path=aside) from error

    def _read(self, record: ItemRecord) -> bytes:
        with self._open(record) as file:
            data = file.read(LARGEST + 1)
        self._compare(record, sha256(data))
        return data

    def check(self, record: ItemRecord) -> Path:
        """Where an item's bytes are, once all of them were held against its digest.

        Raises:
            AnalysisError: they aren't what was taken.
        """
        with self._open(record) as file:
            self._compare(record, hashlib.file_digest(file, "sha256").hexdigest())
        return self.place(record)

    def _open(self, record: ItemRecord) -> BufferedReader:
        path = self.place(record)
        try:
            descriptor = os.open(path, _READ)
        except OSError as error:
            raise AnalysisError("file_unreadable", path=path, why=error.strerror) from error
        file = os.fdopen(descriptor, "rb")
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            file.close()
            raise AnalysisError("no_file", path=path)
        return file

    def _compare(self, record: ItemRecord, found: str) -> None:
        if found != record.content.sha256:
            raise AnalysisError(
                "file_differs", path=self.place(record), expected=record.content.sha256, found=found
            )


class _PutAside(msgspec.Struct):
    """A line of the import's list of what has no record."""

    file: str
    size: int
    collector: str


def _unfinished(host: Path) -> list[str]:
    """The files that may hold a part of an image of memory, and how much."""
    listed = host / f"{UNFINISHED}.jsonl"
    if not listed.exists():
        return []
    lines = listed.read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=_PutAside) for line in lines]
    return [f"{each.file} ({each.size} bytes)" for each in found if each.collector == _COLLECTOR]


def _of_use(record: ItemRecord) -> bool:
    """Whether it is an image, or tells of the machine whose memory that is."""
    origin = record.meta.source.origin
    if origin in _IMAGES or origin == HOST:
        return True
    return Ingredients.wanted(origin) and record.meta.source.stream is None


class _Host(msgspec.Struct):
    """What a collection said of its machine, as far as it matters here."""

    system: str | None = None


def _system(host: bytes) -> System:
    try:
        said = msgspec.json.decode(host, type=_Host)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "linux"
    return "windows" if said.system == "Windows" else "linux"


def _worth(image: ItemRecord) -> tuple[bool, bool]:
    return image.meta.source.origin != imaged.LEFT, image.content.status == "acquired"
