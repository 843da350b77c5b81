"""Rows as JSON lines, in which some can lie below others, and a table of them to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from chain_of_custody.findings import escaped
from evidence.tables.errors import RowsError

_CHILDREN = "__children"
_LONGEST = 64 << 20  # bytes of a line
_WIDEST = 60  # characters that a column is made wide for; longer values stand out of it
_MOST_COLUMNS = 500  # of all rows; one kind has some dozens at most, the same in each row
_DEEPEST = 800  # levels of a row: what Python itself reads and shows differs with its version
_Row = dict[str, Any]


def rows_of(path: Path) -> Iterator[tuple[int, _Row]]:
    """Each row with its depth, those below others right after them.

    Raises:
        RowsError: a line is no row, is too long or too deep, or was cut off.
    """
    with path.open("rb") as file:
        while line := file.readline(_LONGEST):
            if line.strip():
                yield from _flat(_parsed(line, path), path)


def _parsed(line: bytes, path: Path) -> _Row:
    try:
        row = _decoded(line)
    except (ValueError, RecursionError) as error:
        raise RowsError("no_row", file=path.name, why=error) from error
    if not line.endswith(b"\n") or not isinstance(row, dict):
        raise RowsError("no_whole_row", file=path.name)
    if _deeper(row, _DEEPEST):
        raise RowsError("row_deep", file=path.name, most=_DEEPEST)
    return row


def _deeper(row: _Row, most: int) -> bool:
    """Whether more than so many levels lie in a row, looked at one after the other."""
    level: list[Any] = [row]
    for _ in range(most):
        below = (each.values() if isinstance(each, dict) else each for each in level)
        level = [one for values in below for one in values if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _decoded(line: bytes) -> object:
    """JSON as Python writes it: numbers of any size, NaN, halves of pairs of letters."""
    try:
        return msgspec.json.decode(line)
    except ValueError:
        return json.loads(line.decode("utf-8", "surrogateescape"))


def _flat(row: _Row, path: Path) -> Iterator[tuple[int, _Row]]:
    waiting = [(0, row)]
    while waiting:
        depth, each = waiting.pop()
        below = each.pop(_CHILDREN, None) or []
        yield depth, each
        if not isinstance(below, list) or not all(isinstance(one, dict) for one in below):
            raise RowsError("no_whole_row", file=path.name)
        waiting += [(depth + 1, one) for one in reversed(below)]


def write_table(rows: Path, table: Path) -> int:
    """Write the rows as a table to read; returns how many there are.

    Raises:
        RowsError: they can't be read.
        OSError: the medium did not take it.
    """
    widths: dict[str, int] = {}
    count = 0
    for depth, row in rows_of(rows):
        count += 1
        for column, cell in _cells(depth, row):
            widths[column] = min(_WIDEST, max(widths.get(column, len(column)), len(cell)))
        if len(widths) > _MOST_COLUMNS:
            raise RowsError("row_wide", file=rows.name, most=_MOST_COLUMNS)
    with table.open("x", encoding="utf-8") as file:
        if widths:
            file.write(_line(widths, {column: column for column in widths}))
        for depth, row in rows_of(rows):
            file.write(_line(widths, dict(_cells(depth, row))))
    return count


def _cells(depth: int, row: _Row) -> Iterator[tuple[str, str]]:
    """Columns and values that move no terminal; a star for each row that this one is below."""
    before = "*" * depth + " " if depth else ""
    for column, value in row.items():
        text = "-" if value is None else value if isinstance(value, str) else str(value)
        yield escaped(column), before + escaped(text)
        before = ""


def _line(widths: dict[str, int], cells: dict[str, str]) -> str:
    line = "  ".join(cells.get(column, "").ljust(width) for column, width in widths.items())
    return line.rstrip() + "\n"
