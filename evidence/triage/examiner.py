"""The contract of triage: an examiner looks into files, one at a time, and says what it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from chain_of_custody.item import ItemRecord
from evidence.observed.observation import Observation, Unread

Cell = str | int | None
Row = Mapping[str, Cell]


class Tables(Protocol):
    """Takes rows; each table becomes a file of its own, in the order in which rows come."""

    def add(self, table: str, row: Row) -> None:
        """One more row.

        Args:
            table: its name, in the form of a file name.
            row: the same columns in every row of a table.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file to look into: an item of a bundle, or a file of a folder."""

    origin: str
    """Where it was, in the host's own words."""
    path: Path
    """Where its bytes lie here."""
    size: int
    """As it was said; what was read may be more, or less."""
    record: ItemRecord | None = None
    """What was signed of it, where it is an item."""
    modified_ns: int | None = None
    """When it was last written, by the host's clock; ns since 1970."""

    @property
    def item(self) -> int | None:
        """Its number, where it is an item."""
        return self.record.content.seq if self.record is not None else None


class Examiner(Protocol):
    """Looks for one kind of thing in all files of one host; made anew for each host."""

    name: ClassVar[str]

    @property
    def rules(self) -> frozenset[str]:
        """What it looks for, as the index names it; what was not seen is said by these names."""

    @property
    def tried(self) -> frozenset[str]:
        """Those of them for which there was anything to look at; complete after the last file."""

    def wants(self, examined: Examined) -> bool:
        """Whether to look into this one, by what is known without its bytes."""

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look into one file.

        Whatever the bytes are, nothing is raised for it: what can't be read is yielded.

        Raises:
            OSError: the medium of the working copy failed.
        """

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What only all files together say; called once, after the last."""
