"""The program that takes images of memory, where the operator brings one: pinned in `kit.json`.

None is shipped; whoever builds a kit names the file, the digest that it must have, and how it is
run. The kit's collector finds it by that, and runs nothing that has another digest.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from collectors.ram.imager import Imager
from collectors.ram.said import opened
from collectors.system import WINDOWS
from evidence.kit import places
from evidence.kit.authenticode import AuthenticodeError, signed_by
from evidence.kit.description import NAMES, CarriedImager
from evidence.kit.errors import KitAlteredError, KitError
from evidence.kit.wheels import put
from evidence.kit.windows import ROOTS, read_roots

if TYPE_CHECKING:
    from cryptography import x509

    from evidence.kit.description import Description, Platform

_HERE: Literal["linux", "windows"] = "windows" if WINDOWS else "linux"
_PE = b"MZ"  # how programs of Windows begin (PE/COFF)


def bring(given: Imager, folder: Path) -> CarriedImager:
    """Put it into a kit, if it is the very program that was meant.

    Args:
        given: as it was named, with its digest.
        folder: of the kit.

    Raises:
        KitAlteredError: it has another digest.
        KitError: its name is one that not every file system takes.
        OSError: it can't be read.
    """
    path = Path(given.path)
    data = _read(given.path)
    found = sha256(data).hexdigest()
    if found != given.sha256:
        raise KitAlteredError("imager_digest", path=path, expected=given.sha256, found=found)
    if not re.fullmatch(NAMES, path.name):
        raise KitError("imager_name", path=path)
    put(folder / places.IMAGER / path.name, data, 0o755)
    return CarriedImager(
        arguments=list(given.arguments), name=path.name, platform=_platform(data),
        seconds=given.seconds, sha256=found,
    )  # fmt: skip


def runs_on(path: str) -> Platform:
    """Which system a program is for.

    Raises:
        OSError: it can't be read.
    """
    with Path(path).open("rb") as file:
        return _platform(file.read(len(_PE)))


def _platform(data: bytes) -> Platform:
    return "windows" if data.startswith(_PE) else "linux"


def carried(kit: Path, about: Description) -> Imager | None:
    """A kit's imager, as this system runs it; None where it has none for this system.

    Whether its file is the one that was pinned is looked at when it is to be run: a kit that was
    altered ends no collection.

    Args:
        kit: its folder.
        about: its description.
    """
    one = about.imager
    if one is None or one.platform != _HERE:
        return None
    path = os.fspath(kit / places.IMAGER / one.name)
    return Imager(path, one.sha256, tuple(one.arguments), one.seconds, signature_of(path))


def signature_of(path: str) -> dict[str, object] | None:
    """Who signed a program of Windows, as far as that can be told here; None of anything else."""
    try:
        data = _read(path)
    except OSError:  # told as a gap, when it is to be run
        return None
    if not data.startswith(_PE):
        return None
    roots = _roots()
    try:
        found = signed_by(data, roots)
    except AuthenticodeError as error:
        return {"error": str(error)}
    at = None if found.at is None else found.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"signer": found.signer, "at": at, "rooted": found.rooted if roots else None}


def _read(path: str) -> bytes:
    with opened(path) as (descriptor, _), open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        return file.read()


def _roots() -> list[x509.Certificate]:
    try:
        return read_roots(ROOTS)
    except KitError:  # Windows keeps its own elsewhere
        return []
