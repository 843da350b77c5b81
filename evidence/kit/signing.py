"""Who signs a kit's manifest: a provider's key that never leaves it, else a key of the kit's.

The second is made for this one signature and certified by the kit, with a role of its own. Whoever
has a stick with the kit's key, and learned its passphrase, could sign a changed kit with such a
one; against that, the first helps, or a stick with a key for one collection. Checking says which
of both signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from chain_of_custody.findings import escaped
from chain_of_custody.sentences.roles import Roles
from chain_of_custody.signing.certificates import KIT_ROLE, collection_key, list_key, role_of
from chain_of_custody.signing.keys import SigningKey
from evidence.custody.signers import key_text
from evidence.kit.errors import KitError

if TYPE_CHECKING:
    from chain_of_custody.signing.keys import Signer

PROVIDER_ROLE = "hozen provider"
_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repeating(SigningKey):
    """A key that signs the same bytes the same way (RFC 6979): two builds are to be alike."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA over P-256 with SHA-256, DER."""
        return self.private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def manifest_signer(kit: SigningKey, provider: Signer | None, where: str = "") -> Signer:
    """The key that signs.

    Args:
        kit: the kit's key, opened.
        provider: a provider's key, if it is to sign.
        where: the provider's key is, for the error.

    Raises:
        KitError: a key that may not.
    """
    if provider is None:
        return list_key(kit)
    if role_of(provider.certificate) != PROVIDER_ROLE:
        role = Roles(escaped(str(role_of(provider.certificate))))
        raise KitError("signer_role", path=where, role=role)
    if not isinstance(provider, SigningKey):  # in a token, which signs in its own way
        return provider
    return _Repeating(
        private=provider.private, certificate=provider.certificate, chain=provider.chain
    )


def stick_key(path: Path, key: SigningKey, once: str | None) -> bytes:
    """The key file as it goes onto the kit: encrypted, or not at all.

    Args:
        path: of the kit's key.
        key: that one, opened.
        once: the passphrase of a key for one collection, which is made here and certified by the
            kit's; the kit's own goes onto the stick when None.

    Raises:
        KitError: it isn't a kit's, or lies open.
    """
    if role_of(key.certificate) != KIT_ROLE:
        raise KitError("not_kit_key", path=path)
    if once is not None:
        return key_text(collection_key(key), once)
    text = path.read_bytes()
    if _ENCRYPTED not in text:
        raise KitError("open_key", path=path)
    return text
