"""A hive through both doors: the running registry, and the hive's file with its logs replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.artifact import Gap, ReadApart, Reason, gap_from
from collectors.live_windows.both_doors.differences import Difference, Keys, differences
from collectors.live_windows.both_doors.look import RAW, Doors, Look, differs
from collectors.live_windows.hives.loaded import Loaded, is_volatile, running
from collectors.live_windows.hives.regfile import time
from collectors.live_windows.question import shown
from collectors.two_doors.beside import pieces
from collectors.windows import hivelog
from collectors.windows.looking import NotFollowedError
from collectors.windows.readers import READERS
from collectors.windows.view import from_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.live.document import Row
    from collectors.windows.hivelog import Replay

_MOST = 5000  # differences of a hive
_LOGS = (".LOG1", ".LOG2")


def at(hive: Loaded, doors: Doors) -> Look:
    """Look at one."""
    look = Look({"hive": hive.name, "file": hive.path, "compared": True})
    if not hive.path:
        detail = "its file is not on the drive that Windows started from"
        return look.refused(Gap(RAW + hive.name, "registry", Reason.SKIPPED, detail))
    try:
        ours = running(hive)
        (path, *_) = doors.raw.spellings(hive.path)
        replay = _replay(path, doors)
        theirs = _on_disk(hive, path, replay, doors)
    except OSError as error:
        return look.refused(gap_from(RAW + hive.path, "registry", error))
    except NotFollowedError as error:
        return look.refused(Gap(RAW + hive.path, "registry", error.reason, error.detail))
    except (OverflowError, hivelog.NoHiveError) as error:
        return look.refused(Gap(RAW + hive.path, "registry", Reason.UNREADABLE, str(error)))
    look.facts |= {
        "keys_shown": len(ours), "keys_on_disk": len(theirs), "written": time(replay.written),
        "replayed": replay.entries, "whole": replay.is_whole,
    }  # fmt: skip
    since = doors.since if replay.is_whole else min(doors.since, replay.written)
    look.found += _refused(hive, ours)
    _note(look, hive, list(differences(ours, theirs, since)))
    return look


def _replay(path: str, doors: Doors) -> Replay:
    """What a hive's logs change in it; those that are not there or too large change nothing."""
    head = doors.raw.snapshot(path, limit=hivelog.HEAD).data
    logs = []
    for ending in _LOGS:
        (log, *_) = doors.raw.spellings(path + ending)
        if doors.raw.exists(log) and doors.raw.look(log).size <= hivelog.LARGEST:
            logs.append(doors.raw.snapshot(log, limit=hivelog.LARGEST).data)
    return hivelog.replay(head, logs)


def _on_disk(hive: Loaded, path: str, replay: Replay, doors: Doors) -> Keys:
    """What the hive's file has at the places.

    Raises:
        OSError: it can't be read.
        NotFollowedError: the process apart can't tell, or not all.
    """
    looking = doors.apart.begin(ReadApart(hive.reader, path, READERS[hive.reader].largest))
    for piece in replay.over(pieces(doors.raw.file(path, "registry").open())):
        looking.update(memoryview(piece))
        if looking.done:  # a log may say that its hive has gigabytes
            break
    return from_lines(looking.paths())


def _refused(hive: Loaded, ours: Keys) -> Iterable[Gap]:
    for one in ours.values():
        if one.refused:
            yield Gap(rf"{hive.name}\{one.path}", "registry", Reason.DENIED, one.refused)


def _note(look: Look, hive: Loaded, found: list[Difference]) -> None:
    """A row for each, and a word for each key of which something didn't come lately."""
    if len(found) > _MOST:
        detail = f"{len(found)} differences: the first {_MOST} are told"
        look.found.append(differs(hive.name, "registry", detail))
    loud: dict[str, list[str]] = {}
    for each in found[:_MOST]:
        row = _row(hive, each)
        look.rows.append(row)
        if not each.is_late and not row.get("volatile"):
            loud.setdefault(each.key, []).append(_words(each))
    for key, words in loud.items():
        look.found.append(differs(rf"{hive.name}\{key}", "registry", "; ".join(words)))


def _row(hive: Loaded, each: Difference) -> Row:
    row: Row = {
        "hive": hive.name, "key": each.key, "value": each.value, "shown": each.shown,
        "on_disk": each.on_disk, "lately": each.is_late,
    }  # fmt: skip
    if each.value is None and each.shown is not None:
        row["volatile"] = is_volatile(hive, each.key)
    return shown(row)


def _words(each: Difference) -> str:
    what = "the key" if each.value is None else f"the value {each.value or '(default)'}"
    if each.shown is None:
        return f"{what} is in the hive on the disk, but not shown by the system"
    if each.on_disk is None:
        return f"{what} is shown by the system, but not in the hive on the disk"
    return f"{what} is another one in the hive on the disk than the system shows"
