"""Who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap
from collectors.live.document import Document, text
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf
from collectors.live.utmp import RECORD, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

UTMP = ("/run/utmp", "/var/run/utmp")
LOGIND = ("sessions", "users", "seats")


class Sessions(OfRunning):
    """Takes the login records of the moment (utmp) and what systemd-logind notes of each session.

    Cannot show sessions that ended (wtmp, another collector's), nor logins by programs that write
    no record: most remote command executions, web shells and stolen service accounts don't.
    """

    name: ClassVar[str] = "sessions"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The utmp file, the notes of logind, the JSON of both."""
        shelf = Shelf(source, "system")
        yield from self._utmp(shelf)
        for folder in LOGIND:
            yield from shelf.folder(f"/run/systemd/{folder}")
        if shelf.found:
            yield self._document(shelf).artifact()

    @staticmethod
    def _utmp(shelf: Shelf) -> Iterator[Artifact | Gap]:
        """/run/utmp, and /var/run/utmp where that is another file."""
        yield from shelf.take(UTMP[0])
        try:
            real = shelf.source.resolve(UTMP[1])
        except OSError:
            real = UTMP[1]  # reading it will say why
        if real != UTMP[0]:
            yield from shelf.take(UTMP[1], optional=True)

    @staticmethod
    def _document(shelf: Shelf) -> Document:
        document = Document(Sessions.name, "system")
        document.table("logins")
        document.table("logind")
        for path in UTMP:
            data = shelf.found.get(path, b"")
            for record in records(data):
                document.row("logins", {"file": path, **record})
            if len(data) % RECORD.size:
                document.row("cut_records", {"file": path, "bytes": len(data) % RECORD.size})
        for path, data in shelf.found.items():
            if path not in UTMP:
                document.row("logind", {"file": text(path), "values": _assignments(data)})
        return document


def _assignments(data: bytes) -> dict[str, str]:
    """`KEY=value` lines; comments left out."""
    pairs = (line.partition("=") for line in text(data).splitlines() if not line.startswith("#"))
    return {key: value for key, equals, value in pairs if equals}
