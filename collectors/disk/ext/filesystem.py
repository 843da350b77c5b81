"""ext2, ext3, ext4: what the inode itself says, since libtsk cuts its times and hides its flags.

Structures: the kernel's fs/ext4/ext4.h (struct ext4_inode); little-endian.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from collectors.artifact import Reason, Stat
from collectors.disk.content import LOST, Segment, laid_out
from collectors.disk.ext.extents import Extents, Laid
from collectors.disk.ext.folders import ExtFolders
from collectors.disk.ext.inode import in_extents, occupied_by, stat_in, target_in
from collectors.disk.ext.pointers import Pointers, Shortened, block_at, is_long
from collectors.disk.ext.superblock import Superblock
from collectors.disk.ext.xattrs import in_own_inodes, xattrs_of
from collectors.disk.laid import RunReading
from collectors.disk.nodes import Content, Node, Obstacle, note
from collectors.disk.reader import PARSING
from collectors.disk.tsk.system import System
from collectors.files.attributed import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.disk.marks.backups import Mended
    from collectors.disk.reader import Reader
    from collectors.disk.tsk.told import Attribute, Inode

_ENCRYPTED = 0x800  # inode flags
_FLAGS = struct.Struct("<I")


class Ext(ExtFolders):
    """ext2, ext3 or ext4."""

    detect = "EXT_DETECT"
    plain_runs = True

    def __init__(self, reader: Reader, device: int, copy: Mended | None = None) -> None:
        """Open it, unless it is of a kind that libtsk doesn't read.

        Raises:
            OSError: ENOTSUP, or libtsk can't.
        """
        self._super = Superblock(copy or reader)
        self._super.require_known()
        self._unsearched: set[int] = set()
        super().__init__(reader, device, copy)
        followed = self._super.followed(self.block)
        self._followed = self.last_inode if followed is None else followed
        with suppress(OSError), PARSING:  # without tables all is as libtsk has it
            self._fs = System(self._shortened(), self.detect)

    def _shortened(self) -> Shortened:
        """What libtsk is shown, so that it doesn't count the blocks of holes."""
        inodes = min(self.last_inode - 1, self._followed)  # the last one is libtsk's own
        tables, size = self._super.tables(inodes, self.block), self._super.inode_size
        length = self._super.inodes_per_group * size
        return Shortened(self.beginning, tables, length, size, self.block)

    @property
    def kind(self) -> str:  # type: ignore[override] # one class for three
        """Which of the three, by its features, as the kernel would mount it."""
        return self._super.kind

    @property
    def in_order(self) -> bool:  # type: ignore[override] # one class for three
        """Not of ext4, whose inodes mostly tell all."""
        return self.kind != "ext4"

    @property
    def resolution(self) -> dict[str, int]:  # type: ignore[override] # by its inodes
        """Nanoseconds where the inodes are large enough to hold them."""
        unit = 1 if self._super.inode_size > 128 else 10**9
        return dict.fromkeys("macb", unit)

    def label(self) -> str:
        """The file system's name."""
        return self._super.label()

    def uuid(self) -> str:
        """The file system's UUID."""
        return self._super.uuid()

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        return self._super.blocks() * self.block

    def is_unsettled(self) -> bool:
        """Whether its journal holds changes that were not written where they belong."""
        return self._super.is_unsettled

    # The inode.

    def opened(self, inode: int) -> Inode:
        """What libtsk says of an inode, unless it would look in the wrong place.

        Raises:
            OSError: it would, or the inode can't be read.
        """
        self._require_known(inode)
        return super().opened(inode)

    def unread(self) -> str:
        """What of it this version can't read, in words; empty where that is nothing."""
        more = self.last_inode - 1 - self._followed  # the last one is libtsk's own
        return f"{more} of its inodes are described in meta block groups: not read" * (more > 0)

    def state(self, inode: int) -> object:
        """The inode's words on size, change and place; not its access time.

        Raises:
            OSError: it can't be read.
        """
        self.structures.forget()
        with PARSING:
            raw = self._inode(inode)
        return raw[4:8], raw[12:24], raw[26:30], raw[32:100], raw[108:112], raw[132:140]

    def read_node(self, inode: int) -> Node:
        """By the inode alone where that tells all, as it mostly does; else by libtsk, too.

        Raises:
            OSError: it can't be read.
        """
        self._require_known(inode)
        if not 0 < inode < self.last_inode:
            return super().read_node(inode)
        try:
            raw = self._inode(inode)
        except OSError as error:
            node = super().read_node(inode)
            note(node, f"inode not read: {error.strerror}")
            return node
        stat = stat_in(raw, self.device, inode)
        node = Node(stat=stat, in_use=partial(self._in_use, inode))
        if node.letter in "fl" and in_extents(raw):
            node.contents = [self._in_tree(raw, stat.size)]
        elif node.letter == "l" and (target := target_in(raw, stat.size, self.block)):
            node.link = target
        elif node.letter in "fl":
            node = super().read_node(inode)
            node.stat = stat
        self._tell(node, raw)
        return node

    def _in_use(self, inode: int) -> bool:
        return super().read_node(inode).in_use()

    def _in_tree(self, raw: bytes, size: int) -> Content:
        return Content(
            stream=None, size=size, read=partial(self._by_tree, raw),
            is_placed=lambda: any(not run.flags for run in self._tree(raw).runs),
        )  # fmt: skip

    def _by_tree(self, raw: bytes, stat: Stat, notes: Sequence[str]) -> RunReading:
        segments = self._laid_out(raw, self._tree(raw), stat.size)
        return RunReading(self.reader, segments, stat, notes)

    def _tell(self, node: Node, raw: bytes) -> None:
        if _FLAGS.unpack_from(raw, 32)[0] & _ENCRYPTED and node.letter in "fl":
            node.obstacle = Obstacle(Reason.UNSUPPORTED, "encrypted by the file system (fscrypt)")
        try:
            xattrs = xattrs_of(raw, self.reader, self.block)
        except OSError as error:
            note(node, f"extended attributes not read: {error.strerror}")
            return
        if not xattrs:
            return
        # Left out is where a small file goes on that begins in the inode.
        own = {each.name: each.value for each in xattrs if each.name != "system.data"}
        for name in [name for name, value in own.items() if value is None]:
            note(node, f"extended attribute {name}: in an inode of its own, not read")
        fitting, said = kept(sorted((n, value) for n, value in own.items() if value is not None))
        node.stat = node.stat._replace(xattrs=fitting)
        if said:
            note(node, said)

    def _content(self, file: Inode, attribute: Attribute) -> Content:
        """Of a file that libtsk was shown as empty, what the inode itself says."""
        content = super()._content(file, attribute)
        if content.size:
            return content
        raw = self._inode(file.address)
        if is_long(raw, self.block):
            content.size = stat_in(raw, self.device, 0).size
            content.read = partial(self._by_runs, file, attribute, content.size)
            content.is_placed = lambda: any(raw[40:100])
        return content

    def segments(self, file: Inode, attribute: Attribute, size: int) -> list[Segment]:
        """Holes are holes only where the file has all the blocks that its inode counts.

        Raises:
            OSError: its runs can't be followed.
        """
        try:
            raw = self._inode(file.address)
        except OSError:  # nothing tells holes from what is lost
            return super().segments(file, attribute, size)
        return self._laid_out(raw, self._laid(raw, file, attribute), size)

    def _laid_out(self, raw: bytes, laid: Laid, size: int) -> list[Segment]:
        absent = LOST if laid.blocks * self.block < self._occupied(raw) else None
        return laid_out(laid.runs, block=self.block, size=size, written=size, absent=absent)

    @cached_property
    def _block_at(self) -> partial[bytes]:
        return partial(block_at, self.reader, self.block)

    def _tree(self, raw: bytes) -> Laid:
        with PARSING:
            return Extents(self._block_at).of(raw[40:100])

    def _laid(self, raw: bytes, file: Inode, attribute: Attribute) -> Laid:
        if in_extents(raw):
            return self._tree(raw)
        if is_long(raw, self.block):
            return Pointers(self._block_at, self.block).of(raw)
        runs = [run for run in attribute.runs if not run.flags]
        pointers = [each.runs for each in file.attributes[1:]]
        blocks = sum(run.length for run in chain(runs, *pointers) if not run.flags)
        return Laid(runs, blocks)

    def _occupied(self, raw: bytes) -> int:
        occupied = occupied_by(raw, self.block)
        if self._super.has_xattr_inodes:
            try:
                occupied -= in_own_inodes(xattrs_of(raw, self.reader, self.block), self.block)
            except OSError:  # told where they are taken; nobody knows how many blocks are theirs
                return 0
        return occupied
