"""Names of ransom notes and of encrypted files, by the rules for names that the program has."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from evidence.rulebook.index import load_index
from evidence.rulebook.names import NameRules, load_names
from evidence.tool import rules_folder


class RansomNames:
    """Knows them by the last part of a path."""

    def __init__(self, names: NameRules, notes: Iterable[str], encrypted: Iterable[str]) -> None:
        """By these rules for notes, and these for what was encrypted."""
        self._names = names
        self._notes, self._encrypted = frozenset(notes), frozenset(encrypted)

    def note(self, path: str) -> str | None:
        """The rule that knows a file as a note; None: there is none."""
        return next((each for each in self._known(path) if each in self._notes), None)

    def encrypted(self, path: str) -> bool:
        """Whether a rule knows a file as one that was encrypted."""
        return not self._encrypted.isdisjoint(self._known(path))

    def _known(self, path: str) -> list[str]:
        return [each.rpartition(":")[2] for each in self._names.matching(path)]


@cache
def known_by_rules() -> RansomNames:
    """Those of our own rules, whatever is searched for in this run."""
    folder = rules_folder()
    named = {name: each for name, each in load_index(folder).rules.items() if each.where == "name"}
    notes = [name for name, each in named.items() if each.next_step == "note"]
    encrypted = [name for name, each in named.items() if each.next_step == "encrypted"]
    return RansomNames(load_names(folder), notes, encrypted)
