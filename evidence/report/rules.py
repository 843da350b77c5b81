"""What was searched for: the claims of this program's rules, and whether they were the ones."""

from __future__ import annotations

from dataclasses import dataclass

from evidence import __version__
from evidence.report.texts import Language
from evidence.rulebook.index import load_index
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder, this_tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a match of a rule says."""

    words: str
    weight: str
    """`strong`, `medium`, `weak`, or `inventory`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """This program's rules."""

    sha256: str
    count: int
    claims: dict[str, Claim]

    def claim(self, rule: str) -> Claim | None:
        """Of a rule as records name it, `file:rule`; None for another set's, `set/…:rule`."""
        namespace, _, name = rule.rpartition(":")
        return None if "/" in namespace else self.claims.get(name)


def rule_set(language: Language) -> RuleSet:
    """The rules with their claims in one language.

    Raises:
        RulesError: a rule file of ours does not compile, or the index can't be read.
    """
    rules, index = load_rules(rules_folder()), load_index(rules_folder())
    claims = {
        rule: Claim(
            words=entry.claim_ja if language == "ja" else entry.claim_en, weight=entry.weight
        )
        for rule, entry in index.rules.items()
    }
    return RuleSet(sha256=this_tool(__version__).rules_sha256, count=rules.count, claims=claims)
