"""Stage 7: the chain of events, who signed them, and what they may say (format, section 7)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chain_of_custody import missing
from chain_of_custody.digest import ZERO, sha256
from chain_of_custody.documents import Documents, EventFile, Unread
from chain_of_custody.errors import AlteredError, UntrustedError
from chain_of_custody.event import (
    COLLECTION_TYPES,
    Closed,
    Resumed,
    Started,
    Timestamped,
)
from chain_of_custody.folder import MANIFEST
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import COLLECTION_ROLE, PERSON_ROLES
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.signing.trust import NotTiedError, TrustStore
from chain_of_custody.stages import kits, sealing, sessions
from chain_of_custody.stages.trees import NO_TREE, grown

STAGE = 7


def check(
    documents: Documents, trust: TrustStore, proved: datetime.datetime | None = None
) -> Iterator[AlteredError]:
    """Everything that is wrong with the custody chain of a bundle.

    Args:
        documents: the signed documents.
        trust: what the user trusts; empty where nobody is to be judged.
        proved: a time before which the sealing is proved to have been.
    """
    if documents.unreadable:
        yield from _as_bytes(documents)
        return
    if not documents.events:
        yield AlteredError(STAGE, "rule_no_event", name="custody/")
        return
    yield from _chain(documents)
    yield from _signers(documents, trust, proved)
    yield from _order(documents)
    yield from _volumes(documents)
    for found in (missing, sessions):
        yield from (_rule(file, key) for file, key in found.contradictions(documents))
    yield from sealing.check(documents)
    yield from _references(documents)
    yield from _anchored(documents)


def _rule(file: EventFile, key: str, **facts: object) -> AlteredError:
    return AlteredError(STAGE, key, name=file.name, **facts)


def _signature(
    documents: Documents, name: str, raw: bytes, signature: bytes | None
) -> cms.Signature | AlteredError:
    """Whose key signed these bytes; or what is wrong with it."""
    if signature is None:
        unsigned = AlteredError(STAGE, "event_unsigned", name=name)
        return documents.absent(f"{name}.p7s", unsigned)
    try:
        return cms.verify(raw, signature)
    except cms.SignatureError as error:
        return AlteredError(STAGE, "event_signature", name=name, why=error)


def _as_bytes(documents: Documents) -> Iterator[AlteredError]:
    """What can be said where an event can't be read: signatures, and the links between bytes."""
    files: list[EventFile | Unread] = [*documents.events, *documents.unreadable]
    for each in files:
        if each.raw is not None:
            refused = _signature(documents, each.name, each.raw, each.signature)
            if isinstance(refused, AlteredError):
                yield refused
    digests = {each.name: sha256(each.raw) if each.raw is not None else "" for each in files}
    for file in documents.events:
        before = digests.get(f"custody/{file.event.seq - 1:05d}.json", ZERO)
        right_name = file.name == f"custody/{file.event.seq:05d}.json"
        if not right_name or (before and file.event.prev != before):
            yield AlteredError(STAGE, "chain_broken", name=file.name)


def _chain(documents: Documents) -> Iterator[AlteredError]:
    """Numbers without holes, each event citing the one before: nothing removed, moved or added."""
    head = ZERO
    bundle = documents.events[0].event.bundle
    for number, file in enumerate(documents.events, 1):
        right_name = file.name == f"custody/{number:05d}.json" and file.event.seq == number
        if not right_name or file.event.prev != head:
            yield AlteredError(STAGE, "chain_broken", name=file.name)
            return
        if file.event.bundle != bundle:
            yield _rule(file, "rule_bundle")
        head = file.sha256


def _signers(
    documents: Documents, trust: TrustStore, proved: datetime.datetime | None
) -> Iterator[AlteredError]:
    """Each collection event by its session's key, holders' events by none of these keys."""
    keys = {session.key_sha256 for session in documents.sessions()}
    current = ""
    for file in documents.events:
        if isinstance(file.detail, Started | Resumed):
            current = file.detail.signer_certificate_sha256
        signed = _signature(documents, file.name, file.raw, file.signature)
        if isinstance(signed, AlteredError):
            yield signed
            continue
        signer = fingerprint(signed.certificate)
        collection = file.event.type in COLLECTION_TYPES
        if signer != current if collection else signer in keys:
            yield AlteredError(STAGE, "event_signer", name=file.name)
        elif isinstance(file.detail, Started) and kits.contradicts(file.detail.kit, signed, trust):
            yield AlteredError(STAGE, "other_kit", name=file.name)
        elif trust:
            yield from _judged(file, signed, trust, proved)


def _judged(
    file: EventFile, signed: cms.Signature, trust: TrustStore, proved: datetime.datetime | None
) -> Iterator[AlteredError]:
    """Whether the signer's role fits; a holder whom nobody certified is no forgery (stage 9)."""
    collection = file.event.type in COLLECTION_TYPES
    try:
        path = trust.path(signed.certificate, signed.others, roles_for(file.event.type))
    except NotTiedError as error:
        if error.key != "stranger":
            yield AlteredError(STAGE, "event_signer", name=file.name)
        elif collection:
            yield UntrustedError(STAGE, error.key, **error.facts)
        return
    # Who revoked a kit says that others may have it; of a person, it is stated (stage 9).
    since = trust.revoked(path) if collection else None
    if since is not None and (proved is None or since <= proved):
        yield UntrustedError(STAGE, "revoked", since=since.isoformat())


def roles_for(kind: str) -> list[str]:
    """Who may sign an event of this type: a witness stands by, and hands nothing over."""
    if kind in COLLECTION_TYPES:
        return [COLLECTION_ROLE]
    if kind in ("released", "received", "refused", "returned", "destroyed"):
        return [role for role in PERSON_ROLES if role != "hozen witness"]
    return list(PERSON_ROLES)


def _order(documents: Documents) -> Iterator[AlteredError]:
    """One beginning, one end, clocks that run forward within a session."""
    sealed = False
    mono = 0  # a clock that began with the machine has no readings below
    for file in documents.events:
        event = file.event
        if (event.type == "collection_started") != (event.seq == 1):
            yield _rule(file, "rule_beginning")
        if sealed and event.type in COLLECTION_TYPES:
            yield _rule(file, "rule_after_sealing")
        if isinstance(file.detail, Started | Resumed):
            mono = 0
        if event.mono is None:
            if event.type in COLLECTION_TYPES:
                yield _rule(file, "rule_no_monotonic")
        elif event.type in COLLECTION_TYPES:
            if int(event.mono) < mono:
                yield _rule(file, "rule_monotonic")
            mono = int(event.mono)
        if not sealed and event.type not in COLLECTION_TYPES and documents.manifest is not None:
            yield _rule(file, "rule_holder_before_sealing")
        sealed = sealed or event.type == "sealed"


def _volumes(documents: Documents) -> Iterator[AlteredError]:
    """Volumes ascend without holes; nothing is both closed and salvaged; trees only grow."""
    number, tree = 0, NO_TREE
    closed = {entry.number for entry in documents.closed()}
    for file in documents.events:
        match file.detail:
            case Closed():
                if file.detail.volume.number != number + 1:
                    yield _rule(file, "rule_next_volume", number=number + 1)
                yield from (_rule(file, key) for key in grown(tree, file.detail.tree))
                number, tree = file.detail.volume.number, file.detail.tree
            case Resumed():
                for entry in file.detail.salvaged:
                    if entry.number in closed:
                        yield _rule(file, "rule_salvage_closed", volume=entry.name)
                    elif entry.number != number + 1:
                        yield _rule(file, "rule_salvage_not_open", volume=entry.name)
                    number = max(number, entry.number)
                if file.detail.tree != tree:
                    yield _rule(file, "rule_tree_left")
            case _:
                pass


def _references(documents: Documents) -> Iterator[AlteredError]:
    """No event speaks of an item, volume or event that does not exist, or of another manifest."""
    there = Citable.of(documents)
    for file in documents.events:
        for reference in there.unknown(file.event.refs, file.event.seq):
            unknown = _rule(file, "rule_cites", reference=reference)
            of_manifest = reference.startswith("manifest:")
            yield documents.absent(MANIFEST, unknown) if of_manifest else unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable:
    """What events of a bundle may speak of."""

    named: frozenset[str]
    items: int
    """How many there are, by the largest tree."""

    @classmethod
    def of(cls, documents: Documents) -> Citable:
        """By the manifest and the closed volumes."""
        heads = [f.detail.tree.size for f in documents.events if isinstance(f.detail, Closed)]
        own = sha256(documents.manifest_raw) if documents.manifest_raw is not None else ""
        named = {f"manifest:{own}"} | {f"volume:{entry.number}" for entry in documents.closed()}
        return cls(named=frozenset(named), items=max(heads, default=0))

    def unknown(self, references: Iterable[str], seq: int) -> Iterator[str]:
        """Those of an event's references, by its number, that lead nowhere."""
        for reference in references:
            kind, _, value = reference.partition(":")
            largest = {"item": self.items, "event": seq - 1}.get(kind, 0)
            known = kind in ("item", "event") and int(value) <= largest
            if not known and reference not in self.named:
                yield reference


def _anchored(documents: Documents) -> Iterator[AlteredError]:
    """What was signed to lie in `anchors/` lies there, to the last bit of a token's outer parts."""
    for file in documents.events:
        if isinstance(file.detail, Timestamped):
            for each in file.detail.files:
                found = documents.anchors.get(each.name)
                if found is None or sha256(found) != each.sha256:
                    differs = _rule(file, "rule_anchor", anchor=each.name)
                    yield documents.absent(f"anchors/{each.name}", differs)
