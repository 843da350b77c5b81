"""Passphrases: asked for at the terminal, or from a file; left out only when that is said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from collectors.system import WINDOWS
from evidence.cli.shared import F, UsageError
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from chain_of_custody.keys import Signer, SigningKey

_LARGEST = 1 << 20  # bytes of a file of passphrases that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Passphrases:
    """Where the passphrases of one command come from."""

    t: Texts
    file: str | None = None
    none: bool = False
    option: str = "--passphrase-file"
    """What names the file."""

    def new(self, name: str) -> str | None:
        """The passphrase of a key that is made now; None when it stays open."""
        if self.none:
            return None
        if self.file is not None:
            return self._from_file(self.file)
        again = self.t("keys.again")
        return hidden(self.t, self.t("keys.ask", name=name), self.option, confirmation_prompt=again)

    def ask(self, name: str) -> str:
        """The passphrase of a key, or the PIN of a token, that is there."""
        if self.file is not None:
            return self._from_file(self.file)
        return hidden(self.t, self.t("keys.ask", name=name), self.option)

    def open_key(self, path: str) -> SigningKey:
        """A key file that the user named."""
        from evidence.signers import open_key

        try:
            return open_key(Path(path), self.ask)
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError(self.t("error.file", path=escaped(path), why=why)) from error

    def open_signer(self, where: str) -> Signer:
        """A key file, or a key in a token."""
        from evidence.signers import open_signer

        try:
            return open_signer(where, self.ask)
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError(self.t("error.file", path=where, why=why)) from error

    def _from_file(self, path: str) -> str:
        """Its first line; the name may be the passphrase itself, so that it is not repeated."""
        try:
            lines = Path(path).read_bytes()[:_LARGEST].decode("utf-8", "replace").splitlines()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise UsageError(
                self.t("error.passphrase_file", option=self.option, why=why)
            ) from error
        if not lines or not lines[0]:
            raise UsageError(self.t("error.passphrase"))
        return lines[0]


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


def locked(t: Texts, *, making: bool = True) -> Callable[[F], F]:
    """The options for passphrases; the verb gets them as `passphrases`."""

    def add(function: F) -> F:
        def run(*args: object, **rest: object) -> object:
            file, none = rest.pop("passphrase_file", None), rest.pop("no_passphrase", False)
            named = str(file) if file is not None else None
            return function(
                *args, passphrases=Passphrases(t=t, file=named, none=bool(none)), **rest
            )

        run.__name__ = function.__name__
        run.__dict__.update(function.__dict__)  # click keeps the options there
        wrapped = click.option("--passphrase-file", metavar="FILE", help=t("keys.passphrase_file"))(
            run
        )
        if making:
            wrapped = click.option("--no-passphrase", is_flag=True, help=t("keys.no_passphrase"))(
                wrapped
            )
        return wrapped  # type: ignore[return-value]  # the same verb with two options more

    return add
