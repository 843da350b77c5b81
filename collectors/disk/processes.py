"""The processes of libraries by which a disk is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.disk.libraries.library import ENDING, never
from collectors.disk.shadows.stores import LIBVSHADOW
from collectors.disk.tsk.system import LIBTSK

if TYPE_CHECKING:
    from collections.abc import Callable


def end_when(stopping: Callable[[], bool]) -> None:
    """Ask this, whether the run is to end, while one of them is waited for."""
    ENDING.asked = stopping


def end(stopping: Callable[[], bool]) -> None:
    """End them, as a disk is closed that asked this; another disk begins them anew."""
    LIBTSK.close()
    LIBVSHADOW.close()
    if ENDING.asked is stopping:
        ENDING.asked = never
