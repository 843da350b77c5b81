"""HFS+ and ISO 9660: what libtsk tells is all that is told."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.disk.filesystem import FileSystem
from collectors.disk.hfstrees import require_ends
from collectors.disk.nodes import Node, note
from collectors.disk.reader import read_at
from collectors.files.attributed import MOST, kept
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collectors.disk.marks.backups import Mended
    from collectors.disk.reader import Reader
    from collectors.disk.tsk.told import Attribute, Inode

_PLAIN, _DATA, _RESOURCE, _EXTENDED = 1, 4352, 4353, 4354  # pytsk3.TSK_FS_ATTR_TYPE_HFS_*


class Hfs(FileSystem):
    """HFS+ or HFSX, compressed files included."""

    kind = "hfsplus"
    detect = "HFS_DETECT"
    data_types = (_PLAIN, _DATA, _RESOURCE)

    def __init__(self, reader: Reader, device: int, copy: Mended | None = None) -> None:
        """Open it, unless libtsk would never end.

        Raises:
            OSError: it would, or can't.
        """
        require_ends(copy or reader)
        super().__init__(reader, device, copy)

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        block, count = struct.unpack(">II", read_at(self.beginning, 1064, 8))
        return int(block * count)

    def stream_of(self, attribute: Attribute) -> str | None:
        """`rsrc` for the resource fork."""
        return "rsrc" if attribute.type == _RESOURCE else None

    def complete(self, _inode: int, node: Node, file: Inode) -> None:
        """Extended attributes; empty resource forks, which every file has, are none."""
        node.contents = [c for c in node.contents if c.stream is None or c.size]
        xattrs, said = kept(self._extended(file))
        node.stat = node.stat._replace(xattrs=tuple(sorted(xattrs)))
        if said:
            note(node, said)

    def _extended(self, file: Inode) -> Iterator[tuple[str, bytes | None]]:
        """Names and values; None for a value that no record has room for."""
        for each in file.attributes:
            if each.type == _EXTENDED:
                bytes_of = partial(self._fs.read, file.address, _EXTENDED, each.id)
                value = bytes_of(0, each.size) if each.size <= MOST else None
                yield to_text(each.name), value


class Iso(FileSystem):
    """ISO 9660, with Joliet names where it has them, else the short ones; libtsk tells no times."""

    kind = "iso9660"
    detect = "ISO9660"
    resolution: ClassVar[Mapping[str, int]] = dict.fromkeys("macb", 1_000_000_000)

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        count, block = struct.unpack("<I44xH", read_at(self.beginning, 32848, 50))
        return int(count * block)
