"""All collectors, in one table: to join it is to be listed, run and tested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from collectors.artifact import Phase, Profile
from collectors.bodyfile import BodyFile
from collectors.collector import Collector
from collectors.definitions.windows import WINDOWS
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.collecting.shadowfiles import ShadowArtifacts, ShadowFiles
from collectors.disk.collecting.swap import SwapPartitions
from collectors.disk.whole.image import WholeDisk
from collectors.live import LIVE
from collectors.live_windows import LIVE_WINDOWS
from collectors.live_windows.both_doors.doors import WindowsDoors
from collectors.live_windows.hives.exports import WindowsRegistry
from collectors.live_windows.memory import WindowsMemory
from collectors.logs import LOGS
from collectors.memory import Memory, MemorySymbols
from collectors.named.referenced import Gone, Referenced
from collectors.places import PLACES
from collectors.privacy.ransom import RansomNotes
from collectors.ram.processes.chosen import ProcessMemory
from collectors.ram.remains import MemoryRemains
from collectors.sentences import SENTENCES
from collectors.told import ToldError
from collectors.tree import Tree
from collectors.two_doors.doors import TwoDoors

SourceKind = Literal["live", "live windows", "folder", "disk"]
LIVE_HOST: tuple[Collector, ...] = (
    *(collector() for collector in LIVE),
    MemorySymbols(),
    Memory(),
    ProcessMemory(),
    *LOGS,
    *PLACES,
    RansomNotes(),
    Referenced(),
    BodyFile(),
    TwoDoors(),
    MemoryRemains(),
)
WINDOWS_HOST: tuple[Collector, ...] = (
    *(collector() for collector in LIVE_WINDOWS),
    WindowsMemory(),
    ProcessMemory(),
    DiskFacts(),
    NtfsMetadata(),
    *(collector() for collector in WINDOWS if collector.phase is Phase.LOGS),
    WindowsRegistry(),
    *(collector() for collector in WINDOWS if collector.phase is not Phase.LOGS),
    RansomNotes(),
    Referenced(),
    BodyFile(),
    WindowsDoors(),
    ShadowArtifacts(),
)
FOLDER: tuple[Collector, ...] = (Tree(),)
DISK: tuple[Collector, ...] = (
    DiskFacts(),
    *(collector() for collector in LIVE),
    Memory(),
    NtfsMetadata(),
    *LOGS,
    *(collector() for collector in WINDOWS),
    *PLACES,
    RansomNotes(),
    Referenced(),
    BodyFile(),
    ShadowArtifacts(),
    DiskFiles(),
    ShadowFiles(),
    Gone(),
    DeletedFiles(),
    SwapPartitions(),
    WholeDisk(),
)
TABLES: dict[SourceKind, tuple[Collector, ...]] = {
    "live": LIVE_HOST,
    "live windows": WINDOWS_HOST,
    "folder": FOLDER,
    "disk": DISK,
}
EVERY: tuple[Collector, ...] = tuple(
    {each.name: each for table in TABLES.values() for each in table}.values()
)


_SPEAKS_OF: dict[str, str] = {
    **{collector.name: "linux" for collector in (*LOGS, *PLACES)},
    **{collector.name: "windows" for collector in WINDOWS},
    WindowsRegistry.name: "windows asked",
}
"""The system that a disk must hold for a collector to find anything."""


class UnknownCollectorError(ToldError):
    """A name that no collector has, or none of this kind of source; or names that leave none."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


def collectors_for(
    profile: Profile, *, of: SourceKind, systems: Iterable[str] | None = None,
    only: Iterable[str] = (), skip: Iterable[str] = (),
) -> list[Collector]:  # fmt: skip
    """The collectors that run, in the table's order.

    Args:
        profile: leaves out those that belong to a larger one, unless `only` names them.
        of: what the source is.
        systems: which systems a disk holds; None for all.
        only: names to run, and no others.
        skip: names to leave out.

    Raises:
        UnknownCollectorError: a name that is in no table, or in `only` and not in this one; or
            nothing is left to run.
    """
    wanted, unwanted = set(only), set(skip)
    held = set(_SPEAKS_OF.values()) if systems is None else set(systems)
    _require_known(wanted, unwanted, of)

    def runs(one: Collector) -> bool:
        if wanted:
            return one.name in wanted
        return one.profile <= profile and _SPEAKS_OF.get(one.name, "") in {"", *held}

    found = [one for one in TABLES[of] if one.name not in unwanted and runs(one)]
    if not found:
        raise UnknownCollectorError("none_left")
    return found


def _require_known(wanted: set[str], unwanted: set[str], of: SourceKind) -> None:
    unknown = (wanted | unwanted) - {collector.name for collector in EVERY}
    if unknown:
        raise UnknownCollectorError("unknown", names=_listed(unknown))
    strange = wanted - {collector.name for collector in TABLES[of]}
    if strange:  # a run that takes nothing would look like one that found nothing
        raise UnknownCollectorError("strange", names=_listed(strange), of=of)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
