"""`kit.json`: what a kit is, and how a collection with it is made."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from chain_of_custody.canonical import CanonicalError, Count, Model, Sha256, Utc, decode
from chain_of_custody.manifest import CaseId, Recipients
from evidence.kit.errors import KitError
from evidence.kit.listing import content
from evidence.kit.places import IMAGER, PACKS
from evidence.packs.rule_files import NAME as SET_NAME
from evidence.wizard.contact import Contact

NAME = "kit.json"
NAMES = (
    r"(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z))"  # Windows' devices, whatever the ending
    r"[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?"
)
"""Of files, on every file system the same (Microsoft, "Naming Files, Paths, and Namespaces")."""
Platform = Literal["linux", "windows"]


class RuleSet(Model, frozen=True):
    """Which rules are on it."""

    count: Count
    dated: str
    """As the set's index says, `2026-11-22`; empty when it doesn't."""
    sha256: Sha256
    """As manifests of bundles name it."""


class Runtime(Model, frozen=True):
    """Which interpreter is on it."""

    python: str
    source: str
    """Where it is from: the C library that came along, or the digest of the zip."""


class CarriedImager(Model, frozen=True):
    """The program that takes images of memory, as who built the kit named it."""

    arguments: list[str]
    """One of them holds `{output}` where it writes a file; else its output is the image."""
    name: Annotated[str, msgspec.Meta(pattern=rf"\A{NAMES}\Z")]
    """Of its file in `app/imager`."""
    platform: Platform
    """The system that it runs on."""
    seconds: Count
    """That it may take."""
    sha256: Sha256
    """Another program of its name is not run."""

    @property
    def place(self) -> str:
        """Of its file, from the kit's folder on."""
        return f"{IMAGER}/{self.name}"


class CarriedPack(Model, frozen=True):
    """A pack of rules beside ours, as its signer named it."""

    date: str
    licence: str
    name: Annotated[str, msgspec.Meta(pattern=rf"\A{SET_NAME.pattern}\Z")]
    sha256: Sha256
    """Of the file: another one is not used."""
    signer: Sha256
    """Of the certificate, which led to what was trusted when the kit was built."""
    version: Count

    @property
    def place(self) -> str:
        """Of its file, from the kit's folder on; the ending keeps Windows' devices out of it."""
        return f"{PACKS}/rules-{self.name}.pack"


class Description(Model, frozen=True):
    """What a kit is."""

    built: Utc
    case_id: CaseId
    contact: Contact | None
    """Whom the wizard says to call."""
    imager: CarriedImager | None
    """None is shipped with hozen."""
    kit_certificate_sha256: Sha256
    language: Literal["en", "ja"]
    """What it speaks, unless `HOZEN_LANG` or `--language` says otherwise."""
    packs: list[CarriedPack]
    """Rules that are searched for beside those of `rules`."""
    profile: Literal["quick", "standard", "full"]
    recipients: Recipients
    """age public keys: who will be able to read what is collected."""
    rules: RuleSet
    runtimes: dict[Platform, Runtime]
    schema: Literal["hozen-kit/1"]
    tool_sha256: Sha256
    """Of the program's own files, as manifests of bundles name it."""
    version: str


def described(path: Path) -> Description:
    """What a `kit.json` says.

    Raises:
        KitError: there is none, or it isn't one.
    """
    try:
        return decode(Description, content(path.parent, path.name))
    except FileNotFoundError as error:
        raise KitError("not_a_kit", path=path.parent, name=path.name) from error
    except (OSError, CanonicalError) as error:
        raise KitError("kit_file", path=path, why=error) from error


def built_at(given: str | None) -> datetime.datetime:
    """When a kit is built: as given, else SOURCE_DATE_EPOCH (reproducible-builds.org), else now.

    Raises:
        KitError: it is no time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given is not None:
            found = datetime.datetime.fromisoformat(given)
        elif epoch is not None:
            found = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
        else:
            found = datetime.datetime.now(datetime.UTC)
        return found.astimezone(datetime.UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError) as error:
        raise KitError("built", value=given or epoch) from error
