"""Measure the rules on this machine and write the figures into docs/rules.md.

    .venv/bin/python scripts/measure_rules.py [DIR …]

Reads every file of /usr, /etc and /var (or of the folders named) and of the embeddable Python for
Windows, which is fetched from the package index: some minutes. Ends with 1 if a rule that weighs
strong or medium matches there, or gave no whole answer.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from evidence.engines.choice import ENGINES
from evidence.packs.rule_set import own_file
from evidence.rulebook.index import Index, load_index
from evidence.scan.scanner import Rules, load_rules
from evidence.tool import rules_folder
from evidence.trials.speed import SLOWEST, Speed, speeds, speeds_of_rules
from evidence.trials.trial import Trial, files_below, trial

HERE = Path(__file__).resolve().parent.parent
# Where Windows' runtime is from is the tests' own.
sys.path[:0] = [str(HERE / "tests"), str(HERE / "tests/machines")]

from embeddable import PACKAGE, embeddable  # noqa: E402 - found by the line above

PAGE = HERE / "docs/rules.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
FOLDERS = ("/usr", "/etc", "/var")
SCRATCH = b"/var/tmp/"  # what somebody left who works here: nothing of an installation


def figures(trials: dict[str, Trial], loading: float, index: Index) -> str:
    """The figures as they stand on the page."""
    system, day = platform.freedesktop_os_release()["PRETTY_NAME"], time.strftime("%Y-%m-%d")
    lines = [
        f"On {system} with tools of developers, {day}: "
        f"loading the rules took {loading * 1000:.0f} ms. Of /var without /var/tmp.",
        "", "| files of | number | MB | not read | given up | strong, medium | weak, inventory |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for folder, one in trials.items():
        loud = [rule for rule in one.hits if is_alarm(rule, index)]
        quiet = sorted(
            f"`{rule}` {files}" for rule, files in one.hits.items() if rule not in loud
        )  # fmt: skip
        row = (folder, one.files, one.size // 1_000_000, one.unread, one.given_up)
        lines.append(f"| {' | '.join(map(str, row))} | {loud or 'none'} | {', '.join(quiet)} |")
    files = map(own_file, sorted(rules_folder().glob("*.yar")))
    alone = list(speeds_of_rules(files, ENGINES["yara"]()).items())[:SLOWEST]
    lines += _table("file of rules", speeds(rules_folder()))
    lines += _table("the slowest rules, each by itself", dict(alone))
    return "\n".join(lines)


def _table(head: str, timed: dict[str, Speed]) -> list[str]:
    rows = [
        f"| {name} | {'given up' if speed is None else round(speed)} |"
        for name, speed in timed.items()
    ]
    return ["", f"| {head} | MB/s on one processor |", "|---|---|", *rows]


def windows_runtime(rules: Rules) -> Trial:
    """What the rules say of the files of a Windows' Python."""
    with tempfile.TemporaryDirectory() as folder:
        files, place = embeddable(Path(folder)), Path(folder, "runtime")
        for name, data in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
        return trial(rules, files_below(str(place)))


def is_alarm(rule: str, index: Index) -> bool:
    """Whether a match of it must not happen where nothing happened."""
    entry = index.entry(rule)
    return entry is None or entry.alarming


def installed(folder: str) -> Iterator[bytes]:
    """The files below a folder."""
    return (path for path in files_below(folder) if not path.startswith(SCRATCH))


def _loading() -> float:
    began = time.perf_counter()
    load_rules(rules_folder())
    return time.perf_counter() - began


def main() -> None:
    """Measure, and write the page."""
    index = load_index(rules_folder())
    rules = load_rules(rules_folder())
    loading = min(_loading() for _ in range(5))  # the least that others on this machine disturbed
    trials = {each: trial(rules, installed(each)) for each in sys.argv[1:] or FOLDERS}
    trials[f"Windows' runtime ({PACKAGE})"] = windows_runtime(rules)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    text = f"{before}{BEGIN}\n{figures(trials, loading, index)}\n\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")
    alarms = any(is_alarm(rule, index) for one in trials.values() for rule in one.hits)
    sys.exit(alarms or any(one.given_up for one in trials.values()))


if __name__ == "__main__":
    main()
