"""What comes out of a bundle, under numbers of ours, until all of it has proved to be whole."""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Callable
from pathlib import Path

import msgspec

from chain_of_custody.canonical import encode
from chain_of_custody.item import ItemRecord, parse_line
from chain_of_custody.items import Unfinished
from evidence.writing import medium

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MORE = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
RECORDS = "items.jsonl"
UNFINISHED = "unfinished"


class Staging:
    """The sink of an extraction: bytes into numbered files, records into one list.

    Holds a few numbers an item in memory, nothing of the items themselves.
    """

    def __init__(self, host: Path, *, advance: Callable[[int], None] = lambda _: None) -> None:
        """Begin in an empty folder, which other users can't enter."""
        self.unfinished: list[Unfinished] = []
        """What has no record, in the order of `unfinished-1` and so on beside the list of them."""
        self._host = host
        self.folder = host / "staged"
        self.folder.mkdir(mode=0o700)
        self.whole: array[int] = array("L")
        self.cut: array[int] = array("L")
        self.links: array[int] = array("L")
        self.same: array[int] = array("L")
        self._advance = advance
        self._records = os.open(host / RECORDS, _NEW, 0o600)
        self._offsets: array[int] = array("Q", [0])
        self._item = 0
        self._file = -1

    def path(self, item: int) -> Path:
        """Where an item's bytes are."""
        return self.folder / f"{item:08d}"

    def data(self, item: int, piece: bytes | memoryview, /) -> None:
        """Take the next bytes of an item."""
        if item != self._item:
            self._let_go()
            self._file = os.open(self.path(item), _MORE, 0o600)
            self._item = item
        medium.write_all(self._file, piece)
        self._advance(len(piece))

    def abandoned(self, found: Unfinished, /) -> None:
        """Put the bytes of an item that was cut off aside: they may be all that there is of it."""
        self._let_go()
        self.unfinished.append(found)
        name = f"{UNFINISHED}-{len(self.unfinished)}"
        staged = self.path(found.item)
        staged.chmod(0o400)
        staged.rename(self._host / name)
        with (self._host / f"{UNFINISHED}.jsonl").open("ab") as file:
            file.write(msgspec.json.encode({"file": name, **found._asdict()}) + b"\n")

    def record(self, record: ItemRecord) -> None:
        """Keep a record, and note what is to become of its item."""
        line = encode(record) + b"\n"
        medium.write_all(self._records, line)
        self._offsets.append(self._offsets[-1] + len(line))
        group = self._group(record)
        if group is not None:
            group.append(record.content.seq)

    def _group(self, record: ItemRecord) -> array[int] | None:
        if record.content.status == "gap":
            return self.same if record.meta.same_as is not None else None
        if record.meta.attrs is not None and stat.S_ISLNK(record.meta.attrs.mode):
            return self.links
        return self.whole if record.content.status == "acquired" else self.cut

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self._offsets) - 1

    def stored(self, item: int) -> ItemRecord:
        """A record by its item's number, which is its place in the list."""
        start, end = self._offsets[item - 1], self._offsets[item]
        return parse_line(os.pread(self._records, end - start - 1, start))

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._item = 0

    def close(self) -> None:
        """Let go of everything; the numbered files stay as they are."""
        self._let_go()
        if self._records >= 0:
            os.close(self._records)
            self._records = -1
