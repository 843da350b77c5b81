"""Where backups are kept, by what programs leave there: never a place for evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# At the top of a volume that they write backups to.
BACKUPS = (
    "WindowsImageBackup", "FileHistory", "MediaID.bin", "Backups.backupdb", "timeshift",
    "VeeamBackup", "Backup Exec", "BackupExec", "Arcserve", ".snapshots", "rsnapshot", "bacula",
    "borg", "restic",
)  # fmt: skip


def backup_in(places: Iterable[Path]) -> str | None:
    """The first mark of backups in one of these folders."""
    for place in places:
        with suppress(OSError):
            names = set(os.listdir(place))  # noqa: PTH208 - names alone
            found = [name for name in BACKUPS if name in names]
            if found:
                return found[0]
    return None
