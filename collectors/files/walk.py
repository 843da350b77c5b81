"""Trees: what lies below a folder, and where a walk doesn't go.

Once a folder is listed, a file in it costs no further look: its mount and its exclusion are those
of the folder. Subfolders wait on a list, so that the depth of a tree costs no recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Kind, Reason, gap_from
from collectors.files.names import Waiting, folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from collectors.artifact import References, Stat
    from collectors.files.names import Entry
    from collectors.files.source import Limits, Source

_UNLIMITED = 1 << 50


@dataclass(slots=True, kw_only=True)
class Budget:
    """What is left of the limits, for one tree or pattern."""

    files: int
    bytes: int
    counts_bytes: bool
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One way of walking: for this source, in this kind, within these limits for each start."""

    source: Source
    kind: Kind
    limits: Limits
    references: References | None = None
    match: re.Pattern[str] | None = None
    once: bool = True

    # Trees.

    def below(self, start: str) -> Iterator[Artifact | Gap]:
        """Everything below a folder, the folder's own entries before those of its subfolders."""
        return self.tree(start, self.budget())

    def budget(self) -> Budget:
        """The limits, nothing of them spent."""
        limits = self.limits
        return Budget(
            files=limits.files, bytes=limits.bytes, counts_bytes=limits.bytes < _UNLIMITED
        )

    def tree(self, start: str, budget: Budget) -> Iterator[Artifact | Gap]:
        """The same, counted against what is left of a pattern's limits."""
        waiting = Waiting(start, self.limits.depth)
        for folder, depth in waiting:
            closed = self.closed(folder, start, depth)
            if closed is not None:
                yield closed
                waiting.add(reversed(self.islands(folder, start)), depth)
                continue
            try:
                entries = self.source.listing(folder)
            except OSError as error:
                yield gap_from(folder, self.kind, error)
                continue
            prefix = folder if folder.endswith("/") else folder + "/"
            yield from self._files(prefix, entries, budget)
            if budget.spent:
                yield self._spent(start)
                return
            waiting.add(folders(prefix, entries), depth - 1)

    def _files(
        self, prefix: str, entries: Iterable[Entry], budget: Budget
    ) -> Iterator[Artifact | Gap]:
        make = self._maker(prefix)
        for name, type_ in entries:
            if type_ == "d" or (self.match is not None and not self.match.search(name)):
                continue
            path = prefix + name
            if self.once and not self.source.once(path):
                continue
            if budget.files <= 0:
                budget.spent = True
                return
            budget.files -= 1
            if budget.counts_bytes and type_ == "f":
                too_large = self._charge(path, budget)
                if too_large is not None:
                    yield too_large
                    continue
            yield make(path) if type_ == "f" else self.entry(path, type_)

    def _maker(self, folder: str) -> Callable[[str], Artifact]:
        """How files in this folder become artifacts: one look at the mount table for all."""
        source, kind, references = self.source, self.kind, self.references
        if not source.opens_places or source.guarded(folder.rstrip("/") or "/"):
            return lambda path: source.file(path, kind, references=references)
        root = source.root
        return lambda path: source.listed_file(root + path, path, kind, references)

    def _charge(self, path: str, budget: Budget) -> Gap | None:
        """Take a file's size off the budget, or the gap of one that is larger than what is left."""
        try:
            found = self.source.look(path)
        except OSError:
            return None  # opening it will say why
        if found.size > budget.bytes:
            detail = f"{found.size} bytes: more than is left of the limit for this place"
            return Gap(
                origin=path, kind=self.kind, reason=Reason.SKIPPED, detail=detail, stat=found
            )
        budget.bytes -= found.size
        return None

    def _spent(self, start: str) -> Gap:
        return Gap(
            origin=start,
            kind=self.kind,
            reason=Reason.SKIPPED,
            detail=f"limit of {self.limits.files} files for this place; the rest was not taken",
        )

    def entry(self, path: str, type_: str) -> Artifact | Gap:
        """The artifact for one entry, or the gap for what has no content to read."""
        if type_ == "f":
            return self.source.file(path, self.kind, references=self.references)
        if type_ == "l":
            return self.source.link(path, self.kind)
        detail = "a named pipe, socket or device; not read"
        return Gap(
            origin=path, kind=self.kind, reason=Reason.UNSUPPORTED, detail=detail,
            stat=self._stat_of(path),
        )  # fmt: skip

    def _stat_of(self, path: str) -> Stat | None:
        try:
            return self.source.look(path)
        except OSError:
            return None

    # Where a walk doesn't go.

    def closed(self, folder: str, start: str, depth: int) -> Gap | None:
        """The gap of a folder that is not entered, or None."""
        if depth <= 0:
            return self.shut(folder, Reason.SKIPPED, "deeper than the limit")
        if folder != start:
            closed = self._another_mount(folder, start)
            if closed is not None:
                return closed
        return self._ours(folder)

    def _another_mount(self, folder: str, start: str) -> Gap | None:
        mount = self.source.mounts.at(self.source.place(folder))
        if mount is None:
            return None
        if mount.pseudo:
            detail = f"{mount.filesystem}: a view of the kernel, no files"
            return self.shut(folder, Reason.SKIPPED, detail)
        if not mount.local:
            detail = f"{mount.filesystem} mount of {mount.what}"
            return self.shut(folder, Reason.NOT_LOCAL, detail)
        shown = self.source.mounts.repeated.get(mount.point)
        if shown is not None and _holds(self.source.place(start), shown):
            detail = f"shows the files of {shown} again (bind mount)"
            return self.shut(folder, Reason.SKIPPED, detail)
        return None

    def islands(self, folder: str, start: str) -> list[str]:
        """Local file systems below a view of the kernel: closed around, but not themselves."""
        mount = self.source.mounts.at(self.source.place(folder))
        if mount is None or not mount.pseudo or folder == start:
            return []
        cut = len(self.source.root)
        return [point[cut:] for point in self.source.mounts.islands(mount.point)]

    def _ours(self, folder: str) -> Gap | None:
        if not self.source.exclude:
            return None
        try:
            found = self.source.look(folder)
        except OSError:
            return None  # listing it will say why
        why = self.source.excluded(found) or self.source.shown_again(folder)
        return None if why is None else self.shut(folder, Reason.SKIPPED, why)

    def shut(self, folder: str, reason: Reason, detail: str) -> Gap:
        """The gap of a folder."""
        return Gap(origin=folder, kind=self.kind, reason=reason, detail=detail)


def _holds(folder: str, path: str) -> bool:
    """Whether a path lies in a folder; both without links in them."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
