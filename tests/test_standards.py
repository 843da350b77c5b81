"""The page of standards: every row is there, and names only what exists."""

import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (HERE / "docs/standards.md").read_text().splitlines()
    if re.match(r"\| R[0-9]{2} ", line)
]
TESTS = [
    (f"{path.relative_to(HERE)}::{name}", name)
    for path in (HERE / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
]
TIMES = Counter(name for names in TESTS for name in names)


def test_every_row_is_there_once_and_in_order():
    assert [row[0] for row in ROWS] == [f"R{number:02d}" for number in range(1, 48)]


def test_what_a_row_names_exists():
    files = [name for row in ROWS for name in re.findall(r"`([\w./]+)`", row[4])]

    assert [name for name in files if not (HERE / name).exists()] == []


def test_what_shows_a_row_is_one_test_and_no_other():
    """By its name, where it is the only one that has it; else by its file, too."""
    shown = [name for row in ROWS for name in re.findall(r"`([^`]+)`", row[5])]

    assert shown
    assert {name: TIMES[name] for name in shown if TIMES[name] != 1} == {}


def test_a_row_without_a_test_says_what_is_not_done():
    silent = [row[0] for row in ROWS if row[5] == "–" and not re.search(r"\bno|not\b", row[3])]

    assert silent == []
