"""How much there will be to do, as far as that costs no time to ask before the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.bodyfile import BodyFile
from collectors.definitions.windows import Directory, Dumps
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.collecting.shadowfiles import ShadowArtifacts
from collectors.disk.source import DiskSource
from collectors.memory import Memory
from collectors.ram.remains import MemoryRemains

if TYPE_CHECKING:
    from collectors.files.source import Source

_DUMPS = ("/pagefile.sys", "/hiberfil.sys", "/swapfile.sys", "/Windows/MEMORY.DMP")
_DIRECTORY = "/Windows/NTDS/ntds.dit"
_RECORD = 1 << 10  # bytes that NTFS keeps of a file
_RECORDS = 198_000  # of the volume on which the weights were measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What a guess of the time left can go by."""

    sizes: Mapping[str, int | None] = field(default_factory=dict)
    """Bytes, of each collector that takes as long as these take to be read; None where nobody
    knows how long that is."""
    multiples: Mapping[str, float] = field(default_factory=dict)
    """How many times what its weight was measured with, of each collector where that is known."""


def amounts(source: Source, ram: int | None) -> Amounts:
    """Ask the source.

    Args:
        source: this machine.
        ram: bytes that an image of memory takes; None where a program of others takes it.
    """
    sizes = {
        Memory.name: ram, MemoryRemains.name: _swap(source),
        Dumps.name: sum(_size(source, path) for path in _DUMPS),
        Directory.name: _size(source, _DIRECTORY),
    }  # fmt: skip
    multiples = {ShadowArtifacts.name: float(_shadow_copies(source))}
    if records := _size(source, "/$MFT") // _RECORD:
        multiples |= dict.fromkeys((BodyFile.name, NtfsMetadata.name), records / _RECORDS)
    return Amounts(sizes=sizes, multiples=multiples)


def _size(source: Source, path: str) -> int:
    try:
        return source.look(path).size
    except OSError:
        return 0


def _swap(source: Source) -> int:
    """Bytes of swap: the third column of proc_swaps(5), in KiB."""
    try:
        rows = source.snapshot("/proc/swaps").data.split(b"\n")[1:]
    except OSError:
        return 0
    return sum(int(row.split()[2]) << 10 for row in rows if row)


def _shadow_copies(source: Source) -> int:
    places = source.places.values() if isinstance(source, DiskSource) else ()
    found = (place.partition.shadows for place in places)
    return sum(len(each.catalog.copies) for each in found if each is not None)
