"""Event logs and the registry of a running Windows, each asked for at two doors."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, Reason, gap_from
from collectors.disk.reader import ImageError, LibraryError
from collectors.files.spelling import upcased
from collectors.live.document import Document
from collectors.live_windows.both_doors import eventlogs, hivefiles
from collectors.live_windows.both_doors.look import RAW, Doors, Look
from collectors.live_windows.called import CalledFiles
from collectors.live_windows.calls.registry import EPOCH
from collectors.live_windows.hives.loaded import folder_of_windows, hives
from collectors.live_windows.question import asks_windows, not_windows
from collectors.two_doors.comparison import LATELY_NS
from collectors.windows.looking import Apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.files.source import Source
    from collectors.live_windows.machine import CalledWindows, RawWindows

    Windows = RawWindows | CalledWindows

LOGS = "System32/winevt/Logs"
SETTLES_NS = 45 * 10**9
"""What differs is looked at once more after this long: it may have been written just then."""


class WindowsDoors:
    """Takes what differs between a running Windows' own calls and its raw volume.

    Event logs are compared record by record, and which logs there are; the registry is compared at
    the places that programs start from, at services and accounts, with the hives' files, whose
    transaction logs are replayed (those of Windows 8.1 and later). What was written in the last two
    minutes, and keys that are in memory alone, are told and raise no alarm. Cannot show a lie that
    both doors tell, keys elsewhere in the registry, classes (COM), hives of users who are not
    logged on, what stands behind a zero in a name, nor logs of more than 1 GiB. Run under Wine; not
    run on real Windows.
    """

    name: ClassVar[str] = "windows-doors"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD
    kind: ClassVar[Kind] = "note"

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """What is said of each difference, the bytes of both doors, then all of it in one."""
        if not asks_windows(source):
            yield not_windows(self.name, self.kind)
            return
        if source.refusal is not None:
            yield Gap(
                origin=f"hozen:/{self.name}.json", kind=self.kind, reason=Reason.UNSUPPORTED,
                detail=f"{source.volume} can't be read raw: there is one door alone",
            )  # fmt: skip
            return
        document = Document(self.name, self.kind)
        for table in ("compared", "differences"):
            document.table(table)
        yield from _compared(source, document)
        yield document.artifact()


def _compared(source: Windows, document: Document) -> Iterator[Artifact | Gap]:
    """Every difference that is still there when it is looked at once more."""
    from collectors.disk.opening import open_disk  # libtsk only for those who need it

    with closing(Apart()) as apart, ExitStack() as disks:
        called = CalledFiles(source.drive)
        looks: dict[str, Look] = {}
        wanted: set[str] | None = None
        for pause in (0, SETTLES_NS):
            time.sleep(pause / 1e9)
            try:
                disk = disks.enter_context(closing(open_disk(source.volume)))
                disk.end_when(source.stopping)
            except (OSError, ImageError, LibraryError) as error:
                yield _closed(source, error)
                return
            doors = Doors(called, disk, apart, time.time_ns() // 100 + EPOCH - LATELY_NS // 100)
            now = {
                name: look() for name, look in _things(doors) if wanted is None or name in wanted
            }
            still = (each for each in looks.items() if each[0] not in (wanted or ()))
            looks = {**dict(still), **now}  # what is gone through both doors is no difference
            wanted = {name for name, look in looks.items() if look.is_doubtful}
            if not wanted:
                break
        for look in looks.values():
            yield from _told(look, document)


def _things(doors: Doors) -> Iterator[tuple[str, Callable[[], Look]]]:
    """What is looked at, by its name, and how."""
    try:
        folder = f"{folder_of_windows()}/{LOGS}"
        for log in eventlogs.logs(folder, doors):
            yield upcased(log.path), partial(eventlogs.at, log, doors)
    except OSError as error:
        yield "logs", partial(_unlisted, "logs", error)
    try:
        for hive in hives():
            yield hive.name, partial(hivefiles.at, hive, doors)
    except OSError as error:
        yield "hives", partial(_unlisted, "hives", error)


def _unlisted(what: str, error: OSError) -> Look:
    return Look({"all": what}).refused(
        gap_from(f"hozen:/{WindowsDoors.name}/{what}", "note", error)
    )


def _told(look: Look, document: Document) -> Iterator[Artifact | Gap]:
    document.row("compared", look.facts)
    for row in look.rows:
        document.row("differences", row)
    yield from look.found


def _closed(source: Windows, error: Exception) -> Gap:
    if isinstance(error, OSError):
        return gap_from(f"{RAW}{source.volume}", "note", error)
    return Gap(f"{RAW}{source.volume}", "note", Reason.UNSUPPORTED, str(error))
