"""What is waiting for its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap
from collectors.files.source import Limits
from collectors.live.document import Document, entry
from collectors.live.processes.executable import stat_of
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from collectors.files.source import Source

STAMPS = "/var/lib/systemd/timers"
# Units that stand nowhere on disk: made by a command, by another program, or at boot.
UNITS = (
    "/run/systemd/transient/**", "/run/systemd/system/**", "/run/systemd/generator*/**",
    "/run/systemd/system.control/**",
)  # fmt: skip
AT = ("/var/spool/cron/atjobs", "/var/spool/at")
LIMITS = Limits(files=20_000)


class Timers(OfRunning):
    """Takes timers: when systemd's last ran, units that live in memory only, the kernel's timers.

    Cannot show timers inside a program, nor the contents of at and cron jobs (their names only;
    another collector takes them). A stamp's time of modification is when that timer last ran.
    """

    name: ClassVar[str] = "timers"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The kernel's list, units in memory, stamps, names of at jobs, the JSON."""
        shelf = Shelf(source, "system")
        document = Document(self.name, "system")
        for table in ("at_jobs", "stamps", "units"):
            document.table(table)
        yield from shelf.take("/proc/timer_list")
        found = yield from _units(source, document)
        yield from shelf.folder(STAMPS, optional=False)
        _stamps(shelf, document)
        found += _at_jobs(shelf, document)
        yield from shelf.gaps()
        if found or shelf.found:
            yield document.artifact()


def _units(source: Source, document: Document) -> Generator[Artifact | Gap, None, int]:
    count = 0
    for pattern in UNITS:
        if not source.exists(pattern.split("*")[0].rpartition("/")[0]):
            continue  # no systemd, or none of its units lives in memory
        for found in source.take([pattern], "system", limits=LIMITS):
            if isinstance(found, Artifact):
                count += 1
                document.row("units", entry("path", found.origin))
            yield found
    return count


def _stamps(shelf: Shelf, document: Document) -> None:
    for path in shelf.found:
        if not path.startswith(STAMPS):
            continue
        found = stat_of(shelf.source, path)
        modified = found.modified_ns if found is not None else None
        document.row("stamps", {**entry("path", path), "modified_ns": modified})


def _at_jobs(shelf: Shelf, document: Document) -> int:
    count = 0
    for folder in AT:
        for name in shelf.names(folder, "f"):
            count += 1
            document.row("at_jobs", {"folder": folder, **entry("name", name)})
    return count
