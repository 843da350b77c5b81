"""Groups of verbs that load a verb's module when it is asked for, so that each starts fast."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from evidence.cli.texts import Texts


class Verbs(click.Group):
    """A group; its help stands in the catalogue, so that no module is imported for it."""

    def __init__(
        self, *, t: Texts, modules: Mapping[str, str], prefix: str = "", **rest: object
    ) -> None:
        """A group of these verbs.

        Args:
            t: the texts of one language.
            modules: where the function `command` of each verb is, in the order of their use.
            prefix: of the verbs' sentences in the catalogue.
            rest: click's own keywords.
        """
        super().__init__(**rest)  # type: ignore[arg-type]  # click's own keywords
        self._t = t
        self._modules = modules
        self._prefix = prefix

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs, in the order in which they are used."""
        return list(self._modules)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their sentences."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._t(self._prefix + name)) for name in self._modules])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Its own, too, in the language of the rest."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self._t("help")
        return option

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of this name."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = importlib.import_module(self._modules[cmd_name]).command(self._t)
        _say_help(command, ctx, self._t)
        return command


def _say_help(command: click.Command, ctx: click.Context, t: Texts) -> None:
    """Word `--help` of a verb; click keeps the option that it makes once."""
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = t("help")
