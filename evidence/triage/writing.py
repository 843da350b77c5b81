"""What a triage writes: each thing a line, as it comes; so much of one kind, the rest counted."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from chain_of_custody.canonical import encode
from evidence.observed.document import (
    DOCUMENT,
    FILES,
    OBSERVATIONS,
    TABLES,
    UNREAD,
    FoundFile,
    Span,
)
from evidence.observed.observation import Observation, Unread
from evidence.tables.rows import write_table
from evidence.triage.errors import FullError
from evidence.triage.examiner import Row
from evidence.triage.logs import Logs
from evidence.writing import medium

OF_A_RULE = 1000  # observations that are kept; a noisy rule must neither fill the disk nor hide
UNREAD_KEPT = 10_000  # that are listed; the rest is counted
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_MOST_TABLES = 100


class Writing:
    """The files of one triage while it runs; a table is made when its first row comes."""

    def __init__(self, folder: Path) -> None:
        """Begin in an empty folder."""
        self.seen: dict[str, int] = {}
        self.spans: dict[str, Span] = {}
        self.kept = 0
        self.unread = 0
        self.logs = Logs()
        self._of: tuple[int | None, str] = (None, "")
        self._reasons: dict[str, str] = {}
        self._folder = folder
        self._stack = ExitStack()
        self._tables: dict[str, BinaryIO] = {}
        (folder / TABLES).mkdir()
        self._observations = self._new(OBSERVATIONS)
        self._unread = self._new(UNREAD)
        self._files = self._new(FILES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _new(self, name: str) -> BinaryIO:
        return self._stack.enter_context((self._folder / name).open("xb"))

    def tell(self, one: Observation | Unread) -> None:
        """Keep what an examiner said."""
        if isinstance(one, Unread):
            self.logs.unread(one)
            if self._is_told(one):
                return
            self.unread += 1
            if self.unread <= UNREAD_KEPT:
                self._unread.write(encode(one) + b"\n")
            return
        self.seen[one.rule] = self.seen.get(one.rule, 0) + 1
        if one.at is not None:
            self.spans.setdefault(one.rule, Span(first=one.at, last=one.at)).add(one.at)
        if self.seen[one.rule] <= OF_A_RULE:
            self.kept += 1
            self._observations.write(encode(one) + b"\n")

    def _is_told(self, one: Unread) -> bool:
        """Whether another examiner gave the same reason for the same file, just before."""
        file = one.item, one.origin
        if file != self._of:
            self._of, self._reasons = file, {}
        return self._reasons.setdefault(one.why, one.examiner) != one.examiner

    def read(self, found: FoundFile) -> None:
        """Note that a file was read, and what it was."""
        self._files.write(msgspec.json.encode(found) + b"\n")

    def add(self, table: str, row: Row) -> None:
        """One more row of a table; see `examiner.Tables`."""
        if table not in self._tables:
            if _NAME.fullmatch(table) is None or len(self._tables) >= _MOST_TABLES:
                raise ValueError(f"{table}: no name of a table")
            self._tables[table] = self._new(f"{TABLES}/{table}.jsonl")
        self._tables[table].write(msgspec.json.encode(row) + b"\n")

    def finish(self) -> None:
        """Close everything, and make tables to read of the rows."""
        self._stack.close()
        for name in self._tables:
            rows = self._folder / TABLES / f"{name}.jsonl"
            write_table(rows, rows.with_suffix(".txt"))


@contextmanager
def room_for(folder: Path, unfinished: Callable[[Path], None]) -> Iterator[None]:
    """Leave nothing half-written where the medium is full, and nothing else untold.

    Args:
        folder: the one that is made here.
        unfinished: told of it where it stays without its document.

    Raises:
        FullError: the medium was full; what there was of the results is gone.
    """
    taken = os.path.lexists(folder)
    try:
        yield
    except BaseException as error:
        full = isinstance(error, OSError) and medium.is_full(error)
        if full:
            shutil.rmtree(folder, ignore_errors=True)
        if not taken and folder.is_dir() and not (folder / DOCUMENT).exists():
            unfinished(folder)
        if full:
            raise FullError("medium_full", path=folder) from error
        raise


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder of ours, by its name there.

    Raises:
        OSError: the medium failed; a list without a folder's files would pass for a whole one.
    """
    found = {}
    walk = os.walk(folder, onerror=_stop)
    for path in sorted(Path(parent, name) for parent, _, names in walk for name in names):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[path.relative_to(folder).as_posix()] = digest
    return found


def _stop(error: OSError) -> None:
    raise error
