"""The master: a bundle copied byte for byte, each file read back from the medium and compared."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from chain_of_custody.digest import SLICE, sha256_of
from chain_of_custody.errors import UnreadError, unread
from chain_of_custody.findings import FindingError
from chain_of_custody.folder import BundleFolder
from chain_of_custody.verdict import Verdict
from evidence.intake.errors import CopyError
from evidence.writing import medium

READ_ONLY = 0o444
_OPENING = BundleFolder.opening
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How much was copied."""

    files: int
    bytes: int


def size_of(source: BundleFolder) -> int:
    """The bytes that its files state to have.

    Raises:
        CustodyError: one of them can't be asked.
    """
    return sum(_stated(source.path / name, name) for name in source.listing.files)


def _stated(path: Path, name: str) -> int:
    try:
        return path.lstat().st_size
    except OSError as error:
        raise unread(_OPENING, name, error) from error


def copy_bundle(
    source: BundleFolder, target: Path, *, advance: Callable[[int], None] = lambda _: None
) -> Copied:
    """Copy every file of a bundle into a new folder; files become read-only.

    Args:
        source: the bundle; its listing holds plain files with safe names only.
        target: the folder to make.
        advance: hears of every few bytes that were written.

    Raises:
        CopyError: a file did not come back as it was read.
        CustodyError: a file of the source can't be read.
        OSError: the medium did not take it.
    """
    target.mkdir()
    for folder in sorted(source.listing.folders):
        (target / folder).mkdir()
    size = 0
    for name in sorted(source.listing.files):
        with source.open(name) as file:
            size += _copy(file, name, target / name, advance)
    for folder in sorted(source.listing.folders):
        medium.sync_folder(target / folder)
    medium.sync_folder(target)
    return Copied(files=len(source.listing.files), bytes=size)


def _copy(source: FileIO, name: str, target: Path, advance: Callable[[int], None]) -> int:
    hasher, size = hashlib.sha256(), 0
    with medium.speaking_of(target), FileIO(os.open(target, _NEW, 0o600), "r+") as file:
        buffer = memoryview(bytearray(SLICE * 8))
        while count := _read(source, name, buffer):
            piece = buffer[:count]
            hasher.update(piece)
            medium.write_all(file.fileno(), piece)
            size += count
            advance(count)
        os.fsync(file.fileno())
        # The kernel's copy is given up, so that what is compared comes from the medium.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        file.seek(0)
        if sha256_of(file) != (hasher.hexdigest(), size):
            raise CopyError("copied_differs", path=target)
        os.fchmod(file.fileno(), READ_ONLY)
    return size


def _read(source: FileIO, name: str, buffer: memoryview) -> int:
    """The next bytes: a medium that fails here is the bundle's, not that of the case."""
    try:
        return source.readinto(buffer) or 0
    except OSError as error:
        raise unread(_OPENING, name, error) from error


def refuse_unread(case: Path, verdict: Verdict, *, copy: bool) -> None:
    """Call no bundle altered for its copy, which was read back and compared before.

    Args:
        case: whose medium holds the copy.
        verdict: on what was verified.
        copy: whether that was the copy.

    Raises:
        CopyError: the copy can't be read any more; which file of it, or folder.
    """
    found = [verdict.stage(number).first for number in verdict.failed]
    for each in found if copy else ():
        if each is not None and (verdict.unread or each.key == "unlisted"):
            raise CopyError("unread_copy", path=case, why=each)


def lost(case: Path, copy: Path, error: FindingError) -> CopyError:
    """What to raise where the copy is not as it was verified: its medium may fail, too."""
    if isinstance(error, UnreadError):
        return CopyError("unread_copy", path=case, why=error)
    if error.key == "log_unread":
        return CopyError("unread_copy", path=case, why=error.facts["why"])
    return CopyError("changed", path=copy, why=error)
