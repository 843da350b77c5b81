"""What is looked into: the working copy of a bundle, or the files of a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import Closed
from chain_of_custody.item import ItemRecord, leaf_in, parse_line
from chain_of_custody.merkle import Tree
from collectors.withheld import PREFIX as WITHHELD
from evidence import custodian
from evidence.intake.case import Case, Import
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.intake.staging import RECORDS
from evidence.report.clocks import started_of
from evidence.triage.errors import TriageError
from evidence.triage.examiner import Examined
from evidence.triage.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A thing whose bytes aren't there to be looked into."""

    origin: str
    reason: str
    why: str = ""
    """Where it should have been there: what went wrong."""


class Place(Protocol):
    """Where files come from."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def bundle_id(self) -> str | None:
        """Of a bundle."""

    @property
    def rules_sha256(self) -> str | None:
        """Digest of the rules that the collection scanned with; None where there was none."""

    def heard(self) -> Iterator[Seen]:
        """Everything there is, known without its bytes; nothing where only looking tells."""

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Everything once more, with its bytes or why there are none."""


class WorkingCopy:
    """Of one imported bundle; its records are held against the tree that was signed first."""

    def __init__(self, case: Case, entry: Import) -> None:
        """Look at the bundle's log.

        Raises:
            TriageError: it can't be read, or the records aren't those that were signed.
        """
        self.name, self.bundle_id = entry.name, entry.bundle_id
        self._copy = case.hosts / entry.name
        self._records = self._copy / RECORDS
        master = case.bundles / entry.name
        try:
            documents = custodian.load(master, partial=True)
        except (CustodyError, CanonicalError, OSError) as error:
            raise TriageError("case_unreadable", path=master, why=error) from error
        started = started_of(documents)
        self.rules_sha256 = started.tool.rules_sha256 if started is not None else None
        closed = [file.detail for file in documents.events if isinstance(file.detail, Closed)]
        self._root = closed[-1].tree.root if closed else Tree().root().hex()
        self._check()

    def _check(self) -> None:
        tree = Tree()
        for line, _ in self._lines():
            tree.append(leaf_in(line))
        if tree.root().hex() != self._root:
            raise TriageError("records_differ", path=self._records)

    def _lines(self) -> Iterator[tuple[bytes, ItemRecord]]:
        try:
            with self._records.open("rb") as file:
                for line in file:
                    record = line.removesuffix(b"\n")
                    yield record, parse_line(record)
        except CanonicalError as error:
            raise TriageError("records_differ", path=self._records) from error
        except OSError as error:
            raise TriageError("case_unreadable", path=self._records, why=error.strerror) from error

    def heard(self) -> Iterator[Seen]:
        """Every record, gaps among them."""
        return (Seen.of(record) for _, record in self._lines())

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Every record with the place of its bytes."""
        for _, record in self._lines():
            seen = Seen.of(record)
            yield seen, self._examined(seen, record)

    def _examined(self, seen: Seen, record: ItemRecord) -> Examined | Missing:
        origin = seen.origin
        if record.meta.same_as is not None:
            return Missing(origin=origin, reason="another name")
        if record.content.status == "gap":
            return Missing(origin=origin, reason=record.meta.reason or "gap")
        if record.meta.attrs is not None and stat.S_ISLNK(record.meta.attrs.mode):
            return Missing(origin=origin, reason="link")
        try:
            path = located(self._copy, record)
        except UnplaceableError as error:
            return Missing(origin=origin, reason="unreadable", why=str(error))
        return Examined(
            origin=origin, path=path, size=record.content.size, record=record,
            modified_ns=seen.modified_ns,
        )  # fmt: skip


class FolderOfFiles:
    """A folder that is no case: every regular file below it; links are not followed."""

    bundle_id: str | None = None
    rules_sha256: str | None = None

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    def heard(self) -> Iterator[Seen]:
        """Nothing yet: a folder is gone through once, since it may change."""
        yield from ()

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Every file, folders in the order of their names."""
        waiting = [self._path]
        while waiting:
            folder = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                yield self._lost(folder, error)
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(folder / entry.name)
                else:
                    yield self._file(folder / entry.name)

    def _file(self, path: Path) -> tuple[Seen, Examined | Missing]:
        origin = self._origin(path)
        try:
            found = path.lstat()
        except OSError as error:
            return self._lost(path, error)
        seen = Seen(
            origin=origin, size=found.st_size, modified_ns=found.st_mtime_ns,
            changed_ns=found.st_ctime_ns,
        )  # fmt: skip
        if not stat.S_ISREG(found.st_mode):
            reason = "link" if stat.S_ISLNK(found.st_mode) else "special"
            return seen, Missing(origin=origin, reason=reason)
        return seen, Examined(
            origin=origin, path=path, size=found.st_size, modified_ns=found.st_mtime_ns
        )

    def _lost(self, path: Path, error: OSError) -> tuple[Seen, Missing]:
        origin, why = self._origin(path), error.strerror or str(error)
        return Seen(origin=origin, size=0), Missing(origin=origin, reason="unreadable", why=why)

    def _origin(self, path: Path) -> str:
        r"""Its path below the folder; bytes that are no UTF-8 as `\xNN`."""
        below = "/" + str(path.relative_to(self._path))
        return os.fsencode(below).decode("utf-8", "backslashreplace")


def is_withheld(origin: str) -> bool:
    """Whether an item only tells of a file whose content stayed where it was."""
    return origin.startswith(WITHHELD)
