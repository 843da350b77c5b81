"""Event logs through both doors: which are there, and whether they hold the same records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.files.spelling import upcased
from collectors.live_windows.both_doors import logrecords
from collectors.live_windows.both_doors.look import CALLED, RAW, Doors, Look, differs
from collectors.live_windows.hives import regfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.live.document import Row
    from collectors.live_windows.both_doors.logrecords import Parting, Records

LARGEST = 1 << 30  # bytes of a log
_SIDES = {"shown": "by the system alone", "on_disk": "on the disk alone", "other": "in other words"}


class Log(NamedTuple):
    """One log, by its path through each door; empty where that one doesn't show it."""

    called: str
    raw: str

    @property
    def path(self) -> str:
        """What it is called here."""
        return self.called or self.raw


def logs(folder: str, doors: Doors) -> Iterator[Log]:
    """The logs that at least one door shows.

    Raises:
        OSError: one of them doesn't show the folder.
    """
    shown = _named(folder, [name for name, _ in doors.called.listing(folder)])
    (there, *_) = doors.raw.spellings(folder)
    lies = _named(there, [name for name, _ in doors.raw.listing(there)])
    for name in sorted(shown.keys() | lies.keys()):
        yield Log(shown.get(name, ""), lies.get(name, ""))


def _named(folder: str, names: list[str]) -> dict[str, str]:
    return {upcased(name): f"{folder}/{name}" for name in names if upcased(name).endswith(".EVTX")}


def at(log: Log, doors: Doors) -> Look:
    """Look at one of them."""
    look = Look({"log": log.path, "compared": True})
    if not log.called or not log.raw:
        return _on_one_side(look, log, doors)
    try:
        _require_small(log, doors)
        parting = logrecords.parting(
            doors.called.file(log.called, "log").open(), doors.raw.file(log.raw, "log").open()
        )
    except OSError as error:
        return look.refused(gap_from(RAW + log.path, "log", error))
    except OverflowError as error:
        return look.refused(Gap(RAW + log.path, "log", Reason.SKIPPED, str(error)))
    if parting is not None:
        _note(look, log, parting, doors)
    return look


def _require_small(log: Log, doors: Doors) -> None:
    """Refuse one that would take minutes.

    Raises:
        OSError: it is gone.
        OverflowError: it would.
    """
    if max(doors.called.look(log.called).size, doors.raw.look(log.raw).size) > LARGEST:
        raise OverflowError(f"larger than {LARGEST} bytes")


def _on_one_side(look: Look, log: Log, doors: Doors) -> Look:
    door = "the system, but not on the disk" if log.called else "the disk, but not by the system"
    look.rows.append({"log": log.path, "only": "shown" if log.called else "on_disk"})
    look.found.append(differs(log.path, "log", f"a log that is shown by {door}"))
    look.found += _bytes(log, doors)
    return look


def _note(look: Look, log: Log, parting: Parting, doors: Doors) -> None:
    every = {"shown": parting.shown, "on_disk": parting.on_disk, "other": parting.other}
    sides = {name: each for name, each in every.items() if each is not None}
    late = parting.is_late(doors.since)
    rows = {name: _row(each) for name, each in sides.items()}
    look.rows.append({"log": log.path, "lately": late, **rows})
    if not late:
        told = ", ".join(f"{each.many} {_SIDES[name]}" for name, each in sides.items())
        detail = f"records of a log that differ between system and disk: {told}"
        look.found.append(differs(log.path, "log", detail))
        look.found += _bytes(log, doors)


def _row(found: Records) -> Row:
    return {
        "records": found.many, "first": found.first, "last": found.last,
        "earliest": regfile.time(found.earliest), "latest": regfile.time(found.latest),
    }  # fmt: skip


def _bytes(log: Log, doors: Doors) -> Iterator[Artifact]:
    """What each door has of it."""
    if log.called:
        inner = doors.called.file(log.called, "log")
        yield inner._replace(origin=CALLED + log.path)
    if log.raw:
        yield doors.raw.file(log.raw, "log")._replace(origin=RAW + log.path)
