"""Stage 4: the items, when the volumes can be opened: every byte, record, number and tree."""

from __future__ import annotations

from chain_of_custody.documents import Session
from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST
from chain_of_custody.items import ItemReader
from chain_of_custody.manifest import Manifest, VolumeEntry
from chain_of_custody.stages.told import Told, told_by
from chain_of_custody.verdict import Contents, Outcome

STAGE = 4


def check(examination: Examination) -> Finding | None:
    """Read every closed volume in the order of its events."""
    why_not = _why_not(examination)
    if why_not is not None or examination.contents is None:
        examination.say(STAGE, why_not or "needs_identity")
        if why_not != "no_documents":
            _say_under_way(examination)
        return None
    try:
        return _read(examination, examination.contents)
    except CustodyError as error:
        examination.refuse(error)
        return None


def _why_not(examination: Examination) -> str | None:
    """What keeps the volumes from being opened: nothing goes in whose digest was not checked."""
    documents, contents = examination.documents, examination.contents
    if documents.problems or not documents.events:
        return "no_documents"
    closed = documents.closed()
    checked = {(entry.name, entry.sha256, entry.size) for entry in examination.entries}
    if any((entry.name, entry.sha256, entry.size) not in checked for entry in closed):
        return "volumes_not_intact"
    if any(examination.verdict.stage(n).outcome is not Outcome.PASS for n in (1, 2, 3)):
        return "volumes_not_intact"
    if contents is None or not all(contents.can_open(entry) for entry in closed):
        return "needs_identity"
    return None


def _read(examination: Examination, contents: Contents) -> Finding:
    reader = ItemReader(examination.sink)
    said = told_by(examination.documents)
    sessions = examination.documents.sessions()
    sealing = sessions[-1:] if examination.documents.manifest is not None else []
    for session in sessions:
        for entry, closed in session.volumes:
            _read_volume(examination, contents, reader, entry, said[entry.name])
            if reader.head() != closed.tree:
                raise AlteredError(STAGE, "tree_differs", name=entry.name)
        if session.volumes and [session] != sealing:
            _abandon(examination, reader, session)
    if examination.documents.manifest is not None:
        _check_totals(examination.documents.manifest, reader)
    examination.verdict.counts = dict(reader.counts)
    return Finding.of("items_intact", count=reader.tree.size)


def _abandon(examination: Examination, reader: ItemReader, session: Session) -> None:
    """Tell of an item that was cut off where a session ended: its bytes are here, no record is."""
    found = reader.abandon(session.volumes[-1][1])
    if found is not None:
        examination.verdict.unfinished.append(found)
        examination.say(
            9, "unfinished", event=session.opened_by, item=found.item, size=found.size,
            first=found.first, last=found.last, collector=found.collector,
        )  # fmt: skip


def _say_under_way(examination: Examination) -> None:
    """Tell the same as far as the events do: which volumes hold no record, and how much that is."""
    for session in examination.documents.sessions():
        if session.under_way:
            entries = [entry for entry, _ in session.under_way]
            collector = session.under_way[-1][1].progress.current
            examination.say(
                9, "under_way", event=session.opened_by, collector=collector or "?",
                size=sum(entry.size for entry in entries), first=entries[0].number,
                last=entries[-1].number,
            )  # fmt: skip


def _read_volume(
    examination: Examination, contents: Contents, reader: ItemReader, entry: VolumeEntry,
    told: Told,
) -> None:  # fmt: skip
    with examination.folder.open(f"data/{entry.name}") as file:
        if entry.encrypted:
            _compare_recipients(examination, entry, contents.stanzas(entry, file))
            file.seek(0)
        try:
            for record in reader.volume(entry.name, entry.number, contents.members(entry, file)):
                told.check(record)
                if examination.hearer is not None:
                    examination.hearer(record)
        except IncompleteError as error:
            if not contents.is_recipient(examination.recipients or []):
                raise
            why = "does not open for a recipient that is listed"
            raise AlteredError(STAGE, "bad_container", name=entry.name, why=why) from error


def _compare_recipients(examination: Examination, entry: VolumeEntry, found: int) -> None:
    expected = len(examination.recipients or [])
    if found != expected:
        examination.say(9, "recipients_differ", name=entry.name, found=found, expected=expected)


def _check_totals(manifest: Manifest, reader: ItemReader) -> None:
    if reader.goes_on is not None:
        raise AlteredError(STAGE, "no_record", name=MANIFEST, item=reader.goes_on)
    items, counts = manifest.items, reader.counts
    if reader.tree.root().hex() != items.merkle_root:
        raise AlteredError(STAGE, "tree_differs", name=MANIFEST)
    stated = (items.count, items.acquired, items.partial, items.gap, items.bytes)
    found = (reader.tree.size, counts["acquired"], counts["partial"], counts["gap"], reader.bytes)
    if stated != found:
        raise AlteredError(STAGE, "counts_differ", expected=items.count, found=reader.tree.size)
