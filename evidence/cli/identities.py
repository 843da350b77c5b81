"""Age identities: what opens a bundle's contents, from files that the user named."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.options import packed
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import F, UsageError, read_bytes
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    import pyrage

_OPTION = "--identity-passphrase-file"
_LARGEST = 1 << 20  # bytes
_WAITS = (0.1, 0.3, 1, 3)  # seconds: pyrage times one millisecond, and any pause within it counts


class _BusyError(Exception):
    """The machine seemed too slow for the work; it may only have been busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The identities of one command."""

    t: Texts
    paths: tuple[str, ...]
    passphrase_file: str | None = None

    def load(self) -> list[pyrage.x25519.Identity]:
        """All that the files hold; an encrypted one needs its passphrase.

        Raises:
            UsageError: a file can't be read, or holds none.
            KeyFileError: the passphrase doesn't open it.
        """
        from evidence.reading.container import IdentityError, load_identities

        found = []
        for path in self.paths:
            try:
                found += load_identities(self._text(path))
            except IdentityError as error:
                why = error.sentence(self.t.language)
                raise UsageError(self.t("error.file", path=escaped(path), why=why)) from error
        return found

    def _text(self, path: str) -> str:
        data = read_bytes(self.t, path, _LARGEST)
        if data.startswith(b"age-encryption.org/v1"):
            data = self._opened(path, data)
        return data.decode("utf-8", "replace")

    def _opened(self, path: str, data: bytes) -> bytes:
        from evidence.custody.signers import KeyFileError

        passphrases = Passphrases(t=self.t, file=self.passphrase_file, option=_OPTION)
        asked = passphrases.ask(escaped(path))
        for wait in _WAITS:
            try:
                return _decrypted(data, asked)
            except _BusyError:
                time.sleep(wait)
            except ValueError as error:
                raise KeyFileError("key.passphrase", path=path) from error
        raise UsageError(self.t("error.identity_work", path=escaped(path)))


def _decrypted(data: bytes, passphrase: str) -> bytes:
    """What a passphrase opens.

    Raises:
        _BusyError: more work than pyrage takes this machine to be able to do.
        ValueError: another passphrase, or no age file.
    """
    import pyrage

    try:
        opened: bytes = pyrage.passphrase.decrypt(data, passphrase)
    except pyrage.DecryptError as error:
        if str(error).startswith("Excessive work"):
            raise _BusyError from error
        raise ValueError(str(error)) from error
    return opened


def opening(t: Texts) -> Callable[[F], F]:
    """The options for what opens the contents; the verb gets them as `identities`."""

    def identities(given: dict[str, Any]) -> Identities:
        paths, file = given.pop("identity"), given.pop("identity_passphrase_file")
        return Identities(t=t, paths=paths, passphrase_file=file)

    options = [
        click.option("--identity", multiple=True, metavar="FILE", help=t("identity")),
        click.option(_OPTION, metavar="FILE", help=t("identity.passphrase_file")),
    ]
    return packed("identities", identities, options)
