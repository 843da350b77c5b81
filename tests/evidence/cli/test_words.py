"""What people say in options stands in signed documents: bytes that are no text are refused."""

from __future__ import annotations

import os

import command_line
import pytest

NO_TEXT = os.fsdecode(b"\x8e\xff")


@pytest.mark.parametrize(
    "option",
    ["operator", "title", "organisation", "contact", "place", "purpose", "witness", "challenge"],
)
def test_a_name_that_is_no_text_is_refused_before_anything_is_made(tmp_path, option):
    (tmp_path / "tree").mkdir()
    (tmp_path / "out").mkdir()
    done = command_line.run(
        "collect", "--source", tmp_path / "tree", "--output", tmp_path / "out",
        f"--{option}", NO_TEXT,
    )  # fmt: skip

    assert done.code == 2
    assert done.err == (
        f"hozen: --{option}: bytes that are no text in UTF-8; "
        "type it again, in letters of A to Z if need be\n"
    )
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        ("ingest", "tree", "--output", "out", "--from"), ("import", "b", "--into", "c", "--actor"),
        ("custody", "release", "b", "--key", "k", "--to"),
        ("custody", "note", "b", "--key", "k", "--text"),
        ("disclose", "b", "1", "--output", "e", "--key", "k", "--to"),
        ("keys", "root", "--output", "k", "--name"),
        ("image", "disk", "--output", "out", "--operator"),
        ("memory", "acquire", "--output", "out", "--operator"),
    ],
)  # fmt: skip
def test_no_verb_takes_it(tmp_path, line):
    done = command_line.run(*line, NO_TEXT, cwd=tmp_path)

    assert done.code == 2
    assert "no text in UTF-8" in done.err
    assert list(tmp_path.iterdir()) == []
