"""A key for one collection: which bundles it has signed in."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import fingerprint
from evidence.kit.listing import content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chain_of_custody.signing.keys import SigningKey

_BUNDLE, _SIGNATURE = "HZ_", ".p7s"
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
"""What is answered where no bundle lies, and of what stands in the place of one or of its files."""


def signed_in(key: SigningKey, folder: Path) -> Iterator[Path]:
    """The bundles in a folder that this key has signed in, sealed or not.

    Only a signature counts: whoever puts other things there must not talk us out of the key.

    Raises:
        OSError: the folder, or one of a bundle or its files, can't be read: it can't be told.
    """
    for bundle in [folder / name for name in _names(folder) if name.startswith(_BUNDLE)]:
        names = [name for name in _names(bundle / "custody") if name.endswith(_SIGNATURE)]
        if any(_signed(key, bundle, name) for name in names):
            yield bundle


def _names(folder: Path) -> list[str]:
    """What lies in a folder; nothing where there is none."""
    try:
        return sorted(each.name for each in folder.iterdir())
    except OSError as error:
        if error.errno in _NOTHING:
            return []
        raise


def spent(key: SigningKey, folder: Path, resumed: Path | None) -> Path | None:
    """The bundle in a folder for which a key for one collection was used, if that is another one.

    Args:
        key: the key.
        folder: where bundles lie.
        resumed: the bundle that is gone on with; None for a new one.

    Raises:
        OSError: it can't be told.
    """
    found = list(signed_in(key, folder))
    goes_on = resumed is not None and resumed.resolve() in [each.resolve() for each in found]
    return found[0] if found and not goes_on else None


def _signed(key: SigningKey, bundle: Path, name: str) -> bool:
    try:
        event = content(bundle, f"custody/{name.removesuffix('.p7s')}")
        signature = cms.verify(event, content(bundle, f"custody/{name}"))
    except cms.SignatureError:
        return False
    except OSError as error:
        if error.errno in _NOTHING:
            return False
        raise
    return fingerprint(signature.certificate) == key.certificate_sha256
