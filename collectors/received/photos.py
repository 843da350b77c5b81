"""The paper tier: photos as they came from the camera, a form filled by pen, what was typed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind
from collectors.files.reading import FileReading
from collectors.files.snapshot import Snapshot, in_json
from collectors.received.folder import ReceivedFolder
from collectors.received.noting import Noting
from collectors.received.picture import HEAD, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.files.source import Source
    from collectors.received.watched import Watched

_LOOKED_INTO = 64 << 20  # bytes from the beginning: what a camera noted lies there
_TIMES = (
    "Times that a camera noted are those of its own clock, which nobody checked here and anybody "
    "can set; they may have no zone. What was noted can be changed with the file: the digest says "
    "what the file was when it was received, not before."
)


class Photos(ReceivedFolder):
    """Takes photos byte by byte, never turned or made smaller, and a form that was filled by pen.

    It cannot show when a photo was taken: the camera's clock says so, and anybody can set that.
    """

    name: ClassVar[str] = "photos"
    kind: Kind = "photo"
    keeps = _LOOKED_INTO

    def __init__(
        self, *, form: str | None = None, typed: Mapping[str, object] | None = None
    ) -> None:
        """Keep what lies outside the folder.

        Args:
            form: path of the form's photo or scan.
            typed: what somebody typed from it, with who and when.
        """
        super().__init__()
        self._form = form
        self._typed = typed
        self._noting = Noting()
        self._told: dict[str, dict[str, object]] = {}
        self._given: list[str] = []

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the form, the photos, and what these say of themselves."""
        self._told, self._given = {}, []
        if self._form is not None:
            origin = f"hozen:/form/{posixpath.basename(self._form)}"
            form = Artifact(origin, "photo", partial(FileReading, self._form))
            yield self._watched(form)
        if self._typed is not None:
            yield Artifact("hozen:/form/typed.json", "note", partial(_note, self._typed))
        yield from super().collect(source)
        yield Artifact("hozen:/photos.json", "note", self._photos)

    def ended(self, path: str, watched: Watched) -> tuple[str, ...]:
        """A photo was read to its end: what it says of itself is told, in an item of its own."""
        self._told[path] = self._row(path, watched)
        return super().ended(path, watched)

    def _row(self, path: str, watched: Watched) -> dict[str, object]:
        data = bytes(watched.kept)
        picture = type_of(data[:HEAD])
        row: dict[str, object] = {"path": path, "sha256": watched.sha256, "type": picture}
        if picture is None:
            return row
        noted = self._noting.read(data)
        return row | {"noted": noted.fields, "gps": noted.gps, "not_read": noted.why_not}

    def _watched(self, thing: Artifact) -> Artifact:
        self._given.append(thing.origin)
        return super()._watched(thing)

    def _photos(self) -> Snapshot:
        """A row for each file: of one that this session did not read to its end, too."""
        unread = {
            "sha256": None,
            "type": None,
            "not_read": "not by this session: see its item",
        }
        rows = [self._told.get(path, {"path": path, **unread}) for path in self._given]
        return _note({"schema": "hozen-photos/1", "times": _TIMES, "photos": rows})


def _note(document: Mapping[str, object]) -> Snapshot:
    return Snapshot(in_json(document, letters=True))
