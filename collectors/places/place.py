"""A collector that is a table of places: each row says where to look and what it leads to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol

from collectors.artifact import Artifact, Gap, Kind, Phase, Profile
from collectors.files.source import Limits
from collectors.homes import NOBODY, Owner, homes, root_of
from collectors.privacy.privatekey import without_keys

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from collectors.files.source import Source

SETTINGS = Limits(files=50_000, bytes=1 << 30)
"""Of a place where a system is told what to do, by files of a few pages each."""


class Reader(Protocol):
    """Finds the paths that a file names, where `~` is its owner's home."""

    def __call__(self, data: bytes, /, *, owner: Owner) -> list[str]:
        """Absolute paths, each once, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Places that are looked at in the same way; see `Source.take`."""

    patterns: tuple[str, ...]
    homes: bool = False
    """Whether the patterns are relative to each home, where a missing thing is no gap."""
    optional: bool = False
    """Whether a missing thing is no gap: products that few machines have."""
    references: Reader | None = None
    by_account: bool = False
    """Whether each file is called as the account that it belongs to."""
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
        root = root_of(source) if any(row.references for row in self.rows) else NOBODY
        for row in self.rows:
            for base in homes(source) if row.homes else ("/",):
                owner = root._replace(home=base) if row.homes else root
                found = self.take(source, row, base, owner)
                yield from without_keys(source, found) if self.keys else found

    def take(
        self, source: Source, row: Row, base: str, owner: Owner = NOBODY
    ) -> Iterator[Artifact | Gap]:
        """What one row names below one folder."""
        reader = row.references
        for one in source.take(
            row.patterns, self.kind, below=base, optional=row.optional or row.homes,
            limits=row.limits, match=row.match,
            references=None if reader is None else partial(reader, owner=owner),
        ):  # fmt: skip
            if isinstance(one, Artifact) and one.references and reader and row.by_account:
                own = owner.other(posixpath.basename(one.origin))
                yield one._replace(references=partial(reader, owner=own))
            else:
                yield one
