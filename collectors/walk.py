"""Trees and patterns: what lies below a folder, and what a table of places names.

Once a folder is listed, a file in it costs no further look: its mount and its exclusion are those
of the folder. Subfolders wait on a list, so that the depth of a tree costs no recursion.
"""

from __future__ import annotations

import posixpath
import re
import stat as modes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Kind, Reason, gap_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.artifact import References, Stat
    from collectors.source import Limits, Source

_UNLIMITED = 1 << 50


@dataclass(slots=True, kw_only=True)
class _Budget:
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
        return self._below(start, self._budget())

    def _budget(self) -> _Budget:
        limits = self.limits
        return _Budget(
            files=limits.files, bytes=limits.bytes, counts_bytes=limits.bytes < _UNLIMITED
        )

    def _below(self, start: str, budget: _Budget) -> Iterator[Artifact | Gap]:
        waiting = [(start, self.limits.depth)]
        while waiting:
            folder, depth = waiting.pop()
            closed = self.closed(folder, start, depth)
            if closed is not None:
                yield closed
                waiting.extend((island, depth) for island in self.islands(folder, start))
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
            waiting += [(prefix + name, depth - 1) for name, type_ in entries[::-1] if type_ == "d"]

    def _files(
        self, prefix: str, entries: list[tuple[str, str]], budget: _Budget
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
        if source.guarded(folder.rstrip("/") or "/"):
            return lambda path: source.file(path, kind, references=references)
        root = source.root
        return lambda path: source.listed_file(root + path, path, kind, references)

    def _charge(self, path: str, budget: _Budget) -> Gap | None:
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
            return self._shut(folder, Reason.SKIPPED, "deeper than the limit")
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
            return self._shut(folder, Reason.SKIPPED, detail)
        if not mount.local:
            detail = f"{mount.filesystem} mount of {mount.what}"
            return self._shut(folder, Reason.NOT_LOCAL, detail)
        shown = self.source.mounts.repeated.get(mount.point)
        if shown is not None and _holds(self.source.place(start), shown):
            detail = f"shows the files of {shown} again (bind mount)"
            return self._shut(folder, Reason.SKIPPED, detail)
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
        if (found.device, found.inode) in self.source.exclude:
            return self._shut(folder, Reason.SKIPPED, "our own output")
        return None

    def _shut(self, folder: str, reason: Reason, detail: str) -> Gap:
        return Gap(origin=folder, kind=self.kind, reason=reason, detail=detail)

    # Patterns.

    def matching(self, pattern: str, *, below: str, optional: bool) -> Iterator[Artifact | Gap]:
        """What a pattern names; see `Source.take`."""
        parts = pattern.strip("/").split("/")
        whole_tree = parts[-1] == "**"
        budget = self._budget()
        for found in self._expand(below, parts[:-1] if whole_tree else parts, optional):
            if isinstance(found, Gap):
                yield found
                continue
            path, type_ = found
            if type_ == "d" and whole_tree:
                yield from self._below(path, budget)
                continue
            if type_ != "d" and self.source.once(path):
                yield self.entry(path, type_)
            if type_ == "l":
                yield from self._behind(path, whole_tree, budget)

    def _behind(self, link: str, whole_tree: bool, budget: _Budget) -> Iterator[Artifact | Gap]:
        """What a named link leads to: a link to a log is of little use without the log."""
        try:
            path = self.source.resolve(link)
            type_ = self._type(*posixpath.split(path))
        except OSError as error:
            gap = gap_from(link, self.kind, error)
            if gap.reason is not Reason.ABSENT:  # a dangling link is told by the link itself
                yield gap
            return
        if type_ == "d" and whole_tree:
            yield from self._below(path, budget)
        elif type_ == "f" and self.source.once(path):
            yield self.entry(path, type_)

    def _expand(
        self, base: str, parts: list[str], optional: bool
    ) -> Iterator[tuple[str, str] | Gap]:
        """Paths that match, with their type; links on the way followed, the last one not."""
        if not parts:
            yield base, "d"
            return
        part, rest = parts[0], parts[1:]
        wild = "*" in part or "?" in part
        try:
            entries = self._wild(base, part) if wild else [self._named(base, part)]
        except OSError as error:
            gap = gap_from(posixpath.join(base, *parts), self.kind, error)
            if not (optional and gap.reason is Reason.ABSENT):
                yield gap
            return
        for name, type_ in entries:
            path = posixpath.join(base, name)
            if not rest:
                yield path, type_
            elif type_ in "dl":
                yield from self._through(path, type_, rest, optional or wild)
            elif not (optional or wild):
                yield self._shut(path, Reason.ABSENT, "not a folder")

    def _through(
        self, path: str, type_: str, rest: list[str], optional: bool
    ) -> Iterator[tuple[str, str] | Gap]:
        """The rest of a pattern below a folder, or below what a link leads to."""
        try:
            folder = self.source.resolve(path) if type_ == "l" else path
        except OSError as error:
            yield gap_from(path, self.kind, error)
            return
        yield from self._expand(folder, rest, optional)

    def _named(self, base: str, name: str) -> tuple[str, str]:
        """A name without wildcards as it stands in the folder, and its type."""
        type_ = self._type(base, name)
        return posixpath.basename(self.source.spelled(posixpath.join(base, name))), type_

    def _type(self, base: str, name: str) -> str:
        mode = self.source.look(posixpath.join(base, name)).mode
        if modes.S_ISREG(mode):
            return "f"
        if modes.S_ISDIR(mode):
            return "d"
        return "l" if modes.S_ISLNK(mode) else "o"

    def _wild(self, base: str, part: str) -> list[tuple[str, str]]:
        text = re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        pattern = re.compile(text, re.DOTALL)
        return [entry for entry in self.source.listing(base) if pattern.fullmatch(entry[0])]


def _holds(folder: str, path: str) -> bool:
    """Whether a path lies in a folder; both without links in them."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
