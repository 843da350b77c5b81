"""`hozen kit`: a folder that runs from a stick, made in peacetime; checked before and after."""

from __future__ import annotations

import click

from evidence.cli.texts import Texts
from evidence.cli.verbs import Verbs

MODULES = {
    "fetch": "evidence.cli.kit_fetch",
    "build": "evidence.cli.kit_build",
    "check": "evidence.cli.kit_check",
    "register": "evidence.cli.kit_register",
    "start": "evidence.cli.kit_start",
}


def command(t: Texts) -> click.Command:
    """The group in one language."""
    return Verbs(name="kit", help=t("kit"), t=t, modules=MODULES, prefix="kit.")
