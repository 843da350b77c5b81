"""The naive verifier agrees with ours: on every vector, and on every row, that it covers."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import naive
import pytest
from attacks import ROWS, Row
from forge import copied
from verifiers import OUTSIDE, by_naive, outside
from worlds import GOOD, World

COVERED = [row for row in ROWS if outside(row) is None]


def agrees(row: Row, failed: set[int]) -> bool:
    return row.stages <= failed if row.verdict[0] == "F" else not failed


def forged(row: Row, world: World, tmp_path: Path) -> Path:
    bundle = copied(world.path(row.base), tmp_path / "HZ_forged")
    row.forge(bundle, world)
    return bundle.path


def test_it_knows_the_standard_library_and_cryptography_in_under_a_hundred_lines():
    text = Path(naive.__file__).read_text()
    named = {
        name.split(".")[0]
        for each in ast.walk(ast.parse(text))
        if isinstance(each, ast.Import | ast.ImportFrom)
        for name in ([each.module] if isinstance(each, ast.ImportFrom) else [each.names[0].name])
    }

    assert named <= sys.stdlib_module_names | {"cryptography"}
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize("name", [*GOOD, "certified"])
def test_finds_nothing_wrong_with_a_good_bundle(world, name):
    assert naive.failures(world.path(name)) == set()


@pytest.mark.parametrize("row", COVERED, ids=str)
def test_agrees_on_every_attack_that_it_covers(row, world, tmp_path):
    failed = by_naive(forged(row, world, tmp_path), row, world)

    assert agrees(row, failed), failed


def test_it_covers_a_good_part_of_the_table():
    assert len(COVERED) >= 120


def test_no_name_of_a_row_outside_is_out_of_date():
    assert [name for name in OUTSIDE if not any(str(row).startswith(name) for row in ROWS)] == []
