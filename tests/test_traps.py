"""The page of traps: every row is there, and names only tests that there are."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TESTS = {
    name
    for path in (HERE / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (HERE / "docs/traps.md").read_text().splitlines()
    if re.match(r"\| T[0-9]{2} ", line)
]


def test_every_trap_is_there_once_and_in_order():
    assert [row[0][:3] for row in ROWS] == [f"T{number:02d}" for number in range(1, 27)]


def test_every_trap_has_tests_and_they_exist():
    named = {row[0][:3]: re.findall(r"`(test_\w+)`", row[2]) for row in ROWS}

    assert [trap for trap, tests in named.items() if not tests] == []
    assert [name for tests in named.values() for name in tests if name not in TESTS] == []
