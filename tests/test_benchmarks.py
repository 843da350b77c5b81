"""What the benchmarks make is held to the format as it is now: a bundle that is refused is void."""

import subprocess
import sys
from pathlib import Path

import bundles
import pytest

MAKING = Path(__file__).parents[1] / "benchmarks" / "making.py"


def made(*arguments):
    command = [sys.executable, MAKING, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("verb", ["items", "volumes"])
def test_the_bundles_that_are_verified_there_are_accepted(tmp_path, verb):
    made(verb, 3, tmp_path / "bundle")
    verdict = bundles.checked(tmp_path / "bundle")

    assert (verdict.failed, verdict.counts["acquired"]) == ([], 3)


def test_all_writers_build_one_tree(tmp_path):
    roots = {made("build", writer, 3) for writer in ("hozen", "json", "rfc8785")}

    assert len(roots) == 1
    assert roots != {""}
