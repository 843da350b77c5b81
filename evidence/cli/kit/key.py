"""The kit's key at the endpoint: opened, or left closed by who doesn't know its passphrase.

It certifies a key for each session; a key for one collection is that of its sessions itself.

Evidence goes first: at three in the morning a forgotten passphrase must end no collection. What is
lost without the key is said: only the code that was noted tells the bundle from a later one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import from_kit
from evidence.cli.passphrases import Passphrases, hidden
from evidence.cli.shared import UsageError, Voice
from evidence.telling.catalogue import sentence_of

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.signing.keys import Signer, SigningKey

FILE = "kit.key"
Keys = Callable[[Path | None], "Signer | None"]
"""Gives a session its key; None for one that nobody vouches for, made by the session itself.

It is told which bundle is gone on with; None for a new one.
"""


def session_keys(voice: Voice, kit: str, passphrases: Passphrases, output: Path) -> Keys:
    """The keys of sessions: certified by the kit's one by one, or the one that it carries.

    Args:
        voice: says what becomes of the key.
        kit: the folder with `kit.key`.
        passphrases: open it.
        output: where bundles lie; a key for one collection that has signed in one there is spent
            for all others.

    Raises:
        UsageError: there is no key, or it is not a kit's.
    """
    path = Path(kit) / FILE
    if from_kit() and not readable(path):  # it ends no collection, and is named as changed
        voice.tell("kit.key_damaged", path=escaped(str(path)))
        voice.tell("kit.no_key")
        return lambda _: None
    key = opened(voice, path, passphrases)
    return (lambda _: None) if key is None else sessions(voice, key, path, output)


def sessions(voice: Voice, key: SigningKey, path: Path, output: Path) -> Keys:
    """The same of a key that is open; `path` is where it was.

    Raises:
        UsageError: it is not a kit's.
    """
    from chain_of_custody.signing.certificates import KIT_ROLE, collection_key, role_of
    from evidence.kit.spent import spent

    _judge(voice, key, path)
    if role_of(key.certificate) == KIT_ROLE:
        return lambda _: collection_key(key)

    def once(resumed: Path | None) -> Signer | None:
        try:
            bundle = spent(key, output, resumed)
        except OSError as error:  # it ends no collection, and signs no second one
            voice.tell("kit.spent_unknown", why=sentence_of(error, voice.t))
            return None
        if bundle is not None:
            voice.tell("kit.spent", bundle=escaped(bundle.name))
        return key if bundle is None else None

    return once


def readable(path: Path) -> bool:
    """Whether a key file is there with what belongs into one, as far as no passphrase is needed."""
    from cryptography import x509

    try:
        text = path.read_bytes()
        return bool(x509.load_pem_x509_certificates(text)) and b"PRIVATE KEY-----" in text
    except (OSError, ValueError):
        return False


def _judge(voice: Voice, key: SigningKey, path: Path) -> None:
    """Refuse a key that is no kit's; one whose dates don't hold is taken, and said."""
    from chain_of_custody.signing.certificates import COLLECTION_ROLE, KIT_ROLE, role_of

    if role_of(key.certificate) not in (KIT_ROLE, COLLECTION_ROLE):
        raise UsageError(voice.t("error.kit", path=escaped(str(path))))
    now = datetime.datetime.now(datetime.UTC)
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        voice.tell("run.kit_dates")


def opened(voice: Voice, path: Path, passphrases: Passphrases) -> SigningKey | None:
    """The kit's key; None when who is asked for its passphrase presses Enter.

    Raises:
        KeyFileError, UsageError: no key, or the passphrase in the named file doesn't open it.
    """
    from evidence.custody.signers import KeyFileError, open_key

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
            voice.tell("kit.no_key")
            return None
        voice.tell("kit.wrong_passphrase")


class _Asking:
    """Asks at the terminal, and remembers what was answered."""

    def __init__(self, voice: Voice) -> None:
        self.answer: str | None = None
        self._voice = voice

    def __call__(self, _name: str) -> str:
        """The passphrase as it was typed; empty for none."""
        t = self._voice.t
        self.answer = hidden(t, t("kit.ask"), "--passphrase-file", default="", show_default=False)
        return self.answer
