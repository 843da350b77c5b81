"""Groups of verbs that load a verb's module when it is asked for, so that each starts fast."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

import click

from evidence.cli.lines import columns, lines_of
from evidence.cli.texts import Texts

_MORE = re.compile(r"  \[(?P<more>[^\[\]]*)\]\Z")  # what click puts behind an option's sentence


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
        self.t = t
        self._modules = modules
        self._prefix = prefix
        say_in(self, t)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs, in the order in which they are used."""
        return list(self._modules)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their sentences."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.t(self._prefix + name)) for name in self._modules])

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of this name."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = importlib.import_module(self._modules[cmd_name]).command(self.t)
        say_in(command, self.t)
        return command


def say_in(command: click.Command, t: Texts, *, typed: str | None = None) -> None:
    """Let the help of a verb, and of those below it, be written in the language of these texts.

    Args:
        command: the verb.
        t: the texts.
        typed: how it is started, where it is not by its own name.
    """

    class Said(click.Context):
        """What the verb runs in."""

        typed_as: ClassVar = typed
        """How it is started, where that is not by its own name."""

        def make_formatter(self) -> click.HelpFormatter:
            """What click writes a help with."""
            return _Help(t, typed, self.terminal_width, self.max_content_width)

    command.context_class = Said
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        say_in(below, t, typed=typed)


class _Help(click.HelpFormatter):
    """Writes a help: our sentences as they are, and click's own words in the language of these."""

    def __init__(self, t: Texts, typed: str | None, width: int | None, most: int | None) -> None:
        super().__init__(width=width, max_width=most)
        self.t = t
        self._typed = typed
        self._words = {
            "Options": t("help.options"), "Commands": t("help.commands"),
            "[OPTIONS]": t("help.any_options"), "COMMAND": t("help.command"),
            "[ARGS]...": t("help.arguments"), "required": t("help.required"),
            "Show this message and exit.": t("help"),
        }  # fmt: skip

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the verb is typed."""
        words = " ".join(self._words.get(each, each) for each in args.split(" "))
        super().write_usage(self._typed or prog, words, prefix or self.t("help.usage") + " ")

    def write_heading(self, heading: str) -> None:
        """What stands over a list."""
        super().write_heading(self._words.get(heading, heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options or verbs, each with its sentence."""
        said = [(name, _MORE.sub(self._more, self._words.get(told, told))) for name, told in rows]
        names = min(max(columns(name) for name, _ in said), col_max) + col_spacing
        room = self.width - names - self.current_indent
        super().write_dl([(name, _kept(told, room)) for name, told in said], col_max, col_spacing)

    def write_text(self, text: str) -> None:
        """What a verb does, in paragraphs."""
        room = self.width - self.current_indent
        super().write_text("\n\n".join(_kept(each, room) for each in text.split("\n\n")))

    def _more(self, found: re.Match[str]) -> str:
        """Whether an option must be there, and what stands for it where it is not."""
        parts = []
        for part in found["more"].split("; "):
            value = part.removeprefix("default: ")
            default = value != part
            parts.append(
                self.t("help.default", value=value) if default else self._words.get(part, part)
            )
        return f"  [{'; '.join(parts)}]"


def _kept(text: str, room: int) -> str:
    """A paragraph in lines that click leaves as they are (backspace, alone in the first)."""
    return "\n".join(("\b", *lines_of(text, room)))
