"""The kit's key in the wizard: its passphrase is asked for on a page, right before it is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import from_kit
from evidence.cli.kit.key import FILE, readable, session_keys, sessions
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import UsageError, Voice
from evidence.cli.texts import Texts
from evidence.telling.catalogue import sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.telling.catalogue import Sentence
    from evidence.wizard.plan import NewKey, Opened


class KeyPlan(TypedDict, total=False):
    """What a plan says of keys."""

    new_key: NewKey
    unlock: Callable[[str], Opened | None]


def key_plan(voice: Voice, kit: str | None, passphrases: Passphrases, output: Path) -> KeyPlan:
    """Where the keys of sessions come from; only a passphrase that no file tells is asked for.

    Args:
        voice: says what becomes of a key that is opened now.
        kit: the folder with `kit.key`; None for keys that nobody vouches for.
        passphrases: open it.
        output: where bundles lie.

    Raises:
        UsageError: there is no key, or it is not a kit's.
    """
    from evidence.custody.signers import locked

    if kit is None:
        return {}
    path = Path(kit) / FILE
    lost = from_kit() and not readable(path)  # of a kit that ends no collection: the page says so
    if not lost and not path.is_file():
        raise UsageError(voice.t("wizard.no_key", path=escaped(str(path))))
    if passphrases.file is None and (lost or locked(path.read_bytes())):
        return {"unlock": partial(_unlock, path, output, voice.t)}
    return {"new_key": session_keys(voice, kit, passphrases, output)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page(Voice):
    """A voice that a page speaks with, whose language a key changes."""

    said: list[Sentence] = field(default_factory=list)

    def tell(self, key: str, **facts: object) -> None:
        """Keep what is to be said."""
        self.said.append(lambda t: t(key, **facts))


def _unlock(path: Path, output: Path, t: Texts, passphrase: str) -> Opened | None:
    """Open the kit's key, or do without; None where the passphrase is wrong.

    At three in the morning a damaged key ends no collection, either: that is said.
    """
    from evidence.custody.signers import KeyFileError, open_key
    from evidence.wizard.plan import Opened, nobodys

    page = _Page(t=t)
    try:
        if passphrase:
            key = open_key(path, lambda _: passphrase)
            made = sessions(page, key, path, output)
            return Opened(new_key=made, told=page.said)
    except (KeyFileError, UsageError, OSError) as error:
        if getattr(error, "key", "") == "key.passphrase":
            return None
        page.said.append(partial(sentence_of, error))
    page.tell("kit.no_key")
    return Opened(new_key=nobodys, told=page.said)
