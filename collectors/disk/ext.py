"""ext2, ext3, ext4: what the inode itself says, since libtsk cuts its times and hides its flags.

Structures: the kernel's fs/ext4/ext4.h (struct ext4_super_block, ext4_group_desc, ext4_inode); all
little-endian.
"""

from __future__ import annotations

import errno
import struct
import uuid
from contextlib import suppress
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from collectors.artifact import Reason, Stat
from collectors.disk import tsk
from collectors.disk.content import LOST, Segment, laid_out, runs_of
from collectors.disk.extents import Extents, Laid
from collectors.disk.filesystem import FileSystem
from collectors.disk.htree import without_index
from collectors.disk.inode import stat_in
from collectors.disk.nodes import Content, Entry, Folder, Node, Obstacle
from collectors.disk.pointers import Pointers, Shortened, block_at, is_hollow, is_long, table_in
from collectors.disk.reader import PARSING, SECTOR, read_at
from collectors.disk.xattrs import xattrs_of

if TYPE_CHECKING:
    from collectors.disk.backups import Mended
    from collectors.disk.reader import Window

_META_BG, _IS_64BIT, _JOURNAL = 0x10, 0x80, 0x4
_BIGALLOC, _JOURNAL_DEVICE, _NOT_REPLAYED, _XATTR_INODES = 0x200, 0x8, 0x4, 0x400  # features
_EXTENTS_OR_LATER = 0x40 | 0x80 | 0x200 | 0x8000  # features that only ext4 has
_ENCRYPTED, _INDEXED, _HUGE, _IN_EXTENTS = 0x800, 0x1000, 0x40000, 0x80000  # inode flags
_FLAGS = struct.Struct("<I")


class Ext(FileSystem):
    """ext2, ext3 or ext4."""

    detect = "EXT_DETECT"
    plain_runs = True

    def __init__(self, reader: Window, device: int, copy: Mended | None = None) -> None:
        """Open it, unless it is of a kind that libtsk doesn't read.

        Raises:
            OSError: ENOTSUP, or libtsk can't.
        """
        self.beginning = copy or reader
        if self._number(100) & _BIGALLOC:
            words = "clusters of several blocks (bigalloc): this version can't read them"
            raise OSError(errno.ENOTSUP, words)
        if self._number(96) & _JOURNAL_DEVICE:
            raise OSError(errno.ENOTSUP, "the journal of another file system: it holds no files")
        super().__init__(reader, device, copy)
        with suppress(OSError), PARSING:  # without tables all is as libtsk has it
            self._fs = tsk.file_system(self._shortened(), self.detect)

    def _shortened(self) -> Shortened:
        """What libtsk is shown, so that it doesn't count the blocks of holes."""
        size = self._descriptor_size
        groups = -(-min(self.last_inode - 1, self._followed) // self._per_group)  # 1 is libtsk's
        found = read_at(self.beginning, (self._number(20) + 1) * self.block, groups * size)
        tables = [table_in(found[at : at + size]) * self.block for at in range(0, len(found), size)]
        length = self._per_group * self._inode_size
        return Shortened(self.beginning, tables, length, self._inode_size, self.block)

    @cached_property
    def _super(self) -> bytes:
        return read_at(self.beginning, 1024, 1024)

    def _number(self, offset: int, size: int = 4) -> int:
        return int.from_bytes(self._super[offset : offset + size], "little")

    @cached_property
    def kind(self) -> str:  # type: ignore[override] # one class for three
        """Which of the three, by its features, as the kernel would mount it."""
        if self._number(96) & _EXTENTS_OR_LATER:
            return "ext4"
        return "ext3" if self._number(92) & _JOURNAL else "ext2"

    @property
    def resolution(self) -> dict[str, int]:  # type: ignore[override]
        """Nanoseconds where the inodes are large enough to hold them."""
        unit = 1 if self._inode_size > 128 else 10**9
        return dict.fromkeys("macb", unit)

    def label(self) -> str:
        """The file system's name."""
        return self._super[120:136].split(b"\0")[0].decode("utf-8", "replace")

    def uuid(self) -> str:
        """The file system's UUID."""
        return str(uuid.UUID(bytes=self._super[104:120]))

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        high = self._number(336) if self._number(96) & _IS_64BIT else 0
        return (high << 32 | self._number(4)) * self.block

    def is_unsettled(self) -> bool:
        """Whether its journal holds changes that were not written where they belong."""
        return bool(self._number(96) & _NOT_REPLAYED)

    # The inode.

    @cached_property
    def _inode_size(self) -> int:
        return self._number(88, 2) if self._number(76) else 128  # revision 0 has no field for it

    @cached_property
    def _descriptor_size(self) -> int:
        return self._number(254, 2) if self._number(96) & _IS_64BIT else 32

    def _inode(self, number: int) -> bytes:
        """The bytes of an inode.

        Raises:
            OSError: they can't be read, or are where this version doesn't look.
        """
        group, index = divmod(number - 1, self._per_group)
        where = self._tables.get(group)
        if where is None:
            where = self._tables[group] = self._inode_table(group)
        return self.structures.read(where + index * self._inode_size, self._inode_size)

    @cached_property
    def _per_group(self) -> int:
        return self._number(40)

    @cached_property
    def _tables(self) -> dict[int, int]:
        return {}

    def _inode_table(self, group: int) -> int:
        """The offset of a group's inode table."""
        size = self._descriptor_size
        place = (self._number(20) + 1) * self.block + group * size
        return table_in(read_at(self.beginning, place, size)) * self.block

    def _folder(self, inode: int) -> Folder:
        self._require_known(inode)
        with PARSING:
            if inode < self.last_inode and is_hollow(self._inode(inode), self.block):
                raise OSError(errno.EIO, "a folder of an impossible size")
        return super()._folder(inode)

    def opened(self, inode: int) -> tuple[Any, Any]:
        """An inode as libtsk has it, unless it would look in the wrong place.

        Raises:
            OSError: it would, or the inode can't be read.
        """
        self._require_known(inode)
        return super().opened(inode)

    def _require_known(self, inode: int) -> None:
        """Refuse an inode whose group is described where libtsk doesn't look (meta_bg).

        It takes what lies in the usual place for the description, and other bytes for inodes.
        """
        if inode < self.last_inode and inode > self._followed:
            raise OSError(errno.ENOTSUP, "its inode is described in a meta block group")

    @cached_property
    def _followed(self) -> int:
        """The last inode that libtsk finds."""
        if not self._number(96) & _META_BG:
            return self.last_inode
        groups = max(1, self._number(260)) * (self.block // self._descriptor_size)
        return groups * self._per_group

    def unread(self) -> str:
        """What of it this version can't read, in words; empty where that is nothing."""
        more = self.last_inode - 1 - self._followed  # the last one is libtsk's own
        return f"{more} of its inodes are described in meta block groups: not read" * (more > 0)

    def true_names(self, folder: int, entries: list[Entry]) -> list[Entry]:
        """Without what libtsk takes for names, live ones too, in the index of a large folder."""
        if folder == self.last_inode:
            return entries
        if self.live:
            self.structures.forget()
        with suppress(OSError), PARSING:  # an index that can't be followed takes no name away
            if _FLAGS.unpack_from(self._inode(folder), 32)[0] & _INDEXED:
                blocks = self._blocks(folder)
                return without_index(entries, len(blocks), lambda at: self._block(blocks[at]))
        return entries

    def _blocks(self, folder: int) -> list[int]:
        """Where each block of a folder lies; folders have no holes."""
        with tsk.ASKING:
            data, *_ = self._fs.open_meta(folder)
        return [run.address + at for run in runs_of(data) for at in range(run.length)]

    def _block(self, number: int) -> bytes:
        return self.structures.read(number * self.block, self.block)

    def state(self, inode: int) -> object:
        """The inode's words on size, change and place; not its access time.

        Raises:
            OSError: it can't be read.
        """
        self.structures.forget()
        with PARSING:
            raw = self._inode(inode)
        return raw[4:8], raw[12:24], raw[26:30], raw[32:100], raw[108:112], raw[132:140]

    def stat_of(self, inode: int, meta: Any) -> Stat:
        """The inode's own words; libtsk's where it can't be found."""
        try:
            raw = self._inode(inode)
        except OSError:
            return super().stat_of(inode, meta)
        return stat_in(raw, self.device, inode)

    def complete(self, inode: int, node: Node, _file: Any) -> None:
        """Encryption and extended attributes."""
        try:
            raw = self._inode(inode)
            xattrs = xattrs_of(raw, self.reader, self.block)
        except OSError as error:
            _note(node, f"inode or extended attributes not read: {error.strerror}")
            return
        if _FLAGS.unpack_from(raw, 32)[0] & _ENCRYPTED and node.letter in "fl":
            node.obstacle = Obstacle(Reason.UNSUPPORTED, "encrypted by the file system (fscrypt)")
        if not xattrs:
            return
        # Left out is where a small file goes on that begins in the inode.
        kept = {each.name: each.value for each in xattrs if each.name != "system.data"}
        for name in [name for name, value in kept.items() if value is None]:
            _note(node, f"extended attribute {name}: in an inode of its own, not read")
        known = sorted((name, value) for name, value in kept.items() if value is not None)
        node.stat = node.stat._replace(xattrs=tuple(known))

    def _content(self, file: Any, attribute: Any) -> Content:
        """Of a file that libtsk was shown as empty, what the inode itself says."""
        content = super()._content(file, attribute)
        if content.size:
            return content
        raw = self._inode(int(file.info.meta.addr))
        if is_long(raw, self.block):
            content.size = stat_in(raw, self.device, 0).size
            content.read = partial(self._by_runs, file, attribute, content.size)
            content.is_placed = lambda: any(raw[40:100])
        return content

    def segments(self, file: Any, attribute: Any, size: int) -> list[Segment]:
        """Holes are holes only where the file has all the blocks that its inode counts.

        Raises:
            OSError: its runs can't be followed.
        """
        try:
            raw = self._inode(int(file.info.meta.addr))
        except OSError:  # nothing tells holes from what is lost
            return super().segments(file, attribute, size)
        laid = self._laid(raw, file, attribute)
        absent = LOST if laid.blocks * self.block < self._occupied(raw) else None
        return laid_out(laid.runs, block=self.block, size=size, written=size, absent=absent)

    def _laid(self, raw: bytes, file: Any, attribute: Any) -> Laid:
        if _FLAGS.unpack_from(raw, 32)[0] & _IN_EXTENTS:
            read = partial(block_at, self.reader, self.block)
            with PARSING:
                return Extents(read).of(raw[40:100])
        if is_long(raw, self.block):
            return Pointers(partial(block_at, self.reader, self.block), self.block).of(raw)
        runs = [run for run in runs_of(attribute) if not run.flags]
        with tsk.ASKING:
            pointers = [runs_of(each) for each in list(file)[1:]]
        blocks = sum(run.length for run in chain(runs, *pointers) if not run.flags)
        return Laid(runs, blocks)

    def _occupied(self, raw: bytes) -> int:
        """Bytes of the blocks that an inode counts for its content and the way there."""
        low, flags, attributes = struct.unpack_from("<II68xI", raw, 28)
        high, attributes_high = struct.unpack_from("<HH", raw, 116)
        unit = self.block if flags & _HUGE else SECTOR
        others = self.block if attributes or attributes_high else 0
        if self._number(96) & _XATTR_INODES:
            try:
                others += self._in_own_inodes(raw)
            except OSError:  # told where they are taken; nobody knows how many blocks are theirs
                return 0
        return int(high << 32 | low) * unit - others

    def _in_own_inodes(self, raw: bytes) -> int:
        """Bytes of the blocks of extended attributes with an inode each, which count, too."""
        found = xattrs_of(raw, self.reader, self.block)
        return sum(-(-each.size // self.block) * self.block for each in found if each.value is None)


def _note(node: Node, words: str) -> None:
    for content in node.contents:
        content.notes = (*content.notes, words)
