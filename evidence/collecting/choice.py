"""Which collectors run for a request, and with what they need to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.artifact import Collector, Profile
from collectors.disk.facts import DiskFacts
from collectors.disk.swap import SwapPartitions
from collectors.disk.whole import WholeDisk
from collectors.live_windows.memory import WindowsMemory
from collectors.memory import Memory
from collectors.privacy.ransom import RansomNotes
from collectors.ram.imaged import ImagedMemory
from collectors.ram.processes import ProcessMemory
from collectors.table import collectors_for
from evidence.collecting.sources import kind_of
from evidence.scan.process_scan import ProcessScan
from evidence.scan.ransom import known_by_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.files.source import Source
    from evidence.collecting.request import Request
    from evidence.collecting.session import Findings
    from evidence.scan.scanner import Rules

YARA = "yara"


def chosen(request: Request, source: Source) -> list[Collector]:
    """The collectors that profile, source, --only and --skip leave.

    Raises:
        UnknownCollectorError: a name that is none of theirs, or none is left.
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
    return [told.get(each.name, each) for each in found]


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


def scanning(
    collectors: list[Collector], rules: Rules | None, findings: Findings,
    stop: Callable[[], bool] = lambda: False,
) -> list[Collector]:  # fmt: skip
    """The memory of processes is scanned before it is chosen which of it is taken."""
    if rules is None:
        return collectors
    matched: dict[int, list[str]] = {}
    scan = ProcessScan(rules, matched, findings.hits, rules.inventory, stop)
    taking = ProcessMemory(matched, scan.places)
    return [
        each
        for one in collectors
        for each in ((scan, taking) if isinstance(one, ProcessMemory) else (one,))
    ]
