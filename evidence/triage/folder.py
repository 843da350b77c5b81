"""A folder that is no case, and the files in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence.packs.used import UsedSet
from evidence.triage.examiner import Examined
from evidence.triage.places import Missing
from evidence.triage.seen import Seen

_ODD = {stat.S_IFLNK: "link", stat.S_IFDIR: "mount"}
_MOUNTED = "another file system is mounted here: not gone into"


class FolderOfFiles:
    """A folder that is no case: every regular file below it, on its own file system.

    Links are not followed, nor what is mounted below (`/proc` holds a file without end): it is
    named, since `/var` of a mounted disk may be such a one.
    """

    bundle_id: str | None = None
    rules_sha256: str | None = None
    sets: Sequence[UsedSet] = ()
    successor: UsedSet | None = None

    def __init__(self, path: Path) -> None:
        self.name = as_text(path)
        self._path = path

    def heard(self) -> Iterator[Seen]:
        """Nothing yet: a folder is gone through once, since it may change."""
        yield from ()

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Every file of a folder in the order of their names, then what its subfolders have."""
        waiting, device = [self._path], self._path.stat().st_dev
        while waiting:
            folder = waiting.pop()
            try:
                paths = sorted(folder.iterdir())
            except OSError as error:
                yield self._lost(folder, error)
                continue
            for path in paths:
                try:
                    found = path.lstat()
                except OSError as error:
                    yield self._lost(path, error)
                    continue
                if stat.S_ISDIR(found.st_mode) and found.st_dev == device:
                    waiting.append(path)
                else:
                    yield self._one(path, found)

    def _one(self, path: Path, found: os.stat_result) -> tuple[Seen, Examined | Missing]:
        origin = self._origin(path)
        seen = Seen(
            origin=origin, size=found.st_size, modified_ns=found.st_mtime_ns,
            changed_ns=found.st_ctime_ns,
        )  # fmt: skip
        if not stat.S_ISREG(found.st_mode):
            reason = _ODD.get(stat.S_IFMT(found.st_mode), "special")
            why = _MOUNTED if reason == "mount" else ""
            return seen, Missing(origin=origin, reason=reason, why=why)
        return seen, Examined(
            origin=origin, path=path, size=found.st_size, modified_ns=found.st_mtime_ns
        )

    def _lost(self, path: Path, error: OSError) -> tuple[Seen, Missing]:
        origin, why = self._origin(path), error.strerror or str(error)
        return Seen(origin=origin, size=0), Missing(origin=origin, reason="unreadable", why=why)

    def _origin(self, path: Path) -> str:
        """Its path below the folder."""
        return "/" + as_text(path.relative_to(self._path))


def as_text(path: Path) -> str:
    r"""A path; bytes that are no UTF-8 as `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
