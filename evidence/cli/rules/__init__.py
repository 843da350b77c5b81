"""`hozen rules`: what the search looks for, and whether that is in order."""

from __future__ import annotations

import click

from evidence.cli.texts import Texts
from evidence.cli.verbs import Verbs

MODULES = {
    "list": "evidence.cli.rules.listing",
    "check": "evidence.cli.rules.check",
    "pack": "evidence.cli.rules.pack",
}


def command(t: Texts) -> click.Command:
    """The group in one language."""
    return Verbs(name="rules", help=t("rules"), t=t, modules=MODULES, prefix="rules.")
