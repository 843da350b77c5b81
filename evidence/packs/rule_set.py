"""A set of rules: its files in memory, who they are from, and under which licence they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from chain_of_custody.findings import escaped
from evidence.engines.engine import RuleFile
from evidence.packs.errors import SetError
from evidence.triage import index, names
from evidence.triage.errors import RulesError
from evidence.triage.index import Entry, Index
from evidence.triage.names import NameRules
from evidence.triage.tables import decoded

FILES = 20_000
BYTES = 64 << 20  # of all files together
RULES = 20_000  # more take minutes to compile, and gigabytes
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OF_RULES = (".yar", ".yara")
OTHERS = "third-party rules, not ours"
_RULE = re.compile(r"\bcondition\b")  # each rule has this word, however it is laid out


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules that are searched for beside our own."""

    name: str
    licence: str
    version: int = 0
    """Counts up; 0 for a folder that nobody numbered."""
    date: str = ""
    signer: str | None = None
    """SHA-256 of the certificate of whoever signed the pack; None for a folder."""
    tied: bool = False
    """Whether the signer leads to what the user trusts."""
    files: Mapping[str, bytes]
    """By their path in the set."""

    def __post_init__(self) -> None:
        """Hold it to the limits.

        Raises:
            SetError: no rules, too many, no licence, or names that can't be shown.
        """
        if not NAME.fullmatch(self.name):
            raise SetError("set_name", name=self.name)
        if len(self.files) > FILES or sum(map(len, self.files.values())) > BYTES:
            raise self._refused("too_large", files=FILES, size=BYTES)
        for name in self.files:
            if escaped(name) != name:  # it goes into records and onto screens, whole
                raise self._refused("file_name", name=escaped(name))
        if not any(name.endswith(OF_RULES) for name in self.files):
            raise self._refused("no_rules")
        if not self.licence.strip():
            raise self._refused("no_licence", table=index.NAME)

    def _refused(self, key: str, **facts: object) -> SetError:
        return SetError("at", path=self.name, why=SetError(key, **facts))

    @property
    def sums(self) -> str:
        """The lines that sha256sum makes of the files."""
        return "".join(
            f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(self.files.items())
        )

    @property
    def sha256(self) -> str:
        """Of those lines: what tells this set from any other."""
        return sha256(self.sums.encode()).hexdigest()

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
            if name.endswith(OF_RULES)
        ]
        every = (one for file in found for one in _RULE.finditer(file.text))
        if next(islice(every, RULES, None), None) is not None:
            raise self._refused("too_many", most=RULES)
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

    @property
    def origin(self) -> str:
        """Whose rules they are, for records."""
        return OTHERS if self.signer is None else f"signed by {self.signer}"


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
