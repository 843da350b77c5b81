"""Where a program that can't write to a pipe puts its file: beside the bundle, for a time."""

from __future__ import annotations

from pathlib import Path


class Landing:
    """A name on the bundle's medium, outside the bundle: one file more in it would alter it."""

    def __init__(self, bundle: Path) -> None:
        self._path = bundle.with_name(f"{bundle.name}.imager")

    @property
    def path(self) -> str:
        """The file's name."""
        return str(self._path.absolute())

    def clear(self) -> None:
        """Take the file away, if there is one: a run that was killed left it."""
        self._path.unlink(missing_ok=True)
