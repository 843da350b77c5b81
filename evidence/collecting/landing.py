"""Where a program that can't write to a pipe puts its file: beside the bundle, for a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evidence.writing import medium

if TYPE_CHECKING:
    from evidence.collecting.ends import Ends
    from evidence.writing.bundle import BundleWriter


def _bound() -> bool:
    """Nothing was read of it, so nothing waits to be bound."""
    return True


def _never() -> bool:
    """Nobody cut it off."""
    return False


class Landing:
    """A name on the bundle's medium, outside the bundle: one file more in it would alter it."""

    def __init__(
        self, bundle: Path, *, bind: Callable[[], bool] = _bound,
        cut_off: Callable[[], bool] = _never,
    ) -> None:  # fmt: skip
        """A name beside a bundle.

        Args:
            bundle: its folder.
            bind: has what was read of the file signed; says whether all of that is.
            cut_off: whether the reading was ended from outside: by a limit, or with the session.
        """
        self._bind, self._cut_off = bind, cut_off
        self._path = bundle.with_name(f"{bundle.name}.imager")

    @classmethod
    def of_session(cls, writer: BundleWriter, ends: Ends) -> Self:
        """That of a session, which closes its volumes, and knows why it ends."""

        def bind() -> bool:
            writer.close_volume("limit")
            return not writer.lost

        return cls(writer.path, bind=bind, cut_off=lambda: ends.cause is not None or ends.limit())

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

        Not before a signature binds what was read of it, nor where that was cut off: then it is the
        only image of what was in memory.

        Args:
            whole: whether it was read to its end.

        Raises:
            OSError: the medium failed.
        """
        if not self.taken or self._path.is_dir():  # a folder is none of ours; `others` tells of it
            return
        if (whole or not self._cut_off()) and self._bind():
            self._path.unlink(missing_ok=True)
            medium.sync_folder(self._path.parent)

    def others(self) -> list[str]:
        """What a program made of the name: with an ending of its own, in several, or a folder."""
        begun = [path for path in self._path.parent.iterdir() if self._is_of(path)]
        return sorted(path.name for path in begun)

    def _is_of(self, path: Path) -> bool:
        own = path.name == self._path.name
        return path.is_dir() if own else path.name.startswith(self._path.name)
