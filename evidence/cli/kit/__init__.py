"""`hozen kit`: a folder that runs from a stick, made in peacetime; checked before and after."""

from __future__ import annotations

import click

from evidence.cli.texts import Texts
from evidence.cli.verbs import Verbs

MODULES = {
    "fetch": "evidence.cli.kit.fetch",
    "build": "evidence.cli.kit.build",
    "check": "evidence.cli.kit.check",
    "register": "evidence.cli.kit.register",
    "start": "evidence.cli.kit.start",
}


def command(t: Texts) -> click.Command:
    """The group in one language."""
    return Verbs(name="kit", help=t("kit"), t=t, modules=MODULES, prefix="kit.")
