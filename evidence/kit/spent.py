"""A key for one collection: which bundles it has signed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import fingerprint
from evidence.kit.listing import content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chain_of_custody.signing.keys import SigningKey

_BUNDLES, _SIGNATURES = "HZ_*", "custody/*.p7s"


def signed_in(key: SigningKey, folder: Path) -> Iterator[Path]:
    """The bundles in a folder that this key has signed in, sealed or not.

    Only a signature counts: whoever puts other things there must not talk us out of the key.
    """
    for bundle in sorted(folder.glob(_BUNDLES)):
        if any(_signed(key, bundle, path.name) for path in sorted(bundle.glob(_SIGNATURES))):
            yield bundle


def spent(key: SigningKey, folder: Path, resumed: Path | None) -> Path | None:
    """The bundle in a folder for which a key for one collection was used, if that is another one.

    Args:
        key: the key.
        folder: where bundles lie.
        resumed: the bundle that is gone on with; None for a new one.
    """
    found = list(signed_in(key, folder))
    goes_on = resumed is not None and resumed.resolve() in [each.resolve() for each in found]
    return found[0] if found and not goes_on else None


def _signed(key: SigningKey, bundle: Path, name: str) -> bool:
    try:
        event = content(bundle, f"custody/{name.removesuffix('.p7s')}")
        signature = cms.verify(event, content(bundle, f"custody/{name}"))
    except (OSError, cms.SignatureError):
        return False
    return fingerprint(signature.certificate) == key.certificate_sha256
