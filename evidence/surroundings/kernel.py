"""What the kernel tells of many things of one kind, each in a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Told(NamedTuple):
    """What was told."""

    values: dict[str, str]
    """Of each thing that has the value, by the name of its folder."""
    complete: bool
    """False where they could not be listed, or a value was refused: there may be others."""


def told(folder: Path, name: str) -> Told:
    """A value of each thing.

    Args:
        folder: holds a folder for each.
        name: of the file in it.
    """
    found, complete = dict[str, str](), True
    try:
        things = os.listdir(folder)  # noqa: PTH208 - a glob gives nothing where it may not list
    except OSError:
        return Told(found, complete=False)
    for thing in things:
        try:
            found[thing] = (folder / thing / name).read_bytes().decode("utf-8", "replace").strip()
        except (FileNotFoundError, NotADirectoryError, ProcessLookupError):
            continue  # it has none, or ended meanwhile
        except OSError:
            complete = False
    return Told(found, complete)
