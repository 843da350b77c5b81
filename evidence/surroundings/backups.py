"""Where backups are kept, by what programs leave there: never a place for evidence."""

from __future__ import annotations

import os
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from evidence.machine import endpoint

# At the top of a volume that they write backups to.
BACKUPS = (
    "WindowsImageBackup", "FileHistory", "MediaID.bin", "Backups.backupdb", "timeshift",
    "VeeamBackup", "Backup Exec", "BackupExec", "Arcserve", "rsnapshot", "bacula", "borg", "restic",
)  # fmt: skip


class Seen(NamedTuple):
    """What was seen of backups at a place."""

    mark: str | None
    """The name by which it shows that backups are kept there."""
    unlisted: tuple[Path, ...] = ()
    """Folders that could not be listed: what is in them may be backups."""


def backup_at(folder: Path) -> Seen:
    """A mark of backups: in a folder, in the top of its volume, or a name on the way there.

    What lies beside that way is passed over: any folder may be called after such a program. So is
    the top of the system's own volume: what keeps states of a system in use marks it, too, and that
    it is no place for evidence is said anyway.

    Args:
        folder: where something is to be written; it is there.

    Raises:
        OSError: it can't be looked at.
    """
    there = folder.resolve()
    volume = there.stat().st_dev
    way = [there, *takewhile(lambda each: each.stat().st_dev == volume, there.parents)]
    listed = {there, way[-1]}
    if volume == endpoint.system_disk().stat().st_dev:
        listed.remove(way[-1])
    names, unlisted = {each.name for each in way}, []
    for each in sorted(listed):
        try:
            names.update(os.listdir(each))  # noqa: PTH208 - names alone
        except OSError:
            unlisted.append(each)
    return Seen(next((mark for mark in BACKUPS if mark in names), None), tuple(unlisted))
