"""The pages of traps and of invariants: every row is there, and names only tests that there are."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
TESTS = {
    name
    for path in (HERE / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}
PAGES = {"traps": ("T", 27), "invariants": ("I", 12)}


def rows(page: str, letter: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (HERE / f"docs/{page}.md").read_text().splitlines()
        if re.match(rf"\| {letter}[0-9]{{2}} ", line)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_row_is_there_once_and_in_order(page):
    letter, count = PAGES[page]
    wanted = [f"{letter}{number:02d}" for number in range(1, count + 1)]

    assert [row[0][:3] for row in rows(page, letter)] == wanted


@pytest.mark.parametrize("page", PAGES)
def test_every_row_has_tests_and_they_exist(page):
    named = {row[0][:3]: re.findall(r"`(test_\w+)`", row[2]) for row in rows(page, PAGES[page][0])}

    assert [row for row, tests in named.items() if not tests] == []
    assert [name for tests in named.values() for name in tests if name not in TESTS] == []


DOORS = {"Linux": "kit/test_run.py", "Windows": "collecting/test_on_windows.py"}


def test_what_runs_a_kit_is_where_kits_are_run():
    told = {row[0][:3]: row[3] for row in rows("invariants", "I")}
    named = [
        (kind, name)
        for cell in told.values()
        for kind, text in re.findall(r"(Linux|Windows)[^:]*:(.*?)(?=\. [A-Z]|$)", cell)
        for name in re.findall(r"`(test_\w+)`", text)
    ]
    texts = {kind: (HERE / "tests/evidence" / path).read_text() for kind, path in DOORS.items()}

    assert len(named) >= sum(cell.count("`") // 2 for cell in told.values()) > 10
    assert [name for kind, name in named if f"def {name}(" not in texts[kind]] == []
    assert [
        row for row, cell in told.items() if not re.match("Linux|None|The priority", cell)
    ] == []
