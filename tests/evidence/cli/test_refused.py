"""What can't be begun is refused in one line, and nothing is said of what would have begun."""

from __future__ import annotations

import command_line
import pytest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--recipient", "age1nonsense"), "age1nonsense"), (("--only", "nothing"), "nothing"),
        (("--source", "nowhere"), "nowhere"), (("--output", "tree/file/x"), "tree/file/x"),
    ],
)  # fmt: skip
def test_what_is_refused_is_all_that_is_said(tmp_path, options, said):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(b"x")
    line = {"--source": "tree", "--output": "out", **dict([options])}
    done = command_line.run("collect", *(w for pair in line.items() for w in pair), cwd=tmp_path)

    assert done.code in (2, 4)
    assert len(done.err.splitlines()) == 1
    assert said in done.err


def test_what_begins_is_said_once_nothing_stands_against_it(tmp_path):
    (tmp_path / "tree").mkdir()
    done = command_line.run(
        "collect", "--source", tmp_path / "tree", "--output", tmp_path / "out", "--skip", "yara"
    )

    assert done.err.startswith("Taking evidence, profile standard.")
    assert "NOT encrypted" in done.err
