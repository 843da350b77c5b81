"""Names of files that rules know: notes, endings, programs. Looks at origins, at no bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from evidence.triage.errors import RulesError
from evidence.triage.tables import decoded, table

NAME = "names.toml"
NAMESPACE = "names"
_SEPARATOR = re.compile(r"[/\\]")


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    patterns: list[str]


class NameRules:
    """Patterns of whole file names, in either case."""

    def __init__(
        self, patterns: Mapping[str, Sequence[str]], namespace: str = NAMESPACE
    ) -> None:  # fmt: skip
        """One rule for each key.

        Raises:
            RulesError: a pattern is none.
        """
        self._namespace = namespace
        joined = {rule: "|".join(f"(?:{one})" for one in each) for rule, each in patterns.items()}
        try:
            self._each = {rule: _compiled(pattern) for rule, pattern in joined.items()}
        except re.error as error:
            raise RulesError(f"{NAME}: {error}") from error
        # One search says no for nearly every file of a disk.
        self._any = _compiled("|".join(f"(?:{pattern})" for pattern in joined.values()))

    @property
    def rules(self) -> list[str]:
        """The names of the rules."""
        return list(self._each)

    def matching(self, origin: str) -> list[str]:
        """The rules that know the last part of an origin, as records name them."""
        name = name_of(origin)
        if not name or self._any.fullmatch(name) is None:
            return []
        return [
            f"{self._namespace}:{rule}" for rule, one in self._each.items() if one.fullmatch(name)
        ]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def name_of(origin: str) -> str:
    """The file name at the end of an origin, of either system."""
    return _SEPARATOR.split(origin)[-1]


def load_names(folder: Path) -> NameRules:
    """The names of a folder of rules; none if it has no such table.

    Raises:
        RulesError: the table can't be read, or a pattern is none.
    """
    path = folder / NAME
    rows = table(path, dict[str, _Row]) if path.exists() else {}
    return NameRules({rule: row.patterns for rule, row in rows.items()})


def names_in(data: bytes, namespace: str) -> NameRules:
    """The names of a table that is at hand.

    Raises:
        RulesError: the table can't be read, or a pattern is none.
    """
    rows = decoded(data, NAME, dict[str, _Row])
    return NameRules({rule: row.patterns for rule, row in rows.items()}, namespace)
