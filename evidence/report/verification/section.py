"""What a verification report consists of: sections, which every form of it shows alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STATEMENTS = 9  # the stage that never fails: it takes no part in what is intact


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; a loud one must not be overlooked."""

    cells: Sequence[str]
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question and its answer; what it doesn't need is empty."""

    name: str
    title: str
    lead: Sequence[str] = ()
    lines: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    facts: Sequence[tuple[str, str]] = ()
    scripts: Sequence[tuple[str, Sequence[str]]] = ()
    """What it checks, and the lines to type."""
    notes: Sequence[str] = ()


def second(utc: str) -> str:
    """A time to the second; the event has the rest."""
    return f"{utc[:19]}Z"
