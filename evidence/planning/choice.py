"""Which collectors run for a request, and with what they need to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.artifact import Profile
from collectors.collector import Collector
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.swap import SwapPartitions
from collectors.disk.whole.image import WholeDisk
from collectors.live_windows.memory import WindowsMemory
from collectors.memory import Memory
from collectors.privacy.ransom import RansomNotes
from collectors.ram.imager.imaged import ImagedMemory
from collectors.ram.processes.chosen import ProcessMemory
from collectors.table import collectors_for
from evidence.planning.sources import kind_of
from evidence.scan.ransom import known_by_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.files.source import Source
    from evidence.planning.request import Request

YARA = "yara"


def chosen(request: Request, source: Source) -> list[Collector]:
    """The collectors that profile, source, --only and --skip leave.

    Raises:
        UnknownCollectorError: a name that is none of theirs, or none is left; or processes are
            named, and their memory is left out by name or isn't that of a running machine.
    """
    if request.collectors:
        return list(request.collectors)
    skip = [name for name in request.skip if name != YARA]
    found = of_profile(request, source, only=request.only, skip=skip)
    alone = {each.name for each in found} == {DiskFacts.name, WholeDisk.name}
    told: dict[str, Collector] = {
        WholeDisk.name: WholeDisk(request.algorithms),
        RansomNotes.name: RansomNotes(known_by_rules()),
    }
    swap = any(isinstance(each, SwapPartitions) for each in found)
    # What is in a partition that nobody can read is in the image.
    told[DiskFacts.name] = DiskFacts(files=not alone, swap=swap)
    if request.imager is not None:
        told[Memory.name] = told[WindowsMemory.name] = ImagedMemory(request.imager)
    found = [told.get(each.name, each) for each in found]
    return _with_named(request, source, found, skip) if request.processes else found


def _with_named(
    request: Request, source: Source, found: list[Collector], skip: Iterable[str]
) -> list[Collector]:
    """With the memory of processes that are named; only theirs, where that was not to be taken."""
    of_profile(request, source, only=[ProcessMemory.name], skip=skip)
    others = any(isinstance(each, ProcessMemory) for each in found)
    rest = [each for each in found if not isinstance(each, ProcessMemory)]
    return [*rest, ProcessMemory(asked=request.processes, others=others)]


def of_profile(
    request: Request, source: Source, *, only: Iterable[str] = (), skip: Iterable[str] = ()
) -> list[Collector]:
    """The collectors of the request's profile and source.

    Raises:
        UnknownCollectorError: as `collectors_for` says.
    """
    return collectors_for(
        Profile[request.profile.upper()], of=kind_of(request.source), systems=source.systems(),
        only=only, skip=skip,
    )  # fmt: skip
