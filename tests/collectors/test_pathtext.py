"""Paths as text and as bytes: each way back, on whatever system."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import collectors
from collectors.pathtext import to_bytes, to_text


@given(st.binary())
def test_any_bytes_come_back(raw):
    assert to_bytes(to_text(raw)) == raw


@given(st.text(alphabet=st.characters()))
def test_any_text_has_bytes(text):
    assert isinstance(to_bytes(text), bytes)


@pytest.mark.parametrize(
    ("text", "raw"),
    [("雪", "雪".encode()), ("\udcff", b"\xff"), ("a\ud800\udcff", b"a\xed\xa0\x80\xff")],
)
def test_halves_of_pairs_are_three_bytes_and_escapes_are_one(text, raw):
    assert to_bytes(text) == raw


def test_no_collector_takes_a_source_s_names_for_this_machine_s_own():
    """`os.fsdecode` on Windows knows no byte that is no UTF-8."""
    folder = Path(collectors.__file__).parent
    used = {
        path.relative_to(folder)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"fsdecode", "fsencode"}
    }

    assert used == set()
