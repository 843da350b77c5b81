"""A folder of a source whose entries are looked at by their paths."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.artifact import Stat
    from collectors.files.names import Entry
    from collectors.files.source import Source


class PathFolder:
    """What `OpenFolder` is where no folder can be held open: listed once, asked name by name."""

    def __init__(self, source: Source, path: str) -> None:
        """List it.

        Raises:
            OSError: it can't be listed.
        """
        self._source = source
        self._path = path
        self._entries = source.listing(path)

    def entries(self) -> Iterable[Entry]:
        """Names and types, sorted by raw bytes."""
        return self._entries

    def itself(self) -> Stat:
        """What the file system says of the folder."""
        return self._source.look(self._path)

    def look(self, name: str) -> Stat:
        """The same of an entry, links not followed."""
        return self._source.look(posixpath.join(self._path, name))

    def target(self, name: str) -> str:
        """Where a link in it points."""
        return self._source.readlink(posixpath.join(self._path, name))

    def close(self) -> None:
        """Nothing is held."""
