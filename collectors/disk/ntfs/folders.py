"""Folders of NTFS: what libtsk tells of them, and what it can't in time."""

from __future__ import annotations

import errno
from contextlib import suppress
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from collectors.disk.content import LOST, cut_out, laid_out
from collectors.disk.filesystem import FileSystem
from collectors.disk.folder import Packed
from collectors.disk.nodes import Entry
from collectors.disk.ntfs import mft, names
from collectors.disk.ntfs.attributes import gather, segments
from collectors.disk.ntfs.index import Nodes, index_of
from collectors.disk.reader import PARSING, read_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.content import Segment
    from collectors.disk.marks.backups import Mended
    from collectors.disk.ntfs.attributes import Gathered
    from collectors.disk.ntfs.index import Index
    from collectors.disk.reader import Reader

_UNREAD = "of its index of names {count} blocks can't be read: names are missing"
LONG = 4 << 20  # bytes, some 30,000 names: libtsk takes as many steps as their square
_MFT = 0  # number of its own record
_RECORD_SIZES = (512, 1024, 2048, 4096)
_NUMBER = (1 << 48) - 1  # of a reference: the record's, below its sequence
_LARGEST_LIST = 4 << 20  # bytes of an attribute list


class NtfsFolders(FileSystem):
    """What of NTFS is about names and the records that they lead to."""

    def __init__(self, reader: Reader, device: int, copy: Mended | None = None) -> None:
        """Open it.

        Raises:
            OSError: libtsk can't.
        """
        super().__init__(reader, device, copy)
        self._unread: dict[int, str] = {}
        """What can't be read of the long folders that were read."""

    @cached_property
    def _boot(self) -> bytes:
        return read_at(self.beginning, 0, 512)

    # Records.

    @cached_property
    def _record_size(self) -> int:
        clusters = self._boot[64]
        size = 1 << 256 - clusters if clusters > 127 else clusters * self.block
        if size not in _RECORD_SIZES:
            raise OSError(errno.EIO, "records of an impossible size")
        return size

    @cached_property
    def _table(self) -> list[Segment]:
        """Where the MFT lies."""
        data = next(each for each in self._fs.look(_MFT).attributes if each.type == mft.DATA)
        size = data.size
        return laid_out(data.runs, block=self.block, size=size, written=size, absent=LOST)

    def _record(self, number: int) -> mft.Record:
        """A record of the MFT.

        Raises:
            OSError: it can't be read.
        """
        size = self._record_size
        data = cut_out(self._table, number * size, size, self.structures.read)
        return mft.parse(data, number)

    def _gathered(self, base: mft.Record) -> Gathered:
        return gather(base, self._whole, self._record)

    def _whole(self, attribute: mft.Attribute) -> bytes:
        """The value of an attribute that may lie outside its record."""
        if attribute.value is not None:
            return attribute.value
        if attribute.size > _LARGEST_LIST:
            raise OSError(errno.EIO, "an attribute list of impossible size")
        data = memoryview(bytearray(attribute.size))
        for segment in segments([attribute], self.block):
            if segment.place is not None:
                self.reader.readinto(
                    segment.place, data[segment.offset : segment.offset + segment.size]
                )
        return bytes(data)

    # Names.

    def names_of(self, inode: int) -> Iterable[Entry]:
        """By libtsk, but where it can't, or compares each name with all before it for hours."""
        if self.live:
            self.structures.forget()
        index = self._index(inode)
        if index is not None and index.blocks * index.size > LONG:
            with suppress(OSError):  # one whose root is damaged is left to libtsk
                return self._own(inode, index)
        try:
            found = super().names_of(inode)
        except OSError:
            if index is None:
                raise
            return self._own(inode, index)
        return names.true_names(inode, found, index, self._look)

    def _index(self, folder: int) -> Index | None:
        """Its index; None where it has no blocks, or can't be followed."""
        with suppress(OSError), PARSING:
            return index_of(self._gathered(self._record(folder)), self._whole, self.block)
        return None

    def _own(self, folder: int, index: Index) -> Iterable[Entry]:
        """Names that count, also of a damaged index; deleted ones are not looked for."""
        nodes = Nodes(index, self.structures.read)
        alive = Packed(self._entries(nodes.counting()))
        more = [
            each for each in self._entries(nodes.free())
            if each not in alive and not names.is_former(folder, each, self._look)
        ]  # fmt: skip
        self._unread[folder] = _UNREAD.format(count=nodes.lost) if nodes.lost else ""
        return Packed(chain(alive, more)) if more else alive

    def _entries(self, found: Iterable[tuple[int, bytes]]) -> Iterator[Entry]:
        """Of each name but the short form of another."""
        for reference, file_name in found:
            _, name = mft.name_in(file_name)
            if mft.is_name(file_name) and name != b".":
                number, sequence = reference & _NUMBER, reference >> 48
                letter = self._letter(number, sequence, file_name)
                yield Entry(name, number, sequence, letter, deleted=False)

    def _letter(self, number: int, sequence: int, file_name: bytes) -> str:
        """By the record; where that is another file's or can't be read, as the name has it."""
        with suppress(OSError), PARSING:
            record = self._record(number)
            if record.sequence == sequence:
                return "d" if record.is_folder else "f"
        return "d" if mft.names_folder(file_name) else "f"

    def unsearched(self, inode: int) -> bool:
        """Whether a folder was too long to look for deleted names in it, too."""
        return inode in self._unread

    def unread_in(self, inode: int) -> str:
        """What of the names in a folder that was read can't be, in words; empty where all can."""
        return self._unread.get(inode, "")

    @cached_property
    def _look(self) -> names.Look:
        return names.Look(self._record, self._gathered, self.structures.read)
