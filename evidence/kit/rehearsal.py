"""The two minutes of peacetime: whether this kit would run on this kind of machine."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path

from collectors.table import TABLES
from evidence.collecting.collection import collect
from evidence.kit import places
from evidence.kit.carried.packs import carried_packs
from evidence.kit.checking import glance
from evidence.kit.description import Description
from evidence.kit.sentences import REHEARSED
from evidence.machine.clock import Clock
from evidence.machine.endpoint import privileged
from evidence.planning.request import Request
from evidence.planning.sources import kind_of
from evidence.reading.checked import verify_bundle
from evidence.report.rendering import render
from evidence.telling.collected import Collected
from evidence.writing import medium

CASE = "REHEARSAL"
_A_LITTLE = {
    "clock", "processes", "sockets", "mounts", "os-identity",
    "windows-clock", "windows-processes", "windows-connections", "windows-rights",
}  # fmt: skip
_ROOM = 8 << 30  # bytes that a quick collection of a server with many logs can need
_IN_TIME = 120  # seconds, the kit's own files included: more would not be done in peacetime
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing that a kit has to be able to do here."""

    key: str
    """Of `REHEARSED`."""
    fine: bool
    detail: str = ""

    @property
    def en(self) -> str:
        """What it is, in English."""
        return REHEARSED[self.key][0]

    @property
    def ja(self) -> str:
        """The same in Japanese."""
        return REHEARSED[self.key][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """How a rehearsal went."""

    page: Path
    bundle: Path
    results: tuple[Result, ...]

    @property
    def fine(self) -> bool:
        """Whether everything went as it has to."""
        return all(each.fine for each in self.results)


def rehearse(kit: Path, about: Description, clock: Clock | None = None) -> Rehearsed:
    """Hold the kit against its list, take a little of this machine, verify it, write a page.

    All of it lands in the kit's `out`, and says that it is a rehearsal. The page lies there in the
    clear and names no machine: a stick can be lost.

    Args:
        kit: its folder.
        about: its description.
        clock: where time comes from.

    Raises:
        DestinationError, OSError: nothing can be written to the kit.
    """
    clock = clock or Clock()
    begun, out = clock.mono(), kit / places.OUT
    altered = glance(kit).differing
    little = [each.name for each in TABLES[kind_of("live")] if each.name in _A_LITTLE]
    request = Request(
        output=out, case_id=CASE, profile="quick", recipients=tuple(about.recipients),
        only=tuple(little), sets=carried_packs(kit, about).sets, kit=kit,
    )  # fmt: skip
    taken = collect(request, clock=clock)
    free = medium.free_space(out)
    results = (
        Result(key="files", fine=not altered, detail=", ".join(one.path for one in altered[:5])),
        *_of_collection(taken),
        Result(key="room", fine=free >= _ROOM, detail=f"{free >> 20} MiB"),
        _of_time((clock.mono() - begun) // _NS),
    )
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(clock.wall() // _NS))
    page = out / f"REHEARSAL_{at}.html"
    text = render(
        "kit_rehearsal.html", about=about, at=clock.utc(clock.wall())[:19] + "Z",
        system=f"{platform.system()} {platform.release()}", results=results,
        administrator=privileged(), free=f"{free >> 20} MiB", bundle=taken.path.name,
    )  # fmt: skip
    medium.write_whole(page, text.encode())
    return Rehearsed(page=page, bundle=taken.path, results=results)


def _of_time(seconds: int) -> Result:
    """How long it took: slower than two minutes, the real one will be slow, too."""
    return Result(key="time", fine=seconds <= _IN_TIME, detail=f"{seconds} s")


def _of_collection(taken: Collected) -> list[Result]:
    """What the little collection shows: begun, sealed, readable, as administrator."""
    code = int(verify_bundle(taken.path).exit)
    return [
        Result(key="sealed", fine=taken.sealed, detail=taken.cause or f"{taken.tally.acquired}"),
        Result(key="verified", fine=code == 0, detail=f"hozen verify: {code}" if code else ""),
        Result(key="administrator", fine=privileged()),
    ]
