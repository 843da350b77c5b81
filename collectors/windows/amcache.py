"""Amcache: programs and drivers that were seen on the machine, run or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from collectors.windows.commands import is_program
from collectors.windows.hive import Hive

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS = (
    (r"Root\InventoryApplicationFile\*", "LowerCaseLongPath"),
    (r"Root\InventoryDriverBinary\*", "DriverName"),
    (r"Root\File\*\*", "15"),  # the path, before Windows 10 version 1709
)


def programs(file: BinaryIO) -> Iterator[str]:
    """The paths of programs that have one; those of the store have a folder only.

    Raises:
        OSError: it is no hive, or libregf can't read it.
        ImportError: libregf is missing.
    """
    hive = Hive(file)
    for key, value in _ROWS:
        yield from (text for text in hive.texts(key, (value,)) if is_program(text))
    hive.require_whole()
