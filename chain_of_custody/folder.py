"""A folder, read with suspicion: no link is followed, nothing is written, nothing runs."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from chain_of_custody import system
from chain_of_custody.errors import OF_MACHINE, AlteredError, UnusableError, unread
from chain_of_custody.manifest import BOUND_FILES

MANIFEST = "manifest.json"
SUMS = "manifest-sha256.txt"
TAG_SUMS = "tagmanifest-sha256.txt"
INSTRUCTIONS = ("verify.sh", "VERIFY.md", "検証手順.md")
SEALED_FILES = frozenset(
    {*BOUND_FILES.values(), MANIFEST, f"{MANIFEST}.p7s", TAG_SUMS},
)
PARTIAL_FILES = frozenset({"bagit.txt", *INSTRUCTIONS})

_NUMBERED = re.compile(
    r"data/volume-[0-9]{5}\.tar\.zst(\.age)?"
    r"|custody/[0-9]{5}\.json(\.p7s)?"
    r"|anchors/(?!0000)00[0-9]{2}\.(tsr|tsq|pem|sums)"
)
_SAFE = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")
_MAX_ENTRIES = 300_000  # files and folders: format, section 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What lies in a folder."""

    files: frozenset[str]
    folders: frozenset[str]
    unsafe: tuple[str, ...]
    attributed: tuple[str, ...]
    """Files that carry extended attributes."""


class Folder:
    """Safe access to the files of one folder by their relative names."""

    folders: ClassVar[frozenset[str]]
    """The folders that may lie in it."""
    refusal: ClassVar[str]
    """The sentence for what is no such folder."""
    opening: ClassVar[int]
    """The stage that a file fails which can't be opened."""

    def __init__(self, path: str | Path) -> None:
        """Look at a folder.

        Raises:
            UnusableError: it is no folder, or can't be listed.
            OSError: the machine has no room for one more open file.
        """
        self.path = Path(path)
        try:
            if not self.path.is_dir():
                why = "no such folder" if not self.path.exists() else "not a folder"
                raise self.unusable(why)
            self.listing = _list(self.path)
        except OSError as error:
            if error.filename is None:
                raise self.unusable(error.strerror) from error
            if error.errno in OF_MACHINE:
                raise
            facts = {"path": error.filename, "why": error.strerror}
            raise UnusableError(1, "unlisted", **facts) from error

    def unusable(self, why: str | None) -> UnusableError:
        """What to raise for a folder that is not what it was taken for."""
        return UnusableError(1, self.refusal, path=self.path, why=why)

    @property
    def sealed(self) -> bool:
        """Whether it claims to be sealed: the manifest or its signature is there."""
        return bool({MANIFEST, f"{MANIFEST}.p7s"} & self.listing.files)

    def open(self, name: str) -> io.FileIO:
        """A file for reading, no link followed on its last step.

        Raises:
            AlteredError: it is not there or not a regular file.
        """
        try:
            descriptor = os.open(self.path / name, system.READ)
        except FileNotFoundError as error:
            raise AlteredError(3, "missing_file", name=name) from error
        except OSError as error:
            raise unread(self.opening, name, error) from error
        return io.FileIO(descriptor, "rb")

    def read(self, name: str, limit: int) -> bytes:
        """A small file whole.

        Raises:
            UnusableError: larger than the format allows.
            AlteredError: not there, or can't be read.
        """
        try:
            with self.open(name) as file:
                size = os.fstat(file.fileno()).st_size
                if size > limit:
                    raise UnusableError(1, "too_large", name=name, size=size, limit=limit)
                data = file.read(limit + 1)
        except OSError as error:
            raise unread(self.opening, name, error) from error
        if len(data) > limit:
            raise UnusableError(1, "too_large", name=name, size="more", limit=limit)
        return data

    def unwanted(self, wanted: frozenset[str]) -> list[str]:
        """Files and folders that are neither wanted nor unsafe (those are told at stage 1)."""
        files = [name for name in self.listing.files if name not in wanted]
        folders = [
            name
            for name in self.listing.folders
            if name not in self.folders or (name not in wanted and not self._full(name))
        ]
        return sorted(set(files + folders) - set(self.listing.unsafe))

    def _full(self, folder: str) -> bool:
        return any(name.startswith(f"{folder}/") for name in self.listing.files)


class BundleFolder(Folder):
    """The folder of a bundle."""

    folders = frozenset({"data", "custody", "anchors"})
    refusal = "not_a_bundle"
    opening = 2

    def __init__(self, path: str | Path) -> None:
        """Look at a folder.

        Raises:
            UnusableError: it can't be a bundle.
        """
        super().__init__(path)
        if not {"bagit.txt", "custody"} & (self.listing.files | self.listing.folders):
            raise self.unusable("neither bagit.txt nor custody/ in it")
        if not any(_is_document(name) for name in self.listing.files):
            why = "nothing was signed in it yet: the run ended before its first event"
            raise self.unusable(why)


def numbered(name: str) -> bool:
    """Whether a name is one of the numbered kinds of section 3."""
    return _NUMBERED.fullmatch(name) is not None


def of_a_bundle(name: str) -> bool:
    """Whether section 3 has a file of this name in some bundle, a write cut off included."""
    whole = name.removesuffix(".tmp")
    return whole in SEALED_FILES or numbered(whole)


def _is_document(name: str) -> bool:
    return (
        name in (MANIFEST, f"{MANIFEST}.p7s") or re.fullmatch(r"custody/.*\.json", name) is not None
    )


def _safe_name(name: str) -> bool:
    return name == "検証手順.md" or _SAFE.fullmatch(name) is not None


def _list(top: Path) -> Listing:
    files, folders, unsafe, attributed = set(), set(), [], []
    for name, found in _walk(top):
        if stat.S_ISDIR(found.st_mode):
            folders.add(name)
        elif stat.S_ISREG(found.st_mode):
            files.add(name)
            if system.has_attributes(str(top / name)):
                attributed.append(name)
        if not _is_plain(name.rpartition("/")[2], found):
            unsafe.append(name)
        if len(files) + len(folders) + len(unsafe) > _MAX_ENTRIES:
            raise OSError(errno.EMFILE, "too many files in it")
    return Listing(
        files=frozenset(files), folders=frozenset(folders),
        unsafe=tuple(sorted(unsafe)), attributed=tuple(sorted(attributed)),
    )  # fmt: skip


def _walk(top: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder by its path from there; links are not followed."""
    todo = [""]
    while todo:
        here = todo.pop()
        with os.scandir(top / here) as entries:
            for entry in entries:
                try:
                    found = os.lstat(entry.path)  # the entry's own stat counts no links on Windows
                except FileNotFoundError:  # somebody's act is just giving it its name
                    continue
                name = f"{here}/{entry.name}" if here else entry.name
                if stat.S_ISDIR(found.st_mode):
                    todo.append(name)
                yield name, found


def _is_plain(name: str, found: os.stat_result) -> bool:
    if not _safe_name(name) or name == "fetch.txt":
        return False
    if stat.S_ISDIR(found.st_mode):
        return True
    # A second link would let someone outside the bundle change what was verified.
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1
