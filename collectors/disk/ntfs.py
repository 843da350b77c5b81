"""NTFS: names and runs by libtsk, times, states and reparse points by the MFT record itself."""

from __future__ import annotations

import errno
import struct
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Reason, Stat
from collectors.disk import mft, reparse, tsk
from collectors.disk.content import LOST, RunReading, laid_out, runs_of
from collectors.disk.filesystem import FileSystem
from collectors.disk.nodes import Content, Entry, Node, Obstacle
from collectors.disk.reader import read_at

_COMPRESSED, _ENCRYPTED = 0x20, 0x10  # pytsk3.TSK_FS_ATTR_COMP, _ENC
_MFT = 0  # the number of its own record
_RECORD = (1 << 48) - 1  # of a file reference
_LARGEST_VALUE = 4 << 20  # bytes of an attribute that is read whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Ntfs(FileSystem):
    """NTFS; inodes are file references: the sequence number above 48 bits of record number."""

    kind = "ntfs"
    ignores_case = True
    plain_runs = True
    filler = LOST
    data_types = (mft.DATA,)
    resolution: ClassVar[Mapping[str, int]] = dict.fromkeys("macb", 100)

    @cached_property
    def _boot(self) -> bytes:
        return read_at(self.reader, 0, 512)

    def uuid(self) -> str:
        """The file system's serial number."""
        return f"{int.from_bytes(self._boot[72:80], 'little'):016X}"

    def label(self) -> str:
        """The file system's name, from $Volume."""
        try:
            names = [a.value for a in self._record(3).attributes if a.type == 0x60 and a.value]
        except OSError:
            return ""
        return names[0].decode("utf-16-le", "replace") if names else ""

    # Records.

    @cached_property
    def _record_size(self) -> int:
        clusters = self._boot[64]
        return 1 << 256 - clusters if clusters > 127 else clusters * self.block

    @cached_property
    def _table(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Where the MFT lies: the offsets in it, and (place, size) of each piece."""
        with tsk.asked():
            file = self._fs.open_meta(_MFT)
            data = next(a for a in file if int(a.info.type) == mft.DATA)
        found = laid_out(
            runs_of(data), block=self.block, size=int(data.info.size), filler=LOST, valid=1 << 62
        )
        pieces = [each for each in found if each.place is not None and each.place >= 0]
        return [p.offset for p in pieces], [(p.place or 0, p.size) for p in pieces]

    def _record(self, number: int) -> mft.Record:
        """A record of the MFT.

        Raises:
            OSError: it can't be read.
        """
        starts, pieces = self._table
        offset = number * self._record_size
        index = bisect_right(starts, offset) - 1
        if index < 0 or offset + self._record_size > starts[index] + pieces[index][1]:
            raise OSError(errno.EIO, "behind the end of the MFT")
        place = pieces[index][0] + offset - starts[index]
        return mft.parse(read_at(self.reader, place, self._record_size), number)

    def _values(self, node: Node, base: mft.Record, kind: int) -> list[bytes]:
        """The values of a type; where they may lie in further records, libtsk gathers them."""
        if not base.has_list:
            return list(base.values(kind))
        with tsk.asked():
            found = [each.info for each in node.file if int(each.info.type) == kind]
            return [
                bytes(node.file.read_random(0, info.size, kind, info.id))
                for info in found
                if info.size <= _LARGEST_VALUE
            ]

    # What libtsk doesn't say.

    def stat_of(self, inode: int, file: Any, meta: Any) -> Stat:
        """What libtsk says; `complete` puts the record's in their place."""
        found = super().stat_of(inode, file, meta)
        return found._replace(inode=int(meta.seq) << 48 | inode, uid=0, gid=0)

    def complete(self, inode: int, node: Node) -> None:
        """Times, names, attributes, reparse point, streams that aren't what they seem."""
        try:
            base = self._record(inode)
            self._by_record(node, inode, base)
            standard = next(iter(self._values(node, base, mft.STANDARD)))
            points = self._values(node, base, mft.REPARSE)
        except (OSError, StopIteration, struct.error) as error:
            self._say(node, f"times by libtsk, states not known: {error}")
            return
        streams = frozenset(each.stream for each in node.contents if each.stream is not None)
        attributes = int.from_bytes(standard[32:36], "little")
        node.obstacle = reparse.obstacle(points[0] if points else None, attributes, streams)
        for content in node.contents:
            content.obstacle = self._encrypted(content)

    def _by_record(self, node: Node, inode: int, base: mft.Record) -> None:
        standard = next(iter(self._values(node, base, mft.STANDARD)))
        modified, accessed, changed, born = mft.times(standard)
        values = self._values(node, base, mft.EA)
        xattrs = [each for value in values for each in mft.extended_attributes(value)]
        node.stat = node.stat._replace(
            inode=base.sequence << 48 | inode, modified_ns=modified, accessed_ns=accessed,
            changed_ns=changed, born_ns=born, xattrs=tuple(sorted(xattrs)),
            nlink=max(1, sum(map(mft.is_name, self._values(node, base, mft.NAME)))),
        )  # fmt: skip

    @staticmethod
    def _say(node: Node, note: str) -> None:
        for content in node.contents:
            content.notes = (*content.notes, note)

    @staticmethod
    def _encrypted(content: Content) -> Obstacle | None:
        if int(content.attribute.info.flags) & _ENCRYPTED:
            return Obstacle(Reason.UNSUPPORTED, "encrypted by the file system (EFS)")
        return None

    def is_leftover(self, node: Node, entry: Entry) -> bool:
        """Free, and not used again: deleting counts the record's sequence up once."""
        sequence = node.stat.inode >> 48
        named = not entry.sequence or sequence in (entry.sequence, entry.sequence + 1)
        return named and super().is_leftover(node, entry)

    def stream_of(self, attribute: Any) -> str | None:
        """The stream's name, if it has one."""
        name = attribute.info.name
        return None if not name else name.decode("utf-8", "surrogateescape")

    def by_runs(self, node: Node, content: Content) -> RunReading | None:
        """Read what is written plainly, as far as it was ever written; zeros lie behind."""
        if int(content.attribute.info.flags) & _COMPRESSED:
            return None
        valid = self._valid(node, content.stream or "")
        if valid is None:
            return None
        if valid < content.size:
            note = f"written up to byte {valid} only: zeros behind, whatever its clusters hold"
            content.notes = (*content.notes, note)
        return self.reading_of(node, content, valid)

    def _valid(self, node: Node, stream: str) -> int | None:
        """The initialised size of a stream, wherever its first piece is described."""
        try:
            base = self._record(node.stat.inode & _RECORD)
            for record in (base, *self._further(node, base, stream)):
                for each in record.attributes:
                    if (each.type, each.name) == (mft.DATA, stream) and each.valid is not None:
                        return each.valid
        except OSError:
            return None
        return None

    def _further(self, node: Node, base: mft.Record, stream: str) -> Iterator[mft.Record]:
        for value in self._values(node, base, mft.LIST) if base.has_list else []:
            for kind, name, start, number in mft.elsewhere(value):
                if (kind, name, start) == (mft.DATA, stream, 0) and number != base.number:
                    yield self._record(number)
