"""Whom to call: what the provider wrote into the kit."""

from __future__ import annotations

from pathlib import Path

import msgspec

import evidence
from collectors.told import ToldError
from evidence.sentences import SENTENCES

FILE = "kit.json"
_LARGEST = 1 << 20  # bytes


class ContactError(ToldError):
    """A kit.json that can't be read; says where. No reason to leave evidence untaken."""

    table = SENTENCES


class Contact(msgspec.Struct, frozen=True):
    """Somebody who knows what to do."""

    name: str
    telephone: str


class _Kit(msgspec.Struct, frozen=True):
    """What is read of a kit here; the rest is for others."""

    contact: Contact | None = None


def contact_of(kit: Path | None) -> Contact | None:
    """The contact in the key's folder, or in one that the program lies in; None without one.

    Raises:
        ContactError: there is a kit.json, and it can't be read.
    """
    # Beside the packages, or in the folder of a kit that has them in app/hozen/.
    beside = Path(evidence.__file__).resolve().parents[1:4:2]
    folders = (*([kit] if kit is not None else []), *beside)
    found = next((path for folder in folders if (path := folder / FILE).is_file()), None)
    return None if found is None else _read(found)


def _read(path: Path) -> Contact | None:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=_Kit).contact
    except (OSError, msgspec.DecodeError) as error:
        raise ContactError("contact.unreadable", path=path, why=error) from error
