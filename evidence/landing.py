"""Where a program that can't write to a pipe puts its file: beside the bundle, for a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evidence import medium

if TYPE_CHECKING:
    from evidence.bundle import BundleWriter
    from evidence.ends import Ends


def _nothing() -> None:
    """Nothing was read of it: no volume waits to be closed."""


def _never() -> bool:
    """No session goes on later."""
    return False


class Landing:
    """A name on the bundle's medium, outside the bundle: one file more in it would alter it."""

    def __init__(
        self, bundle: Path, *, closed: Callable[[], None] = _nothing,
        goes_on: Callable[[], bool] = _never,
    ) -> None:  # fmt: skip
        """A name beside a bundle.

        Args:
            bundle: its folder.
            closed: closes the volume that received the last of the file, if there is one.
            goes_on: whether the session ends here, and another one is to go on.
        """
        self._closed, self._goes_on = closed, goes_on
        self._path = bundle.with_name(f"{bundle.name}.imager")

    @classmethod
    def of_session(cls, writer: BundleWriter, ends: Ends) -> Self:
        """That of a session, which closes its volumes, and knows why it ends."""
        return cls(
            writer.path, closed=partial(writer.close_volume, "limit"),
            goes_on=lambda: ends.cause is not None,
        )  # fmt: skip

    @property
    def path(self) -> str:
        """The file's name."""
        return str(self._path.absolute())

    @property
    def taken(self) -> bool:
        """Whether something has that name: a run that was cut off left it."""
        return os.path.lexists(self._path)

    def clear(self, *, whole: bool = True) -> None:
        """Take the file away, if there is one, so that a plug that is pulled then brings none back.

        Not before a signature binds what was read of it; nor where a session that is gone on with
        was cut off in it: then it is the only image of what was in memory.

        Args:
            whole: whether it was read to its end.

        Raises:
            OSError: the medium failed.
        """
        if not self.taken or self._path.is_dir():  # a folder is none of ours; `others` tells of it
            return
        if whole or not self._goes_on():
            self._closed()
            self._path.unlink(missing_ok=True)
            medium.sync_folder(self._path.parent)

    def others(self) -> list[str]:
        """What a program made of the name: with an ending of its own, in several, or a folder."""
        begun = [path for path in self._path.parent.iterdir() if self._is_of(path)]
        return sorted(path.name for path in begun)

    def _is_of(self, path: Path) -> bool:
        own = path.name == self._path.name
        return path.is_dir() if own else path.name.startswith(self._path.name)
