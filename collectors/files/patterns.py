"""Patterns: what a table of places names, and what a link at the end of one leads to."""

from __future__ import annotations

import posixpath
import re
import stat as modes
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reason, gap_from
from collectors.files.names import folders, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.files.names import Entry
    from collectors.files.walk import Budget, Walk

_ANY_DEPTH = re.compile(r"\*\*([0-9]*)")
_DEPTH = 3  # of `**` without a number, as the published definitions mean it


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns that are walked in one way."""

    walk: Walk

    def matching(self, pattern: str, *, below: str, optional: bool) -> Iterator[Artifact | Gap]:
        """What a pattern names; see `Source.take`."""
        parts = pattern.strip("/").split("/")
        whole_tree = _ANY_DEPTH.fullmatch(parts[-1]) is not None
        budget = self.walk.budget()
        for found in self._expand(below, parts[:-1] if whole_tree else parts, optional):
            if isinstance(found, Gap):
                yield found
                continue
            path, type_ = found
            if type_ == "d" and whole_tree:
                yield from self.walk.tree(path, budget)
                continue
            if type_ != "d" and self.walk.source.once(path):
                yield self.walk.entry(path, type_)
            if type_ == "l":
                yield from self._behind(path, whole_tree, budget)

    def _behind(self, link: str, whole_tree: bool, budget: Budget) -> Iterator[Artifact | Gap]:
        """What a named link leads to: a link to a log is of little use without the log."""
        try:
            path = self.walk.source.resolve(link)
            type_ = self._type(*posixpath.split(path))
        except OSError as error:
            gap = gap_from(link, self.walk.kind, error)
            if gap.reason is not Reason.ABSENT:  # a dangling link is told by the link itself
                yield gap
            return
        if type_ == "d" and whole_tree:
            yield from self.walk.tree(path, budget)
        elif type_ == "f" and self.walk.source.once(path):
            yield self.walk.entry(path, type_)

    def _expand(
        self, base: str, parts: list[str], optional: bool
    ) -> Iterator[tuple[str, str] | Gap]:
        """Paths that match, with their type; links on the way followed, the last one not."""
        if not parts:
            yield base, "d"
            return
        part, rest = parts[0], parts[1:]
        if deep := _ANY_DEPTH.fullmatch(part):
            for folder in self._folders(base, int(deep[1] or _DEPTH)):
                yield from [folder] if isinstance(folder, Gap) else self._expand(folder, rest, True)
            return
        for meant in [part] if _is_wild(part) else self.walk.source.meant(base, part):
            yield from self._matches(base, meant, rest, optional)

    def _matches(
        self, base: str, part: str, rest: list[str], optional: bool
    ) -> Iterator[tuple[str, str] | Gap]:
        """The same from a wildcard on, or from a name as it stands in the folder."""
        wild = _is_wild(part)
        try:
            entries = self._wild(base, part) if wild else [(part, self._type(base, part))]
        except OSError as error:
            gap = gap_from(posixpath.join(base, part, *rest), self.walk.kind, error)
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
                yield self.walk.shut(path, Reason.ABSENT, "not a folder")

    def _through(
        self, path: str, type_: str, rest: list[str], optional: bool
    ) -> Iterator[tuple[str, str] | Gap]:
        """The rest of a pattern below a folder, or below what a link leads to."""
        try:
            folder = self.walk.source.resolve(path) if type_ == "l" else path
        except OSError as error:
            yield gap_from(path, self.walk.kind, error)
            return
        yield from self._expand(folder, rest, optional)

    def _folders(self, base: str, depth: int) -> Iterator[str | Gap]:
        """A folder and those below it, links not followed."""
        yield base
        try:
            entries = self.walk.source.listing(base) if depth else []
        except OSError as error:
            yield gap_from(base, self.walk.kind, error)
            return
        for below in folders(f"{base.rstrip('/')}/", entries):
            yield from self._folders(below, depth - 1)

    def _type(self, base: str, name: str) -> str:
        mode = self.walk.source.look(posixpath.join(base, name)).mode
        if modes.S_ISREG(mode):
            return "f"
        if modes.S_ISDIR(mode):
            return "d"
        return "l" if modes.S_ISLNK(mode) else "o"

    def _wild(self, base: str, part: str) -> Iterable[Entry]:
        text = re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        flags = re.DOTALL | (re.IGNORECASE if self.walk.source.ignores_case(base) else re.NOFLAG)
        pattern = re.compile(text, flags)
        listing = self.walk.source.listing(base)
        return in_order(entry for entry in listing if pattern.fullmatch(entry[0]))


def _is_wild(part: str) -> bool:
    return "*" in part or "?" in part
