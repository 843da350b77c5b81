"""How a disk is divided: every partition, and every range that belongs to none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from collectors.disk.marks.signatures import FAT, MARKS, bears
from collectors.disk.reader import SECTOR, Window
from collectors.disk.tables.gpt import Gpt, read_gpt
from collectors.disk.tables.mbr import Mbr, read_mbr
from collectors.disk.tsk.system import partition_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.reader import Reader
    from collectors.disk.tsk.told import Row

Use = Literal["partition", "table", "unallocated"]
_USES: dict[int, Use] = {1: "partition", 2: "unallocated", 4: "table"}
_NO_GPT = "a protective MBR without a GPT: neither copy of it can be read"
_SECTORS = (SECTOR, 4096)
_LOOKED_AT = 1 << 20  # bytes of a partition, for how it begins
_DYNAMIC = (  # what a disk has whose volumes Windows lists elsewhere
    "Windows dynamic disk (0x42)",
    "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", "af9b60a0-1431-4f62-bc68-3311714a69ad",
)  # fmt: skip
_RARE = {2: "BSD", 4: "Sun", 8: "Apple"}  # what libtsk reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A range of the disk and what the partition table says of it; offset and size in bytes."""

    offset: int
    size: int
    use: Use
    type: str
    name: str = ""
    type_guid: str | None = None
    guid: str | None = None
    """What Linux calls PARTUUID."""

    @property
    def end(self) -> int:
        """Where what follows begins."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A partition table; `parts` covers the disk, in order."""

    scheme: str
    sector: int
    parts: tuple[Part, ...]
    note: str = ""
    lacks: str = ""
    """What of it, or of the disk that it speaks of, is not there."""
    doubt: str = ""
    """What it may not tell of, or tell wrongly, of the files; the disk itself is whole."""
    end: int = 0
    """Where the disk that it speaks of ends, as far as it says so."""

    @property
    def divides(self) -> bool:
        """Whether it names any partition, and isn't made here."""
        return self.scheme != "none"

    @property
    def is_dynamic(self) -> bool:
        """Whether Windows keeps a list of volumes of its own, which this doesn't show."""
        return any({part.type, part.type_guid} & {*_DYNAMIC} for part in self.parts)


def read_table(reader: Reader) -> Table:
    """The partition table, or one partition over the whole disk where none can be read."""
    mbr = _mbr(reader)
    ends = () if mbr is None else [(e.start + e.length) * mbr.sector for e in mbr.partitions]
    gpt = read_gpt(reader, ends) if mbr is None or mbr.is_protective else None
    if gpt is not None and gpt.entries:
        return _of_gpt(reader, gpt, mbr)
    if mbr is not None and not mbr.is_protective:
        return _of_mbr(reader, mbr) if mbr.partitions else whole(reader, mbr.fault)
    if mbr is not None and (besides := mbr.besides_protective):
        fault = "" if gpt else _NO_GPT
        return _of_mbr(reader, mbr._replace(partitions=besides, fault=mbr.fault or fault))
    if mbr is not None and gpt is None:
        return whole(reader, _NO_GPT)
    return _rare(reader) or whole(reader)


def _mbr(reader: Reader) -> Mbr | None:
    """The MBR, by the sectors by which something begins where it says so, else by the usual."""
    found = [each for size in _SECTORS if (each := read_mbr(reader, size)) is not None]
    return next((each for each in found if _leads(reader, each)), found[0] if found else None)


def _leads(reader: Reader, mbr: Mbr) -> bool:
    """Whether any of its partitions begins as something that is known."""
    starts = [Window(reader, e.start * mbr.sector, _LOOKED_AT) for e in mbr.partitions]
    return any(bears(start, mark) for start in starts for mark in (*MARKS, FAT))


def whole(reader: Reader, lacks: str = "") -> Table:
    """One partition over the whole disk."""
    part = Part(offset=0, size=reader.size, use="partition", type="whole disk")
    return Table(scheme="none", sector=SECTOR, parts=(part,), lacks=lacks)


def _of_gpt(reader: Reader, gpt: Gpt, mbr: Mbr | None) -> Table:
    tables = [
        Part(offset=gpt.header, size=gpt.sector, use="table", type="GPT header"),
        Part(offset=gpt.array, size=gpt.array_size, use="table", type="GPT entries"),
    ]
    if mbr is not None:
        tables.append(Part(offset=0, size=gpt.sector, use="table", type="protective MBR"))
    parts = [
        Part(
            offset=each.first * gpt.sector, size=(each.last + 1 - each.first) * gpt.sector,
            use="partition", type=each.name, name=each.name, type_guid=each.type_guid,
            guid=each.guid,
        )
        for each in gpt.entries
    ]  # fmt: skip
    cut = f"the partition table is of a disk of {gpt.end} bytes; {reader.size} are here"
    wrong = "the partition table's checksum is wrong, and no other copy is right"
    said = [
        cut if gpt.end > reader.size else "",
        "" if gpt.whole else wrong,
        f"another copy of the partition table names {gpt.others} more" if gpt.others else "",
    ]
    notes = [
        "read from the backup at the disk's end" if gpt.is_backup else "",
        "" if gpt.others is None else "the copies of the table differ",
    ]
    return Table(
        scheme="GPT", sector=gpt.sector, parts=_covering(tables, parts, reader.size),
        note="; ".join(filter(None, notes)), lacks="; ".join(filter(None, said)), end=gpt.end,
    )  # fmt: skip


def _of_mbr(reader: Reader, mbr: Mbr) -> Table:
    tables = [
        Part(offset=at * mbr.sector, size=mbr.sector, use="table", type="entries")
        for at in mbr.tables
    ]
    tables += [
        Part(offset=e.start * mbr.sector, size=e.length * mbr.sector, use="table", type=e.words)
        for e in mbr.extended
    ]
    parts = [
        Part(
            offset=each.start * mbr.sector, size=each.length * mbr.sector, use="partition",
            type=each.words, guid=f"{mbr.signature:08x}-{each.number:02x}",
        )
        for each in mbr.partitions
    ]  # fmt: skip
    return Table(
        scheme="MBR",
        sector=mbr.sector,
        parts=_covering(tables, parts, reader.size),
        lacks=mbr.fault,
        end=max(part.end for part in parts),
    )


def _covering(tables: list[Part], parts: list[Part], size: int) -> tuple[Part, ...]:
    """All of them and what lies between, in the order of the disk, tables first."""
    order = {"table": 0, "unallocated": 1, "partition": 2}
    found = [*tables, *parts, *_between(parts, size)]
    return tuple(sorted(found, key=lambda part: (part.offset, order[part.use])))


def _between(parts: Iterable[Part], size: int) -> Iterator[Part]:
    end = 0
    for start, stop in [*sorted((p.offset, p.end) for p in parts), (size, size)]:
        offset = min(start, size)
        if offset > end:
            yield Part(offset=end, size=offset - end, use="unallocated", type="Unallocated")
        end = max(end, stop)


def _rare(reader: Reader) -> Table | None:
    """What libtsk finds besides."""
    try:
        found = partition_table(reader)
    except OSError:
        return None
    scheme, sector = _RARE.get(found.scheme), found.sector
    parts = [_part(row, sector) for row in found.rows]
    if scheme is None or not any(part.use == "partition" for part in parts):
        return None
    behind = [part for part in _between(parts, reader.size) if part.end == reader.size]
    return Table(scheme=scheme, sector=sector, parts=(*parts, *behind))


def _part(row: Row, sector: int) -> Part:
    return Part(
        offset=row.start * sector, size=row.length * sector, use=_USES.get(row.flags, "table"),
        type=row.words.decode("utf-8", "replace"),
    )  # fmt: skip
