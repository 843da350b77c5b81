"""A set of YARA's rules, with our tables of what they claim and which names they look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar

from evidence.engines.engine import RuleFile
from evidence.packs.rule_files import RuleFiles, ends_in
from evidence.rulebook import index, names
from evidence.rulebook.errors import RulesError
from evidence.rulebook.index import Entry, Index
from evidence.rulebook.names import NameRules
from evidence.rulebook.tables import decoded

RULES = 20_000  # more take minutes to compile, and gigabytes
_RULE = re.compile(r"\bcondition\b")  # each rule has this word, however it is laid out


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet(RuleFiles):
    """Rules of YARA that are searched for beside our own, with our tables beside them."""

    endings: ClassVar[tuple[str, ...]] = (".yar", ".yara")
    table: ClassVar[str] = index.NAME

    @property
    def sources(self) -> list[RuleFile]:
        """What an engine compiles; a namespace is `set/file.yar`, where ours have no slash.

        Raises:
            RulesError: a file is no text.
            SetError: too many rules.
        """
        found = [
            rule_file(name, f"{self.name}/{name}", data)
            for name, data in sorted(self.files.items())
            if ends_in(name, self.endings)
        ]
        every = (one for file in found for one in _RULE.finditer(file.text))
        if next(islice(every, RULES, None), None) is not None:
            raise self.refused("too_many", most=RULES)
        return found

    @property
    def names(self) -> NameRules | None:
        """Names of files that it looks for, if it has such a table.

        Raises:
            RulesError: the table can't be read.
        """
        data = self.files.get(names.NAME)
        if data is None:
            return None
        return names.names_in(data, f"{self.name}/{names.NAMESPACE}")

    @property
    def index(self) -> Index | None:
        """What its rules claim; None where nobody says. Decoded each time: see `inventory`.

        Raises:
            RulesError: the table can't be read.
        """
        data = self.files.get(index.NAME)
        return None if data is None else decoded(data, index.NAME, Index)

    def entry(self, rule: str) -> Entry | None:
        """What its index has for a rule, as records name it.

        Raises:
            RulesError: the index can't be read.
        """
        found = self.index
        return None if found is None else found.rules.get(rule.rpartition(":")[2])


def rule_file(name: str, namespace: str, data: bytes) -> RuleFile:
    """A file of rules, if it is text.

    Raises:
        RulesError: it isn't.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError("rules_unusable", name=name, why=error) from error
    if "\0" in text:  # YARA would not see what follows, and say nothing of it
        line = text.partition("\0")[0].count("\n") + 1
        raise RulesError("rules_zero", name=name, line=line)
    return RuleFile(name, namespace, text)


def own_files(folder: Path) -> list[RuleFile]:
    """All files of our own rules, sorted by name.

    Raises:
        RulesError: the folder can't be listed, or a file can't be read or is no text.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".yar")
    except OSError as error:
        raise RulesError("rules_unusable", name=folder, why=error.strerror) from error
    return [own_file(path) for path in paths]


def own_file(path: Path) -> RuleFile:
    """A file of our own rules; its namespace is its name without the ending.

    Raises:
        RulesError: it can't be read, or is no text.
    """
    try:
        return rule_file(path.name, path.stem, path.read_bytes())
    except OSError as error:
        raise RulesError("rules_unusable", name=path.name, why=error) from error
