"""A folder that another tool or another person filled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, MissingRange, Phase, Profile, Reading, Reason
from collectors.files.snapshot import Snapshot, in_json
from collectors.received.comparison import Comparison
from collectors.received.digestlist import NAMES
from collectors.received.steps import LOG, Steps, read_steps
from collectors.received.watched import Watched
from collectors.tree import ALL

if TYPE_CHECKING:
    from collectors.files.source import Source

_EMPTY = "nothing lies in the folder that was handed over"
_KEPT = 32 << 20  # bytes of a list or log that are looked into


class ReceivedFolder:
    """Takes every file of a folder that somebody else filled, unchanged, links as links.

    It cannot show how the files came about, nor what was left out. Times are those that the medium
    holds, which are those of the copy where the other tool didn't keep them.
    """

    name: ClassVar[str] = "received"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK
    kind: Kind = "native"
    keeps: ClassVar[int] = 0
    """Bytes from the beginning of every file that are looked into."""

    def __init__(self) -> None:
        """Nothing is compared yet."""
        self.comparison = Comparison()
        self.steps: Steps | None = None
        self._kept: dict[str, Snapshot] = {}

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the lists, then everything else, then what was listed or tried in vain."""
        self.comparison, self.steps, self._kept = Comparison(), None, {}
        lists = self._lists(source)
        empty = not lists
        for path in lists:
            yield self._watched(source.file(path, self.kind))
            self.comparison.lists.append(path)
            said = self._content(source, path)
            self.comparison.listed.add(path, said.data, cut=bool(said.missing))
        for thing in source.walk("/", self.kind, limits=ALL, once=False):
            if thing.origin in lists:
                continue
            empty = False
            self.comparison.offer(thing.origin)
            yield self._watched(thing) if isinstance(thing, Artifact) else thing
        if empty:  # as where a stick should be mounted, and isn't
            yield Gap("/", self.kind, Reason.ABSENT, _EMPTY, expected=True)
        yield from self.comparison.finish()
        yield from self._tried(source)
        yield Artifact("hozen:/received.json", "note", self._account)

    @staticmethod
    def _lists(source: Source) -> list[str]:
        try:
            entries = source.listing("/")
        except OSError:
            return []  # the walk will say why
        return [f"/{name}" for name, type_ in entries if type_ == "f" and name in NAMES]

    def _watched(self, thing: Artifact) -> Artifact:
        return thing._replace(open=partial(self._open, thing))

    def _open(self, thing: Artifact) -> Reading:
        keep = _KEPT if _is_said(thing.origin) else self.keeps
        return Watched(thing.open(), partial(self.ended, thing.origin), keep=keep)

    def ended(self, path: str, watched: Watched) -> tuple[str, ...]:
        """A file was read to its end; what is to be said of it."""
        if _is_said(path):
            beyond = [MissingRange(len(watched.kept), None, "our limit")] if watched.cut else []
            self._kept[path] = Snapshot(bytes(watched.kept), missing=beyond)
        return self.comparison.see(path, watched)

    def _content(self, source: Source, path: str) -> Snapshot:
        """A list as it was just taken; read again only where an earlier session took it."""
        if path not in self._kept:
            try:
                self._kept[path] = source.snapshot(path, limit=_KEPT)
            except OSError:
                return Snapshot(b"")  # its item is a gap that says why
        return self._kept[path]

    def _tried(self, source: Source) -> Iterator[Gap]:
        if LOG in self._kept or source.exists(LOG):
            said = self._content(source, LOG)
            self.steps = read_steps(said.data, cut=bool(said.missing))
        if self.steps is not None:
            yield from self.steps.gaps

    def _account(self) -> Snapshot:
        steps = self.steps
        document = {
            "schema": "hozen-received/1", "comparison": self.comparison.document(),
            "steps": None
            if steps is None
            else {"system": steps.system, "outcomes": dict(sorted(steps.outcomes.items()))},
        }  # fmt: skip
        return Snapshot(in_json(document, letters=True))


def _is_said(path: str) -> bool:
    """Whether a file says something of the others: a list of digests, or the log of a script."""
    return path == LOG or path[1:] in NAMES
