"""`hozen rules check` on a terminal: how far it is, and nothing of it where nobody looks on."""

import re

import pytest
from command_line import on_terminal, run

QUICK = 'rule Quick { strings: $a = "planted text" condition: $a }'
MOVES = ("timing rules", "scanning files", "Quick", "harmless")


@pytest.fixture
def arguments(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/one.yar").write_text(QUICK)
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean/harmless").write_text("x")
    words = ("rules", "check", tmp_path / "theirs", "--licence", "ours")
    return (*words, "--clean", tmp_path / "clean")


def moving(arguments, *more: str) -> list[str]:
    """What of its progress stands on the screen, before it is taken away again."""
    done = on_terminal(*arguments, *more)
    assert done.code == 0, done.out
    bars = "".join(re.findall(r"[^\r\n]*0:00:[^\r\n]*\r\n[^\r\n]*", done.out))  # and below
    return [each for each in MOVES if each in bars]


def test_a_terminal_shows_how_far_it_is(arguments):
    assert moving(arguments) == list(MOVES)


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_nothing_moves_where_nobody_looks_on(arguments, option):
    assert moving(arguments, option) == []


def test_without_a_terminal_nothing_is_said_of_it(arguments):
    done = run(*arguments)

    assert done.code == 0
    assert len(done.err.splitlines()) == 1  # the licence
