"""Stage 7, of a sealed bundle: events and manifest tell one history (format, sections 7 and 8)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from chain_of_custody.digest import sha256
from chain_of_custody.documents import UNNAMED, Documents, EventFile
from chain_of_custody.errors import AlteredError
from chain_of_custody.event import Closed, Resumed, Sealed, Started
from chain_of_custody.manifest import Items, Manifest
from chain_of_custody.stages.trees import NO_TREE

STAGE = 7
_SKEW = datetime.timedelta(minutes=10)  # as between token and start: a clock may be set meanwhile


def check(documents: Documents) -> Iterator[AlteredError]:
    """The manifest names the head before `sealed`; `sealed` names the manifest."""
    sealed = [file for file in documents.events if isinstance(file.detail, Sealed)]
    manifest, raw = documents.manifest, documents.manifest_raw
    if documents.unnamed:
        yield from _cut_off(documents, sealed[-1])
    if manifest is None or raw is None:
        return
    if len(sealed) != 1:
        yield _refused("custody/", "rule_not_sealed" if not sealed else "rule_sealed_twice")
        return
    file = sealed[0]
    if not isinstance(file.detail, Sealed) or file.detail.manifest_sha256 != sha256(raw):
        yield _refused(file.name, "rule_other_manifest")
    elif file.detail.merkle_root != manifest.items.merkle_root:
        yield _refused(file.name, "rule_other_root")
    if file.event.seq != manifest.custody.last_seq + 1 or file.event.prev != manifest.custody.head:
        yield _refused(file.name, "rule_other_history")
    yield from _same_facts(documents, manifest)


def _refused(name: str, key: str, **facts: object) -> AlteredError:
    return AlteredError(STAGE, key, name=name, **facts)


def _cut_off(documents: Documents, file: EventFile) -> Iterator[AlteredError]:
    """A sealing that was cut off lacks its last name alone: the manifest is there, half-named."""
    raw = documents.nameless
    if raw is None:
        yield documents.absent(UNNAMED, _refused(file.name, "rule_manifest_gone"))
    elif isinstance(file.detail, Sealed) and file.detail.manifest_sha256 != sha256(raw):
        yield _refused(file.name, "rule_other_manifest")


def _same_facts(documents: Documents, manifest: Manifest) -> Iterator[AlteredError]:
    """What manifest and events both say, they say alike."""
    openings = [f.detail for f in documents.events if isinstance(f.detail, Started | Resumed)]
    started = documents.events[0].detail
    if not isinstance(started, Started):
        return
    for name, one, other in (
        ("bundle_id", manifest.bundle_id, documents.events[0].event.bundle),
        ("case_id", manifest.case_id, started.case_id),
        ("challenge", manifest.challenge, started.challenge),
        ("recipients", manifest.recipients, started.recipients),
        ("profile", manifest.profile, started.profile),
        ("previous_bundle", manifest.previous_bundle, started.previous_bundle),
        ("clock", manifest.clock.start, started.clock),
        ("host_ref", manifest.host_ref, openings[-1].host_ref),
        ("tool", manifest.tool, openings[-1].tool),
        # Who goes on may have another kit.
        ("kit", manifest.kit, started.kit if len(openings) == 1 else manifest.kit),
        ("volumes", manifest.volumes, documents.closed()),
        ("salvaged", manifest.salvaged, documents.salvaged()),
    ):
        if one != other:
            yield _refused("manifest.json", "rule_disagree", fact=name)
    if _apart(manifest.started, documents.events[0].event.at):
        yield _refused("manifest.json", "rule_disagree", fact="started")
    yield from _end(documents, manifest)
    yield from _last_tree(documents, manifest.items)


def _end(documents: Documents, manifest: Manifest) -> Iterator[AlteredError]:
    """The end lies in the last session, not behind its seal, and is that of the seal."""
    ends = [file.event for file in documents.events if isinstance(file.detail, Started | Resumed)]
    ends += [file.event for file in documents.events if isinstance(file.detail, Sealed)]
    begun, sealed = (int(event.mono or 0) for event in ends[-2:])
    if not begun <= int(manifest.clock.end.mono) <= sealed:
        yield _refused("manifest.json", "rule_disagree", fact="clock")
    if _apart(manifest.ended, ends[-1].at):
        yield _refused("manifest.json", "rule_disagree", fact="ended")


def _last_tree(documents: Documents, items: Items) -> Iterator[AlteredError]:
    """Root and counts are those of the last volume: who can't open it has nothing else to go by."""
    heads = [file.detail.tree for file in documents.events if isinstance(file.detail, Closed)]
    head = heads[-1] if heads else NO_TREE
    if head.root != items.merkle_root:
        yield _refused("manifest.json", "rule_last_tree")
    counted = (head.size, head.acquired, head.partial, head.gap, head.bytes)
    if counted != (items.count, items.acquired, items.partial, items.gap, items.bytes):
        yield _refused("manifest.json", "rule_disagree", fact="items")


def _apart(one: str, other: str) -> bool:
    """Whether two times are further apart than one moment can be told as, in whole seconds."""
    first, second = (datetime.datetime.fromisoformat(each) for each in (one, other))
    return abs(first.replace(microsecond=0) - second.replace(microsecond=0)) > _SKEW
