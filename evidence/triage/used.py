"""The sets of rules beside ours that a triage used, as its document names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import asdict

from evidence.observed.document import OtherSet
from evidence.packs.rule_set import RuleSet
from evidence.packs.used import UsedSet
from evidence.scan.scanner import Rules
from evidence.triage.places import Place
from evidence.triage.sigma.following import Following


def sets_of(rules: Rules, sets: Sequence[RuleSet], place: Place) -> list[OtherSet]:
    """The sets of this triage, and those that only the collection had."""
    now = [OtherSet(**asdict(UsedSet.of(each)), count=rules.of_sets[each.name]) for each in sets]
    before = [OtherSet(**asdict(each), count=None) for each in place.sets]
    return [*now, *(each for each in before if each.name not in rules.of_sets)]


def of_sigma(sigma: Following) -> Iterator[OtherSet]:
    """Of each set of Sigma's rules, how many were tried, and how many could not be."""
    for one in sigma.translation.sets:
        rules = sigma.of_set(one.name)
        yield OtherSet(
            **asdict(UsedSet.of(one)), engine=sigma.translation.engine,
            count=sum(each.was_tried for each in rules),
            no_events=sum(not each.was_tried and not each.why_not for each in rules),
            not_run=sum(bool(each.why_not) for each in rules),
        )  # fmt: skip
