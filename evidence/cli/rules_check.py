"""`hozen rules check`: whether a set of rules is in order, and what it says of harmless files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from chain_of_custody.findings import escaped
from evidence.cli.engines import engines
from evidence.cli.hits import weight
from evidence.cli.rule_sets import licensed, vouched
from evidence.cli.shared import UsageError, Voice, common
from evidence.cli.texts import Texts
from evidence.engines.names import EngineName
from evidence.units import shown_size

if TYPE_CHECKING:  # a verb's help must not wait for YARA
    from evidence.triage.checking import Problem
    from evidence.triage.index import Entry, Index
    from evidence.triage.trial import Trial

Entries: TypeAlias = "Callable[[str], Entry | None]"
"""What the index has for a rule, as records name it."""

NOT_IN_ORDER = 3  # as docs/exit-codes.md: done, but something that was expected is missing


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("check", help=t("rules.check.help"), short_help=t("rules.check"))
    @click.argument("folder", required=False, metavar="FOLDER|PACK")
    @click.option("--clean", multiple=True, metavar="DIR", help=t("rules.check.clean"))
    @engines(t)
    @licensed(t)
    @vouched(t)
    @common(t)
    def check_(
        *, folder: str | None, clean: tuple[str, ...], engine: EngineName,
        licence: str | None, rules_trust: tuple[str, ...], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.cli.rules_check_set import check_set
        from evidence.engines.choice import ENGINES
        from evidence.scanner import load_rules
        from evidence.tool import rules_folder
        from evidence.triage.checking import problems
        from evidence.triage.index import NAME, load_index
        from evidence.triage.trial import files_below, speeds, trial

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        for each in clean:
            if not Path(each).is_dir():
                raise UsageError(t("rules.check.no_folder", path=escaped(each)))
        home = Path(folder) if folder is not None else rules_folder()
        if not (home / NAME).is_file():  # no index of ours: a pack, or rules of others
            return check_set(voice, home, licence, rules_trust, clean, ENGINES[engine]())
        maker = ENGINES[engine]()
        rules, index = load_rules(home, maker), load_index(home)
        found, timed = problems(home, rules), speeds(home, maker)
        count = len(index.rules.keys() | set(rules.names_of_rules))
        _tell(voice, found, timed, count)
        trials = {each: trial(rules, files_below(each)) for each in clean}
        alarms = tell_trials(voice, trials, index.entry)
        voice.document(_document(found, timed, count, trials, index))
        return NOT_IN_ORDER if found or alarms else 0

    return check_


def _tell(voice: Voice, found: list[Problem], timed: dict[str, float], count: int) -> None:
    t = voice.t
    for file, speed in timed.items():
        voice.result(t("rules.speed", file=file, speed=round(speed)))
    for one in found:
        rule, detail = escaped(one.rule), escaped(one.detail)
        voice.result(t(f"rules.problem.{one.kind}", rule=rule, detail=detail))
    if found:
        voice.result(t("rules.problems", problems=len(found), count=count))
    else:
        voice.result(t("rules.in_order", count=count))


def tell_trials(
    voice: Voice, trials: dict[str, Trial], of: Entries, *, judged: bool = True
) -> set[str]:  # fmt: skip
    """What matched in harmless files; the rules that must not have.

    Args:
        voice: how to speak.
        trials: by folder.
        of: a rule's entry.
        judged: whether there is an index, which a rule without an entry is missing in.
    """
    t, alarms = voice.t, set()
    for folder, one in trials.items():
        voice.result(
            t("rules.clean", folder=escaped(folder), files=one.files, size=shown_size(one.size),
              unread=one.unread)
        )  # fmt: skip
        for rule, files in sorted(one.hits.items()):
            entry = of(rule)
            if judged and (entry is None or entry.alarming):
                alarms.add(rule)
            word = weight(t, entry) if entry is not None else "?"
            voice.result(
                t("rules.clean_hit", confidence=word, rule=escaped(rule), files=files,
                  example=one.examples[rule][0])
            )  # fmt: skip
    if alarms:
        voice.result(t("rules.clean_alarm", count=len(alarms)))
    return alarms


def _document(
    found: list[Problem], timed: dict[str, float], count: int, trials: dict[str, Trial],
    index: Index,
) -> dict[str, object]:  # fmt: skip
    return {
        "schema": "hozen-rules-checked/1",
        "rules": count,
        "problems": [{"kind": one.kind, "rule": one.rule, "detail": one.detail} for one in found],
        "bytes_per_second": {file: round(speed * 1e6) for file, speed in timed.items()},
        "clean": {folder: trial_row(one, index.entry) for folder, one in trials.items()},
    }


def trial_row(one: Trial, of: Entries) -> dict[str, object]:
    """A trial, for machines."""
    weights = {rule: of(rule) for rule in one.hits}
    return {
        "files": one.files, "bytes": one.size, "unread": one.unread,
        "hits": {
            rule: {
                "files": files, "examples": one.examples[rule],
                "weight": entry.weight if (entry := weights[rule]) is not None else None,
            }
            for rule, files in one.hits.items()
        },
    }  # fmt: skip
