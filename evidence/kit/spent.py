"""A key for one collection: whether it has sealed one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody import cms
from chain_of_custody.keys import fingerprint
from evidence.kit.listing import content

if TYPE_CHECKING:
    from chain_of_custody.keys import SigningKey

_BUNDLES = "HZ_*"


def spent(key: SigningKey, folder: Path) -> str | None:
    """The name of a bundle in a folder that this key has sealed, if one lies there.

    Only a signature counts: whoever puts other things there must not talk us out of the key.
    """
    for path in sorted(folder.glob(_BUNDLES)):
        try:
            signed = content(path, "manifest.json")
            signature = cms.verify(signed, content(path, "manifest.json.p7s"))
        except (OSError, cms.SignatureError):
            continue
        if fingerprint(signature.certificate) == key.certificate_sha256:
            return path.name
    return None
