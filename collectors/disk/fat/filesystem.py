"""FAT and exFAT: their times are a clock on the wall, of no zone; their names may be no Unicode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Reason
from collectors.disk.content import LOST, laid_out
from collectors.disk.fat import slots
from collectors.disk.fat.chains import Chains
from collectors.disk.filesystem import FileSystem
from collectors.disk.nodes import Entry, Obstacle
from collectors.disk.reader import PARSING, read_at
from collectors.disk.tsk.system import System
from collectors.disk.tsk.told import MADE_BY_LIBTSK

if TYPE_CHECKING:
    from collectors.artifact import Stat
    from collectors.disk.nodes import Node
    from collectors.disk.tsk.told import Inode, Time

_NS = 1_000_000_000
_DAY = 86_400 * _NS
_CENT = 10_000_000
_CUT = "its chain of clusters is broken: what else was in the folder is not known"
_FIRST = 3  # libtsk's number for the first slot behind the tables


class Fat(FileSystem):
    """FAT12, FAT16 or FAT32; an inode is the number of the slot that holds the short name."""

    kind = "vfat"
    ignores_case = True
    plain_runs = True
    resolution: ClassVar[Mapping[str, int]] = {"m": 2 * _NS, "a": _DAY, "c": _CENT, "b": _CENT}
    time_note = "the clock on the wall, its zone unknown, written here as if it were UTC"
    most_slots = 1
    """Of a name whose folder is lost."""

    @cached_property
    def detect(self) -> str:  # type: ignore[override] # told by the boot sector
        """FAT32 where it has its tables, as Linux does: libtsk goes by how many clusters it has."""
        return "FAT_DETECT" if self._number(22, 2) else "FAT32"

    def time(self, told: Time) -> int | None:
        """The wall clock as it was written."""
        return super().time(told) if told.seconds else None

    def stat_of(self, inode: int, file: Inode) -> Stat:
        """Libtsk's words; the slot's own of times after 2038, which libtsk takes for none."""
        stat = super().stat_of(inode, file)
        made = inode < _FIRST or file.type in MADE_BY_LIBTSK
        if made or None not in (stat.modified_ns, stat.accessed_ns, stat.born_ns):
            return stat
        if self.live:
            self.structures.forget()
        with suppress(OSError), PARSING:
            place = self.behind_tables + (inode - _FIRST) * slots.SIZE
            own = self.times_in(self.structures.read(place, slots.SIZE))
            return stat._replace(
                modified_ns=own.modified if stat.modified_ns is None else stat.modified_ns,
                accessed_ns=own.accessed if stat.accessed_ns is None else stat.accessed_ns,
                born_ns=own.born if stat.born_ns is None else stat.born_ns,
            )
        return stat

    def times_in(self, slot: bytes) -> slots.Times:
        """What a slot says of times."""
        return slots.times(slot)

    @cached_property
    def _boot(self) -> bytes:
        return read_at(self.beginning, 0, 512)

    def _number(self, offset: int, size: int) -> int:
        return int.from_bytes(self._boot[offset : offset + size], "little")

    def uuid(self) -> str:
        """The file system's serial number."""
        serial = self._number(67 if self._boot[82:85] == b"FAT" else 39, 4)
        return f"{serial >> 16:04X}-{serial & 0xFFFF:04X}"

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        return (self._number(19, 2) or self._number(32, 4)) * self._number(11, 2)

    def complete(self, _inode: int, node: Node, file: Inode) -> None:
        """A folder whose chain is broken: nobody knows what else was in it."""
        if node.letter == "d" and node.in_use() and self.is_cut(file):
            node.obstacle = Obstacle(Reason.UNREADABLE, _CUT)

    def is_cut(self, file: Inode) -> bool:
        """Whether a folder's chain ends without the mark of an end."""
        runs = [run for data in file.attributes for run in data.runs]
        return not self.chains().end_well(runs, self.structures.read)

    def chains(self) -> Chains:
        """How to ask its table."""
        return Chains.of(self._boot)

    def unread(self) -> str:
        """What of it can't be read, in words; empty where that is nothing."""
        return f"its first folder: {_CUT}" if self.is_cut(self._fs.look(self.root)) else ""

    def state(self, inode: int) -> object:
        """A file's slots as libtsk reads them anew, and its clusters; not its access time.

        libtsk remembers what it read of the slots and of the tables, so it is opened again.

        Raises:
            OSError: they can't be read.
        """
        self._fs = System(self.beginning, self.detect)
        file = self.opened(inode)
        told = file.size, file.modified, file.born
        return file.flags, file.type, told, [each.runs for each in file.attributes]

    # Names.

    @property
    def behind_tables(self) -> int:
        """Where the first slot may lie."""
        tables = self._number(16, 1) * (self._number(22, 2) or self._number(36, 4))
        return (self._number(14, 2) + tables) * self._number(11, 2)

    def true_names(self, folder: int, entries: list[Entry]) -> list[Entry]:
        """Libtsk writes ^ for what is no ASCII or Unicode: two names can become one.

        It also leaves out what it thinks is no name, where one byte makes it so.
        """
        changed = [each for each in entries if b"^" in each.name or each.name[:1] == b"\x05"]
        if folder == self.last_inode and not changed:
            return entries
        if self.live:
            self.structures.forget()
        names: dict[int, bytes] = {}
        more: list[Entry] = []
        with suppress(OSError), PARSING:  # what can't be read keeps the name that libtsk has
            found = list(self._slots(self._lying(folder, changed)))
            names.update(self.names_in(found))
            if folder != self.last_inode:
                more = list(self._left_out(found, names, entries))
        wrong = set(changed)
        return [
            each._replace(name=names.get(each.inode, each.name)) if each in wrong else each
            for each in entries
        ] + more

    def _left_out(
        self, found: list[tuple[int, bytes]], names: Mapping[int, bytes], entries: list[Entry]
    ) -> Iterator[Entry]:
        """What is in use and no name by libtsk, which reads no such file either: that's a gap."""
        seen = {each.inode for each in entries}
        for inode, slot in slots.before_end(found):
            name = names.get(inode, b".")
            if self.in_use(slot) and inode not in seen and name not in (b".", b".."):
                yield Entry(name, inode, 0, "f", deleted=False)

    def in_use(self, slot: bytes) -> bool:
        """Whether a slot is that of a file or folder which isn't deleted."""
        return slots.in_use(slot)

    def names_in(self, found: slots.Slots) -> Iterator[tuple[int, bytes]]:
        """The inodes and names in slots."""
        return slots.names(found)

    def _slots(self, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        first = self.behind_tables
        for start, size in ranges:
            for place in range(start, start + size, slots.SIZE):
                number = _FIRST + (place - first) // slots.SIZE
                yield number, self.structures.read(place, slots.SIZE)

    def _lying(self, folder: int, entries: list[Entry]) -> list[tuple[int, int]]:
        """Place and size of what holds a folder's names; of what is in none, of each name."""
        if folder == self.last_inode:
            places = [self.behind_tables + (e.inode - _FIRST) * slots.SIZE for e in entries]
            return [(place, self.most_slots * slots.SIZE) for place in places]
        data, *_ = self._fs.look(folder).attributes
        size = data.size
        found = laid_out(data.runs, block=self.block, size=size, written=size, absent=LOST)
        return [(each.place, each.size) for each in found if each.place not in (None, LOST)]


class ExFat(Fat):
    """exFAT."""

    kind = "exfat"
    detect = "EXFAT"
    resolution: ClassVar[Mapping[str, int]] = {"m": _CENT, "a": 2 * _NS, "c": _CENT, "b": _CENT}
    most_slots = 19  # one of the file, one of its content, 17 of 255 letters

    def uuid(self) -> str:
        """The file system's serial number."""
        serial = self._number(100, 4)
        return f"{serial >> 16:04X}-{serial & 0xFFFF:04X}"

    def claimed(self) -> int:
        """How large it says to be, in bytes."""
        return self._number(72, 8) << self._number(108, 1)

    @property
    def behind_tables(self) -> int:
        """Where the first cluster lies."""
        return self._number(88, 4) << self._number(108, 1)

    def names_in(self, found: slots.Slots) -> Iterator[tuple[int, bytes]]:
        """The inodes and names in slots."""
        return slots.exfat_names(found)

    def is_cut(self, file: Inode) -> bool:
        """Of the first folder alone: others have sizes, and libtsk reads none that is shorter."""
        return file.address == self.root and super().is_cut(file)

    def chains(self) -> Chains:
        """How to ask its table."""
        return Chains.of_exfat(self._boot)

    def in_use(self, slot: bytes) -> bool:
        """Whether a slot is the first of a file or folder which isn't deleted."""
        return slots.exfat_in_use(slot)

    def times_in(self, slot: bytes) -> slots.Times:
        """What a file's first slot says of times."""
        return slots.exfat_times(slot)
