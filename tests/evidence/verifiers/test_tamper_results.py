"""The committed page of results lists exactly the table, and what it saw is what is expected."""

from __future__ import annotations

import re
from pathlib import Path

import bundles
import flips
import pytest
from attacks import DRAWN, ELSEWHERE, EXHIBITS, EXITS, NOT_YET
from attacks import ROWS as OF_BUNDLES
from verifiers import outside

PAGE = (Path(bundles.__file__).parents[1] / "docs" / "tamper-results.md").read_text()
CELLS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d{3}-", line)
]
ROWS = (*OF_BUNDLES, *EXHIBITS)
AGAIN = "run scripts/tamper_results.py"


def seen(cell: str) -> tuple[int, set[int]]:
    """Exit and failed stages."""
    code, _, failed = cell.partition(":")
    return int(code), {int(each) for each in failed.split()}


def test_it_lists_exactly_the_rows_of_the_table_with_their_verdicts():
    listed = [(name, key, verdict) for name, key, verdict, *_ in CELLS]

    assert listed == [(str(row), "k" if row.keyed else "", row.verdict) for row in ROWS], AGAIN


@pytest.mark.parametrize("column", [3, 4], ids=["ours", "the_script"])
def test_what_was_seen_is_what_is_expected(column):
    for row, cells in zip(ROWS, CELLS, strict=True):
        code, failed = seen(cells[column])
        either = {1, 2} if row.verdict[0] == "U" and column == 4 else {EXITS[row.verdict[0]]}

        assert code in either, (row, AGAIN)
        refused = not failed.isdisjoint(row.stages) if row in EXHIBITS else row.stages <= failed
        stopped = column == 4 and row in EXHIBITS and row.verdict[0] == "U"  # it names no stage
        assert stopped or (refused if row.verdict[0] in "FU" else not failed), (row, AGAIN)


def test_what_no_note_shows_is_listed_with_the_level_that_both_saw():
    section = PAGE.partition("## Shown by nothing but a note")[2].partition("\n## ")[0]
    listed = re.findall(
        r"^- (\S+): level (\w) by `hozen verify`(?:, (\w) by)?", section, re.MULTILINE
    )
    script = {row: "" if row in EXHIBITS else row.level for row in ROWS if row.level}

    assert listed == [(str(row), row.level, level) for row, level in script.items()], AGAIN


def test_the_naive_verifier_saw_what_is_expected_or_has_a_reason():
    reasons = dict(re.findall(r"^- \((\w)\) (.+)$", PAGE, re.MULTILINE))
    for row, cells in zip(OF_BUNDLES, CELLS, strict=False):
        if (why := outside(row)) is not None:
            assert reasons[cells[5].strip("()")] == why, (row, AGAIN)
            continue
        failed = set() if cells[5] == "none" else {int(each) for each in cells[5].split()}

        assert failed if row.verdict[0] in "FU" else not failed, (row, AGAIN)


def test_it_says_why_a_row_has_another_verdict_than_was_drawn_up():
    section = PAGE.partition("## Drawn up with another verdict")[2].partition("\n## ")[0]
    listed = re.findall(r"^- (\S+): (\S+), and not (\S+): (.+)$", section, re.MULTILINE)
    verdicts = {str(row): row.verdict for row in ROWS}

    assert listed == [
        (name, verdicts[name], verdict, why) for name, (verdict, why) in DRAWN.items()
    ], AGAIN
    assert [name for name, (verdict, _) in DRAWN.items() if verdict == verdicts[name]] == []


def test_it_names_every_number_that_has_no_row():
    section = PAGE.partition("## Numbers without a row")[2].partition("\n## ")[0]
    named = {int(number) for number in re.findall(r"^- (\d{3}): ", section, re.MULTILINE)}

    assert named == set(NOT_YET) | set(ELSEWHERE), AGAIN


def test_it_says_which_bits_no_claim_rests_on():
    section = PAGE.partition("## Bits that no claim rests on")[2]

    assert [each for each in flips.OUTSIDE if f"`{each.file}`, {each.what}: " not in section] == []
    assert section.count("\n- ") == len(flips.OUTSIDE)
