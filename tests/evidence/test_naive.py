"""The naive verifier agrees with ours: on every vector, and on every row that it covers."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import bundles
import naive
import pytest
from attacks import ROWS, Row
from forge import copied
from verifiers import OUTSIDE, by_naive, outside
from worlds import GOOD, PARTIAL, World

HOUSE = Path(naive.__file__).parent
COVERED = [row for row in ROWS if outside(row) is None]


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def identity(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("identity") / "identity.txt"
    path.write_text(f"{bundles.IDENTITY}\n")
    return path


def agrees(row: Row, failed: set[int]) -> bool:
    """It does not part unusable from altered: where a row is unusable, something has to fail."""
    if row.verdict[0] == "U":
        return bool(failed)
    return row.stages <= failed if row.verdict[0] == "F" else not failed


def forged(row: Row, world: World, tmp_path: Path) -> Path:
    bundle = copied(world.path(row.base), tmp_path / "HZ_forged")
    row.forge(bundle, world)
    return bundle.path


def test_it_knows_the_standard_library_cryptography_and_itself():
    for path in HOUSE.glob("*.py"):
        tree = ast.parse(path.read_text())
        named = {
            name.split(".")[0]
            for each in ast.walk(tree)
            if isinstance(each, ast.Import | ast.ImportFrom)
            for name in (
                [each.module] if isinstance(each, ast.ImportFrom) else [a.name for a in each.names]
            )
        }

        assert named <= sys.stdlib_module_names | {"cryptography", "naive"}
        assert len(path.read_text().splitlines()) < 100


@pytest.mark.parametrize("name", [*GOOD, "certified", *PARTIAL])
def test_finds_nothing_wrong_with_a_good_bundle(world, identity, name):
    assert naive.failures(world.path(name), identity=identity) == set()


@pytest.mark.parametrize("row", COVERED, ids=str)
def test_agrees_on_every_attack_that_it_covers(row, world, tmp_path):
    failed = by_naive(forged(row, world, tmp_path), row, world)

    assert agrees(row, failed), failed


def test_it_covers_most_of_the_table():
    assert len(COVERED) >= 290


@pytest.mark.parametrize(
    "row", [row for row in ROWS if str(row).startswith(tuple(OUTSIDE))], ids=str
)
def test_every_row_that_is_named_as_outside_has_to_be(row, world, tmp_path):
    failed = by_naive(forged(row, world, tmp_path), row, world)

    assert not agrees(row, failed)


def test_no_name_of_a_row_outside_is_out_of_date():
    assert [name for name in OUTSIDE if not any(str(row).startswith(name) for row in ROWS)] == []
