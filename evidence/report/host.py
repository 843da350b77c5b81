"""Everything that the report says of one imported bundle."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import Documents
from chain_of_custody.folder import BundleFolder
from chain_of_custody.receipt import Receipt
from evidence.intake.case import Case, Import
from evidence.intake.records import signed_records
from evidence.packs.used import UsedSet, set_of
from evidence.report import shown, tables
from evidence.report.clocks import clock_lines, started_of
from evidence.report.copies import Copy
from evidence.report.custody_log import Log, examination_of, log_of, stage_table
from evidence.report.left_out import left_out
from evidence.report.others import beside, in_place, told_of
from evidence.report.repeat import cut_off, encrypted, steps
from evidence.report.rules import RuleSet
from evidence.report.survey import MOST, Survey, survey
from evidence.report.tables import Table
from evidence.report.texts import Words
from evidence.report.triage.newest import triage_lines
from evidence.telling.phrases.told import told
from evidence.telling.titles import titled


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """One bundle's part of the report; lists of text, ready to be shown."""

    name: str
    entry: Import
    sealed: bool
    facts: list[tuple[str, str]]
    survey: Survey
    gaps: Table
    left_out: list[str]
    partial: Table
    archives: Table
    clock: list[str]
    verdict: Table
    not_proved: list[str]
    identity: list[tuple[str, str]]
    tables: list[Table]
    yara: list[str]
    hits: Table
    triage: list[str]
    log: Log
    commands: list[tuple[str, list[str]]]


def host_report(
    case: Case, entry: Import, rules: RuleSet, words: Words, now: datetime.datetime
) -> HostReport:
    """Gather one bundle's part.

    Raises:
        CustodyError: the master is no bundle any more.
        RecordsError: the working copy's records are not those that were signed.
        OSError: something of it can't be read.
    """
    host = case.hosts / entry.name
    folder = BundleFolder(case.bundles / entry.name)
    examination = examination_of(folder, entry, now)
    documents = examination.documents
    copy = Copy(host)
    found = survey(copy.noting(signed_records(host, documents)))
    searched = told_of(copy, found.footprints)
    newer, others = in_place(searched), beside(searched)
    described = [
        tables.users(copy, words), *tables.sections(copy, words), tables.logs(found, words),
    ]  # fmt: skip
    return HostReport(
        name=entry.name, entry=entry, sealed=entry.verdict.sealed,
        facts=_facts(entry, documents, words), survey=found, gaps=_gaps(found, words),
        left_out=left_out(found, words), partial=_partial(found, words),
        archives=_archives(found, words), clock=clock_lines(documents, words),
        verdict=_verdict(entry, words), not_proved=_not_proved(entry, words),
        identity=tables.identity(copy, words), tables=described,
        yara=[*_yara(found, documents, rules, newer, words), *_sets(others, words)],
        hits=_hits(found, rules, others, words),
        triage=triage_lines(case, entry.name, words),
        log=log_of(examination, words), commands=_commands(entry, folder, documents, words),
    )  # fmt: skip


def _columns(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words(name) for name in names)


# Page one.


def _facts(entry: Import, documents: Documents, words: Words) -> list[tuple[str, str]]:
    started, manifest = started_of(documents), documents.manifest
    rows = [("bundle_id", entry.bundle_id)]
    if started is not None:
        begun = documents.events[0].event.at
        tool = f"{started.tool.name} {started.tool.version}"
        recipients = ", ".join(started.recipients) or words("unencrypted")
        rows += [
            ("case_id", started.case_id), ("tier", _tier(documents, words)),
            ("profile", started.profile),
            ("collected", f"{begun} – {manifest.ended if manifest is not None else '?'}"),
            ("col_program", words("collected_by", tool=tool, sha256=started.tool.sha256)),
            ("recipients", recipients),
        ]  # fmt: skip
    rows += [("imported", entry.imported), ("imported_by", entry.actor or words("not_given"))]
    if entry.verdict.root is not None:
        rows += [("root", entry.verdict.root), ("code", spoken_code(entry.verdict.root))]
    return [(words(key), found) for key, found in rows]


def _tier(documents: Documents, words: Words) -> str:
    """Whose work it is: hozen's, or that of others, which it received."""
    receipt = Receipt.of(documents.events[0].event)
    if receipt is None:
        return words("tier_full")
    return words(
        "tier_paper" if receipt.means == "paper" else "tier_native", by=receipt.collected_by,
        means=receipt.means, basis=receipt.basis, sender=receipt.sender, handed=receipt.handed_over,
    )  # fmt: skip


def _gaps(found: Survey, words: Words) -> Table:
    rows = []
    for collector, reason, group in found.gap_rows:
        why = words(f"reason_{reason}") if reason != "…" else reason
        examples = " · ".join(_example(*each, words) for each in group.examples)
        rows.append([titled(collector, words.language), why, str(group.count), examples])
    return Table(
        title=words("not_obtained"), rows=rows, total=len(rows), file="items.jsonl",
        columns=_columns(words, "col_collector", "col_reason", "col_count", "col_examples"),
    )  # fmt: skip


def _example(origin: str, detail: str, words: Words) -> str:
    """One thing that was not obtained, and why."""
    return shown.cut(f"{origin} ({told(words.language, 'gap', detail)})" if detail else origin)


def _partial(found: Survey, words: Words) -> Table:
    rows = [
        [str(item), shown.cut(origin), str(size), shown.cut(told(words.language, "gap", why))]
        for item, origin, size, why in found.partial
    ]
    return Table(
        title=words("partial_list"), rows=rows, total=found.counts["partial"], file="items.jsonl",
        columns=_columns(words, "col_item", "col_path", "col_bytes", "col_error"),
    )  # fmt: skip


def _archives(found: Survey, words: Words) -> Table:
    rows = [
        [str(item), origin, told(words.language, "archive", why)]
        for item, origin, why in found.archives
    ]
    return Table(
        title=words("archives"), rows=rows, total=found.archive_count, file="items.jsonl",
        columns=_columns(words, "col_item", "col_path", "col_error"),
    )  # fmt: skip


def _verdict(entry: Import, words: Words) -> Table:
    return stage_table(words("verdict"), entry.verdict.stages, words)


def _not_proved(entry: Import, words: Words) -> list[str]:
    keys = ["before", "time", "absence", "cause"]
    if entry.verdict.level == "C":
        keys.insert(1, "c")
    return [words(f"not_proved_{key}") for key in keys]


# Rules.


def _yara(
    found: Survey, documents: Documents, rules: RuleSet, newer: Sequence[UsedSet], words: Words
) -> list[str]:  # fmt: skip
    if not found.modes["whole"] + found.modes["windows"]:
        return [words("yara_not_run")]
    started = started_of(documents)
    used = started.tool.rules_sha256 if started is not None else ""
    known = used == rules.sha256 and not newer
    lines = [
        words("yara_counts", **found.modes),
        words("yara_tried", rules=rules.count) if known
        else words("yara_tried_unknown", sha256=used),
    ]  # fmt: skip
    lines += [_of_set("yara_in_place", each, words, ours=used) for each in newer[:MOST]]
    if found.hit_count:
        lines.append(words("yara_hits", hits=found.hit_count, items=found.hit_items))
    else:
        lines.append(words("yara_zero"))
    return lines


def _sets(others: Sequence[UsedSet], words: Words) -> list[str]:
    """What was searched for beside our rules, and whose that is."""
    return [_of_set("yara_set", each, words) for each in others[:MOST]]


def _of_set(key: str, one: UsedSet, words: Words, **more: str) -> str:
    return words(
        key, name=one.name, version=one.version, date=one.date, sha256=one.sha256,
        licence=shown.cut(one.licence), origin=shown.cut(one.origin), **more,
    )  # fmt: skip


def _hits(found: Survey, rules: RuleSet, others: Sequence[UsedSet], words: Words) -> Table:
    rows = []
    for hit in found.hits:
        claim = rules.claim(hit.rule)
        says = claim.words if claim is not None else _no_claim(hit.rule, others, words)
        weight = words(f"weight_{claim.weight}") if claim is not None else ""
        path, text = shown.cut(hit.origin), shown.cut(hit.text)
        rows.append([str(hit.item), path, hit.rule, says, weight, hit.offset, text])
    names = (
        "col_item", "col_path", "col_rule", "col_claim", "col_confidence", "col_offset", "col_text",
    )  # fmt: skip
    return Table(
        title=words("yara"), rows=rows, total=found.hit_count, file="items.jsonl",
        columns=_columns(words, *names),
    )  # fmt: skip


def _no_claim(rule: str, others: Sequence[UsedSet], words: Words) -> str:
    name = set_of(rule)
    if not name:
        return words("claim_unknown")
    licences = dict.fromkeys(each.licence for each in others if each.name == name)
    return words("claim_of_others", set=name, licence=shown.cut(", ".join(licences) or "?"))


def _commands(
    entry: Import, folder: BundleFolder, documents: Documents, words: Words
) -> list[tuple[str, list[str]]]:
    """What anyone can type, with nothing of ours but the files."""
    findings = [finding for stage in entry.verdict.stages for finding in stage.findings]
    commands = [
        (words(step.key), step.script.splitlines())
        for step in steps(folder, documents, cut_off=cut_off(findings))
    ]
    key = " --identity identity.txt" if encrypted(documents) else ""
    own = f"hozen verify bundles/{entry.name}{key}"
    return [*commands, (words("repeat_own"), [own])]
