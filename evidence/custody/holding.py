"""Who held a bundle in which period, as its signed events say it; and what they don't say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import COLLECTION_TYPES, Authority, Check, Person, Started, Transport
from chain_of_custody.findings import Finding
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import name_of, role_of
from chain_of_custody.signing.trust import NotTiedError, TrustStore
from chain_of_custody.stages import statements
from chain_of_custody.stages.custody import roles_for
from chain_of_custody.stages.hand_overs import OpenReleases, due, plain
from evidence.custody.custodian import STATED

_TOLD = {"holder_unknown", "holder_revoked", "corrected_by"}
"""Statements that an entry's own fields tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event after the collection began, and who signed it."""

    file: EventFile
    signer: str
    role: str
    tied: bool
    """Whether the signer leads to something that the reader trusts, and may sign this."""
    wrong_role: bool = False
    """Whether the signer leads there and may not sign this."""
    revoked: str | None = None
    """Since when a certificate on the way to it is revoked."""
    corrected_by: tuple[int, ...] = ()
    remarks: tuple[Finding, ...] = ()
    """What a verifier states of it, but for what the fields above say."""

    @property
    def stated(self) -> bool:
        """Whether its time is the signer's word, and no clock's."""
        return self.file.event.at_source == STATED

    @property
    def number(self) -> int:
        """The event's number."""
        return self.file.event.seq

    @property
    def who(self) -> str:
        """Who acted: the person named, else the signer of the certificate."""
        actor = self.file.event.actor
        return (actor.name if actor is not None else None) or self.signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time and who answers for it; nobody where `holder` is None."""

    begins: str
    ends: str | None
    holder: str | None
    seals: str | None = None
    how: str | None = None
    later: bool = False
    """Whether the holder answers for it only by a signature at its end."""
    tied: bool = False
    """Whether that signature leads to something that the reader trusts."""
    begins_stated: bool = False
    ends_stated: bool = False
    """Whether a time is the word of who signed there, and no clock's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The custody of one bundle."""

    bundle_id: str
    case_id: str
    manifest_sha256: str | None
    root: str | None
    """Both None where nothing was sealed."""
    head: str
    trust: TrustStore
    """What the reader trusts: `tied` is said by that."""
    entries: list[Entry] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)

    def periods_document(self) -> list[dict[str, object]]:
        """Who held it when, for machines."""
        return [
            {
                "from": each.begins, "to": each.ends, "holder": each.holder,
                "how": each.how, "seals": each.seals, "later": each.later, "tied": each.tied,
                "from_stated": each.begins_stated, "to_stated": each.ends_stated,
            }
            for each in self.periods
        ]  # fmt: skip


def holding_of(found: Documents, trust: TrustStore) -> Holding:
    """The custody as a reader needs it; the documents are intact (`custodian.load`)."""
    manifest, raw = found.manifest, found.manifest_raw
    corrected = _corrections(found)
    stated: dict[str | None, list[Finding]] = {}
    for each in statements.holders(found, trust):
        if each.key not in _TOLD:
            stated.setdefault(each.name, []).append(each)
    entries = [
        replace(
            entry_of(file, trust, corrected.get(file.event.seq, ())),
            remarks=tuple(stated.get(file.name, ())),
        )
        for file in found.events
    ]
    return Holding(
        bundle_id=found.events[0].event.bundle, case_id=_case(found),
        manifest_sha256=sha256(raw) if raw is not None else None,
        root=manifest.items.merkle_root if manifest is not None else None,
        head=found.events[-1].sha256, trust=trust, entries=entries,
        periods=list(_periods(entries)),
    )  # fmt: skip


def _case(found: Documents) -> str:
    started = found.events[0].detail
    assert isinstance(started, Started)  # noqa: S101 - an intact log begins so
    return started.case_id


def _corrections(found: Documents) -> dict[int, tuple[int, ...]]:
    """Which events say of an event that it was wrong."""
    by: dict[int, tuple[int, ...]] = {}
    for file in found.events:
        if file.event.type == "corrected":
            for reference in file.event.refs:
                if reference.startswith("event:"):
                    number = int(reference.removeprefix("event:"))
                    by[number] = (*by.get(number, ()), file.event.seq)
    return by


def entry_of(file: EventFile, trust: TrustStore, corrected_by: tuple[int, ...] = ()) -> Entry:
    """An event of an intact log, and who signed it."""
    signed = cms.verify(file.raw, file.signature or b"")
    certificate, path, refused = signed.certificate, None, ""
    try:
        path = trust.path(certificate, signed.others, roles_for(file.event.type))
    except NotTiedError as error:
        refused = error.key
    since = trust.revoked(path) if path is not None else None
    return Entry(
        file=file, signer=name_of(certificate) or "", role=role_of(certificate) or "",
        tied=path is not None, wrong_role=refused == "wrong_role",
        revoked=since.isoformat() if since is not None else None, corrected_by=corrected_by,
    )  # fmt: skip


def _periods(entries: list[Entry]) -> Iterator[Period]:
    """From the end of the collection on: held, on the way, held …; the last one has no end.

    Nobody signs for the time between the sealing and the first hand-over but who hands it over;
    and nobody at all for what follows a release that was not answered before the next one.
    Who received it stays the holder, whoever releases it then: a remark says if it is another.
    """
    waiting, now = OpenReleases(), None
    last = [each for each in entries if each.file.event.type in COLLECTION_TYPES][-1]
    for entry in entries:
        kind = entry.file.event.type
        if entry is last:
            now = Period(begins=entry.file.event.at, ends=None, holder=None)
        elif kind == "released" and now is not None:
            if now.holder is None and waiting.last is None:
                now = replace(now, holder=entry.who, tied=entry.tied, later=True)
            yield _ended(now, entry)
            now = _on_the_way(entry)
        elif kind in ("received", "returned") and now is not None:
            seals = _both(now.seals, _seal(entry.file.event.transport))
            yield _ended(replace(now, seals=seals), entry)
            now = _held(entry)
        waiting.follow(entry.file)
    if now is not None:
        yield now


def _ended(now: Period, by: Entry) -> Period:
    return replace(now, ends=by.file.event.at, ends_stated=by.stated)


def _on_the_way(by: Entry) -> Period:
    """What a release begins."""
    event = by.file.event
    return Period(
        begins=event.at, ends=None, holder=None, seals=_seal(event.transport),
        how=_way(event.transport), begins_stated=by.stated,
    )  # fmt: skip


def _held(by: Entry) -> Period:
    """What a receipt or a return begins."""
    at = by.file.event.at
    return Period(begins=at, ends=None, holder=by.who, tied=by.tied, begins_stated=by.stated)


def _seal(transport: Transport | None) -> str | None:
    return transport.seal_no if transport is not None else None


def _both(given: str | None, found: str | None) -> str | None:
    """The seal of a stretch on the way: two numbers where its ends name two."""
    if given and found and plain(given) != plain(found):
        return f"{given} → {found}"
    return given or found


def _way(transport: Transport | None) -> str | None:
    if transport is None:
        return None
    return " ".join(part for part in (transport.method, transport.tracking) if part) or None


def person_text(person: Person | None) -> str:
    """A person on one line."""
    if person is None:
        return ""
    parts = (person.name, person.title, person.organisation, person.contact)
    return ", ".join(part for part in parts if part)


def facts(entry: Entry) -> list[tuple[str, str]]:
    """What an event says beside its kind, time and signer: a key of the texts, and the words."""
    event = entry.file.event
    found = [
        ("actor", person_text(event.actor)),
        ("counterpart", person_text(event.counterpart)),
        ("witnesses", "; ".join(person_text(each) for each in event.witnesses)),
        ("place", event.place), ("purpose", event.purpose), ("storage", event.storage),
        ("authority", _authority(event.authority)), ("transport", _way(event.transport)),
        ("seal", _seal(event.transport)), ("due", due(event)),
        ("check", _check(event.check) if due(event) is None else None),
        ("refs", ", ".join(each for each in event.refs if not each.startswith("manifest:"))),
        ("text", event.text),
    ]  # fmt: skip
    return [(key, value) for key, value in found if value]


def _authority(authority: Authority | None) -> str | None:
    if authority is None:
        return None
    return " ".join(part for part in (authority.basis, authority.number) if part)


def _check(check: Check | None) -> str | None:
    if check is None:
        return None
    return ": ".join(part for part in (check.what, check.result, check.version) if part)
