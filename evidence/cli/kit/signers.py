"""Who signs a kit, and with which key it signs: a provider's, the kit's own, or one for one use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.options import packed
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import F, UsageError
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.signing.keys import Signer, SigningKey

_ONCE_FILE, _SIGNER_FILE = "--single-use-passphrase-file", "--signer-passphrase-file"


def signing(t: Texts) -> Callable[[F], F]:
    """The options; the verb gets them as `signers`."""
    options = [
        click.option("--single-use", is_flag=True, help=t("kit.single_use")),
        click.option(_ONCE_FILE, metavar="FILE", help=t("kit.once_file")),
        click.option("--signer", metavar="FILE|pkcs11:…", help=t("kit.signer")),
        click.option(_SIGNER_FILE, metavar="FILE", help=t("kit.signer_file")),
    ]
    return packed("signers", lambda given: _signers(t, given), options)


def _signers(t: Texts, given: dict[str, Any]) -> Signers:
    """What the options say.

    Raises:
        UsageError: a passphrase of what is not asked for.
    """
    single_use, provider = given.pop("single_use"), given.pop("signer")
    once_file = given.pop("single_use_passphrase_file")
    provider_file = given.pop("signer_passphrase_file")
    if once_file is not None and not single_use:
        raise UsageError(t("kit.once_alone"))
    if provider_file is not None and provider is None:
        raise UsageError(t("kit.signer_alone"))
    return Signers(t, single_use, once_file, provider, provider_file)


@dataclass(frozen=True, slots=True)
class Signers:
    """What was typed of keys beside the kit's own."""

    t: Texts
    single_use: bool
    once_file: str | None
    provider: str | None
    """Where the key is that signs the kit."""
    provider_file: str | None

    def once(self, kit_key: Path) -> str | None:
        """The passphrase of a key for one collection: typed where attackers may listen, so its own.

        Raises:
            UsageError: it opens the kit's key, too.
        """
        from evidence.custody.signers import KeyFileError, open_key

        if not self.single_use:
            return None
        passphrases = Passphrases(t=self.t, file=self.once_file, option=_ONCE_FILE)
        chosen, asked = passphrases.new(self.t("kit.once_key")), list[str]()

        def tried(name: str) -> str:
            asked.append(name)
            return chosen or ""

        try:
            open_key(kit_key, tried)
        except KeyFileError:
            return chosen
        if asked:  # else it lies open, and has no passphrase
            raise UsageError(self.t("kit.once_same"))
        return chosen

    def open_provider(self, kit: SigningKey, told: Sequence[str | None]) -> Signer | None:
        """The provider's key, by a passphrase that nobody is told at the endpoint.

        Raises:
            UsageError: what opens the stick's key opens it, too.
        """
        if self.provider is None:
            return None
        passphrases = Passphrases(t=self.t, file=self.provider_file, option=_SIGNER_FILE)
        signer = passphrases.open_signer(self.provider)
        if signer.certificate != kit.certificate and not set(told).isdisjoint(passphrases.opened):
            raise UsageError(self.t("kit.signer_same", path=escaped(self.provider)))
        return signer
