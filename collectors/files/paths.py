"""Paths of a source: where they lie on this machine, what they mean, where links in them lead.

All are the source's own, absolute and `/`-separated, as text with surrogate escapes for bytes that
are no UTF-8.
"""

from __future__ import annotations

import errno
import os
import posixpath
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.files.mounts import Mount, Mounts

_SPELLINGS = 64  # of one path


class Paths(ABC):
    """Paths, of which nothing is asked but where a link points; and which of them were given."""

    def __init__(self, root: str, mounts: Mounts) -> None:
        """Paths below `root`, where the source's `/` is on this machine, and its mount table."""
        self.root = os.path.realpath(root).rstrip("/")
        self.mounts = mounts
        self._given: set[str] = set()

    @abstractmethod
    def readlink(self, path: str) -> str:
        """Where a symbolic link points; may raise OSError."""

    # Where they lie.

    def place(self, path: str) -> str:
        """Where the source's path is on this machine."""
        return self.root + path if path != "/" else self.root or "/"

    def mount_of(self, path: str) -> Mount | None:
        """The mount that a path (with no links in it) lies on."""
        return self.mounts.holding(self.place(path))

    def guarded(self, path: str) -> bool:
        """Whether reading this path must be left to the child with its deadline."""
        mount = self.mount_of(path)
        return mount is not None and not mount.local

    # Which were given.

    def given(self) -> set[str]:
        """The paths that were given so far: to come back to with `restore`."""
        return set(self._given)

    def restore(self, given: set[str]) -> None:
        """Forget every path that was given since: a rehearsal is over."""
        self._given = set(given)

    def was_given(self, path: str) -> bool:
        """Whether a collector has asked for this path before."""
        return path in self._given

    def once(self, path: str) -> bool:
        """True the first time that a path is asked for: collectors overlap, items don't."""
        if path in self._given:
            return False
        self._given.add(path)
        return True

    # What they mean.

    def ignores_case(self, folder: str) -> bool:  # noqa: ARG002 - here none does
        """Whether names in a folder are the same whatever their case."""
        return False

    def stream_names(self, path: str) -> Sequence[str] | None:  # noqa: ARG002 - here none is
        """How the named streams of a file or folder are called; None where none is shown.

        Raises:
            OSError: it can't be looked at.
        """
        return None

    def resolve(self, path: str, *, links: int = 16) -> str:
        """The path with the links in it followed inside the source, as far as it exists.

        Raises:
            OSError: a folder on the way can't be looked at, or the links form a loop.
        """
        left = [part for part in path.split("/") if part and part != "."]
        done = "/"
        while left:
            part = left.pop(0)
            if part == "..":
                done = posixpath.dirname(done)
                continue
            here = posixpath.join(done, part)
            target = self._link_target(here)
            if target is None:
                done = here
                continue
            links -= 1
            if links < 0:
                raise OSError(errno.ELOOP, "too many symbolic links")
            left = [name for name in target.split("/") if name and name != "."] + left
            if target.startswith("/"):
                done = "/"
        return done

    def _link_target(self, path: str) -> str | None:
        try:
            return self.readlink(path)
        except OSError as error:
            # EINVAL: no link. ENOENT: the rest of the path will say so when it is opened.
            if error.errno in (errno.EINVAL, errno.ENOENT, errno.ENOTDIR):
                return None
            raise

    def meant(self, folder: str, name: str) -> list[str]:  # noqa: ARG002 - here it means itself
        """The names in a folder that a name may mean: itself, or what differs in case only.

        Where there is none, or the folder can't be listed, the name itself: to open it says why.
        """
        return [name]

    def spellings(self, path: str) -> list[str]:
        """The paths that a path may mean, as the names in them stand in their folders.

        Raises:
            OSError: E2BIG, there are more than anybody has but who wants to keep us busy.
        """
        found = ["/"]
        for name in path.strip("/").split("/"):
            found = [
                posixpath.join(folder, each)
                for folder in found
                for each in self.meant(folder, name)
            ]
            if len(found) > _SPELLINGS:
                raise OSError(errno.E2BIG, f"more than {_SPELLINGS} names differ in case only")
        return found
