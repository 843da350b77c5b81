"""What the machine's clocks say, and what kept them."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Artifact, Gap, gap_from
from collectors.live.document import Document, text, utc
from collectors.live.processes import procfs
from collectors.live.processes.executable import stat_of
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf
from collectors.live.timex import discipline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

RAW = (
    "/proc/driver/rtc", "/etc/timezone", "/etc/adjtime", "/etc/systemd/timesyncd.conf",
    "/etc/chrony.conf", "/etc/chrony/chrony.conf", "/var/lib/chrony/drift",
    "/var/lib/chrony/chrony.drift", "/etc/ntp.conf", "/etc/ntpsec/ntp.conf",
    "/var/lib/ntp/ntp.drift", "/var/lib/ntpsec/ntp.drift",
)  # fmt: skip
FOLDERS = ("/etc/chrony/conf.d", "/etc/chrony/sources.d", "/etc/systemd/timesyncd.conf.d")
# Time services touch these: that they are there, and when they changed, is what they say.
MARKS = ("/run/systemd/timesync/synchronized", "/var/lib/systemd/timesync/clock")
RTC = ("name", "date", "time", "since_epoch", "hctosys")
CLOCKSOURCE = ("current_clocksource", "available_clocksource")


class Clock(OfRunning):
    """Takes all clocks of the machine at one moment, its time zone and how the clock is kept.

    Cannot show by how much the clock is wrong: that takes a reference from outside, which hozen
    asks a person for. A clock that calls itself synchronised may have been led astray. Most files
    of time services are absent on any given machine; only those that are there are told.
    """

    name: ClassVar[str] = "clock"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The clocks first, then files; the JSON last."""
        shelf = Shelf(source, "system")
        document = Document(self.name, "system")
        document.fact("clocks", _clocks())
        try:
            document.fact("kernel", asdict(discipline()))
        except OSError as error:
            yield gap_from("adjtimex(2)", "system", error)
        document.fact("hardware", _hardware(shelf))
        yield from shelf.follow("/etc/localtime")
        yield from shelf.take(*RAW, optional=True)
        for folder in FOLDERS:
            yield from shelf.folder(folder)
        _facts(shelf, document)
        yield from shelf.gaps()
        yield document.artifact()


def _clocks() -> dict[str, Any]:
    wall = time.time_ns()
    local = time.localtime(wall // 1_000_000_000)
    return {
        "boottime_ns": time.clock_gettime_ns(time.CLOCK_BOOTTIME),
        "monotonic_ns": time.monotonic_ns(),
        "realtime_ns": wall,
        "utc": utc(datetime.fromtimestamp(wall / 1e9, UTC)),
        "zone": {"name": local.tm_zone, "offset_s": local.tm_gmtoff},
    }


def _hardware(shelf: Shelf) -> dict[str, dict[str, str]]:
    """The clocks on the board, by name of their device."""
    folder = "/sys/class/rtc"
    return {
        text(name): shelf.attributes(f"{folder}/{name}", RTC) for name in shelf.names(folder, "dl")
    }


def _facts(shelf: Shelf, document: Document) -> None:
    link = procfs.link(shelf.source, "/etc/localtime")
    document.fact("localtime", text(link) if link is not None else None)
    document.fact("timezone", shelf.text("/etc/timezone"))
    document.fact("adjtime", shelf.text("/etc/adjtime"))
    folder = "/sys/devices/system/clocksource/clocksource0"
    document.fact("clocksource", shelf.attributes(folder, CLOCKSOURCE))
    for path in MARKS:
        found = stat_of(shelf.source, path)
        if found is not None:
            document.row("marks", {"path": path, "modified_ns": found.modified_ns})
    document.table("marks")
