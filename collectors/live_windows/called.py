"""Files of a running Windows by its own calls: what is left where its volume can't be read raw.

What Windows holds open (hives) stays closed this way; the registry is asked by its keys (`hives`).
Nothing is fetched from a cloud: a placeholder is known by its attributes before it is opened.
"""

from __future__ import annotations

import errno
import io
import os
import stat as modes
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from collectors.artifact import Interval, MissingRange, Reason, Stat
from collectors.disk.nodes import Obstacle
from collectors.disk.ntfs.reparse import obstacle
from collectors.disk.things import refused
from collectors.files.mounts import Mounts
from collectors.files.pathfolder import PathFolder
from collectors.files.reading import GROWTH
from collectors.files.snapshot import LOOKED, Snapshot, Stopwatch
from collectors.files.source import Source
from collectors.files.spelling import Names, upcased
from collectors.live_windows.calls import api
from collectors.pathtext import to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINKS = (0xA000_0003, 0xA000_000C)  # junctions and symbolic links ([MS-FSCC], 2.1.2.1)
_REPARSE = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
_SHARED = 7  # FILE_SHARE_READ, _WRITE, _DELETE: others do as if we weren't there
_HOW = 0x0210_0000  # FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_NO_RECALL
_WHOLE = "\\\\?\\"  # before a path that is the whole of it, not below any folder
_LISTED = 64  # folders whose names are remembered


class CalledFiles(Source):
    """The files of one drive, asked of Windows."""

    method = LOOKED
    opens_places = False

    def __init__(self, drive: str) -> None:
        """Look at a drive (`C:`); nothing is opened yet."""
        super().__init__("/", live=False, mounts=Mounts([]))
        self.root = ""
        self._drive = drive
        self._ways: dict[tuple[int, int], int] = {}
        """Of each folder that was opened, what is left of its path: there may be a million."""
        self._names = lru_cache(_LISTED)(self._names_in)

    def place(self, path: str) -> str:
        """The path in Windows' words, however long it is."""
        return f"\\\\?\\{self._drive}\\" + _named(path).strip("/").replace("/", "\\")

    def guarded(self, path: str) -> bool:  # noqa: ARG002 - a drive of this machine
        """Never: what could hang is not opened."""
        return False

    def ignores_case(self, folder: str) -> bool:  # noqa: ARG002 - Windows does
        """Always."""
        return True

    def meant(self, folder: str, name: str) -> list[str]:
        """The names in a folder that a name may mean."""
        try:
            return self._names(folder).meant(name) or [name]
        except OSError:
            return [name]

    def _names_in(self, folder: str) -> Names[str, str]:
        return Names((name for name, _ in self.listing(folder)), name_of=str, key=upcased)

    def listing(self, path: str) -> list[tuple[str, str]]:
        """Names and types in a folder, sorted.

        Raises:
            OSError: Windows refuses, or the names lie elsewhere and would be fetched or made.
        """
        place = self.place(path)
        folder = os.lstat(place)
        barrier = _barrier(folder)
        if barrier is not None and _marks(folder)[1] not in _LINKS:
            raise refused(barrier)
        with os.scandir(place) as entries:
            found = [
                (_path_of(each.name), _letter(each.stat(follow_symlinks=False))) for each in entries
            ]
        return sorted(found, key=lambda each: to_bytes(each[0]))

    def look(self, path: str) -> Stat:
        """What Windows says of a path, links not followed."""
        return _stat(os.lstat(self.place(path)))

    def open_folder(self, path: str) -> PathFolder:
        """A folder, to look at all that is in it.

        Raises:
            OSError: as `listing`; ELOOP where it was opened under another name: what shows a folder
                again, as a binding does, may show one that it lies in.
        """
        found, way = self.look(path), hash(path)
        # A file system without numbers of files has 0 for each.
        if found.inode and self._ways.setdefault((found.device, found.inode), way) != way:
            raise OSError(errno.ELOOP, "the same folder has another name")
        return PathFolder(self, path)

    def readlink(self, path: str) -> str:
        """Where a junction or a symbolic link points; in Windows' words where that is elsewhere."""
        words = self._words(path)
        target = words.removeprefix(_WHOLE)
        if target[:3].upper() == f"{self._drive}\\".upper():
            target = target[2:]
        elif target != words or target.startswith("\\\\") or target[1:2] == ":":
            return words
        return target.replace("\\", "/")

    def _words(self, path: str) -> str:
        place = self.place(path)
        if _marks(os.lstat(place))[1] not in _LINKS:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return _path_of(os.readlink(place))

    def _link_target(self, path: str) -> str | None:
        """The same on the way to a file, which ends where a link leads elsewhere."""
        target = super()._link_target(path)
        if target is not None and {"\\", ":"} & set(target):  # no path of this drive has any
            raise refused(_elsewhere(target))
        return target

    def _open(
        self, path: str, *, limit: int = 1 << 62, follow: bool = False, sparse: bool = True
    ) -> CalledReading:
        del limit, sparse  # a snapshot ends by itself; Windows reads holes as zeros
        return CalledReading(self.place(self.resolve(path) if follow else path))

    def _open_link(self, path: str) -> Snapshot:
        watch = Stopwatch()
        target = to_bytes(self._words(path))
        return Snapshot(target, taken=watch.stop(), stat=self.look(path), method=LOOKED)


class CalledReading:
    """A file that Windows reads for us; who else uses it goes on."""

    method = LOOKED
    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    missing: Sequence[MissingRange] = ()
    errors: Sequence[str] = ()
    ended = False

    def __init__(self, place: str) -> None:
        """Open it.

        Raises:
            OSError: Windows refuses (EBUSY: another program holds it), it is no file, or it lies
                elsewhere and would be fetched.
        """
        _require_here(os.lstat(place))
        self._file = io.FileIO(_opened(place))
        self._before = os.fstat(self._file.fileno())
        self.stat: Stat | None = _stat(self._before)
        self._left = self._before.st_size + GROWTH

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        count = self._file.readinto(buffer[: self._left])
        self._left -= count
        if not self._left and not self.ended:
            self.ended = True
            error = "grew by more than our limit while it was read"
            self.missing = [MissingRange(offset=self._file.tell(), size=None, error=error)]
        return count

    @property
    def changed(self) -> bool | None:
        """Whether Windows tells another size or time of writing than at the beginning."""
        now = os.fstat(self._file.fileno())
        return (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _path_of(name: str) -> str:
    """A name of Windows' as paths have it: of half a pair of UTF-16, the bytes that disks show."""
    return to_text(name.encode("utf-8", "surrogatepass"))


def _named(path: str) -> str:
    """The same back.

    Raises:
        OSError: Windows can't have such a name.
    """
    try:
        return to_bytes(path).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT)) from error


def _opened(place: str) -> int:
    try:
        return api.opened(place, sharing=_SHARED, flags=_HOW)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise OSError(
                errno.EBUSY, f"a program holds it open and shares it with nobody: {error.strerror}"
            ) from error
        raise


def _require_here(found: os.stat_result) -> None:
    """Refuse what is no file, or whose content a program would have to fetch or make."""
    barrier = _barrier(found)
    if barrier is not None:
        raise refused(barrier)
    if not modes.S_ISREG(found.st_mode):
        raise OSError(errno.ENOTSUP, "no regular file; not read")


def _barrier(found: os.stat_result) -> Obstacle | None:
    """Why what a path names isn't here as it is; None where it is."""
    attributes, tag = _marks(found)
    value = struct.pack("<I16x", tag) if attributes & _REPARSE else None
    return obstacle(value, attributes, frozenset())


def _elsewhere(target: str) -> Obstacle:
    """Why a link isn't followed that leads from the drive."""
    words = target.removeprefix(_WHOLE)
    if words.startswith("UNC\\" if words != target else "\\\\"):
        return Obstacle(Reason.NOT_LOCAL, f"leads to {target}: on another machine; not opened")
    return Obstacle(Reason.UNSUPPORTED, f"leads to {target}: on a volume that is not the system's")


def _marks(found: os.stat_result) -> tuple[int, int]:
    """Attributes and reparse tag, which only Windows' Python tells."""
    return getattr(found, "st_file_attributes", 0), getattr(found, "st_reparse_tag", 0)


def _letter(found: os.stat_result) -> str:
    if _marks(found)[1] in _LINKS:
        return "l"
    return "d" if modes.S_ISDIR(found.st_mode) else "f" if modes.S_ISREG(found.st_mode) else "o"


def _stat(found: os.stat_result) -> Stat:
    """Times as Windows tells them; it has no time of change and no owner in numbers."""
    return Stat(
        found.st_size, found.st_mode, 0, 0, found.st_nlink, found.st_dev, found.st_ino,
        found.st_mtime_ns, found.st_atime_ns, None, found.st_ctime_ns,
    )  # fmt: skip
