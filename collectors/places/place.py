"""A collector that is a table of places: each row says where to look and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile, References
from collectors.homes import homes
from collectors.privatekey import without_keys

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from collectors.source import Limits, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Places that are looked at in the same way; see `Source.take`."""

    patterns: tuple[str, ...]
    homes: bool = False
    """Whether the patterns are relative to each home, where a missing thing is no gap."""
    optional: bool = False
    """Whether a missing thing is no gap: products that few machines have."""
    references: References | None = None
    limits: Limits | None = None
    match: re.Pattern[str] | None = None


class Place:
    """Takes what its rows name; a subclass is a table, its docstring the help text."""

    name: ClassVar[str]
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK
    kind: ClassVar[Kind] = "disk"
    rows: ClassVar[tuple[Row, ...]]
    keys: ClassVar[bool] = False
    """Whether private keys may lie here: they are left where they are."""

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what the rows name, row by row."""
        for row in self.rows:
            for base in homes(source) if row.homes else ("/",):
                found = self.take(source, row, base)
                yield from without_keys(source, found) if self.keys else found

    def take(self, source: Source, row: Row, base: str) -> Iterator[Artifact | Gap]:
        """What one row names below one folder."""
        return source.take(
            row.patterns, self.kind, below=base, optional=row.optional or row.homes,
            limits=row.limits, references=row.references, match=row.match,
        )  # fmt: skip
