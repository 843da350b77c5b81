"""Windows' folder for shadow copies, where it holds none."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.observed.observation import Observation
from evidence.triage.files.file import File

_FOLDER = "/system volume information/"
_STORE = (
    "{3808876b-c176-4e48-b7ae-04046e6cc752}"  # behind each copy's own; libvshadow's description
)
_MOST = 100  # volumes


class ShadowCopies:
    """Looks for the stores of shadow copies while files pass.

    A folder of which nothing was listed was closed to whoever listed it, and says nothing.
    """

    def __init__(self) -> None:
        self._others: dict[str, File] = {}
        self._stores: set[str] = set()

    @property
    def was_listed(self) -> bool:
        """Whether such a folder was."""
        return bool(self._others or self._stores)

    def add(self, file: File) -> None:
        """One more file."""
        path = file.path.casefold()
        at = path.find(_FOLDER)
        if at < 0:
            return
        volume = path[:at]
        if _STORE in path[at:]:
            self._stores.add(volume)
        elif len(self._others) < _MOST:
            self._others.setdefault(volume, file)

    def observed(self) -> Iterator[Observation]:
        """Volumes without any."""
        for volume, file in self._others.items():
            if volume not in self._stores:
                yield file.observed("no_shadow_copies", "× 0")
