"""The kit's key at the endpoint: opened, or left closed by who doesn't know its passphrase.

Evidence goes first: at three in the morning a forgotten passphrase must end no collection. What is
lost without the key is said: only the code that was noted tells the bundle from a later one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import Voice

if TYPE_CHECKING:
    from chain_of_custody.keys import SigningKey


def opened(voice: Voice, path: Path, passphrases: Passphrases) -> SigningKey | None:
    """The kit's key; None when who is asked for its passphrase presses Enter.

    Raises:
        KeyFileError, UsageError: no key, or the passphrase in the named file doesn't open it.
    """
    from evidence.signers import KeyFileError, open_key

    if passphrases.file is not None or not path.is_file():
        return passphrases.open_key(str(path))
    while True:
        asking = _Asking(voice)
        try:
            return open_key(path, asking)
        except KeyFileError:
            if asking.answer is None:  # it isn't about the passphrase
                raise
        if not asking.answer:
            voice.talk(voice.t("kit.no_key"))
            return None
        voice.talk(voice.t("kit.wrong_passphrase"))


class _Asking:
    """Asks at the terminal, and remembers what was answered."""

    def __init__(self, voice: Voice) -> None:
        self.answer: str | None = None
        self._voice = voice

    def __call__(self, _name: str) -> str:
        """The passphrase as it was typed; empty for none."""
        asked: str = click.prompt(
            self._voice.t("kit.ask"), hide_input=True, err=True, default="", show_default=False
        )
        self.answer = asked
        return asked
