"""A master's custody log: its events, and what checking them came to when the page was made."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import Closed
from chain_of_custody.examination import Examination
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Outcome, Stage
from chain_of_custody.verify import STAGES
from evidence.custody.custodian import STATED
from evidence.intake.case import Import, StoredStage
from evidence.report import acts, shown
from evidence.report.survey import MOST
from evidence.report.tables import Table
from evidence.report.texts import Words
from evidence.telling.phrases.told import told

_CHECKED = (7, 8)  # custody, and whether it goes on from the head at import: no volume is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the page says of it."""

    checked: Table
    passed: bool
    failed: bool
    unread: bool
    """Whether it failed only for what can't be read."""
    events: Table


def examination_of(folder: BundleFolder, entry: Import, now: datetime.datetime) -> Examination:
    """A verification of the master that is held against what the case noted at import."""
    return Examination(
        folder=folder, trust=TrustStore(), anchors=Anchors(head=entry.verdict.head), now=now,
        contents=None, sink=None,
    )  # fmt: skip


def log_of(examination: Examination, words: Words) -> Log:
    """Check the log, and show it as it lies there, whatever came of that."""
    verdict = examination.run([stage for stage in STAGES if stage[0] in _CHECKED])
    stages = [verdict.stage(number) for number in _CHECKED]
    return Log(
        checked=stage_table(words("custody_checked"), stages, words),
        passed=all(stage.outcome is Outcome.PASS for stage in stages),
        failed=any(stage.outcome is Outcome.FAIL for stage in stages),
        unread=verdict.unread,
        events=_events(examination.documents, words),
    )


def stage_table(title: str, stages: Sequence[Stage | StoredStage], words: Words) -> Table:
    """How stages of a verification ended."""
    rows = []
    for stage in stages:
        said = [f.sentence(words.language) for f in stage.findings[:MOST]]
        more = len(stage.findings) - MOST
        findings = " / ".join([*said, f"… +{more}"] if more > 0 else said)
        name = f"{stage.number} {words(f'stage_{stage.name}')}"
        rows.append([name, stage.outcome.value, findings])
    return Table(
        title=title, rows=rows, total=len(rows), file="case.json",
        columns=tuple(map(words, ("stage", "outcome", "finding"))),
    )  # fmt: skip


def _events(documents: Documents, words: Words) -> Table:
    rows: list[list[str]] = []
    run: list[EventFile] = []
    for file in [*documents.events, None]:
        if file is not None and isinstance(file.detail, Closed):
            run.append(file)
            continue
        if run:
            rows.append(_event_row(run, words))
            run = []
        if file is not None:
            rows.append(_event_row([file], words))
    return Table(
        title=words("custody"), rows=rows[:MOST], total=len(rows), file="custody/",
        columns=tuple(map(words, ("col_event", "col_type", "col_when", "col_actor", "col_said"))),
    )  # fmt: skip


def _event_row(files: list[EventFile], words: Words) -> list[str]:
    first, last = files[0].event, files[-1].event
    one = len(files) == 1
    actor = last.actor.name if last.actor is not None else None
    purpose, text = last.purpose, acts.text_of(words, last)
    said = [told(words.language, "act", each) for each in (purpose, text) if each]
    if last.check is not None:
        said += acts.check_of(words, last.check)
    return [
        str(first.seq) if one else f"{first.seq}–{last.seq}",
        acts.type_of(words, last.type),
        _when(files[0], words) if one else f"{first.at} – {last.at}",
        actor or "",
        shown.cut("; ".join(said)),
    ]


def _when(file: EventFile, words: Words) -> str:
    """When it was, marked where that is the word of who signed."""
    at = file.event.at
    return words("v_stated", at=at) if file.event.at_source == STATED else at
