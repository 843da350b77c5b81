"""What the rules said, in words: signs by weight; what is used lawfully, too, apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from evidence.packs.rule_set import RuleSet
    from evidence.rulebook.index import Entry

WEIGHTS = ("strong", "medium", "weak")
_TOLD = 12  # claims at the end of a run; the records have all


def tell_hits(
    voice: Voice, hits: Mapping[str, int], tried: int, sets: Sequence[RuleSet] = ()
) -> None:  # fmt: skip
    """Say what matched at the end of a run.

    Args:
        voice: how to speak.
        hits: rule, as records name it, to the number of items.
        tried: how many rules there were; 0 if none was tried.
        sets: of rules beside our own.
    """
    t = voice.t
    if not tried:
        voice.result(t("end.yara_off"))
    elif not hits:
        voice.result(t("end.yara_none", tried=tried))
    else:
        own = {rule: items for rule, items in hits.items() if "/" not in rule}
        if own or not sets:
            _tell_entries(voice, own, tried, sets)
        for each in sets:
            _tell_set(voice, each, hits)


def _tell_entries(
    voice: Voice, hits: Mapping[str, int], tried: int, sets: Sequence[RuleSet]
) -> None:  # fmt: skip
    from evidence.packs.own import own_rules
    from evidence.tool import rules_folder

    t, index = voice.t, own_rules(rules_folder(), sets).index.rules
    rows = [(index[rule.rpartition(":")[2]], items) for rule, items in sorted(hits.items())]
    signs = [row for row in rows if row[0].use == "sign"]
    signs.sort(key=lambda row: WEIGHTS.index(row[0].confidence))
    if signs:
        voice.result(t("end.yara", rules=len(signs), tried=tried))
    else:
        voice.result(t("end.yara_no_sign", tried=tried))
    for entry, items in signs[:_TOLD]:
        voice.result(
            t("end.yara_one", weight=weight(t, entry), claim=claim(t, entry), items=items)
        )  # fmt: skip
    if len(signs) > _TOLD:
        voice.result(t("end.yara_more", count=len(signs) - _TOLD))
    if len(rows) > len(signs):
        voice.result(t("end.yara_inventory", count=len(rows) - len(signs)))


def _tell_set(voice: Voice, rules: RuleSet, hits: Mapping[str, int]) -> None:
    """What matched of a set: as its index says, or weak and by the rule's own name."""
    t, own = voice.t, f"{rules.name}/"
    found = {rule: items for rule, items in sorted(hits.items()) if rule.startswith(own)}
    if not found:
        return
    kind = "pack" if rules.signer is not None else "others"
    voice.result(
        t("end.yara_set", name=rules.name, licence=escaped(rules.licence), rules=len(found),
          origin=t(f"rules.origin.{kind}"))
    )  # fmt: skip
    for rule, items in list(found.items())[:_TOLD]:
        entry, name = rules.entry(rule), rule.rpartition(":")[2]
        voice.result(
            t("end.yara_one", items=items,
              weight=weight(t, entry) if entry is not None else t("rules.weight.weak"),
              claim=escaped(claim(t, entry) if entry is not None else name))
        )  # fmt: skip
    if len(found) > _TOLD:
        voice.result(t("end.yara_more", count=len(found) - _TOLD))


def weight(t: Texts, entry: Entry) -> str:
    """How much a match weighs, in a word."""
    return t(f"rules.weight.{entry.weight}")


def claim(t: Texts, entry: Entry) -> str:
    """What a match says."""
    return entry.claim_ja if t.language == "ja" else entry.claim_en
