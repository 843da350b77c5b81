"""A disk or its image as a source: paths lead to inodes, and nothing of this machine is asked."""

from __future__ import annotations

import errno
import os
import posixpath
import stat as modes
from functools import partial
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Kind, Reading, Reason, Stat
from collectors.disk import processes
from collectors.disk.folder import listing
from collectors.disk.images.standing import Watch
from collectors.disk.nodes import Obstacle
from collectors.disk.partitions.mounting import Place, placed
from collectors.disk.partitions.systems import holds_windows
from collectors.disk.reader import RAW
from collectors.disk.things import given_as, open_content, refused, taken
from collectors.files.mounts import Mounts
from collectors.files.pathfolder import PathFolder
from collectors.files.snapshot import Snapshot, Stopwatch
from collectors.files.source import Source
from collectors.pathtext import to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collectors.disk.filesystem import FileSystem
    from collectors.disk.nodes import Entry, Node
    from collectors.disk.partitions.division import Disk
    from collectors.disk.partitions.partition import Partition
    from collectors.files.names import Entry as NameAndType

WHOLE = "disk:/"
"""The origin of what is said of a whole disk."""
_LINUX = ("/etc/os-release", "/usr/lib/os-release", "/etc/passwd")
_REMEMBERED = 4096  # folders whose inode is remembered by path
_LETTERS = 16 << 20  # characters of all these paths: a disk may be made of long ones
_SMALL = 1 << 20
_WRITTEN = (
    "the image's file was changed or taken away while it was read: what was taken may be of "
    "different moments"
)


def absent() -> OSError:
    """What a name gets that isn't there."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


class DiskSource(Source):
    """The files on a disk, all partitions at their places below one root."""

    method = RAW
    opens_places = False

    def __init__(
        self, disk: Disk, places: Sequence[Place] | None = None, *, watch: Watch | None = None
    ) -> None:
        """A source over an opened disk.

        Args:
            disk: with its partitions.
            places: where the partitions stand; found out when not given.
            watch: made before anything was read; now, when not given.
        """
        self.disk = disk
        self.watch = Watch(disk.image) if watch is None else watch
        for partition in disk.partitions:
            if partition.system is not None and disk.image.container == "device":
                partition.system.live = True
        found = placed(disk.partitions, self._reads) if places is None else places
        super().__init__("/", live=False, mounts=Mounts(list(found)))
        self.root = ""  # whatever this machine's own is called
        self.places = {place.point: place for place in found}
        self._folders: dict[str, tuple[FileSystem, int]] = {}
        self._letters = 0
        self._ways: dict[tuple[int, int], tuple[int, bytes]] = {}
        """Of each folder, the one it was first found in, and its name there."""

    def _reads(self, partition: Partition) -> partial[bytes | None]:
        """Reads small files of one partition, as if it were the only one."""
        place = Place(
            point="/", filesystem=partition.holds, device="", root="/", options="", what="",
            partition=partition,
        )  # fmt: skip
        return partial(_beginning, DiskSource(self.disk, [place]))

    def close(self) -> None:
        """Let the image go, and end the processes of libraries, which another disk begins anew."""
        super().close()
        processes.end(self.stopping)
        self.disk.image.reader.close()

    def end_when(self, stopping: Callable[[], bool]) -> None:
        """Ask this while a library is waited for."""
        super().end_when(stopping)
        processes.end_when(stopping)

    def meanwhile(self) -> Iterator[Gap]:
        """That somebody wrote to the image."""
        if self.watch.otherwise() and self.once(WHOLE):
            yield Gap(origin=WHOLE, kind="image", reason=Reason.UNREADABLE, detail=_WRITTEN)

    # From paths to inodes.

    def guarded(self, path: str) -> bool:  # noqa: ARG002 - nothing here can hang by itself
        """Never: no mount of this machine is touched."""
        return False

    def folder_at(self, path: str) -> tuple[FileSystem, int]:
        """The file system and the inode of a folder, links on the way followed.

        Raises:
            OSError: there is none, or its partition can't be read.
        """
        here, ahead = path, list[int]()  # folder by folder, since a path may be thousands deep
        while here not in self._folders and here not in self.places:
            above = posixpath.dirname(here)
            if above == here:  # a root that no partition stands at, or a path that has none
                raise absent()
            ahead.append(len(here))
            here = above
        found = self._folders.get(here) or _root_of(self.places[here])
        while ahead:
            here = path[: ahead.pop()]
            entry = found[0].find(found[1], to_bytes(posixpath.basename(here)))
            if entry is None:
                raise absent()
            if entry.type == "l":
                rest = path[len(here) + 1 :]
                return self.folder_at(posixpath.join(self.resolve(here), *filter(None, [rest])))
            if entry.type != "d":
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._require_one_way(found, entry)
            found = found[0], entry.inode
            self._remember(here, found)
        return found

    def _remember(self, path: str, found: tuple[FileSystem, int]) -> None:
        self._letters += len(path)
        if len(self._folders) >= _REMEMBERED or self._letters > _LETTERS:
            self._folders.clear()
            self._letters = len(path)
        self._folders[path] = found

    def _require_one_way(self, folder: tuple[FileSystem, int], entry: Entry) -> None:
        """Refuse a folder that was reached by another way: a loop, or a hard link to a folder."""
        system, inode = folder
        way = inode, entry.name
        known = self._ways.setdefault((system.device, entry.inode), way)
        if known != way or entry.inode == system.root:
            raise OSError(errno.ELOOP, "the same folder has another name")

    def entry_at(self, path: str) -> tuple[FileSystem, Entry]:
        """The file system and the entry of a name that is no partition's root.

        Raises:
            OSError: there is none, or its partition can't be read.
        """
        parent, name = posixpath.split(path)
        system, inode = self.folder_at(parent)
        entry = system.find(inode, to_bytes(name))
        if entry is None:
            raise absent()
        return system, entry

    def node_at(self, path: str) -> tuple[FileSystem, Node]:
        """The file system and what lies behind a path; a link itself, not what it leads to.

        Raises:
            OSError: there is nothing, or it can't be read.
        """
        place = self.places.get(path)
        if place is not None:
            system, root = _root_of(place)
            return system, system.node(root)
        system, entry = self.entry_at(path)
        return system, system.node(entry.inode)

    def meant(self, folder: str, name: str) -> list[str]:
        """The names in a folder that a name may mean on this disk, which may ignore case."""
        if posixpath.join(folder, name) in self.places:
            return [name]
        try:
            system, inode = self.folder_at(folder)
            found = system.meant(inode, to_bytes(name))
        except OSError:
            return [name]
        return [to_text(each.name) for each in found] or [name]

    # Small looks.

    def readlink(self, path: str) -> str:
        """Where a symbolic link points."""
        if path in self.places or self._is_ours(path):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        system, entry = self.entry_at(path)
        if entry.type != "l":
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return to_text(system.target(system.node(entry.inode)))

    def listing(self, path: str) -> Iterable[NameAndType]:
        """Names and types in a folder, sorted, the places of partitions among them."""
        prefix = path.rstrip("/") + "/"
        points = [
            to_bytes(posixpath.basename(point)) for point in self.places
            if point != path and posixpath.dirname(point).rstrip("/") + "/" == prefix
        ]  # fmt: skip
        if self._is_ours(path):
            return listing((), points)
        system, inode = self.folder_at(path)
        return listing(system.folder(inode), points)

    def _is_ours(self, path: str) -> bool:
        """Whether it is the root that we made, since no partition stands there."""
        return path == "/" and "/" not in self.places

    def ignores_case(self, folder: str) -> bool:
        """Whether the file system of a folder does."""
        return not self._is_ours(folder) and self.folder_at(folder)[0].ignores_case

    def readable(self) -> Iterator[tuple[str, FileSystem]]:
        """Where partitions stand that can be read, and what is in them."""
        for point, place in self.places.items():
            if place.partition.system is not None:
                yield point, place.partition.system

    def windows(self) -> list[str]:
        """Where partitions stand that hold a Windows, or what is left of one."""
        return [point for point, _ in self.readable() if holds_windows(self, point)]

    def systems(self) -> set[str]:
        """The systems that are on the disk: `windows`, `linux`."""
        linux = any(
            self.exists(point.rstrip("/") + path) for point, _ in self.readable() for path in _LINUX
        )
        return {*(["windows"] if self.windows() else []), *(["linux"] if linux else [])}

    def streams(self, path: str, kind: Kind) -> Iterator[Artifact | Gap]:
        """The named streams of a file that was given, each once."""
        node = self.node_at(path)[1]
        for content in node.contents:
            if content.stream is not None and self.once(given_as(path, content.stream)):
                yield taken(path, node, content)._replace(kind=kind)

    def stream_names(self, path: str) -> list[str]:
        """How the named streams of a file or folder are called."""
        contents = self.node_at(path)[1].contents
        return [each.stream for each in contents if each.stream is not None]

    def look(self, path: str) -> Stat:
        """What the file system says of a path."""
        if self._is_ours(path):
            return Stat(0, modes.S_IFDIR | 0o555, 0, 0, 2, 0, 0, None, None, None, None)
        return self.node_at(path)[1].stat

    def open_folder(self, path: str) -> PathFolder:
        """A folder, to look at all that is in it."""
        return PathFolder(self, path)

    # Content.

    def _open(
        self, path: str, *, limit: int = 1 << 62, follow: bool = False, sparse: bool = True
    ) -> Reading:
        del limit, sparse  # a snapshot ends by itself; holes are mapped as they are
        node = self.node_at(self.resolve(path) if follow else path)[1]
        content = node.main()
        if node.letter != "f" or content is None:
            raise OSError(errno.ENOTSUP, "no regular file; not read")
        return open_content(node, content)

    def _open_link(self, path: str) -> Snapshot:
        watch = Stopwatch()
        system, node = self.node_at(path)
        return Snapshot(system.target(node), taken=watch.stop(), stat=node.stat, method=RAW)


def _root_of(place: Place) -> tuple[FileSystem, int]:
    partition = place.partition
    if partition.system is None:
        raise refused(Obstacle(partition.reason or Reason.UNREADABLE, partition.detail))
    return partition.system, partition.system.root


def _beginning(source: DiskSource, path: str) -> bytes | None:
    """The first bytes of a file; of anything else that is seen none; None where nothing is."""
    try:
        return source.snapshot(path, limit=_SMALL, follow=True).data
    except OSError:
        pass
    try:
        source.look(path)
    except OSError:
        return None
    return b""
