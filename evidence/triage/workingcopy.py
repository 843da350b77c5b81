"""The working copy of a bundle, with its signed records."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence

from chain_of_custody.documents import Documents
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import Resumed, Started
from chain_of_custody.item import ItemRecord
from evidence.custody import custodian
from evidence.intake.case import Case, Import
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.intake.records import records_of, signed_records
from evidence.packs.used import FOOTPRINT, UsedRules, UsedSet, used_rules
from evidence.triage.errors import TriageError
from evidence.triage.examiner import Examined
from evidence.triage.held import SMALL, HeldError, held
from evidence.triage.logs import refused
from evidence.triage.places import Missing
from evidence.triage.seen import Seen


class WorkingCopy:
    """Of one imported bundle; its records are held against the tree that was signed first."""

    def __init__(self, case: Case, entry: Import) -> None:
        """Look at the bundle's log.

        Raises:
            TriageError: it can't be read.
            CustodianError: it isn't intact.
            RecordsError: the records aren't those that were signed.
        """
        self.name, self.bundle_id = entry.name, entry.bundle_id
        self._copy = case.hosts / entry.name
        master = case.bundles / entry.name
        try:
            documents = custodian.load(master, partial=True)
        except (CustodyError, OSError) as error:
            raise TriageError("case_unreadable", path=master, why=error) from error
        told = self._told(documents)
        self.sets = [each for one in told for each in one.rules_beside_ours]
        newer = [one.rules_in_place_of_ours for one in told]
        self.successor = next(filter(None, newer), None)
        self.rules_sha256 = _rules_of(documents, newer)

    def _told(self, documents: Documents) -> list[UsedRules]:
        """What the footprints name, once all records were held against the signed tree."""
        signed = signed_records(self._copy, documents)
        footprints = [record for record in signed if record.meta.source.origin == FOOTPRINT]
        return [used for record in footprints for used in self._used(record)]

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

    def heard(self) -> Iterator[Seen]:
        """Every record, gaps among them."""
        return map(Seen.of, records_of(self._copy))

    def found(self) -> Iterator[tuple[Seen, Examined | Missing]]:
        """Every record with the place of its bytes."""
        for record in records_of(self._copy):
            seen = Seen.of(record)
            yield seen, self._examined(seen, record)

    def _examined(self, seen: Seen, record: ItemRecord) -> Examined | Missing:
        origin = seen.origin
        if record.meta.same_as is not None:
            return Missing(origin=origin, reason="another name")
        if record.content.status == "gap":
            return Missing(origin=origin, reason=record.meta.reason or "gap", log=refused(record))
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
