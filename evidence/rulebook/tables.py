"""The tables beside the rules, in TOML: read with their types, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from evidence.rulebook.errors import RulesError

T = TypeVar("T")

VEIL = "\N{BROKEN BAR}"  # within a word, so that no rule matches the table that speaks of it


def table(path: Path, of: type[T]) -> T:
    """A table; its veils are taken out.

    Raises:
        RulesError: it is not there, no TOML, or of another form.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RulesError("rules_unusable", name=path.name, why=error) from error
    return decoded(data, path.name, of)


def decoded(data: bytes, name: str, of: type[T], *, veiled: bool = False) -> T:
    """A table from its bytes.

    Args:
        data: of the table.
        name: of its file.
        of: what it is.
        veiled: leave the veils where they are, so that memory doesn't hold what rules look for.

    Raises:
        RulesError: it is no TOML, or of another form.
    """
    try:
        text = data.decode("utf-8")
        return msgspec.toml.decode(text if veiled else text.replace(VEIL, ""), type=of)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise RulesError("rules_unusable", name=name, why=error) from error
