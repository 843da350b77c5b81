"""The working copy of a bundle, with its signed records."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.documents import Documents
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import Closed, Resumed, Started
from chain_of_custody.item import ItemRecord, leaf_in, parse_line
from chain_of_custody.merkle import Tree
from evidence.custody import custodian
from evidence.intake.case import Case, Import
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.intake.staging import RECORDS
from evidence.packs.used import FOOTPRINT, UsedRules, UsedSet, used_rules
from evidence.triage.errors import TriageError
from evidence.triage.examiner import Examined
from evidence.triage.held import SMALL, HeldError, held
from evidence.triage.places import Missing
from evidence.triage.seen import Seen


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
        closed = [file.detail for file in documents.events if isinstance(file.detail, Closed)]
        self._root = closed[-1].tree.root if closed else Tree().root().hex()
        self._told: list[UsedRules] = []
        self._check()
        self.sets = [each for one in self._told for each in one.rules_beside_ours]
        newer = [one.rules_in_place_of_ours for one in self._told]
        self.successor = next(filter(None, newer), None)
        self.rules_sha256 = _rules_of(documents, newer)

    def _check(self) -> None:
        tree = Tree()
        for line, record in self._lines():
            tree.append(leaf_in(line))
            if record.meta.source.origin == FOOTPRINT:
                self._told += self._used(record)
        if tree.root().hex() != self._root:
            raise TriageError("records_differ", path=self._records)

    def _used(self, record: ItemRecord) -> list[UsedRules]:
        """What a session's footprint names; nothing where it isn't the one that was signed."""
        found = self._examined(Seen.of(record), record)
        if isinstance(found, Missing):
            return []
        try:
            with held(found) as open_file:
                return [used_rules(open_file.file.read(SMALL))]
        except HeldError:
            return []

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


def _rules_of(documents: Documents, newer: Sequence[UsedSet | None]) -> str | None:
    """The digest of the rules; None where it is not known, or not the same in all sessions.

    Args:
        documents: of the bundle: each session names the rules of its program.
        newer: for each footprint, what took their place.
    """
    details = (file.detail for file in documents.events)
    runs = [each for each in details if isinstance(each, Started | Resumed)]
    if len(newer) != len(runs):  # cut off before its footprint, a session doesn't tell of a newer
        return None
    used = {
        run.tool.rules_sha256 if one is None else one.sha256
        for run, one in zip(runs, newer, strict=True)
    }
    return used.pop() if len(used) == 1 else None
