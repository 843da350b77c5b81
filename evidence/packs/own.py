"""Our own rules: those that the program has, or a newer pack of them that takes their place.

Beside each other both would tell every hit twice. A pack is a successor by what is in it, not by
its name: an index with most of our rules, a later date, and a signer who is vouched for, since
whoever replaces rules can also leave some out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from evidence.engines.engine import RuleFile
from evidence.packs.rule_set import RuleSet, own_files, rule_file
from evidence.rulebook import index, names
from evidence.rulebook.errors import RulesError
from evidence.rulebook.index import BY_EXAMINERS, Index, load_index
from evidence.rulebook.names import NameRules
from evidence.rulebook.tables import decoded
from evidence.tool import rules_digest

_OURS = 0.5  # of our rules: fewer are a set that somebody made out of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRules:
    """What counts as ours in a run."""

    folder: Path
    """Of the rules that the program has."""
    successor: RuleSet | None
    """What takes their place."""
    beside: Sequence[RuleSet]
    """The other sets of the run."""

    @property
    def files(self) -> list[RuleFile]:
        """What an engine compiles; a namespace is the name of a file without its ending.

        Raises:
            RulesError: a file can't be read, or is no text.
            SetError: too many rules.
        """
        if self.successor is None:
            return own_files(self.folder)
        return [
            rule_file(each.name, PurePosixPath(each.name).stem, each.text.encode())
            for each in self.successor.sources
        ]

    @property
    def names(self) -> NameRules:
        """The names of files that they look for.

        Raises:
            RulesError: the table can't be read.
        """
        if self.successor is None:
            return names.load_names(self.folder)
        return names.names_in(self.successor.files.get(names.NAME, b""), names.NAMESPACE)

    @property
    def index(self) -> Index:
        """What they claim.

        Raises:
            RulesError: the table can't be read.
        """
        found = self.successor.index if self.successor is not None else None
        return load_index(self.folder) if found is None else found

    @property
    def inventory(self) -> frozenset[str]:
        """Those that are inventory; read so that memory holds no claim in plain words.

        Raises:
            RulesError: the table can't be read.
        """
        path, one = self.folder / index.NAME, self.successor
        data = path.read_bytes() if one is None else one.files[index.NAME]
        rules = decoded(data, index.NAME, Index, veiled=True).rules
        return frozenset(rule for rule, entry in rules.items() if entry.use == "inventory")

    @property
    def sha256(self) -> str:
        """Of their files, as manifests name them."""
        return rules_digest(self.folder) if self.successor is None else self.successor.sha256


def own_rules(folder: Path, sets: Sequence[RuleSet] = ()) -> OwnRules:
    """What of a run's rules is ours.

    Args:
        folder: of the rules that the program has.
        sets: that the run was given.
    """
    newer = [(dated, each) for each in sets if (dated := _succeeds(each, folder))]
    if not newer:
        return OwnRules(folder=folder, successor=None, beside=sets)
    _, newest = max(newer, key=lambda pair: pair[0])
    beside = [each for each in sets if each is not newest]
    return OwnRules(folder=folder, successor=newest, beside=beside)


def _succeeds(one: RuleSet, folder: Path) -> str:
    """The date of a set that takes the place of ours; empty for any other."""
    try:
        theirs = one.index if one.tied else None
    except RulesError:
        return ""
    if theirs is None or not theirs.holds_together:
        return ""
    ours = load_index(folder)
    shared = ours.rules.keys() & theirs.rules.keys()
    needed = {rule for rule, entry in ours.rules.items() if entry.where in BY_EXAMINERS}
    if len(shared) <= _OURS * len(ours.rules) or not needed <= shared:
        return ""
    same = one.sha256 == rules_digest(folder)
    return theirs.dated if theirs.dated > ours.dated or same else ""
