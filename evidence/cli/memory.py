"""`hozen memory`: symbols, analyse."""

from __future__ import annotations

import click

from evidence.cli import memory_analyse, memory_symbols
from evidence.cli.texts import Texts


def command(t: Texts) -> click.Group:
    """The group in one language."""
    group = click.Group("memory", help=t("memory"), short_help=t("memory"))
    for verb in (memory_symbols, memory_analyse):
        group.add_command(verb.command(t))
    return group
