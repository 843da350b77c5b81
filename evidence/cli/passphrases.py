"""Passphrases: asked for at the terminal, or from a file; left out only when that is said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody import system
from chain_of_custody.findings import escaped
from collectors.system import WINDOWS
from evidence.cli.options import Option, packed
from evidence.cli.shared import NOT_OF_THE_FILE, F, UsageError, say, unread
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from chain_of_custody.signing.keys import Signer, SigningKey

_LARGEST = 1 << 20  # bytes of a file of passphrases that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Passphrases:
    """Where the passphrases of one command come from."""

    t: Texts
    file: str | None = None
    none: bool = False
    option: str = "--passphrase-file"
    """What names the file."""
    fresh: Passphrases | None = None
    """Where those of keys that are made come from, when they are not those that are opened."""
    opened: list[str] = field(default_factory=list)
    """Those that were given for keys that are there."""

    def new(self, name: str) -> str | None:
        """The passphrase of a key that is made now; None when it stays open.

        Raises:
            UsageError: it is that of a key which was opened for this.
        """
        if self.none:
            return None
        chosen = (self.fresh or self)._chosen(name)
        if chosen in self.opened:
            raise UsageError(self.t("error.same_passphrase"))
        return chosen

    def _chosen(self, name: str) -> str:
        """As somebody chooses one, twice the same; what is wrong is said, and asked for again."""
        if self.file is not None:
            return self._from_file(self.file)
        while True:
            chosen = self._typed(self.t("keys.ask", name=name))
            if not chosen:
                say(self.t("error", text=self.t("keys.empty")))
            elif chosen == self._typed(self.t("keys.again")):
                return chosen
            else:
                say(self.t("error", text=self.t("keys.differ")))

    def _typed(self, text: str) -> str:
        return hidden(self.t, text, self.option, default="", show_default=False)

    def ask(self, name: str) -> str:
        """The passphrase of a key, or the PIN of a token, that is there."""
        if self.file is not None:
            given = self._from_file(self.file)
        else:
            given = hidden(self.t, self.t("keys.ask", name=name), self.option)
        self.opened.append(given)
        return given

    def open_key(self, path: str) -> SigningKey:
        """A key file that the user named."""
        from evidence.custody.signers import open_key

        try:
            return open_key(Path(path), self.ask)
        except OSError as error:
            raise unread(self.t, path, error) from None

    def open_signer(self, where: str) -> Signer:
        """A key file, or a key in a token."""
        from evidence.custody.signers import open_signer

        try:
            return open_signer(where, self.ask)
        except OSError as error:
            raise unread(self.t, where, error) from None

    def _from_file(self, path: str) -> str:
        """Its first line, as somebody would type it; a mark that Notepad puts before it is none.

        The name that is given for a file may be the passphrase itself: it is not repeated.
        """
        try:
            text = system.read_named(path, _LARGEST).decode("utf-8-sig")
        except OSError as error:
            if error.errno in NOT_OF_THE_FILE:
                error.filename = self.option
                raise
            why = error.strerror or type(error).__name__
            raise UsageError(
                self.t("error.passphrase_file", option=self.option, why=why)
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(self.t("error.passphrase_bytes", path=escaped(path))) from error
        line = text.partition("\n")[0].removesuffix("\r")
        if not line:
            raise UsageError(self.t("error.passphrase"))
        return line


def hidden(t: Texts, text: str, option: str, **more: Any) -> str:  # noqa: ANN401 - click's own
    """What somebody types at the terminal, unseen.

    Args:
        t: the language.
        text: what is asked for.
        option: what gives it where nobody can be asked.
        more: as `click.prompt` takes it.

    Raises:
        UsageError: there is no terminal: what was typed into a pipe would not be hidden.
    """
    if not _terminal():
        raise UsageError(t("error.no_terminal", option=option))
    typed: str = click.prompt(text, hide_input=True, err=True, **more)
    return typed


def _terminal() -> bool:
    """Whether there is one to read from, where `getpass` looks for it."""
    if WINDOWS:
        return True  # it asks the console, wherever standard input comes from
    with suppress(OSError), Path("/dev/tty").open("rb"):
        return True
    return sys.stdin is not None and sys.stdin.isatty()


def locked(t: Texts, *, opening: bool = True, making: bool = False) -> Callable[[F], F]:
    """The options for passphrases; the verb gets them as `passphrases`.

    Args:
        t: the language.
        opening: whether the verb opens a key that is there.
        making: whether it makes one. Where it does both, each has a file of its own: a root's
            passphrase must not become that of a kit, which is typed where attackers may listen.
    """
    new = "--new-passphrase-file" if opening else "--passphrase-file"
    options: list[Option] = []
    if making:
        options += [
            click.option("--no-passphrase", is_flag=True, help=t("keys.no_passphrase")),
            click.option(new, metavar="FILE", help=t("keys.new_passphrase_file")),
        ]
    if opening:
        options.append(
            click.option("--passphrase-file", metavar="FILE", help=t("keys.passphrase_file"))
        )
    fresh = new if opening and making else None
    return packed("passphrases", lambda given: _named(t, given, fresh), options)


def _named(t: Texts, rest: dict[str, object], new: str | None) -> Passphrases:
    """Those that the options name, which are taken out of what the verb gets.

    Args:
        t: the language.
        rest: what click gives to the verb.
        new: the option for keys that are made, where it is one of its own.
    """
    file, fresh = (
        str(named) if (named := rest.pop(name, None)) is not None else None
        for name in ("passphrase_file", "new_passphrase_file")
    )
    none = bool(rest.pop("no_passphrase", False))
    made = Passphrases(t=t, file=fresh, option=new) if new is not None else None
    return Passphrases(t=t, file=file, none=none, fresh=made)
