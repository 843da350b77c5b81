"""A place on a mount that hangs is told from one that isn't there, and nobody waits for it."""

from __future__ import annotations

import command_line
import mounting
import pytest


@pytest.mark.parametrize("option", ["--source", "--output", "--second-copy", "--resume"])
def test_what_does_not_answer_is_named_and_nothing_is_made(tmp_path, option):
    (tmp_path / "tree").mkdir()
    remote = tmp_path / "remote"
    named = {"--source": tmp_path / "tree", "--output": tmp_path / "out"}
    with mounting.fuse(remote, stopped=True):
        line = {**named, option: f"{remote}/x"}
        done = command_line.run("collect", *(each for pair in line.items() for each in pair))

    assert done.code == 4
    assert done.err.startswith(f"hozen: {remote}/x: doesn't answer within 5 s")
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_mount_that_answers_is_collected_from(tmp_path):
    with mounting.fuse(tmp_path / "remote"):
        done = command_line.run(
            "collect", "--source", tmp_path / "remote", "--output", tmp_path / "out",
            "--skip", "yara", "--language", "ja",
        )  # fmt: skip

    assert "応答がありません" not in done.err
    assert list((tmp_path / "out").iterdir())
