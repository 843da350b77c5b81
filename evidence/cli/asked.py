"""What verbs that take evidence are told: by whose key, for which case, for whom to read."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.findings import escaped
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import UsageError, Voice, read_text
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from chain_of_custody.keys import Signer

_CHALLENGE = 200  # characters: it is to be typed by somebody


def key_of(voice: Voice, kit: str | None, passphrases: Passphrases) -> Signer | None:
    """The key of this collection, certified by the kit; None without one."""
    from chain_of_custody.certificates import KIT_ROLE, collection_key, role_of

    if kit is None:
        return None
    path = Path(kit) / "kit.key"
    by = passphrases.open_key(str(path))
    if role_of(by.certificate) != KIT_ROLE:
        raise UsageError(voice.t("error.kit", path=escaped(str(path))))
    now = datetime.datetime.now(datetime.UTC)
    if not by.certificate.not_valid_before_utc <= now <= by.certificate.not_valid_after_utc:
        voice.talk(voice.t("run.kit_dates"))
    return collection_key(by)


def challenge_of(voice: Voice, value: str | None) -> str | None:
    """What the provider gave; a time in it that is still to come says that the clock is behind."""
    if value is None:
        return None
    from chain_of_custody.stamps import challenge_time

    if not 1 <= len(value.strip()) <= _CHALLENGE:
        raise UsageError(voice.t("error.challenge", value=escaped(value)))
    made = challenge_time(value)
    if made is not None and datetime.datetime.now(datetime.UTC) < made:
        voice.talk(voice.t("run.clock_behind"))
    return value.strip()


def case_of(t: Texts, value: str) -> str:
    """The case number, of the characters that a folder's name takes everywhere."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", value):
        raise UsageError(t("error.case", value=escaped(value)))
    return value


def recipients_of(t: Texts, values: tuple[str, ...]) -> tuple[str, ...]:
    """Whose keys open the bundle: given themselves, or in files."""
    found: list[str] = []
    for value in values:
        if value.startswith("age1"):
            found.append(value)
            continue
        lines = [line.strip() for line in read_text(t, value).splitlines()]
        found += [line for line in lines if line and not line.startswith("#")]
    return tuple(dict.fromkeys(found))
