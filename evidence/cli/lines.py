"""Sentences in lines that fit a terminal, by the columns that their letters take there.

Japanese has no blanks between words and letters two columns wide: what breaks lines at blanks, and
counts letters, leaves it to the terminal to break them anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TWO_COLUMNS = "WF"  # Unicode Standard Annex 11
# What a line isn't broken in: a blank, a word of katakana, a letter, a word or number of others.
_KATAKANA, _LETTERS = "ァ-ヺー", "\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
_PIECES = re.compile(rf"\s+|[{_KATAKANA}]+|[{_LETTERS}]|[^\s{_LETTERS}]+")
_ENDS = re.compile(r"\s*\n\s*")
# JIS X 4051: what no line begins with, and what none ends with.
_NOT_FIRST = tuple("、。,.:;?!・)]}」』】〉》〕ーっゃゅょッャュョ々")
_NOT_LAST = tuple("([{「『【〈《〔")


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in _TWO_COLUMNS else 1 for each in text)


def filled(text: str, room: int) -> str:
    """A text with blanks behind it, up to so many columns."""
    return text + " " * (room - columns(text))


def lines_of(text: str, room: int) -> list[str]:
    """A sentence in lines of so many columns; what has no blanks and is no Japanese isn't broken.

    Args:
        text: one sentence or several; a line's end in it is a blank.
        room: columns. A word that is longer stands in a line of its own.
    """
    lines = [""]
    for piece in _pieces(_ENDS.sub(" ", text)):
        if columns(lines[-1]) + columns(piece.rstrip()) > room and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [*lines[:-1], lines[-1].rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """What stays together, in turn."""
    held = ""
    for piece in _PIECES.findall(text):
        if held and not (held.endswith(_NOT_LAST) or piece.startswith(_NOT_FIRST)):
            yield held
            held = ""
        held += piece
    if held:
        yield held
