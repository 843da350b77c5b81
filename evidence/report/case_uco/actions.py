"""Who did what with a bundle, when: its signed events as investigative actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import COLLECTION_TYPES, CustodyEvent, Person, Resumed, Started
from chain_of_custody.signing.trust import TrustStore
from evidence.custody.holding import entry_of, facts, person_text
from evidence.intake.case import Import
from evidence.report.case_uco.graph import GraphFile, Ids, moment, node, reference, references

ACTION = "case-investigation:InvestigativeAction"
Lists = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRun:
    """One session of the collection: its key, its events, and which items ended in it."""

    key_sha256: str
    opened: EventFile
    last: EventFile
    items: range


def runs(documents: Documents) -> Iterator[SessionRun]:
    """The sessions of a bundle, from its events."""
    sessions, done = documents.sessions(), 0
    for session, after in zip_longest(sessions, sessions[1:]):
        end = after.opened_by - 1 if after is not None else len(documents.events)
        own = documents.events[session.opened_by - 1 : end]
        collected = [file for file in own if file.event.type in COLLECTION_TYPES]
        size = session.volumes[-1][1].tree.size if session.volumes else done
        yield SessionRun(
            key_sha256=session.key_sha256, opened=collected[0], last=collected[-1],
            items=range(done + 1, size + 1),
        )  # fmt: skip
        done = size


@dataclass(slots=True)
class Actions:
    """The actions of one bundle, in order, and everybody and everything that took part in them.

    Whatever is told twice (a person, a program) is written once.
    """

    graph: GraphFile
    ids: Ids
    record: str
    """The bundle's provenance record."""
    host: str
    done: list[str] = field(default_factory=list)
    """The identifiers of the actions so far."""
    authorizations: list[str] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)

    def collection_id(self, run: SessionRun) -> str:
        """The action that a session is."""
        return self.ids("event", run.opened.event.seq)

    def add_session(
        self, run: SessionRun, *, results: Iterable[str], errors: Iterable[str]
    ) -> None:
        """A session of the collection, with what came of it and what did not."""
        detail = run.opened.detail
        assert isinstance(detail, Started | Resumed)  # noqa: S101 - what opens a session
        tool, sealed = detail.tool, run.last.event.type == "sealed"
        who = self._identity(f"whoever ran the collection with the key {run.key_sha256}")
        program = self._tool(f"{tool.name} {tool.version}", tool.sha256)
        self._add(
            self.collection_id(run), {
                "uco-core:name": "collection",
                "uco-core:description": [] if sealed else ["cut off: an end is not attested"],
                "uco-action:actionStatus": "Complete/Finish" if sealed else "Error",
                "uco-action:startTime": moment(run.opened.event.at),
                "uco-action:endTime": moment(run.last.event.at),
                "uco-action:performer": reference(who),
                "uco-action:instrument": references([program]),
                "uco-action:object": references([self.host]),
            },
            {"uco-action:result": results, "uco-action:error": errors},
        )  # fmt: skip

    def add_import(self, entry: Import) -> None:
        """The import into the case; when it began is recorded nowhere."""
        verdict = entry.verdict
        outcomes = ", ".join(f"{stage.number} {stage.outcome.value}" for stage in verdict.stages)
        who = self._identity(entry.actor or "whoever imported the bundle")
        program = self._tool(entry.tool, None)
        self._add(
            self.ids("import"), {
                "uco-core:name": "import",
                "uco-core:description": [
                    f"copied byte for byte: {entry.files} files, {entry.bytes} bytes",
                    f"verified: exit {verdict.exit}, level {verdict.level}; {outcomes}",
                ],
                "uco-action:endTime": moment(entry.imported),
                "uco-action:performer": reference(who),
                "uco-action:instrument": references([program]),
                "uco-action:object": references([self.record]),
            },
        )  # fmt: skip

    def add_holder(self, file: EventFile) -> None:
        """What a holder of the bundle signed: an instant, by the clock that the event names."""
        entry, event = entry_of(file, TrustStore()), file.event
        named = event.actor is not None and event.actor.name is not None
        who = self._person(event.actor) if named else self._identity(entry.signer)
        others = [each for each in (event.counterpart, *event.witnesses) if each is not None]
        self._authorize(event)
        self._add(
            self.ids("event", event.seq), {
                "uco-core:name": event.type,
                "uco-core:description": [
                    *(f"{key}: {value}" for key, value in facts(entry)),
                    f"time: {event.at_source}",
                    f"signed by {entry.signer} ({entry.role}); nothing here vouches for the name",
                ],
                "uco-action:startTime": moment(event.at), "uco-action:endTime": moment(event.at),
                "uco-action:performer": reference(who),
                "uco-action:participant": references([self._person(each) for each in others]),
                "uco-action:location": references(self._place(event)),
                "uco-action:object": references([self.record]),
            },
        )  # fmt: skip

    def _add(
        self, identifier: str, properties: dict[str, object], lists: Lists | None = None
    ) -> None:
        """An action that was informed by the one before it."""
        before = references(self.done[-1:])
        self.done.append(identifier)
        self.graph.add(
            node(identifier, ACTION, {**properties, "case-investigation:wasInformedBy": before}),
            lists,
        )

    # Who and what took part: written where it is new, named by its identifier.

    def _once(self, kind: str, words: str, properties: Mapping[str, object]) -> str:
        identifier = self.ids(kind, words)
        if identifier not in self._told:
            self._told.add(identifier)
            self.graph.add(node(identifier, kind, properties))
        return identifier

    def _identity(self, name: str) -> str:
        return self._once("uco-identity:Identity", name, {"uco-core:name": name})

    def _person(self, person: Person | None) -> str:
        words = person_text(person) or "not named"
        name = person.name if person is not None else None
        said = {"uco-core:name": name or words, "uco-core:description": [words]}
        return self._once("uco-identity:Person", words, said)

    def _tool(self, named: str, sha256: str | None) -> str:
        name, _, version = named.rpartition(" ")
        digest = [] if sha256 is None else [f"SHA-256 over its files: {sha256}"]
        return self._once(
            "uco-tool:Tool", f"{named} {sha256}", {
                "uco-core:name": name, "uco-tool:version": version, "uco-core:description": digest,
            },
        )  # fmt: skip

    def _place(self, event: CustodyEvent) -> list[str]:
        if event.place is None:
            return []
        said = {"uco-core:name": event.place}
        return [self._once("uco-location:Location", event.place, said)]

    def _authorize(self, event: CustodyEvent) -> None:
        if event.authority is None:
            return
        basis, number = event.authority.basis, event.authority.number
        made = self._once(
            "case-investigation:Authorization", f"{basis} {number}", {
                "uco-core:name": basis, "case-investigation:authorizationType": basis,
                "case-investigation:authorizationIdentifier": [] if number is None else [number],
            },
        )  # fmt: skip
        if made not in self.authorizations:
            self.authorizations.append(made)
