"""A tree that is filled through directory descriptors: no link in it is ever followed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from chain_of_custody.system import NEW
from evidence.intake.names import UnplaceableError, Why

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

# What a file system says of a name that it won't have; all else is a failure of the medium.
_REFUSALS = {
    errno.EEXIST: Why.SUPERSEDED,
    errno.ENOTDIR: Why.CONFLICT,
    errno.ELOOP: Why.CONFLICT,
    errno.EISDIR: Why.CONFLICT,
    errno.ENAMETOOLONG: Why.TOO_LONG,
    errno.EINVAL: Why.REFUSED_NAME,
    errno.EILSEQ: Why.REFUSED_NAME,
}


class Tree:
    """Makes folders and claims names below one folder; remembers where it was last."""

    def __init__(self, path: Path) -> None:
        """Begin at an existing folder."""
        self._stack: list[tuple[bytes, int]] = [(b"", os.open(path, _FOLDER))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._stack:
            os.close(self._stack.pop()[1])

    def folder(self, parts: Sequence[bytes]) -> int:
        """The descriptor of a folder, made where it is missing; good until the next call.

        Raises:
            UnplaceableError: something else is there, or the name is not taken.
            OSError: the medium failed.
        """
        kept = 0
        for (name, _), wanted in zip(self._stack[1:], parts, strict=False):
            if name != wanted:
                break
            kept += 1
        while len(self._stack) > kept + 1:
            os.close(self._stack.pop()[1])
        for name in parts[kept:]:
            self._stack.append((name, _enter(self._stack[-1][1], name)))
        return self._stack[-1][1]

    def claim(self, parts: Sequence[bytes]) -> int:
        """Make an empty file of a new name, to be replaced; returns its folder's descriptor.

        Raises:
            UnplaceableError: the name is taken, or not possible here.
            OSError: the medium failed.
        """
        folder = self.folder(parts[:-1])
        try:
            os.close(os.open(parts[-1], NEW, 0o600, dir_fd=folder))
        except OSError as error:
            raise refusal(error, parts[-1], folder) from error
        return folder


def _enter(folder: int, name: bytes) -> int:
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=folder)
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        raise refusal(error) from error


def refusal(
    error: OSError, name: bytes | None = None, folder: int | None = None
) -> OSError | UnplaceableError:
    """What to raise for an error: that the name can't be had, or else the error itself."""
    why = _REFUSALS.get(error.errno or 0)
    if why is None:
        return error
    if why is Why.SUPERSEDED and name is not None and _is_folder(name, folder):
        why = Why.CONFLICT
    return UnplaceableError(why)


def _is_folder(name: bytes, folder: int | None) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
