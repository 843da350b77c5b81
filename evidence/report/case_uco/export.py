"""From a case's folder to one file: bundle by bundle, items as they stream by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from chain_of_custody.code import spoken_code
from chain_of_custody.digest import sha256
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import COLLECTION_TYPES
from chain_of_custody.folder import MANIFEST
from evidence.custody import custodian
from evidence.custody.appending import CustodianError
from evidence.intake.case import CASE_FILE, Case, Import
from evidence.intake.errors import CaseError
from evidence.intake.records import signed_records
from evidence.machine.clock import Clock
from evidence.report.case_uco.actions import Actions, SessionRun, runs
from evidence.report.case_uco.graph import (
    GraphFile,
    Ids,
    Node,
    integer,
    node,
    reference,
    references,
)
from evidence.report.case_uco.items import Held, ItemNodes, content_facet
from evidence.report.clocks import started_of
from evidence.report.errors import ReportError
from evidence.report.page import check_ending, place_for
from evidence.writing import medium


def export_case_uco(
    case: str | Path, *, output: str | Path | None = None, clock: Clock | None = None
) -> Path:
    """Write a case as CASE/UCO in JSON-LD; returns where it is.

    Args:
        case: the case's folder.
        output: the file to write; a new one in the case's `reports` folder when not given.
        clock: where time comes from.

    Raises:
        ReportError: no case, nothing imported, a log that is not intact, or the output name is
            taken, of another ending, or lies among the evidence.
        RecordsError: a working copy's records are not those that were signed.
        OSError: the output could not be written.
    """
    check_ending(output, ".jsonld", ".json")
    opened = Case(Path(case).resolve())
    imports = _imports(opened)
    clock = clock or Clock()
    stamp = clock.utc(clock.wall())[:19].replace("-", "").replace(":", "")
    path = place_for(opened, output, f"case-uco-{stamp}Z.jsonld")
    try:
        with medium.growing(path) as file:
            graph = GraphFile(file)
            told = [_Bundle(graph, opened, entry).tell() for entry in imports]
            graph.add(_investigation(imports[0].bundle_id, told))
            graph.end()
    except FileExistsError as error:
        raise ReportError("taken", path=path) from error
    except (CustodyError, CustodianError) as error:
        raise ReportError("at", path=opened.path, why=error) from error
    return path


def _imports(case: Case) -> list[Import]:
    try:
        imports = case.read().imports
    except CaseError as error:
        raise ReportError("at", path=case.path, why=error) from error
    if not imports:
        raise ReportError("no_case", path=case.path, file=CASE_FILE)
    return imports


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the investigation has to name of a bundle."""

    case_id: str
    objects: list[str]
    authorizations: list[str]


class _Bundle:
    """One imported bundle on its way into the graph."""

    def __init__(self, graph: GraphFile, case: Case, entry: Import) -> None:
        self.graph, self.entry, self.ids = graph, entry, Ids(entry.bundle_id)
        self.copy = case.hosts / entry.name
        self.documents = custodian.load(case.bundles / entry.name, partial=True)
        first = self.documents.events[0]
        started = started_of(self.documents)
        if started is None or first.event.bundle != entry.bundle_id:
            raise ReportError("other_bundle", path=case.bundles / entry.name)
        self.started = started
        self.exhibit = f"{started.case_id}/{entry.bundle_id[:8]}"
        self.items = ItemNodes(self.ids, self.exhibit)
        self.actions = Actions(
            graph=graph, ids=self.ids, record=self.ids("provenance"), host=self.ids("host")
        )

    def tell(self) -> _Told:
        """Everything of it, items before the actions that they came from."""
        self._add_host()
        self._add_bundle()
        sessions = list(runs(self.documents))
        self._add_items(sessions)
        for run in sessions:
            results, errors = self._results(run), self._errors(run)
            self.actions.add_session(run, results=results, errors=errors)
        self.actions.add_import(self.entry)
        for file in self.documents.events:
            if file.event.type not in COLLECTION_TYPES:
                self.actions.add_holder(file)
        return _Told(
            case_id=self.started.case_id, objects=[self.actions.record, *self.actions.done],
            authorizations=self.actions.authorizations,
        )  # fmt: skip

    # The bundle and its files.

    def _add_host(self) -> None:
        said = {
            "uco-core:name": f"host {self.started.host_ref}",
            "uco-core:description": ["named by a salted digest; its own name is in its items"],
        }
        self.graph.add(node(self.actions.host, "uco-observable:Device", said))

    def _add_bundle(self) -> None:
        folder = self.ids("bundle")
        facet = node(
            self.ids("bundle", "file"), "uco-observable:FileFacet", {
                "uco-observable:fileName": self.entry.name, "uco-observable:isDirectory": True,
            },
        )  # fmt: skip
        said = {"uco-core:name": self.entry.name, "uco-core:hasFacet": [facet]}
        self.graph.add(node(folder, "uco-observable:Directory", said))
        for entry in [*self.documents.closed(), *self.documents.salvaged()]:
            name = f"data/{entry.name}"
            self._add_file(name, entry.size, entry.sha256, encrypted=entry.encrypted)
        raw = self.documents.manifest_raw
        if raw is not None:
            self._add_file(MANIFEST, len(raw), sha256(raw), encrypted=None)
        self.graph.add(
            node(
                self.actions.record, "case-investigation:ProvenanceRecord", {
                    "uco-core:name": f"bundle {self.entry.bundle_id}",
                    "uco-core:description": self._digests(),
                    "case-investigation:exhibitNumber": self.exhibit,
                    "uco-core:object": references([folder]),
                },
            )
        )  # fmt: skip

    def _digests(self) -> list[str]:
        """What tells this bundle from another."""
        manifest, last = self.documents.manifest, self.documents.events[-1]
        found = [f"head of the custody log (event {last.event.seq}): {last.sha256}"]
        if manifest is not None:
            root = manifest.items.merkle_root
            found.insert(0, f"root: {root}; spoken code: {spoken_code(root)}")
        return found

    def _add_file(self, name: str, size: int, digest: str, *, encrypted: bool | None) -> None:
        facets = [
            node(
                self.ids("bundle", name, "file"), "uco-observable:FileFacet", {
                    "uco-observable:fileName": name.rpartition("/")[2],
                    "uco-observable:filePath": name,
                    "uco-observable:sizeInBytes": integer(size),
                },
            ),
            content_facet(self.ids, ("bundle", name), size, digest, encrypted=encrypted),
        ]  # fmt: skip
        file = self.ids("bundle", name)
        said = {"uco-core:name": name, "uco-core:hasFacet": facets}
        self.graph.add(node(file, "uco-observable:File", said))
        self.graph.add(
            node(
                self.ids("bundle", name, "contained"), "uco-observable:ObservableRelationship", {
                    "uco-core:source": references([file]),
                    "uco-core:target": reference(self.ids("bundle")),
                    "uco-core:kindOfRelationship": "Contained_Within",
                    "uco-core:isDirectional": True,
                },
            )
        )  # fmt: skip

    # Its items.

    def _add_items(self, sessions: list[SessionRun]) -> None:
        """Write them as they are read; beyond the last session's, there is to be none."""
        found = signed_records(self.copy, self.documents)
        for run in sessions:
            collection = self.actions.collection_id(run)
            for record in islice(found, len(run.items)):
                for made in self.items.of(record, collection):
                    self.graph.add(made)
        for _ in found:
            pass

    def _results(self, run: SessionRun) -> Iterator[str]:
        """The provenance records of what a session obtained."""
        if run.last.event.type == "sealed":
            yield self.actions.record
        for item in run.items:
            if self.items.held(item) in (Held.WHOLE, Held.PARTIAL):
                yield self.items.provenance_id(item)

    def _errors(self, run: SessionRun) -> Iterator[str]:
        """What it looked for and did not obtain, or not all of it."""
        for item in run.items:
            if self.items.held(item) in (Held.GAP, Held.PARTIAL):
                yield self.items.note_id(item)


def _investigation(first: str, told: list[_Told]) -> Node:
    """The case: what belongs to it."""
    names = dict.fromkeys(each.case_id for each in told)
    objects = [identifier for each in told for identifier in each.objects]
    grounds = dict.fromkeys(ground for each in told for ground in each.authorizations)
    return node(
        Ids(first)("investigation"), "case-investigation:Investigation", {
            "uco-core:name": ", ".join(names),
            "uco-core:description": [
                "An export for other tools. What is signed is the bundle; this file is not."
            ],
            "case-investigation:relevantAuthorization": references(grounds),
            "uco-core:object": references(objects),
        },
    )  # fmt: skip
