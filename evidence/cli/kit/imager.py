"""What a kit brings to the verbs that it starts: words to start it again, its imager, its rules."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.rules.sets import tell_successor
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the collectors
    from collectors.ram.imager.program import Imager
    from evidence.kit.carried.packs import Carried
    from evidence.kit.description import CarriedPack, Description
    from evidence.packs.rule_set import RuleSet
    from evidence.wizard.contact import Contact


@dataclass(frozen=True, slots=True)
class Door:
    """What a kit brings to a verb beside what is typed: click's own object."""

    imager: Imager | None
    words: tuple[str, ...]
    """What a person typed in the place of `hozen`, and of the verb that the door begins itself."""
    packs: Callable[[], Carried] | None = None
    """Reads the packs of rules that it carries; None where it is not described."""
    contact: Contact | None = None
    """Whom to call, where the kit says so."""
    differing: Callable[[], str | None] | None = None
    """Names the kit's own files that are not as listed; gives None while they are being read."""
    at_end: Callable[[Voice, int], int] = lambda _, code: code
    """Says what is to be said of the kit when screens are gone; gives the exit code, all told."""
    home: Path | None = None
    """The kit's folder."""


def carried_imager() -> Imager | None:
    """The imager of the kit that this was started from; None without a kit or without one."""
    found = _door()
    return None if found is None else found.imager


def with_carried(voice: Voice, typed: tuple[RuleSet, ...] = ()) -> dict[str, Any]:
    """What a request has of the kit: its folder, its packs, each told of, and what was typed.

    A typed set takes the place of the kit's of its name. A pack that can't be used ends nothing.
    """
    door = _door()
    own, not_used = _packs(voice, door, {each.name for each in typed})
    sets = (*own, *typed)
    tell_successor(voice, sets)
    return {"sets": sets, "sets_not_used": not_used, "kit": None if door is None else door.home}


def _packs(
    voice: Voice, door: Door | None, taken: Collection[str]
) -> tuple[tuple[RuleSet, ...], tuple[str, ...]]:
    """The packs of a kit whose names aren't taken; and why others are not used."""
    if door is None or door.packs is None:
        return (), ()
    carried = door.packs()
    found = tuple(each for each in carried.sets if each.name not in taken)
    for each in found:
        voice.talk(_line(voice.t, each))
    for error in carried.errors:
        voice.talk(voice.t("kit.pack_not_used", why=error.sentence(voice.t.language)))
    return found, tuple(map(str, carried.errors))


def from_kit() -> bool:
    """Whether a kit started this."""
    return _door() is not None


def _door() -> Door | None:
    return click.get_current_context().find_object(Door)


def _line(t: Texts, one: RuleSet | CarriedPack) -> str:
    return t(
        "rules.of_kit", name=one.name, version=one.version, date=escaped(one.date),
        licence=escaped(one.licence), signer=one.signer,
    )  # fmt: skip


def tell_packs(voice: Voice, about: Description) -> None:
    """Name the packs of rules that a kit carries."""
    for each in about.packs:
        voice.result(_line(voice.t, each))


def tell_imager(voice: Voice, about: Description) -> None:
    """Name a kit's imager, and what it means that it writes a file."""
    from collectors.ram.imager.program import OUTPUT

    t, one = voice.t, about.imager
    if one is None:
        return
    words = " ".join(escaped(each) for each in one.arguments)
    voice.result(
        t("kit.imager_line", name=one.name, platform=one.platform, sha256=one.sha256, words=words)
    )
    if any(OUTPUT in each for each in one.arguments):
        voice.result(t("memory.lands"))
