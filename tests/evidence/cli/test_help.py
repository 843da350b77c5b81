"""The help of every command, in the language of the program: no word of the library's own."""

from __future__ import annotations

import re

import click
import pytest
from command_line import run

from evidence.cli import build
from evidence.cli.texts import Texts

# What click words itself (click 8.1 to 8.5, `core` and `formatting`).
ENGLISH = re.compile(
    r"^(Usage|Options|Commands|Arguments):|Show this message|\[(OPTIONS|ARGS)\]|\bCOMMAND\b"
    r"|[\[ ](required|default: )",
    re.MULTILINE,
)
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def paths(command, context, path=()):
    yield path
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            yield from paths(below, click.Context(below, parent=context), (*path, name))


PROGRAM = build(Texts("en"))
COMMANDS = [" ".join(path) for path in paths(PROGRAM, click.Context(PROGRAM))]


def test_all_commands_are_looked_at():
    assert {"", "collect", "kit", "kit build", "keys root", "custody release"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of(command):
    japanese, english = (
        run(*command.split(), "--help", HOZEN_LANG=language, COLUMNS="200")
        for language in ("ja", "en")
    )

    assert (japanese.code, english.code) == (0, 0)
    assert japanese.out.startswith(f"使い方: hozen {command}".rstrip())
    assert "\nオプション:\n" in japanese.out
    assert ENGLISH.search(japanese.out) is None
    assert english.out.startswith(f"Usage: hozen {command}".rstrip())
    assert JAPANESE.search(english.out) is None


def test_a_help_that_nobody_asked_for_is_in_the_same_language():
    for command in ((), ("kit",), ("keys",), ("custody",)):
        ended = run(*command, HOZEN_LANG="ja")

        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(" ".join(("使い方: hozen", *command)))
        assert "\nコマンド:\n" in ended.err


def test_what_must_be_given_and_what_stands_for_the_rest_is_said_in_japanese():
    told = run("kit", "build", "--help", HOZEN_LANG="ja").out

    assert re.search(r"--out DIR .*  \[必須\]$", told, re.MULTILINE)
    assert "取得する範囲  [既定: quick]\n" in told


PASSES_ON = {"kit start"}  # to `collect` or `wizard`, which say it then


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in PASSES_ON])
def test_an_option_that_there_is_not_is_told_in_japanese_by(command):
    ended = run(*command.split(), "--no-such-thing", HOZEN_LANG="ja")

    assert (ended.code, ended.out) == (2, "")
    page = " ".join(["hozen", *command.split(), "--help"])
    assert ended.err == (
        f"hozen: --no-such-thing というオプションはありません。{page} を見てください\n"
    )


def test_an_option_of_two_values_says_how_many_it_needs():
    japanese, english = (
        run("kit", "build", "--contact", "A", HOZEN_LANG=language) for language in ("ja", "en")
    )

    assert english.err == "hozen: --contact needs 2 values; see --help\n"
    assert japanese.err == "hozen: --contact には値が 2 個必要です。--help を見てください\n"
