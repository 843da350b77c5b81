"""Sets of rules that a user names: the options, and what is said of each set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import F, UsageError, Voice, Words
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust

if TYPE_CHECKING:
    from evidence.packs.rule_files import RuleFiles
    from evidence.packs.rule_set import RuleSet
    from evidence.triage.sigma.rule_set import SigmaSet


def licensed(t: Texts) -> Callable[[F], F]:
    """`--licence`: of a folder of rules that doesn't say it."""
    return click.option("--licence", type=Words(t), metavar="TEXT", help=t("rules.licence"))


def vouched(t: Texts) -> Callable[[F], F]:
    """`--rules-trust`: what the signer of a pack has to lead to."""
    return click.option(
        "--rules-trust", multiple=True, metavar="CERT.pem", help=t("rules.trust")
    )  # fmt: skip


def load_sets(
    voice: Voice, paths: Sequence[str], licence: str | None, trusted: tuple[str, ...]
) -> tuple[RuleSet, ...]:
    """The sets that were named; each is told of.

    Raises:
        UsageError: two of one name.
        SetError, RulesError, AlteredPackError: one can't be used.
    """
    from evidence.packs.loading import load_set

    if not paths:  # nothing is read for what was not asked
        return ()
    trust = load_trust(voice.t, trusted)
    sets = tuple(load_set(Path(each), trust, licence) for each in paths)
    _tell(voice, sets)
    return sets


def load_sigma(
    voice: Voice, paths: Sequence[str], licence: str | None, beside: Sequence[RuleFiles]
) -> tuple[SigmaSet, ...]:
    """The sets in Sigma's language that were named; each is told of.

    Args:
        voice: which tells.
        paths: of folders or files.
        licence: under which they stand.
        beside: other sets, whose names are taken.

    Raises:
        UsageError: two of one name.
        SetError: one can't be used.
    """
    if not paths:
        return ()
    from evidence.triage.sigma.rule_set import sigma_set

    sets = tuple(sigma_set(Path(each), licence) for each in paths)
    _tell(voice, sets, beside)
    return sets


def _tell(voice: Voice, sets: Sequence[RuleFiles], beside: Sequence[RuleFiles] = ()) -> None:
    known = {each.name for each in beside}
    for one in sets:
        if one.name in known:
            raise UsageError(voice.t("rules.twice", name=one.name))
        known.add(one.name)
        voice.talk(told(voice.t, one))


def tell_successor(voice: Voice, sets: Sequence[RuleSet]) -> None:
    """Say where one of the sets takes the place of this program's own rules."""
    if not sets:  # nothing is read for what was not asked
        return
    from evidence.packs.own import own_rules
    from evidence.tool import rules_digest, rules_folder

    one = own_rules(rules_folder(), sets).successor
    if one is not None:
        voice.talk(
            voice.t("rules.in_place", name=one.name, version=one.version, date=escaped(one.date),
                    sha256=one.sha256, own=rules_digest(rules_folder()))
        )  # fmt: skip


def told(t: Texts, one: RuleFiles) -> str:
    """Whose rules a set has, in a line."""
    licence = escaped(one.licence)
    if one.signer is None:
        return t("rules.of_others", name=one.name, licence=licence)
    kind = "pack" if one.tied else "stranger"
    return t(
        f"rules.of_{kind}", name=one.name, version=one.version, date=escaped(one.date),
        licence=licence, signer=one.signer,
    )  # fmt: skip


def document(one: RuleSet) -> dict[str, object]:
    """A set, for machines."""
    import msgspec

    from evidence.packs.used import UsedSet

    return {**msgspec.structs.asdict(UsedSet.of(one)), "tied": one.tied}
