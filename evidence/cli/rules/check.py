"""`hozen rules check`: whether a set of rules is in order, and what it says of harmless files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from chain_of_custody.findings import escaped
from evidence.cli.rules.engines import engines
from evidence.cli.rules.hits import weight
from evidence.cli.rules.sets import licensed, vouched
from evidence.cli.rules.watched import watched
from evidence.cli.shared import UsageError, Voice, common
from evidence.cli.texts import Texts
from evidence.engines.names import EngineName
from evidence.units import shown_size

if TYPE_CHECKING:  # a verb's help must not wait for YARA
    from evidence.rulebook.index import Entry, Index
    from evidence.trials.checking import Problem
    from evidence.trials.speed import Speed
    from evidence.trials.trial import Trial

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
        from evidence.cli.rules.check_set import check_set
        from evidence.engines.choice import ENGINES
        from evidence.packs.rule_set import own_files
        from evidence.rulebook.index import NAME, load_index
        from evidence.scan.scanner import load_rules
        from evidence.tool import rules_folder
        from evidence.trials.checking import problems
        from evidence.trials.speed import speeds, speeds_of_rules
        from evidence.trials.trial import files_below, trial

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
        with watched(voice, "rules.timing") as look:
            alone = speeds_of_rules(own_files(home), maker, look)
        count = len(index.rules.keys() | set(rules.names_of_rules))
        slow = tell_speeds(voice, timed, alone)
        _tell(voice, found, count)
        with watched(voice, "rules.scanning") as look:
            trials = {each: trial(rules, files_below(each), look) for each in clean}
        amiss = tell_trials(voice, trials, index.entry)
        voice.document(_document(found, (timed, alone), count, trials, index))
        return NOT_IN_ORDER if found or slow or amiss else 0

    return check_


def tell_speeds(voice: Voice, timed: dict[str, Speed], alone: dict[str, Speed]) -> bool:
    """How fast files of rules are, and the slowest of single rules; whether any was given up."""
    from evidence.trials.speed import SLOWEST

    t = voice.t
    slowest = dict(list(alone.items())[:SLOWEST])
    for head, some in (("", timed), (t("rules.slowest"), slowest)):
        if head and some:
            voice.result(head)
        for name, speed in some.items():
            kind = "speed" if speed is not None else "speed_given_up"
            said = t(f"rules.{kind}", file=escaped(name), speed=round(speed or 0))
            voice.result(f"  {said}" if head else said)
    given_up = [*timed.values(), *alone.values()].count(None)
    if given_up:
        voice.result(t("rules.no_speed", count=given_up))
    return given_up > 0


def speed_rows(speeds: dict[str, Speed]) -> dict[str, int | None]:
    """Speeds for machines; null where the scan was given up."""
    return {name: None if one is None else round(one * 1e6) for name, one in speeds.items()}


def _tell(voice: Voice, found: list[Problem], count: int) -> None:
    t = voice.t
    for one in found:
        rule, detail = escaped(one.rule), escaped(one.detail)
        voice.result(t(f"rules.problem.{one.kind}", rule=rule, detail=detail))
    if found:
        voice.result(t("rules.problems", problems=len(found), count=count))
    else:
        voice.result(t("rules.in_order", count=count))


def tell_trials(
    voice: Voice, trials: dict[str, Trial], of: Entries, *, judged: bool = True
) -> bool:  # fmt: skip
    """What matched in harmless files; whether a rule did that must not, or gave no whole answer.

    Args:
        voice: how to speak.
        trials: by folder.
        of: a rule's entry.
        judged: whether there is an index, which a rule without an entry is missing in.
    """
    t, alarms = voice.t, set[str]()
    for folder, one in trials.items():
        voice.result(
            t("rules.clean", folder=escaped(folder), files=one.files, size=shown_size(one.size),
              unread=one.unread)
        )  # fmt: skip
        if one.given_up:
            voice.result(t("rules.clean_given_up", count=one.given_up, example=one.why[0]))
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
    return bool(alarms) or any(one.given_up for one in trials.values())


def _document(
    found: list[Problem], speeds: tuple[dict[str, Speed], dict[str, Speed]], count: int,
    trials: dict[str, Trial], index: Index,
) -> dict[str, object]:  # fmt: skip
    return {
        "schema": "hozen-rules-checked/1",
        "rules": count,
        "problems": [{"kind": one.kind, "rule": one.rule, "detail": one.detail} for one in found],
        "bytes_per_second": speed_rows(speeds[0]),
        "bytes_per_second_of_rules": speed_rows(speeds[1]),
        "clean": {folder: trial_row(one, index.entry) for folder, one in trials.items()},
    }


def trial_row(one: Trial, of: Entries) -> dict[str, object]:
    """A trial, for machines."""
    weights = {rule: of(rule) for rule in one.hits}
    return {
        "files": one.files, "bytes": one.size, "unread": one.unread, "given_up": one.given_up,
        "why": one.why,
        "hits": {
            rule: {
                "files": files, "examples": one.examples[rule],
                "weight": entry.weight if (entry := weights[rule]) is not None else None,
            }
            for rule, files in one.hits.items()
        },
    }  # fmt: skip
