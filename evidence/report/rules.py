"""What was searched for: the claims of this program's rules, and whether they were the ones."""

from __future__ import annotations

from dataclasses import dataclass

from evidence import __version__
from evidence.report.texts import Language
from evidence.scanner import load_rules
from evidence.tool import rules_folder, this_tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a match of a rule says."""

    words: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """This program's rules."""

    sha256: str
    count: int
    claims: dict[str, Claim]

    def claim(self, rule: str) -> Claim | None:
        """Of a rule as records name it, `file:rule`."""
        return self.claims.get(rule.rpartition(":")[2])


def rule_set(language: Language) -> RuleSet:
    """The rules with their claims in one language.

    Raises:
        RulesError: a rule file of ours does not compile.
    """
    rules = load_rules(rules_folder())
    claims = {
        rule.identifier: Claim(
            words=str(rule.meta.get(f"claim_{language}", "")),
            confidence=str(rule.meta.get("confidence", "")),
        )
        for rule in rules.compiled
    }
    return RuleSet(sha256=this_tool(__version__).rules_sha256, count=rules.count, claims=claims)
