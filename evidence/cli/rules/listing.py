"""`hozen rules list`: every rule with its claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evidence.cli.rules.hits import claim, weight
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from evidence.rulebook.index import Entry, Index, Told


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("list", help=t("rules.list.help"), short_help=t("rules.list"))
    @common(t)
    def list_(*, quiet: bool, as_json: bool) -> int:
        from evidence.rulebook.index import load_index
        from evidence.tool import rules_folder

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        index = load_index(rules_folder())
        for rule, entry in index.rules.items():
            _tell(voice, rule, entry, index)
        voice.result(t("rules.count", count=len(index.rules)))
        rows = [_row(rule, entry, index) for rule, entry in index.rules.items()]
        voice.document({"schema": "hozen-rules-listed/1", "rules": rows})
        return 0

    return list_


def _said(t: Texts, told: Told) -> str:
    return told.ja if t.language == "ja" else told.en


def _tell(voice: Voice, rule: str, entry: Entry, index: Index) -> None:
    t = voice.t
    voice.result(t("rules.line", confidence=weight(t, entry), rule=rule, claim=claim(t, entry)))
    doubt = index.false_positives[entry.false_positives]
    voice.result(t("rules.wrong_where", text=_said(t, doubt)))
    voice.result(t("rules.next", text=_said(t, index.next_steps[entry.next_step])))
    for key in entry.sources:
        source = index.sources[key]
        voice.result(t("rules.source", name=source.name, licence=source.licence))


def _row(rule: str, entry: Entry, index: Index) -> dict[str, object]:
    doubt, step = index.false_positives[entry.false_positives], index.next_steps[entry.next_step]
    return {
        "rule": rule, "claim_en": entry.claim_en, "claim_ja": entry.claim_ja,
        "weight": entry.weight, "where": entry.where, "indicators": entry.indicators,
        "sources": [index.sources[key].name for key in entry.sources],
        "false_positives_en": doubt.en, "false_positives_ja": doubt.ja,
        "next_step_en": step.en, "next_step_ja": step.ja,
    }  # fmt: skip
