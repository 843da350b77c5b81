"""Files that belong together: all are written before the first has its name, or none stays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from evidence.writing import medium


class StaysError(OSError):
    """The medium failed, and of what was to be gone again some may be there, or come back."""

    def __init__(self, error: OSError, paths: Sequence[Path]) -> None:
        """State what failed first, and which names may stand."""
        super().__init__(error.errno, error.strerror, error.filename)
        self.paths = tuple(paths)


def write_together(
    files: Mapping[Path, bytes], mode: int | None = None, private: Path | None = None
) -> None:
    """Write files of which none stands for long without those before it.

    All are written and flushed before the first takes its name. So whoever is killed between two
    names leaves the rest beside it, half-written by name alone.

    Args:
        files: what goes where, in order.
        mode: the permissions of all, where they are not those of any new file.
        private: the one that nobody but its owner can read, from its first byte on.

    Raises:
        FileExistsError: a name is taken; nothing is ever overwritten.
        StaysError: the medium failed, and what has its name may stay; so does what goes with it.
        OSError: the medium did not take them; nothing of them is left.
    """
    begun: list[Path] = []
    named: list[Path] = []
    try:
        for path, data in files.items():
            medium.refuse_taken(path)
            begun.append(medium.write_temporary(path, data, private=path == private))
            if mode is not None:  # some media know one alone
                with medium.speaking_of(path):
                    begun[-1].chmod(mode)
        for path, temporary in zip(files, begun, strict=True):
            medium.refuse_taken(path)
            named.append(path)  # a rename that failed may be done all the same
            with medium.speaking_of(path):
                temporary.replace(path)
            medium.sync_folder(path.parent)
    except BaseException as error:
        take_away(named, after=error)
        for temporary in reversed(begun):
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise


def take_away(named: Sequence[Path], *, after: BaseException) -> None:
    """Take away files that have just got their names, the last first; none goes before the next.

    Args:
        named: in the order in which they got them.
        after: what failed; told as it is, where it is no error of the medium.

    Raises:
        StaysError: one of them may be there after all.
    """
    left = list(named)
    try:
        while left:
            _remove(left[-1])
            left.pop()
        left = list(named)  # what is gone in memory alone comes back with the medium
        for folder in {path.parent: None for path in named}:
            medium.sync_folder(folder)
    except OSError as error:
        if not isinstance(after, OSError):
            raise after from error
        raise StaysError(after, left) from error


def _remove(path: Path) -> None:
    """Take a file away; a medium that takes no change need not be asked where there is none."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        with suppress(FileNotFoundError):
            os.lstat(path)
            raise
