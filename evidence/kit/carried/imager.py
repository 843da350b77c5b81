"""The program that takes images of memory, where the operator brings one: pinned in `kit.json`.

None is shipped; whoever builds a kit names the file, the digest that it must have, and how it is
run. The kit's collector finds it by that, and runs nothing that has another digest.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chain_of_custody.digest import sha256
from chain_of_custody.times import utc
from collectors.ram.imager.program import Imager
from collectors.ram.imager.said import opened
from collectors.system import WINDOWS
from evidence.kit.carried.authenticode import AuthenticodeError, signed_by
from evidence.kit.carried.wheels import put
from evidence.kit.carried.windows import ROOTS, read_roots
from evidence.kit.description import NAMES, CarriedImager
from evidence.kit.errors import KitAlteredError, KitError

if TYPE_CHECKING:
    from cryptography import x509

    from evidence.kit.description import Description

_HERE: Literal["linux", "windows"] = "windows" if WINDOWS else "linux"
_PE = b"MZ"  # how programs of Windows begin (PE/COFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A program that goes onto a kit: the very one that was meant."""

    path: Path
    """Where it was."""
    data: bytes
    about: CarriedImager


def bring(given: Imager) -> Brought:
    """Read the operator's program, if it is the very one that was meant.

    Args:
        given: as it was named, with its digest.

    Raises:
        KitAlteredError: it has another digest.
        KitError: it can't be read, is no file, or has a name that not every file system takes.
    """
    path = Path(given.path)
    if not re.fullmatch(NAMES, path.name):
        raise KitError("imager_name", path=path)
    data = _held(given)
    about = CarriedImager(
        arguments=list(given.arguments), name=path.name, seconds=given.seconds,
        platform="windows" if data.startswith(_PE) else "linux", sha256=given.sha256,
    )  # fmt: skip
    return Brought(path=path, data=data, about=about)


def _held(given: Imager) -> bytes:
    """A program's bytes, which have the digest that was named."""
    path = given.path
    try:
        with opened(path) as (descriptor, _):
            data = _content(descriptor)
    except OSError as error:
        raise KitError("imager_file", path=path, why=error.strerror or error) from error
    found = sha256(data)
    if found != given.sha256:
        raise KitAlteredError("imager_digest", path=path, expected=given.sha256, found=found)
    return data


def carry(brought: Brought, kit: Path) -> CarriedImager:
    """Put it into a kit's folder."""
    put(kit / brought.about.place, brought.data, 0o755)
    return brought.about


def carried(kit: Path, about: Description) -> Imager | None:
    """A kit's imager, as this system runs it; None where it has none for this system.

    Its file is looked at when it is to be run, and not before: a kit that was altered ends no
    collection.

    Args:
        kit: its folder.
        about: its description.
    """
    one = about.imager
    if one is None or one.platform != _HERE:
        return None
    path = os.fspath(kit / one.place)
    return Imager(path, one.sha256, tuple(one.arguments), one.seconds, signature_in)


def signature_in(descriptor: int) -> dict[str, object] | None:
    """Who signed a program of Windows, as far as that can be told here; None of anything else.

    Args:
        descriptor: its file, open.

    Raises:
        OSError: it can't be read.
    """
    data = _content(descriptor)
    if not data.startswith(_PE):
        return None
    roots = _roots()
    try:
        found = signed_by(data, roots)
    except AuthenticodeError as error:
        return {"error": str(error)}
    at = None if found.at is None else utc(found.at)
    return {"signer": found.signer, "at": at, "rooted": found.rooted if roots else None}


def _content(descriptor: int) -> bytes:
    with open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        return file.read()


def _roots() -> list[x509.Certificate]:
    try:
        return read_roots(ROOTS)
    except KitError:  # Windows keeps its own elsewhere
        return []
