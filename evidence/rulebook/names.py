"""Names of files that rules know: notes, endings, programs. Looks at origins, at no bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from evidence.rulebook.errors import RulesError
from evidence.rulebook.tables import decoded, table

NAME = "names.toml"
NAMESPACE = "names"
PATTERNS = 10_000  # of a table; more take long to compile
WAYS = 10**8  # in which a pattern may be tried on a name: a few seconds at the worst
_LONGEST = 256  # characters of a name
_SEPARATOR = re.compile(r"[/\\]")
_SEPARATOR_OR_BYTE = re.compile(r"/|\\(?!x[0-9a-f]{2})")  # `\xNN`: a byte that is no UTF-8
_ONE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # what stands for one character
_REPEATED = re.compile(r"\)[*+{]")
_CHOICE = re.compile(r"[*+?|()]|\{(\d*),(\d*)\}")


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    patterns: list[str]


class NameRules:
    """Patterns of whole file names, in either case."""

    def __init__(
        self, patterns: Mapping[str, Sequence[str]], namespace: str = NAMESPACE
    ) -> None:  # fmt: skip
        """One rule for each key.

        Raises:
            RulesError: a pattern is none, or could be tried on a name without end.
        """
        self._namespace = namespace
        _hold_to_limits([one for each in patterns.values() for one in each])
        joined = {rule: "|".join(f"(?:{one})" for one in each) for rule, each in patterns.items()}
        try:
            self._each = {rule: _compiled(pattern) for rule, pattern in joined.items()}
        except re.error as error:
            raise RulesError("rules_unusable", name=NAME, why=error) from error
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


def _hold_to_limits(patterns: Sequence[str]) -> None:
    """A search by expression has no deadline, and names on a host may be made for it."""
    if len(patterns) > PATTERNS:
        raise RulesError("rules_many", name=NAME, most=PATTERNS)
    for one in patterns:
        bare = _ONE.sub("x", one)
        if _REPEATED.search(bare) or _ways(bare) > WAYS:
            raise RulesError("rules_endless", name=NAME, pattern=one)


def _ways(bare: str) -> int:
    """In how many ways a pattern without repeated groups can be tried, at the most."""
    ways, open_groups = 1, [1]
    for found in _CHOICE.finditer(bare):
        match found[0]:
            case "|":
                open_groups[-1] += 1
            case "(":
                open_groups.append(1)
            case ")":
                ways *= open_groups.pop() if len(open_groups) > 1 else 1
            case "?":
                ways *= 1 if bare[found.start() - 1] == "(" else 2
            case "*" | "+":
                ways *= _LONGEST
            case _:
                ways *= 1 + int(found[2] or _LONGEST) - int(found[1] or 0)
    return ways * open_groups[0]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def name_of(origin: str) -> str:
    """The file name at the end of an origin, of either system."""
    return (_SEPARATOR_OR_BYTE if "/" in origin else _SEPARATOR).split(origin)[-1]


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
