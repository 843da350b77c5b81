"""`hozen memory`: physical memory by itself, and what is made of it."""

from __future__ import annotations

import click

from evidence.cli.texts import Texts
from evidence.cli.verbs import Verbs

MODULES = {
    "acquire": "evidence.cli.memory.acquire",
    "symbols": "evidence.cli.memory.symbols",
    "analyse": "evidence.cli.memory.analyse",
}


def command(t: Texts) -> click.Command:
    """The group in one language."""
    return Verbs(name="memory", help=t("memory"), t=t, modules=MODULES, prefix="memory.")
