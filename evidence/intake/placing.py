"""From numbered files to a tree that other tools open; what has no safe place is kept aside.

Files come first, links last, so that no file can be written through a link. Among items of one
name the last complete one is placed: they are taken from the last to the first, and the first to
claim the name has it. The file system is the only judge of what is the same name.
"""

from __future__ import annotations

import errno
import os
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from chain_of_custody.item import ItemRecord
from evidence.intake.folders import Tree, refusal
from evidence.intake.names import (
    TARGET,
    Place,
    TreeName,
    UnplaceableError,
    Why,
    link_inside,
    place_of,
)
from evidence.intake.sparse import spread
from evidence.intake.staging import Staging
from evidence.writing import medium

ASIDE = "not-placed"
DISK: TreeName = "disk"
LINKS = "links.jsonl"
RESERVE = 64 << 20  # bytes left free on the medium when a link has to become a copy
_LONGEST_PATH = 4095  # bytes, PATH_MAX without its NUL: longer ones can't be opened by name
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLACED, _ASIDE = 1, 2
_NO_HARD_LINK = {errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.EXDEV}


@dataclass(slots=True)
class Placed:
    """How much came to its place."""

    files: int = 0
    links: int = 0
    aside: int = 0
    links_aside: int = 0


class Placing:
    """Moves what was staged to its places; one run a working copy."""

    def __init__(
        self, host: Path, staging: Staging, *, advance: Callable[[int], None] = lambda _: None
    ) -> None:
        """Make the trees in the working copy's folder."""
        self.tally = Placed()
        self._host = host
        self._staging = staging
        self._advance = advance
        self._longest = _LONGEST_PATH - len(os.fsencode(host.resolve())) - len("/hozen/")
        self._state = bytearray(staging.count + 1)
        for name in ("fs", "hozen", DISK, ASIDE):
            (host / name).mkdir(mode=0o700)

    def run(self) -> Placed:
        """Place everything.

        Raises:
            OSError: the medium failed.
        """
        staging = self._staging
        with (
            Tree(self._host / "fs") as fs,
            Tree(self._host / "hozen") as hozen,
            Tree(self._host / DISK) as disk,
            (self._host / f"{ASIDE}.jsonl").open("xb") as aside,
            (self._host / LINKS).open("xb") as links,
        ):
            self._trees = {"fs": fs, "hozen": hozen, DISK: disk}
            self._aside, self._links = aside, links
            self._each(_backwards(staging.whole), self._place_file)
            self._each(_backwards(staging.cut), self._place_file)
            self._each(staging.same, self._place_same)
            self._each(_backwards(staging.links), self._place_link)
        staging.folder.rmdir()
        if not any((self._host / DISK).iterdir()):
            (self._host / DISK).rmdir()
        return self.tally

    def _each(self, items: Iterable[int], place: Callable[[ItemRecord], None]) -> None:
        for item in items:
            record = self._staging.stored(item)
            try:
                place(record)
            except UnplaceableError as error:
                self._put_aside(record, error)
            self._advance(1)

    def _place_of(self, record: ItemRecord) -> Place:
        return place_of(record.meta.source, longest=self._longest)

    # Files.

    def _place_file(self, record: ItemRecord) -> None:
        place = self._place_of(record)
        staged = self._staging.path(record.content.seq)
        folder = self._trees[place.tree].claim(place.parts)
        try:
            if record.content.ranges:
                spread(staged, record)
        except UnplaceableError:
            os.unlink(place.parts[-1], dir_fd=folder)
            raise
        dress(staged, record)
        os.rename(staged, place.parts[-1], dst_dir_fd=folder)
        self._state[record.content.seq] = _PLACED
        self.tally.files += 1

    # Further names of a file.

    def _place_same(self, record: ItemRecord) -> None:
        place = self._place_of(record)
        original = self._open_original(record.meta.same_as or 0)
        try:
            self._link_or_copy(original, place)
        finally:
            os.close(original)
        self.tally.files += 1

    def _open_original(self, item: int) -> int:
        state = self._state[item] if item < len(self._state) else 0
        if state == _ASIDE:
            return os.open(self._host / ASIDE / f"{item:08d}", _READ)
        if state != _PLACED:
            raise UnplaceableError(Why.NO_ORIGINAL, f"item {item}")
        place = self._place_of(self._staging.stored(item))
        folder = self._trees[place.tree].folder(place.parts[:-1])
        return os.open(place.parts[-1], _READ, dir_fd=folder)

    def _link_or_copy(self, original: int, place: Place) -> None:
        folder = self._trees[place.tree].folder(place.parts[:-1])
        try:
            # Through /proc, since a descriptor has no other name: linkat(2), AT_SYMLINK_FOLLOW.
            os.link(f"/proc/self/fd/{original}", place.parts[-1], dst_dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_HARD_LINK:
                raise refusal(error, place.parts[-1], folder) from error
            self._copy(original, place)

    def _copy(self, original: int, place: Place) -> None:
        found = os.fstat(original)
        if found.st_size > medium.free_space(self._host) - RESERVE:
            raise UnplaceableError(Why.NO_ORIGINAL, "no room for a copy of it")
        folder = self._trees[place.tree].claim(place.parts)
        name = place.parts[-1]
        target = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        try:
            while piece := os.read(original, 1 << 20):
                medium.write_all(target, piece)
            os.fchmod(target, found.st_mode & 0o777)
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        finally:
            os.close(target)

    # Symbolic links.

    def _place_link(self, record: ItemRecord) -> None:
        """Every link is listed; it is also made where it can lead nowhere else."""
        staged = self._staging.path(record.content.seq)
        with staged.open("rb") as file:
            target = file.read(TARGET + 1)
        staged.unlink()
        made, why = b"", None
        try:
            made = self._make_link(record, target)
            self.tally.links += 1
        except UnplaceableError as error:
            self.tally.links_aside += 1
            why = str(error)
        row = _named(record) | {
            "target": target.decode("utf-8", "backslashreplace"), "why_not": why,
            "made": made.decode("utf-8", "backslashreplace") or None,
        }  # fmt: skip
        self._links.write(msgspec.json.encode(row) + b"\n")

    def _make_link(self, record: ItemRecord, target: bytes) -> bytes:
        if record.content.status != "acquired":
            raise UnplaceableError(Why.LEAVES, "only a part of its target was obtained")
        place = self._place_of(record)
        text = link_inside(target, len(place.parts) - 1)
        folder = self._trees[place.tree].folder(place.parts[:-1])
        try:
            os.symlink(text, place.parts[-1], dir_fd=folder)
        except OSError as error:
            raise refusal(error, place.parts[-1], folder) from error
        _set_times(place.parts[-1], record, folder=folder)
        return text

    # What has no place.

    def _put_aside(self, record: ItemRecord, error: UnplaceableError) -> None:
        item = record.content.seq
        staged, name = self._staging.path(item), None
        if record.content.status != "gap":
            name = f"{ASIDE}/{item:08d}"
            staged.chmod(0o400)
            staged.rename(self._host / name)
            self._state[item] = _ASIDE
        self.tally.aside += 1
        row = _named(record) | {"why": str(error), "file": name}
        self._aside.write(msgspec.json.encode(row) + b"\n")

    _aside: BinaryIO
    _links: BinaryIO
    _trees: dict[str, Tree]


def _backwards(items: array[int]) -> Iterable[int]:
    return (items[at] for at in range(len(items) - 1, -1, -1))


def _named(record: ItemRecord) -> dict[str, object]:
    source = record.meta.source
    return {
        "item": record.content.seq, "origin": source.origin, "origin_b64": source.origin_b64,
    }  # fmt: skip


def dress(path: Path, record: ItemRecord) -> None:
    """Give a file the permissions and times it had; no owner, no setuid, always readable by us."""
    mode = record.meta.attrs.mode if record.meta.attrs is not None else 0o600
    path.chmod(mode & 0o777 | 0o400)
    _set_times(os.fsencode(path), record)


def _set_times(name: bytes, record: ItemRecord, *, folder: int | None = None) -> None:
    times = record.meta.times
    if times is None or times.m is None:
        return
    both = (int(times.a if times.a is not None else times.m), int(times.m))
    try:
        os.utime(name, ns=both, dir_fd=folder, follow_symlinks=False)
    except (OverflowError, OSError) as error:
        # A time that this file system can't hold stays in the record alone.
        if isinstance(error, OSError) and error.errno not in (errno.EINVAL, errno.EOVERFLOW):
            raise
