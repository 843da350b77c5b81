"""The command line: parse, call, print. One verb a file; the only place that prints or exits."""

from __future__ import annotations

import importlib
import locale
import os
import sys
import traceback
from typing import ClassVar

import click

from evidence import __version__
from evidence.cli.texts import Texts


def language_of(arguments: list[str], environment: dict[str, str]) -> str:
    """`--language`, else `HOZEN_LANG`, else the locale; English where none says Japanese."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--language="):
            return argument.partition("=")[2]
        if argument == "--language" and index + 1 < len(arguments):
            return arguments[index + 1]
    named = environment.get("HOZEN_LANG") or locale.setlocale(locale.LC_CTYPE, None)
    return "ja" if named.lower().startswith("ja") else "en"


def build(t: Texts) -> click.Group:
    """The program in one language; verbs are imported when they are named."""
    group = _Verbs(name="hozen", help=t("app"), epilog=t("app.epilog"), t=t)
    return click.version_option(__version__, prog_name="hozen")(group)


class _Verbs(click.Group):
    """Loads a verb's module when it is asked for, so that each starts fast."""

    modules: ClassVar = {
        "collect": "evidence.cli.collect",
        "verify": "evidence.cli.verify",
        "import": "evidence.cli.intake",
        "report": "evidence.cli.report",
    }

    def __init__(self, *, t: Texts, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]  # click's own keywords
        self._t = t

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs, in the order in which they are used."""
        return list(self.modules)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of this name."""
        if cmd_name not in self.modules:
            return None
        command: click.Command = importlib.import_module(self.modules[cmd_name]).command(self._t)
        return command


def main(arguments: list[str] | None = None) -> None:
    """Run, and leave with the exit code of docs/exit-codes.md."""
    sys.dont_write_bytecode = True  # nothing is written on an endpoint but the bundle
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a cp932 or ASCII console must not end a collection
            stream.reconfigure(errors="backslashreplace")
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        locale.setlocale(locale.LC_ALL, "C")
    sys.exit(run(arguments, Texts(language_of(arguments, dict(os.environ)))))


def run(arguments: list[str], t: Texts) -> int:
    """Carry out a command; returns the exit code."""
    try:
        result = build(t).main(arguments, prog_name="hozen", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        return 4
    except click.ClickException as error:
        click.echo(t("error", text=error.format_message()), err=True)
        return 2
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, an exit code
        return _refusal(error, t, debug="--debug" in arguments)
    return int(result or 0)


def _refusal(error: Exception, t: Texts, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    code = getattr(error, "exit_code", None)
    if code is not None:
        click.echo(t("error", text=error), err=True)
        return int(code)
    if isinstance(error, OSError):
        click.echo(t("error", text=error), err=True)
        return 4
    click.echo(t("error.internal", text=f"{type(error).__name__}: {error}"), err=True)
    return 4
