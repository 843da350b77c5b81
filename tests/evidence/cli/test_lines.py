"""Sentences in lines, by the columns that letters take."""

from __future__ import annotations

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.cli import build
from evidence.cli.lines import columns, lines_of
from evidence.cli.texts import Texts

JAPANESE = st.text("保全証拠のをはがっーフォルダァ、。・「」(){}ab1 ", max_size=60)
WORDS = st.text("ab1/:.-  \n", max_size=60)
ROOM = st.integers(2, 40)


@given(JAPANESE | WORDS, ROOM)
@example("a  b", 3)
def test_nothing_is_lost_and_nothing_added_but_ends_of_lines(text, room):
    assert "".join("".join(lines_of(text, room)).split()) == "".join(text.split())


@given(st.text("保全証拠のをはが", min_size=1, max_size=60), st.integers(2, 40))
def test_japanese_fills_its_lines(text, room):
    lines = lines_of(text, room)

    assert all(columns(line) in (room, room - 1) for line in lines[:-1])
    assert columns(lines[-1]) <= room


@given(st.text("保全証拠のをはが、。っー(「」)ab", max_size=60), ROOM)
def test_no_line_begins_with_what_ends_a_sentence_or_ends_with_what_opens_one(text, room):
    lines = lines_of(text, room)

    assert not any(line.startswith(("、", "。", "っ", "ー", "」", ")")) for line in lines[1:])
    assert not any(line.endswith(("(", "「")) for line in lines[:-1])


def test_a_path_stays_one_thing_to_copy():
    path = "/media/usb/" + "a" * 60 + ".hozen"

    assert lines_of(f"保存先は {path} です", 40) == ["保存先は", path, "です"]


def pages(command, context):
    yield context.command_path, command.get_help(context)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        below = command.get_command(context, name)
        made = below.context_class(below, parent=context, info_name=name, terminal_width=80)
        yield from pages(below, made)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_help_fits_a_terminal_of_eighty_columns(language):
    program = build(Texts(language))
    context = program.context_class(program, info_name="hozen", terminal_width=80)

    wide = [
        f"{name}: {line}"
        for name, page in pages(program, context)
        for line in page.splitlines()
        if columns(line) > 80 and not line.lstrip().startswith("--")  # an option and its values
    ]
    assert wide == []
