"""Raw texts read for one collector: each an artifact or a gap, and at hand for its JSON."""

from __future__ import annotations

import errno
import posixpath
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.files.source import SMALL
from collectors.live.document import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.artifact import Kind
    from collectors.files.snapshot import Snapshot
    from collectors.files.source import Source

# What a driver answers that has no value for an attribute, sysfs(5): no loss.
_NO_VALUE = frozenset([errno.EINVAL, errno.ENODEV, errno.ENXIO, errno.EOPNOTSUPP, errno.ENODATA])


def not_running(name: str, kind: Kind) -> Gap:
    """The one gap of a live collector on a source that isn't alive."""
    return Gap(
        origin=f"hozen:/{name}.json",
        kind=kind,
        reason=Reason.UNSUPPORTED,
        detail="not a running machine",
    )


def without_processes(source: Source, name: str) -> Gap | None:
    """The one gap of a collector of processes' memory; None where it can be read."""
    if source.runs_windows:
        return Gap(
            origin=f"hozen:/{name}.json", kind="memory", reason=Reason.UNSUPPORTED,
            detail="the memory of a running Windows' processes is not read by this version",
        )  # fmt: skip
    return None if source.live else not_running(name, "memory")


def held(origin: str, kind: Kind, snapshot: Snapshot) -> Artifact:
    """The artifact of bytes that were read just now."""
    return Artifact(origin=origin, kind=kind, open=lambda: snapshot)


class Shelf:
    """Raw files read for one collector; what was read stays in `found`, by path."""

    def __init__(self, source: Source, kind: Kind) -> None:
        self.source = source
        self.kind: Kind = kind
        self.found: dict[str, bytes] = {}
        self._gaps: list[Gap] = []

    def take(
        self, *paths: str, limit: int = SMALL, optional: bool = False
    ) -> Iterator[Artifact | Gap]:
        """Each file as an artifact of the bytes read now, or a gap.

        A file that another collector took already is read for the JSON, but is no second item.

        Args:
            paths: files, links not followed at their end.
            limit: bytes; what lies beyond is told by the artifact.
            optional: an absent file is then nothing to tell (a name from a wildcard, a choice).
        """
        for path in paths:
            first = self.source.once(path)
            try:
                snapshot = self.source.snapshot(path, limit=limit)
            except OSError as error:
                gap = gap_from(path, self.kind, error)
                if first and not (optional and gap.reason is Reason.ABSENT):
                    yield gap
                continue
            self.found[path] = snapshot.data
            if first:
                yield held(path, self.kind, snapshot)

    def follow(self, path: str, *, optional: bool = False) -> Iterator[Artifact | Gap]:
        """A file that may be a link: the link, and the file that it leads to under its own name.

        A link into `/proc` is taken as a link only: what lies there is taken by number.
        """
        try:
            real = self.source.resolve(path)
        except OSError as error:
            yield gap_from(path, self.kind, error)
            return
        if real != path and self._is_link(path) and self.source.once(path):
            yield self.source.link(path, self.kind)
        if real.startswith("/proc/"):
            return
        yield from self.take(real, optional=optional)
        if real in self.found:
            self.found[path] = self.found[real]

    def _is_link(self, path: str) -> bool:
        try:
            self.source.readlink(path)
        except OSError:
            return False  # a folder above it is the link
        return True

    def names(self, folder: str, types: str = "fdlo", *, optional: bool = True) -> list[str]:
        """Names in a folder; one that can't be listed is told by `gaps`."""
        try:
            return [name for name, kind in self.source.listing(folder) if kind in types]
        except OSError as error:
            gap = gap_from(folder, self.kind, error)
            if not (optional and gap.reason is Reason.ABSENT):
                self._gaps.append(gap)
            return []

    def folder(self, path: str, *, optional: bool = True) -> Iterator[Artifact | Gap]:
        """Every regular file directly in a folder, read now."""
        names = self.names(path, "f", optional=optional)
        yield from self.gaps()
        yield from self.take(*(posixpath.join(path, name) for name in names), optional=True)

    def attributes(self, folder: str, names: Iterable[str]) -> dict[str, str]:
        """Small values of the kernel as text without the last newline, for the JSON only.

        Hundreds of files of a few bytes each would make hundreds of items that say no more.
        An attribute that the kernel doesn't have is left out, one that it refuses is a gap.
        """
        values = {}
        for name in names:
            path = posixpath.join(folder, name)
            try:
                values[name] = text(self.source.snapshot(path, limit=4096).data.rstrip(b"\n"))
            except OSError as error:
                gap = gap_from(path, self.kind, error)
                if gap.reason is not Reason.ABSENT and error.errno not in _NO_VALUE:
                    self._gaps.append(gap)
        return values

    def gaps(self) -> Iterator[Gap]:
        """What could not be read since the last call."""
        told, self._gaps = self._gaps, []
        yield from told

    def text(self, path: str) -> str | None:
        """What was read there, as text without white space around it."""
        data = self.found.get(path)
        return None if data is None else text(data.strip())

    def lines(self, path: str) -> list[str]:
        """The lines that were read there."""
        return text(self.found.get(path, b"")).splitlines()
