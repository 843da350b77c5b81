"""What a screen shows: the same lines for both faces, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

from chain_of_custody.findings import escaped

if TYPE_CHECKING:
    from evidence.telling.catalogue import Say
    from evidence.wizard.checks import Check
    from evidence.wizard.contact import Contact

_WORD = re.compile(r"[('\"]?[A-Za-z][a-z'-]{0,15}[A-Za-z'\".,;:?!)]*")  # of a sentence, no path
COLUMNS = 76  # of an 80-column screen, less a margin on both sides
_INDENT = 6  # columns that a grade takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One screen, ready to be drawn."""

    title: str
    banner: str = ""
    lines: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """What the numbers from 1 on mean."""
    foot: str = ""
    square: tuple[str, ...] = ()
    """A QR code, in half blocks, to be drawn light on dark."""
    secret: bool = False
    """Whether a passphrase may be typed, which nobody is shown; Enter ends it."""
    turns: bool = False
    """Whether arrows move a clock rather than the choice."""
    working: bool = False
    """Whether the program is at work and the page changes by itself."""


def folded(text: str, columns: int = COLUMNS) -> list[str]:
    """A text in lines that fit, wide characters counted as two columns; nothing of it is lost.

    Japanese has no spaces to break at, and a path is cut where the line ends: a line that ended
    before it, at a blank, would look like its end. A word of a sentence goes to the next line.
    """
    return [piece for line in text.split("\n") for piece in _pieces(line, columns)]


def _pieces(line: str, columns: int) -> Iterator[str]:
    while cell_len(line) > columns:
        cut = len(chop_cells(line, columns)[0])
        begins = line.rfind(" ", 0, cut) + 1
        in_path = "/" in line[:cut] or "\\" in line[:cut]
        if begins and not in_path and _WORD.fullmatch(line[begins:].partition(" ")[0]):
            cut = begins
        yield line[:cut]
        line = line[cut:]
    yield line


def asked(t: Say, screen: str, answers: Sequence[str]) -> tuple[list[str], list[str]]:
    """A screen's own sentence and its choices."""
    sentence = t(f"wizard.{screen}").split("\n")
    return sentence, [t(f"wizard.{screen}.{answer}") for answer in answers]


def call(t: Say, contact: Contact | None, columns: int = COLUMNS) -> list[str]:
    """Whom to call; a telephone number is never cut where the name leaves no room for it."""
    if contact is None:
        return folded(t("wizard.call_nobody"), columns)
    name, telephone = escaped(contact.name), escaped(contact.telephone)
    told = t("wizard.call", name=name, telephone=telephone)
    if cell_len(told) > columns:
        told = f"{t('wizard.call', name=name, telephone='').rstrip()}\n{telephone}"
    return folded(told, columns)


def judged(t: Say, checks: Sequence[Check]) -> list[str]:
    """A line for each check: what stands in the way first."""
    order = ("refuse", "limited", "ok")
    return [
        line
        for check in sorted(checks, key=lambda each: order.index(each.grade))
        for line in _judged(t, check)
    ]


def _judged(t: Say, check: Check) -> list[str]:
    grade = t(f"wizard.grade.{check.grade}")
    facts = {name: escaped(fact) for name, fact in check.facts.items()}
    text = t(f"wizard.check.{check.name}.{check.found}", **facts)
    pieces = folded(text, COLUMNS - _INDENT)
    heads = [grade + " " * (_INDENT - cell_len(grade)), *[" " * _INDENT] * (len(pieces) - 1)]
    return [head + piece for head, piece in zip(heads, pieces, strict=True)]
