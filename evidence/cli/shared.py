"""What every verb shares: options, units, printing, the way out."""

from __future__ import annotations

import datetime
import errno
import locale
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from chain_of_custody import system
from chain_of_custody.errors import OF_MACHINE
from chain_of_custody.findings import escaped
from evidence.cli.lines import lines_of
from evidence.cli.texts import Texts
from evidence.jsontext import json_text

F = TypeVar("F", bound=Callable[..., Any])

_ITEM = re.compile(r"(?:item:)?([1-9][0-9]{0,7})")
_SIZES = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_TIMES = {"s": 1, "m": 60, "h": 3600}
_NS = 1_000_000_000
ALGORITHMS = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5"}
ENDING = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
]
"""What ends a program from outside: Ctrl-C, a shutdown, a terminal that is closed."""
YEARS = range(2000, 3000)
"""That a person can mean: another one is a slip of the finger, and some have no UTC."""
NOT_OF_THE_FILE = OF_MACHINE | {errno.EIO}
"""What a machine without room answers, or a medium that failed: another time, the file may do."""
_NARROW = 30  # columns; below this, lines are left to the terminal


def let_nothing_end_it() -> None:
    """From here on, neither Ctrl-C nor a shutdown ends the program: it is at its last steps."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


class UsageError(Exception):
    """The command was given in a way that can't be carried out."""

    exit_code = 2


class LinuxOnlyError(Exception):
    """A command whose other half no Windows has was given there; nothing was begun."""

    exit_code = 4


class UnheardError(OSError):
    """The standard output did not take a result, as where it leads into a file on a full disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How to speak: language, and whether at all."""

    t: Texts
    quiet: bool = False
    as_json: bool = False

    def result(self, text: str) -> None:
        """A line of the result, on standard output; not when JSON is wanted.

        Raises:
            UnheardError: it took none.
        """
        if not self.as_json:
            _print(self.t, text)

    def talk(self, text: str) -> None:
        """A line of talk, on standard error; not when quiet.

        A terminal that is gone must not end a collection, so that nothing is raised.
        """
        if not self.quiet:
            say("\n".join(fitted(text, sys.stderr)))

    def tell(self, key: str, **facts: object) -> None:
        """A sentence of the catalogue as talk, where who listens may choose its language."""
        self.talk(self.t(key, **facts))

    def document(self, value: Mapping[str, object]) -> None:
        """The result as JSON, when that is wanted; its `schema` names what it is.

        Raises:
            UnheardError: the standard output took none of it.
        """
        if self.as_json:
            _print(self.t, json_text(value))


class Aside(Voice):
    """A voice whose results come out on standard error: the only stream that is left."""

    def result(self, text: str) -> None:
        """A line of the result, whatever was wanted of the other stream."""
        say(text)


def say_unfinished(t: Texts, folder: Path, document: str) -> None:
    """Say, before what ended it, that a folder of results stays without its document."""
    say(t("error.unfinished", folder=escaped(str(folder)), document=document))


def say(text: str) -> None:
    """A line on standard error; nothing is raised where nobody listens any more."""
    if sys.stderr is not None:
        try:
            print(text, file=sys.stderr, flush=True)
        except OSError:
            _drain(sys.stderr)


def _print(t: Texts, text: str) -> None:
    """A line on standard output; a reader that went away (`| head`) changes no exit code."""
    try:
        print(text, flush=True)
    except OSError as error:
        _drain(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise UnheardError(error.errno, error.strerror, t("output.name")) from error


def _drain(stream: TextIO) -> None:
    """Lead a stream nowhere: what is left in its buffer would fail once more at the exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Words(click.ParamType[str]):
    """What a person says in an option, to stand in a document: characters, not any bytes."""

    name = "text"

    def __init__(self, t: Texts) -> None:
        self.t = t

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as it was typed.

        Raises:
            click.BadParameter: the terminal gave bytes that are none in its locale.
        """
        try:
            value.encode()
        except UnicodeEncodeError:
            try:  # arguments are read as UTF-8, whatever the terminal's letters
                return os.fsencode(value).decode(locale.getencoding())
            except ValueError:
                self.fail(self.t("error.words"), param, ctx)
        return value


def common(t: Texts) -> Callable[[F], F]:
    """The options that every verb has."""

    def add(function: F) -> F:
        for option in (
            click.option("--debug", is_flag=True, expose_value=False, help=t("debug")),
            click.option(
                "--language", type=click.Choice(["ja", "en"]), expose_value=False,
                help=t("language"),
            ),
            click.option("--quiet", is_flag=True, help=t("quiet")),
            click.option("--json", "as_json", is_flag=True, help=t("json")),
        ):  # fmt: skip
            function = option(function)
        return function

    return add


def parse_size(t: Texts, value: str | None) -> int | None:
    """Bytes from `20GiB`, `500MB`, `1g`; units are powers of 1024."""
    if value is None:
        return None
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([bkmgt]?)(i?b)?\s*", value.lower())
    if not found:
        raise UsageError(t("error.size", value=escaped(value)))
    return int(float(found[1]) * _SIZES[found[2]])


def parse_time(t: Texts, value: str | None) -> int | None:
    """Nanoseconds from `90s`, `30m`, `2h`."""
    if value is None:
        return None
    found = re.fullmatch(r"\s*([0-9]+)\s*([smh])\s*", value.lower())
    if not found:
        raise UsageError(t("error.time", value=escaped(value)))
    return int(found[1]) * _TIMES[found[2]] * _NS


def moment(t: Texts, value: str) -> datetime.datetime:
    """A time that a person typed, with its zone."""
    try:
        found = datetime.datetime.fromisoformat(value)
    except ValueError as error:
        raise UsageError(t("error.when", value=escaped(value))) from error
    if found.tzinfo is None:
        raise UsageError(t("error.when", value=escaped(value)))
    if found.year not in YEARS:
        raise UsageError(t("error.year", value=escaped(value)))
    return found.astimezone(datetime.UTC)


def item_number(t: Texts, value: str) -> int:
    """The number of an item, as `17` or `item:17`."""
    found = _ITEM.fullmatch(value)
    if found is None:
        raise UsageError(t("error.item", value=escaped(value)))
    return int(found[1])


def read_text(t: Texts, path: str, limit: int = 1 << 20) -> str:
    """A small text file that the user named."""
    return read_bytes(t, path, limit).decode("utf-8", "replace")


def read_bytes(t: Texts, path: str, limit: int = 64 << 20) -> bytes:
    """A file that the user named, at most so much of it."""
    try:
        return system.read_named(path, limit)
    except OSError as error:
        raise unread(t, path, error) from None


def unread(t: Texts, path: str, error: OSError) -> Exception:
    """What to raise of a file that the user named: that it can't be used, where that is known."""
    if error.errno in NOT_OF_THE_FILE:
        return error
    return UsageError(t("error.file", path=escaped(path), why=error.strerror or str(error)))


def fitted(text: str, stream: TextIO | None, indent: int = 0) -> list[str]:
    """A sentence in lines that fit the terminal; one line where there is none.

    Words are never broken: a path or a hash must stay one thing to copy.
    """
    if stream is None or not stream.isatty():
        return [text]
    room = shutil.get_terminal_size().columns - indent
    if room < _NARROW:
        return [text]
    return lines_of(text, room)


def coloured(text: str, colour: str, stream: TextIO | None) -> str:
    """In colour on a terminal, unless NO_COLOR is set."""
    plain = stream is None or not stream.isatty() or "NO_COLOR" in os.environ
    return text if plain else click.style(text, fg=colour)


def on_terminal() -> bool:
    """Whether progress may move on standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def stating(t: Texts, said: dict[str, Any], *names: str) -> None:
    """See that one of these options says something: without it the act would tell nothing.

    Raises:
        UsageError: none does.
    """
    if not any((said[name] or "").strip() for name in names):
        raise UsageError(t("usage.missing", name=f"--{names[0]}"))
