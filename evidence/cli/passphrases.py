"""Passphrases: asked for at the terminal, or from a file; left out only when that is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli.shared import F, UsageError, read_text
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from chain_of_custody.keys import Signer, SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Passphrases:
    """Where the passphrases of one command come from."""

    t: Texts
    file: str | None = None
    none: bool = False

    def new(self, name: str) -> str | None:
        """The passphrase of a key that is made now; None when it stays open."""
        if self.none:
            return None
        if self.file is not None:
            return self._from_file(self.file)
        asked: str = click.prompt(
            self.t("keys.ask", name=name), hide_input=True, err=True,
            confirmation_prompt=self.t("keys.again"),
        )  # fmt: skip
        return asked

    def ask(self, name: str) -> str:
        """The passphrase of a key, or the PIN of a token, that is there."""
        if self.file is not None:
            return self._from_file(self.file)
        asked: str = click.prompt(self.t("keys.ask", name=name), hide_input=True, err=True)
        return asked

    def open_key(self, path: str) -> SigningKey:
        """A key file that the user named."""
        from evidence.signers import open_key

        try:
            return open_key(Path(path), self.ask)
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError(self.t("error.file", path=path, why=why)) from error

    def open_signer(self, where: str) -> Signer:
        """A key file, or a key in a token."""
        from evidence.signers import open_signer

        try:
            return open_signer(where, self.ask)
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError(self.t("error.file", path=where, why=why)) from error

    def _from_file(self, path: str) -> str:
        lines = read_text(self.t, path).splitlines()
        if not lines or not lines[0]:
            raise UsageError(self.t("error.passphrase"))
        return lines[0]


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
