"""What was received against what was listed: every file is one of five results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.artifact import Gap, Reason
from collectors.pathtext import to_bytes
from collectors.received.digestlist import MOST, DigestList
from collectors.received.watched import Watched


@dataclass(slots=True)
class Comparison:
    """Grows while files are read; complete when all were."""

    lists: list[str] = field(default_factory=list)
    """Paths of the lists that were found."""
    listed: DigestList = field(default_factory=DigestList)
    matches: int = 0
    differs: list[str] = field(default_factory=list)
    not_listed: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    """Listed and there, but not read whole, or read before an interruption."""
    missing: list[str] = field(default_factory=list)
    _offered: set[str] = field(default_factory=set)
    _compared: set[str] = field(default_factory=set)

    def offer(self, path: str) -> None:
        """Something of this name lies in the folder."""
        path = self._as_listed(path)
        if path in self.listed.digests:
            self._offered.add(path)
        elif self.lists and path not in self.lists:
            self.not_listed.append(path)

    def see(self, path: str, watched: Watched) -> tuple[str, ...]:
        """A file was read to its end; what is to be said of it."""
        path = self._as_listed(path)
        wanted = self.listed.digests.get(path)
        if wanted is None or not watched.whole:
            return ()
        self._compared.add(path)
        if watched.sha256 == wanted:
            self.matches += 1
            return ()
        self.differs.append(path)
        return (f"differs from the list that came with it: listed SHA-256 {wanted}",)

    def _as_listed(self, path: str) -> str:
        """A name in code page 932, as a careless copy leaves it, is listed under what it means."""
        if path in self.listed.digests or path.isprintable():
            return path
        try:
            meant = to_bytes(path).decode("cp932")
        except UnicodeDecodeError:
            return path
        return meant if meant in self.listed.digests else path

    def finish(self) -> Iterator[Gap]:
        """All files were read: a gap for each that is listed and not there."""
        for path in self.listed.digests:
            if path not in self._offered:
                self.missing.append(path)
                detail = f"listed in {', '.join(self.lists)}, not in the folder that was received"
                yield Gap(origin=path, kind="native", reason=Reason.ABSENT, detail=detail)
            elif path not in self._compared:
                self.not_compared.append(path)

    @property
    def troubled(self) -> bool:
        """Whether somebody has to look: something was listed otherwise than it came."""
        unread = self.not_compared or self.listed.unreadable
        return bool(self.differs or self.missing or unread)

    def counts(self) -> dict[str, int]:
        """How many files each result has."""
        return {
            "matches": self.matches, "differs": len(self.differs), "missing": len(self.missing),
            "not_listed": len(self.not_listed), "not_compared": len(self.not_compared),
            "unreadable_lines": self.listed.unreadable_lines,
        }  # fmt: skip

    def document(self) -> dict[str, object]:
        """The same with names, for the bundle."""
        return {
            "lists": self.lists, "counts": self.counts(), "differs": self.differs[:MOST],
            "missing": self.missing[:MOST], "not_listed": self.not_listed[:MOST],
            "not_compared": self.not_compared[:MOST],
            "unreadable_lines": self.listed.unreadable,
        }  # fmt: skip
