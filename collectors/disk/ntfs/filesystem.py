"""NTFS: folders by libtsk, files by their records in the MFT.

libtsk refuses a file whose hole is larger than its file system, says nothing of how far a file was
ever written, and takes placeholders for content.
"""

from __future__ import annotations

import errno
import stat as modes
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from collectors.artifact import Reason, Stat
from collectors.disk.laid import HeldReading, LaidReading, RunReading
from collectors.disk.nodes import Content, Entry, Node, Obstacle
from collectors.disk.ntfs import logfile, lznt1, mft, reparse
from collectors.disk.ntfs.attributes import (
    by_name,
    first_value,
    runs_in,
    segments,
    without_beginning,
)
from collectors.disk.ntfs.folders import NtfsFolders
from collectors.disk.reader import PARSING, read_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.marks.backups import Mended
    from collectors.disk.ntfs.attributes import Gathered
    from collectors.disk.reader import Reader

_LOG, _VOLUME = 2, 3  # numbers of their records
_LARGE = range(244, 249)  # 256 less a power of two: clusters of so many sectors
_LARGEST_UNIT = 8  # as a power of two, of clusters
_READ_ONLY = 1  # of $STANDARD_INFORMATION's attributes
_ENCRYPTED = Obstacle(Reason.UNSUPPORTED, "encrypted by the file system (EFS)")


_Found = dict[int, list[mft.Attribute]]
"""A file's attributes by type."""


class State(NamedTuple):
    """What the MFT says of a file's content, to be compared with another state of the volume."""

    reference: int
    in_use: bool
    modified_ns: int
    changed_ns: int
    content: tuple[mft.Attribute, ...]


class Ntfs(NtfsFolders):
    """NTFS; inodes are file references: the sequence number above 48 bits of record number."""

    kind = "ntfs"
    detect = "NTFS"
    ignores_case = True
    without_content: ClassVar[Obstacle] = Obstacle(Reason.ABSENT, "it has no $DATA")
    resolution: ClassVar[Mapping[str, int]] = dict.fromkeys("macb", 100)

    def __init__(self, reader: Reader, device: int, copy: Mended | None = None) -> None:
        """Open it, unless its clusters are larger than those that libtsk reads, or its records are.

        Of the latter it would believe two gigabytes, and read and hold them for each.

        Raises:
            OSError: ENOTSUP, or libtsk can't.
        """
        self.beginning = copy or reader
        if self._boot[13] in _LARGE:
            words = "clusters of more than 64 KiB: this version can't read them"
            raise OSError(errno.ENOTSUP, words)
        self.block = int.from_bytes(self._boot[11:13], "little") * self._boot[13]
        _ = self._record_size
        super().__init__(reader, device, copy)

    def uuid(self) -> str:
        """The file system's serial number."""
        return f"{int.from_bytes(self._boot[72:80], 'little'):016X}"

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        sectors = int.from_bytes(self._boot[40:48], "little")
        return sectors * int.from_bytes(self._boot[11:13], "little")

    def label(self) -> str:
        """The file system's name, from $Volume."""
        try:
            names = list(self._record(_VOLUME).values(mft.VOLUME_NAME))
        except OSError:
            return ""
        return names[0].decode("utf-16-le", "replace") if names else ""

    def is_unsettled(self) -> bool:
        """Whether it was not closed: marked to be checked, or with changes left in $LogFile."""
        if any(map(logfile.is_dirty, self._record(_VOLUME).values(mft.VOLUME_INFORMATION))):
            return True
        pieces = [each for each in self._record(_LOG).attributes if each.type == mft.DATA]
        first = next((each for each in segments(pieces, self.block) if each.place), None)
        place = first.place if first is not None else None
        return bool(place) and logfile.is_open(read_at(self.reader, place or 0, 2 * logfile.PAGE))

    def state(self, number: int) -> State:
        """What to compare of the file with this record number.

        Raises:
            OSError: its record can't be read.
        """
        self.structures.forget()
        with PARSING:
            base = self._record(number)
            attributes = self._gathered(base).attributes
            modified, _, changed, _ = mft.times(next(base.values(mft.STANDARD), b""))
        content = (each for each in attributes if each.type == mft.DATA)
        reference = base.sequence << 48 | base.number
        return State(reference, base.in_use, modified, changed, tuple(content))

    def places(self, state: State) -> Iterator[tuple[int, int]]:
        """Offset and size in bytes of what a file's content occupies."""
        for attribute in state.content:
            for length, cluster in attribute.runs:
                if cluster is not None:
                    yield cluster * self.block, length * self.block

    # Files.

    def read_node(self, inode: int) -> Node:
        """What a record of the MFT says.

        Raises:
            OSError: it can't be read, or is no file's first one.
        """
        base = self._record(inode)
        if base.base:
            raise OSError(errno.EIO, "a further record of another file")
        found: _Found = {}
        gathered = self._gathered(base)
        for each in gathered.attributes:
            found.setdefault(each.type, []).append(each)
        standard = first_value(found, mft.STANDARD) or b""
        if len(standard) < mft.STANDARD_SIZE:
            raise OSError(errno.EIO, "a record without $STANDARD_INFORMATION")
        states = int.from_bytes(standard[32:36], "little")
        if gathered.damaged and mft.DATA not in found:
            raise OSError(errno.EIO, gathered.note)
        contents = self._contents(found.get(mft.DATA, ()), gathered)
        streams = {each.stream: each.size for each in contents}
        return Node(
            stat=self._stat(base, found, standard, streams.pop(None, 0)),
            in_use=lambda: base.in_use, contents=contents,
            obstacle=reparse.obstacle(first_value(found, mft.REPARSE), states, streams),
        )  # fmt: skip

    def _stat(self, base: mft.Record, found: _Found, standard: bytes, size: int) -> Stat:
        modified, accessed, changed, born = mft.times(standard)
        names = sum([mft.is_name(each.value or b"") for each in found.get(mft.NAME, ())])
        kind = modes.S_IFDIR if base.is_folder else modes.S_IFREG
        rights = 0o555 if standard[32] & _READ_ONLY else 0o777
        return Stat(
            size, kind | rights, 0, 0, max(1, names), self.device,
            base.sequence << 48 | base.number, modified, accessed, changed, born,
            tuple(sorted(self._extended(found[mft.EA]))) if mft.EA in found else (),
        )  # fmt: skip

    def _extended(self, attributes: Sequence[mft.Attribute]) -> Iterator[tuple[str, bytes]]:
        for each in attributes:
            yield from mft.extended_attributes(self._whole(each))

    def _contents(self, attributes: Sequence[mft.Attribute], gathered: Gathered) -> list[Content]:
        pieces = by_name(attributes)
        contents = [self._content_of(name, found) for name, found in pieces.items()]
        contents += map(without_beginning, gathered.streams_without_beginning(pieces))
        note = gathered.note
        for each in contents if note else ():
            each.notes = (*each.notes, note)
        return contents

    def _content_of(self, name: str, pieces: list[mft.Attribute]) -> Content:
        first = pieces[0]
        if first.start:
            return without_beginning(name)
        content = Content(
            stream=mft.shown(name) if name else None, size=first.size,
            read=partial(self._read, pieces),
            is_placed=lambda: first.value is not None or any(p.runs for p in pieces),
            obstacle=_ENCRYPTED if first.encrypted else None,
        )  # fmt: skip
        if first.compressed and first.value is None:
            content.read = partial(self._unpacked, pieces)
        if first.value is None and first.valid < first.size:
            note = (
                f"written up to byte {first.valid} only: zeros behind, whatever its clusters hold"
            )
            content.notes = (note,)
        return content

    def _read(self, pieces: list[mft.Attribute], stat: Stat, notes: Sequence[str]) -> LaidReading:
        value = pieces[0].value
        if value is not None:
            return HeldReading(value, stat, notes)
        return RunReading(self.reader, segments(pieces, self.block), stat, notes)

    def _unpacked(
        self, pieces: list[mft.Attribute], stat: Stat, notes: Sequence[str]
    ) -> LaidReading:
        first = pieces[0]
        if first.unit > _LARGEST_UNIT:
            raise OSError(errno.EIO, "compressed in units of an impossible size")
        unit = self.block << first.unit
        where = lznt1.packed(
            runs_in(pieces), block=self.block, unit=unit, size=first.size, written=first.valid
        )
        return lznt1.UnpackingReading(self.reader, where, unit, stat, notes)

    def is_leftover(self, node: Node, entry: Entry) -> bool:
        """Free, and not used again: deleting counts the record's sequence up once."""
        sequence = node.stat.inode >> 48
        named = not entry.sequence or sequence in (entry.sequence, entry.sequence + 1)
        return named and super().is_leftover(node, entry)

    def is_still_there(self, node: Node, entry: Entry) -> bool:
        """In use, and not used again since."""
        return node.in_use() and node.stat.inode >> 48 == entry.sequence
