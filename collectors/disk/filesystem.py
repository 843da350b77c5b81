"""One file system: its folders, its files, and what each file holds, as libtsk tells them."""

from __future__ import annotations

import errno
import stat as modes
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Reason, Stat
from collectors.disk.content import LOST, Segment, laid_out
from collectors.disk.folder import Folder
from collectors.disk.laid import LibraryReading, RunReading
from collectors.disk.nodes import Content, Entry, Node, Obstacle
from collectors.disk.reader import PARSING, Structures
from collectors.disk.tsk.system import System
from collectors.disk.tsk.told import ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.disk.marks.backups import Mended
    from collectors.disk.reader import Reader
    from collectors.disk.tsk.told import Attribute, Inode, Time

_KEPT = 256  # folders whose listing is remembered
_REMEMBERED = 1 << 16  # entries of all of them: some 20 MB
_LONGEST = 1 << 16  # bytes of a link's target
_NS = 1_000_000_000

# pytsk3.TSK_FS_META_TYPE_*
_MODES = {
    1: modes.S_IFREG, 2: modes.S_IFDIR, 3: modes.S_IFIFO, 4: modes.S_IFCHR, 5: modes.S_IFBLK,
    6: modes.S_IFLNK, 7: modes.S_IFREG, 8: modes.S_IFSOCK, 9: modes.S_IFREG, 10: modes.S_IFREG,
}  # fmt: skip
_NON_RESIDENT = 2  # pytsk3.TSK_FS_ATTR_NONRES


class FileSystem:
    """Any file system that libtsk reads; its kinds refine this."""

    kind = "other"
    detect = "DETECT"
    """What libtsk calls it."""
    ignores_case = False
    resolution: ClassVar[Mapping[str, int]] = dict.fromkeys("macb", _NS)
    """Of its times, in nanoseconds."""
    time_note = ""
    data_types: tuple[int, ...] = ()
    """Attribute types that are content; empty for all."""
    without_content: ClassVar[Obstacle] = Obstacle(
        Reason.UNREADABLE, "where its content lies can't be found"
    )
    """What a file without any content means."""
    live = False
    """Whether a running system may write to it while it is read."""
    in_order = True
    """Whether libtsk is asked of each file of a folder, one after the other."""
    plain_runs = False
    """Whether a run list is all that there is to reading a non-resident attribute."""

    def __init__(self, reader: Reader, device: int, copy: Mended | None = None) -> None:
        """Open it.

        Args:
            reader: the partition.
            device: what stands for the partition in what is said of its files.
            copy: the partition with a readable beginning, where its own is lost.

        Raises:
            OSError: libtsk can't.
        """
        self.reader = reader
        self.beginning: Reader = copy or reader
        """What structures at its beginning are read by."""
        self.structures = Structures(self.beginning)
        self.device = device
        self._fs = System(self.beginning, self.detect)
        self.root = self._fs.root
        self.block = self._fs.block
        self.last_inode = self._fs.last_inode
        self._folders: OrderedDict[int, Folder] = OrderedDict()
        self._weight = 0

    # What it calls itself.

    def label(self) -> str:
        """The file system's name; empty where it has none or this version doesn't read it."""
        return ""

    def uuid(self) -> str:
        """The file system's number, as /dev/disk/by-uuid writes it."""
        return ""

    def claimed(self) -> int:
        """How large it says to be, in bytes; 0 where this version doesn't look."""
        return 0

    def is_unsettled(self) -> bool:
        """Whether it was not closed: its journal may know of names and sizes that it doesn't show.

        Raises:
            OSError: that can't be read.
        """
        return False

    # Folders.

    def folder(self, inode: int) -> Iterable[Entry]:
        """All names in a folder, the deleted ones too, by their bytes.

        Raises:
            OSError: it is no folder, or can't be read.
        """
        return self._folder(inode).in_order()

    def _folder(self, inode: int) -> Folder:
        known = self._folders.get(inode)
        if known is not None:
            self._folders.move_to_end(inode)
            return known
        kept = Folder(self.names_of(inode))
        self._remember(inode, kept)
        return kept

    def names_of(self, inode: int) -> Iterable[Entry]:
        """The same in any order, read from the disk; each kind of file system may have its own way.

        Raises:
            OSError: as `folder`.
        """
        return self.true_names(inode, self._fs.names(inode))

    def unsearched(self, _inode: int) -> bool:
        """Whether a folder is too long to look for deleted names in it, too."""
        return False

    def unread_in(self, _inode: int) -> str:
        """What of the names in a folder that was read can't be, in words; empty where all can."""
        return ""

    def true_names(self, _folder: int, entries: list[Entry]) -> list[Entry]:
        """The entries with their names as they are, where libtsk changes them."""
        return entries

    def _remember(self, inode: int, folder: Folder) -> None:
        self._folders[inode] = folder
        self._weight += folder.weight
        while len(self._folders) > 1 and (len(self._folders) > _KEPT or self._weight > _REMEMBERED):
            self._weight -= self._folders.popitem(last=False)[1].weight

    def meant(self, folder: int, name: bytes) -> list[Entry]:
        """The entries that a name may mean, as this file system compares names.

        Several where it ignores case, none has this very name, and some differ from it in case
        only, as another system may leave them.

        Raises:
            OSError: as `folder`.
        """
        return self._folder(folder).meant(name, ignoring_case=self.ignores_case)

    def find(self, folder: int, name: bytes) -> Entry | None:
        """The first of them.

        Raises:
            OSError: as `folder`.
        """
        return next(iter(self.meant(folder, name)), None)

    # Files.

    def node(self, inode: int) -> Node:
        """What lies behind an inode.

        Raises:
            OSError: it can't be read.
        """
        before = self.state(inode) if self.live else None
        with PARSING:
            node = self.read_node(inode)
        if before is not None:
            node.watched = before, partial(self.state, inode)
        return node

    def state(self, _inode: int) -> object:
        """What changes when a file is written, read from the disk now; None where nothing tells."""
        return None

    def read_node(self, inode: int) -> Node:
        """The same; each kind of file system may have its own way."""
        file = self.opened(inode)
        used = bool(file.flags & ALLOCATED)
        node = Node(stat=self.stat_of(inode, file), in_use=lambda: used, link=file.link)
        node.contents = [self._content(file, each) for each in self._attributes(file, node.letter)]
        self.complete(inode, node, file)
        return node

    def opened(self, inode: int) -> Inode:
        """What libtsk says of an inode.

        Raises:
            OSError: it can't be read.
        """
        return self._fs.look(inode, ahead=self.in_order and not self.live)

    def _attributes(self, file: Inode, letter: str) -> list[Attribute]:
        if letter == "o":
            return []
        types, found = self.data_types, file.attributes
        if types:
            return [each for each in found if each.type in types]
        return [] if letter == "d" else found[:1]

    def _content(self, file: Inode, attribute: Attribute) -> Content:
        size, stream = attribute.size, self.stream_of(attribute)
        if self.plain_runs and attribute.flags & _NON_RESIDENT:
            return Content(
                stream=stream, size=size, read=partial(self._by_runs, file, attribute, size),
                is_placed=lambda: any(not run.flags for run in attribute.runs),
            )  # fmt: skip
        bytes_of = partial(self._fs.read, file.address, attribute.type, attribute.id)
        return Content(stream=stream, size=size, read=partial(LibraryReading, bytes_of, size))

    def _by_runs(
        self, file: Inode, attribute: Attribute, size: int, stat: Stat, notes: Sequence[str]
    ) -> RunReading:
        return RunReading(self.reader, self.segments(file, attribute, size), stat, notes)

    def segments(self, _file: Inode, attribute: Attribute, size: int) -> list[Segment]:
        """Where a file's bytes lie; what no run tells of is lost, unless the file may have holes.

        Raises:
            OSError: its runs can't be followed.
        """
        return laid_out(attribute.runs, block=self.block, size=size, written=size, absent=LOST)

    def stream_of(self, _attribute: Attribute) -> str | None:
        """The name of the stream that an attribute is; None for the file's content."""
        return None

    def complete(self, _inode: int, node: Node, file: Inode) -> None:
        """What this kind of file system knows besides: obstacles, attributes."""

    def stat_of(self, inode: int, file: Inode) -> Stat:
        """What the file system says of an inode."""
        mode = _MODES.get(file.type, 0) | file.mode & 0o7777
        if file.type in (2, 11):
            mode |= modes.S_IFDIR
        return Stat(
            file.size, mode, file.uid, file.gid, max(1, file.nlink), self.device, inode,
            self.time(file.modified), self.time(file.accessed),
            self.time(file.changed), self.time(file.born),
        )  # fmt: skip

    def time(self, told: Time) -> int | None:
        """A time in ns since 1970; None where the file system has none."""
        return told.seconds * _NS + told.nanoseconds if any(told) else None

    def target(self, node: Node) -> bytes:
        """Where a symbolic link points.

        Raises:
            OSError: it can't be read.
        """
        if node.link is not None and len(node.link) == node.stat.size:
            return node.link
        content = node.main()
        if content is None:
            raise OSError(errno.EIO, "the link has no target")
        if node.stat.size > _LONGEST:
            raise OSError(errno.EIO, "a link of an impossible size")
        reading, room = node.open(content), memoryview(bytearray(node.stat.size or 1))
        data = bytearray()
        while count := reading.readinto(room):
            data += room[:count]
        return bytes(data)

    def is_leftover(self, node: Node, _entry: Entry) -> bool:
        """Whether an inode is still what a deleted entry meant: free, and not used again."""
        return not node.in_use()

    def is_still_there(self, _node: Node, _entry: Entry) -> bool:
        """Whether a file in use is the one that had a former name; False where nothing tells."""
        return False
