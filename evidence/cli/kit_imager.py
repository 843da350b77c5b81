"""What a kit brings to the verbs that it starts: words to start it again, and its imager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice

if TYPE_CHECKING:  # a verb's help must not wait for the collectors
    from collectors.ram.imager import Imager
    from evidence.kit.description import Contact, Description


@dataclass(frozen=True, slots=True)
class Door:
    """What a kit brings to a verb beside what is typed: click's own object."""

    imager: Imager | None
    words: tuple[str, ...]
    """What a person typed in the place of `hozen`, and of the verb that the door begins itself."""
    contact: Contact | None = None
    """Whom to call, where the kit says so."""
    differing: Callable[[], str | None] | None = None
    """Names the kit's own files that are not as listed; gives None while they are being read."""
    at_end: Callable[[Voice, int], int] = lambda _, code: code
    """Says what is to be said of the kit when screens are gone; gives the exit code, all told."""


def carried_imager() -> Imager | None:
    """The imager of the kit that this was started from; None without a kit or without one."""
    found = _door()
    return None if found is None else found.imager


def from_kit() -> bool:
    """Whether a kit started this."""
    return _door() is not None


def _door() -> Door | None:
    return click.get_current_context().find_object(Door)


def tell_imager(voice: Voice, about: Description) -> None:
    """Name a kit's imager, and what it means that it writes a file."""
    from collectors.ram.imager import OUTPUT

    t, one = voice.t, about.imager
    if one is None:
        return
    words = " ".join(escaped(each) for each in one.arguments)
    voice.result(
        t("kit.imager_line", name=one.name, platform=one.platform, sha256=one.sha256, words=words)
    )
    if any(OUTPUT in each for each in one.arguments):
        voice.result(t("memory.lands"))
