"""How a disk is divided: every partition, and every range that belongs to none."""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from collectors.disk import tsk
from collectors.disk.reader import SECTOR, read_at
from collectors.disk.signatures import fills_the_first_sector, identify

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

Use = Literal["partition", "table", "unallocated"]
_USES: dict[int, Use] = {1: "partition", 2: "unallocated", 4: "table"}
_SCHEMES = {1: "MBR", 2: "BSD", 4: "Sun", 8: "Apple", 16: "GPT"}
_MOST_ENTRIES, _LARGEST_ENTRY = 4096, 4096
_ENTRY = struct.Struct("<16s16sQQQ72s")  # UEFI 2.10, table 5-6


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A partition table; `parts` covers the disk, in order."""

    scheme: str
    sector: int
    parts: tuple[Part, ...]
    note: str = ""


def read_table(reader: Reader) -> Table:
    """The partition table, or one partition over the whole disk where none can be read."""
    if _undivided(reader):
        return _whole(reader)
    try:
        found = tsk.partition_table(reader)
        table = _table(reader, found)
    except OSError:
        return _whole(reader)
    return table if any(part.use == "partition" for part in table.parts) else _whole(reader)


def _undivided(reader: Reader) -> bool:
    """Whether a file system begins where a table would stand."""
    try:
        return fills_the_first_sector(identify(reader))
    except OSError:
        return False  # a bad sector: GPT has its table at the end of the disk, too


def _whole(reader: Reader) -> Table:
    part = Part(offset=0, size=reader.size, use="partition", type="whole disk")
    return Table(scheme="none", sector=SECTOR, parts=(part,))


def _table(reader: Reader, found: Any) -> Table:
    info = found.info
    sector, scheme = int(info.block_size), _SCHEMES.get(int(info.vstype), "other")
    names = _gpt_names(reader, sector) if scheme == "GPT" else _mbr_names(reader)
    with tsk.ASKING:
        parts = [_part(each, sector, names) for each in found]
    rest = _behind(parts, reader.size)
    return Table(
        scheme=scheme, sector=sector, parts=(*parts, *rest),
        note="read from the backup at the disk's end" if int(info.is_backup) else "",
    )  # fmt: skip


def _part(found: Any, sector: int, names: dict[int, dict[str, str]]) -> Part:
    start = int(found.start)
    use: Use = _USES.get(int(found.flags), "table")
    more = names.get(start * sector, {}) if use == "partition" else {}
    return Part(
        offset=start * sector,
        size=int(found.len) * sector,
        use=use,
        type=found.desc.decode("utf-8", "replace"),
        **more,
    )


def _behind(parts: list[Part], size: int) -> list[Part]:
    """What lies behind all that the table speaks of: a disk that was copied to a larger one."""
    end = max((part.offset + part.size for part in parts), default=0)
    if end >= size:
        return []
    return [Part(offset=end, size=size - end, use="unallocated", type="Unallocated")]


def _gpt_names(reader: Reader, sector: int) -> dict[int, dict[str, str]]:
    """Of each GPT entry what libtsk leaves out, by the partition's offset."""
    try:
        head = read_at(reader, sector, 92)
        if head[:8] != b"EFI PART":  # the first one is gone, libtsk used the backup
            head = read_at(reader, reader.size - sector, 92)
        where, count, size = struct.unpack_from("<QII", head, 72)
        if size > _LARGEST_ENTRY:
            return {}
        array = read_at(reader, where * sector, min(count, _MOST_ENTRIES) * size)
    except (OSError, struct.error):
        return {}
    names: dict[int, dict[str, str]] = {}
    for at in range(0, len(array) - _ENTRY.size + 1, max(size, _ENTRY.size)):
        kind, own, first, _, _, name = _ENTRY.unpack_from(array, at)
        names[first * sector] = {
            "type_guid": str(uuid.UUID(bytes_le=kind)),
            "guid": str(uuid.UUID(bytes_le=own)),
            "name": name.decode("utf-16-le", "replace").rstrip("\0"),
        }
    return names


def _mbr_names(reader: Reader) -> dict[int, dict[str, str]]:
    """The numbers that Linux derives for the four primary partitions of an MBR."""
    head = read_at(reader, 0, 512)
    signature = int.from_bytes(head[440:444], "little")
    names: dict[int, dict[str, str]] = {}
    for slot in range(4):
        first = int.from_bytes(head[446 + 16 * slot + 8 : 446 + 16 * slot + 12], "little")
        names[first * 512] = {"guid": f"{signature:08x}-{slot + 1:02x}"}
    return names
