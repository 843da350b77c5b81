"""Where a program that can't write to a pipe puts its file: beside the bundle, for a time."""

from __future__ import annotations

import os
from pathlib import Path

from evidence import medium


class Landing:
    """A name on the bundle's medium, outside the bundle: one file more in it would alter it."""

    def __init__(self, bundle: Path) -> None:
        self._path = bundle.with_name(f"{bundle.name}.imager")

    @property
    def path(self) -> str:
        """The file's name."""
        return str(self._path.absolute())

    @property
    def taken(self) -> bool:
        """Whether something has that name: a run that was cut off left it."""
        return os.path.lexists(self._path)

    def clear(self) -> None:
        """Take the file away, if there is one, so that a plug that is pulled then brings none back.

        Raises:
            OSError: the medium failed.
        """
        if not self._path.is_dir():  # a folder is none of ours; `others` tells of it
            self._path.unlink(missing_ok=True)
            medium.sync_folder(self._path.parent)

    def others(self) -> list[str]:
        """What a program made of the name: with an ending of its own, in several, or a folder."""
        begun = [path for path in self._path.parent.iterdir() if self._is_of(path)]
        return sorted(path.name for path in begun)

    def _is_of(self, path: Path) -> bool:
        own = path.name == self._path.name
        return path.is_dir() if own else path.name.startswith(self._path.name)
