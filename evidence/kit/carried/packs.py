"""Packs of rules that a kit carries: held to their signer when it is built, pinned in `kit.json`.

At the endpoint no signer is judged again: the digest stands in the kit's signed list, and at night
a certificate that ran out must cost neither the rules nor the collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chain_of_custody.digest import sha256
from chain_of_custody.signing.trust import TrustStore
from collectors.told import ToldError
from evidence.engines.choice import ENGINES
from evidence.kit.carried.wheels import put
from evidence.kit.description import CarriedPack, Description
from evidence.kit.errors import KitAlteredError, KitError
from evidence.packs.loading import read_pack
from evidence.packs.rule_set import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtPack:
    """A pack that goes onto a kit."""

    data: bytes
    rules: RuleSet

    @property
    def about(self) -> CarriedPack:
        """As `kit.json` names it."""
        rules = self.rules
        return CarriedPack(
            date=rules.date, licence=rules.licence, name=rules.name, sha256=_digest(self.data),
            signer=rules.signer or "", version=rules.version,
        )  # fmt: skip


def bring_packs(paths: Sequence[Path], trust: TrustStore) -> tuple[BroughtPack, ...]:
    """Read packs, if they are what somebody signed who is trusted.

    Args:
        paths: of the files.
        trust: what each signer has to lead to.

    Raises:
        SetError, AlteredPackError: naming the path.
        KitError: nobody is trusted, or two have one name on a medium that knows no case.
    """
    if paths and not trust:
        raise KitError("pack_trust")
    found = tuple(BroughtPack(data=data, rules=rules) for data, rules in _read(paths, trust))
    names = [each.rules.name.casefold() for each in found]
    for name in names:
        if names.count(name) > 1:
            raise KitError("pack_twice", name=name)
    return found


def _read(paths: Sequence[Path], trust: TrustStore) -> list[tuple[bytes, RuleSet]]:
    return [read_pack(each, trust) for each in paths]


def carry_packs(brought: Sequence[BroughtPack], kit: Path) -> list[CarriedPack]:
    """Put them into a kit's folder."""
    for each in brought:
        put(kit / each.about.place, each.data)
    return [each.about for each in brought]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What of a kit's packs is of use, and why some are not."""

    sets: tuple[RuleSet, ...]
    errors: tuple[ToldError, ...]


def carried_packs(kit: Path, about: Description) -> Carried:
    """A kit's packs, each as it was pinned; one that isn't ends no collection.

    Args:
        kit: its folder.
        about: its description.
    """
    sets, errors = list[RuleSet](), list[ToldError]()
    for each in about.packs:
        try:
            sets.append(_compiled(_pinned(kit, each)))
        except ToldError as error:
            errors.append(error)
    return Carried(sets=tuple(sets), errors=tuple(errors))


def _pinned(kit: Path, pinned: CarriedPack) -> RuleSet:
    path = kit / pinned.place
    data, rules = read_pack(path, TrustStore.from_pem([]))
    found = _digest(data)
    if found != pinned.sha256:
        raise KitAlteredError("pack_digest", path=path, expected=pinned.sha256, found=found)
    return rules


def _compiled(rules: RuleSet) -> RuleSet:
    """The set, tried: it was built by another YARA, which may know more than this kit's.

    Its signer led to what the builder trusts; the digest holds it to that.
    """
    ENGINES["yara"]().compile(rules.sources)
    return replace(rules, tied=True)


def _digest(data: bytes) -> str:
    return sha256(data)
