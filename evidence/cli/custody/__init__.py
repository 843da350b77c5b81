"""`hozen custody`: who held a bundle, when; each act signed by who did it."""

from __future__ import annotations

import click

from evidence.cli.texts import Texts


def command(t: Texts) -> click.Group:
    """The group in one language."""
    from evidence.cli.custody import attest, examination, hand_overs, show, stamp

    group = click.Group("custody", help=t("custody"), short_help=t("custody"))
    group.add_command(show.command(t))
    for verbs in (hand_overs, attest, examination, stamp):
        for verb in verbs.commands(t):
            group.add_command(verb)
    return group
