"""What lies beside a database in use: without its log, what was written last is missing."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from collectors.files.begun import Begun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Artifact, Gap
    from collectors.files.source import Limits, Source

_MARK = b"SQLite format 3\0"  # sqlite.org/fileformat.html, section 1.3
_BESIDE = ("-wal", "-shm", "-journal")  # sections 1.1 and 4


class Beheld:
    """A file whose beginning is seen as it is taken, so that it is read once."""

    def __init__(self, one: Artifact) -> None:
        """Before the file is given."""
        self._own = one
        self._head: bytes | None = None
        self.artifact = one._replace(open=self._open)
        """What is to be given in its place."""

    def _open(self) -> Begun:
        self._head = b""
        begun = Begun(self._own.open(), len(_MARK))
        self._head = begun.head
        return begun

    def beside(self, source: Source, limits: Limits) -> Iterator[Artifact | Gap]:
        """The logs of a database of SQLite, whatever its name; asked for once it was taken."""
        if self._own.stream is None and self._is_database():
            folder, name = posixpath.split(self._own.origin)
            names = [name + end for end in _BESIDE]
            yield from source.take(
                names, self._own.kind, below=folder, optional=True, limits=limits
            )

    def _is_database(self) -> bool:
        """By its first bytes; False where they can't be read: whoever takes it says so."""
        if self._head is None:  # an earlier session has taken it
            try:
                self._open().close()
            except OSError:
                return False
        return (self._head or b"").startswith(_MARK)
