"""Who stands at the machine while it is collected, where and why: said by options, all optional.

It stands in the clear in the bundle's first event, as the law of evidence wants it (RFC 3227,
section 4.1), and so on a stick that may be lost: names of staff, never of patients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from evidence.cli.options import packed
from evidence.cli.shared import F, UsageError, Words
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from evidence.writing.history import Presence

BASES = ("contract", "inquiry", "warrant", "voluntary", "court", "in-house")
_FIELDS = ("operator", "title", "organisation", "contact", "place", "purpose")
NAMES = (*_FIELDS, "witness", "basis", "authority")


def present(t: Texts) -> Callable[[F], F]:
    """The options; the verb gets what was said as `presence`."""
    options = [
        click.option(f"--{name}", type=Words(t), help=t(f"presence.{name}")) for name in _FIELDS
    ]
    options += [
        click.option(
            "--witness", type=Words(t), multiple=True, metavar="NAME", help=t("custody.witness")
        ),
        click.option("--basis", type=click.Choice(BASES), help=t("custody.basis")),
        click.option("--authority", type=Words(t), help=t("custody.authority")),
    ]
    return packed(
        "presence", lambda given: _presence(t, {name: given.pop(name) for name in NAMES}), options
    )


def _presence(t: Texts, said: dict[str, Any]) -> Presence:
    from chain_of_custody.event import Authority, Person
    from evidence.writing.history import Presence

    if said["authority"] is not None and said["basis"] is None:
        raise UsageError(t("usage.missing", name="--basis"))
    person = [said[name] for name in ("operator", "title", "organisation", "contact")]
    name, title, organisation, contact = person
    actor = Person(contact=contact, name=name, organisation=organisation, title=title)
    return Presence(
        actor=actor if any(person) else None, place=said["place"], purpose=said["purpose"],
        witnesses=tuple(
            Person(contact=None, name=each, organisation=None, title=None)
            for each in said["witness"]
        ),
        authority=Authority(basis=said["basis"], number=said["authority"])
        if said["basis"] is not None
        else None,
    )  # fmt: skip
