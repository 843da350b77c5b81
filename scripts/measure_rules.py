"""Measure the rules on this machine and write the figures into docs/rules.md.

    .venv/bin/python scripts/measure_rules.py [DIR …]

Reads every file of /usr, /etc and /var (or of the folders named): some minutes. Ends with 1 if a
rule that weighs strong or medium matches there.
"""

from __future__ import annotations

import platform
import sys
import time
from pathlib import Path

from evidence.scanner import load_rules
from evidence.tool import rules_folder
from evidence.triage.index import Index, load_index
from evidence.triage.trial import Trial, files_below, speeds, trial

PAGE = Path(__file__).resolve().parent.parent / "docs/rules.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
FOLDERS = ("/usr", "/etc", "/var")


def figures(trials: dict[str, Trial], loading: float, index: Index) -> str:
    """The figures as they stand on the page."""
    system, day = platform.freedesktop_os_release()["PRETTY_NAME"], time.strftime("%Y-%m-%d")
    lines = [
        f"On {system} with tools of developers, {day}: "
        f"loading the rules took {loading * 1000:.0f} ms.",
        "", "| folder | files | MB | not read | strong, medium | weak, inventory |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for folder, one in trials.items():
        loud = [rule for rule in one.hits if is_alarm(rule, index)]
        quiet = sorted(
            f"`{rule}` {files}" for rule, files in one.hits.items() if rule not in loud
        )  # fmt: skip
        row = (folder, one.files, one.size // 1_000_000, one.unread)
        lines.append(f"| {' | '.join(map(str, row))} | {loud or 'none'} | {', '.join(quiet)} |")
    lines += ["", "| file of rules | MB/s on one processor |", "|---|---|"]
    lines += [f"| {name} | {speed:.0f} |" for name, speed in speeds(rules_folder()).items()]
    return "\n".join(lines)


def is_alarm(rule: str, index: Index) -> bool:
    """Whether a match of it must not happen where nothing happened."""
    entry = index.entry(rule)
    return entry is None or entry.alarming


def main() -> None:
    """Measure, and write the page."""
    index = load_index(rules_folder())
    began = time.perf_counter()
    rules = load_rules(rules_folder())
    loading = time.perf_counter() - began
    trials = {each: trial(rules, files_below(each)) for each in sys.argv[1:] or FOLDERS}
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    text = f"{before}{BEGIN}\n{figures(trials, loading, index)}\n\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")
    sys.exit(any(is_alarm(rule, index) for one in trials.values() for rule in one.hits))


if __name__ == "__main__":
    main()
