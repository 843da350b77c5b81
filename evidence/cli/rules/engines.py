"""The option that names what runs the rules."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import get_args

import click

from evidence.cli.shared import F
from evidence.cli.texts import Texts
from evidence.engines.engine import EngineError
from evidence.engines.names import EngineName


def engines(t: Texts) -> Callable[[F], F]:
    """`--engine`: YARA itself, or another; refused at once where it isn't installed."""

    def here(_context: click.Context, _option: click.Parameter, name: str) -> str:
        if name == "boreal" and find_spec("boreal") is None:
            raise EngineError("engine.boreal")
        return name

    return click.option(
        "--engine", type=click.Choice(get_args(EngineName)), default="yara", show_default=True,
        help=t("rules.engine"), callback=here,
    )  # fmt: skip
