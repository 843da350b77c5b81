"""How the files of an image stand: whether somebody writes to them while they are read."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.disk.images.containers import Image

    Standing = tuple[tuple[int, int, int], ...]
    """Size, and when content and inode were changed, of each file."""
    Look = Callable[[], Standing | None]
    """Tells how they stand now; None where one of them is gone."""


def looking_at(image: Image) -> Look | None:
    """How to ask for it; None for a device, whose times tell nothing of what is on it."""
    return None if image.container == "device" else partial(_standing, image.files)


class Watch:
    """Whether somebody wrote to the files of an image since this was made."""

    def __init__(self, image: Image) -> None:
        self._look = looking_at(image)
        self._before = None if self._look is None else self._look()

    def otherwise(self) -> bool:
        """Whether they stand otherwise now; never of a device."""
        return self._look is not None and self._look() != self._before


def _standing(paths: tuple[str, ...]) -> Standing | None:
    try:
        found = [os.stat(path) for path in paths]
    except OSError:
        return None
    return tuple((each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in found)
