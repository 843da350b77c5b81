"""`hozen rules check` of a pack, or of a folder of others' rules."""

from __future__ import annotations

from pathlib import Path

from chain_of_custody.findings import escaped
from evidence.cli.rules.check import NOT_IN_ORDER, speed_rows, tell_speeds, tell_trials, trial_row
from evidence.cli.rules.sets import document, load_sets
from evidence.cli.rules.watched import watched
from evidence.cli.shared import UsageError, Voice
from evidence.engines.engine import Engine
from evidence.scan.scanner import Rules
from evidence.trials.speed import speed_of, speeds_of_rules
from evidence.trials.trial import files_below, trial


def check_set(
    voice: Voice, path: Path, licence: str | None, trusted: tuple[str, ...],
    clean: tuple[str, ...], engine: Engine,
) -> int:  # fmt: skip
    """Whether it is what was signed, compiles, how fast it is, and what it says of clean files."""
    t = voice.t
    if not path.exists():
        raise UsageError(t("rules.check.nothing", path=escaped(str(path))))
    (found,) = load_sets(voice, [str(path)], licence, trusted)
    names = [each for each in (found.names,) if each is not None]
    sources = found.sources
    rules = Rules(compiled=engine.compile(sources), engine=engine.version, more_names=names)
    timed = {found.name: speed_of(rules.compiled)}
    with watched(voice, "rules.timing") as look:
        alone = speeds_of_rules(sources, engine, look)
    slow = tell_speeds(voice, timed, alone)
    voice.result(t("rules.compiled", count=rules.count, sha256=found.sha256))
    with watched(voice, "rules.scanning") as look:
        trials = {each: trial(rules, files_below(each), look) for each in clean}
    judged = found.index is not None
    amiss = tell_trials(voice, trials, found.entry, judged=judged)
    voice.document(
        {
            "schema": "hozen-rules-checked/1", "rules": rules.count, "problems": [],
            "set": document(found), "bytes_per_second": speed_rows(timed),
            "bytes_per_second_of_rules": speed_rows(alone),
            "clean": {folder: trial_row(one, found.entry) for folder, one in trials.items()},
        }
    )  # fmt: skip
    return NOT_IN_ORDER if slow or amiss else 0
