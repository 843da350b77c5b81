"""Where backups are kept, by what programs leave there: never a place for evidence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from evidence import endpoint

# At the top of a volume that they write backups to.
BACKUPS = (
    "WindowsImageBackup", "FileHistory", "MediaID.bin", "Backups.backupdb", "timeshift",
    "VeeamBackup", "Backup Exec", "BackupExec", "Arcserve", "rsnapshot", "bacula", "borg", "restic",
)  # fmt: skip


def backup_at(folder: Path) -> str | None:
    """A mark of backups beside or above a folder: in it, or in any above it on its volume.

    Of the system's own volume the top is passed over: what keeps states of a system in use marks
    it, too, and that it is no place for evidence is said anyway.

    Args:
        folder: where something is to be written; it is there.

    Raises:
        OSError: it can't be looked at.
    """
    there = folder.resolve()
    volume = there.stat().st_dev
    way = [there, *takewhile(lambda each: each.stat().st_dev == volume, there.parents)]
    if volume == endpoint.system_disk().stat().st_dev:
        way.pop()
    names = {name for each in way for name in _names(each)}
    return next((mark for mark in BACKUPS if mark in names), None)


def _names(folder: Path) -> Iterator[str]:
    """A folder's own name, and of those who may list it, what is in it."""
    yield folder.name
    with suppress(OSError):
        yield from os.listdir(folder)  # noqa: PTH208 - names alone
