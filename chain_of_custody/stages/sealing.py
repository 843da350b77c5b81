"""Stage 7, of a sealed bundle: events and manifest tell one history (format, sections 7 and 8)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents
from chain_of_custody.errors import AlteredError
from chain_of_custody.event import Closed, Resumed, Sealed, Started
from chain_of_custody.manifest import Items, Manifest

STAGE = 7
_SKEW = datetime.timedelta(minutes=10)  # as between token and start: a clock may be set meanwhile


def check(documents: Documents) -> Iterator[AlteredError]:
    """The manifest names the head before `sealed`; `sealed` names the manifest."""
    sealed = [file for file in documents.events if isinstance(file.detail, Sealed)]
    manifest, raw = documents.manifest, documents.manifest_raw
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
    if abs(_second(manifest.started) - _second(documents.events[0].event.at)) > _SKEW:
        yield _refused("manifest.json", "rule_disagree", fact="started")
    yield from _last_tree(documents, manifest.items)


def _last_tree(documents: Documents, items: Items) -> Iterator[AlteredError]:
    """Root and counts are those of the last volume: who can't open it has nothing else to go by."""
    heads = [file.detail.tree for file in documents.events if isinstance(file.detail, Closed)]
    for head in heads[-1:]:
        if head.root != items.merkle_root:
            yield _refused("manifest.json", "rule_last_tree")
        counted = (head.size, head.acquired, head.partial, head.gap, head.bytes)
        if counted != (items.count, items.acquired, items.partial, items.gap, items.bytes):
            yield _refused("manifest.json", "rule_disagree", fact="items")


def _second(moment: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(moment).replace(microsecond=0)
