"""Keys of people, kits and roots: in files that openssl reads, or in tokens that keep them.

A key file holds the private key as PKCS#8 (encrypted unless somebody insisted otherwise), then its
certificate, then the chain up to the root. A token is named by a PKCS#11 URI (RFC 7512).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from chain_of_custody import system
from chain_of_custody.signing.certificates import key_of
from chain_of_custody.signing.foreign import readable
from chain_of_custody.signing.keys import SigningKey, fingerprint, to_pem
from collectors.told import ToldError
from evidence.sentences import SENTENCES
from evidence.writing import medium
from evidence.writing.together import write_together

if TYPE_CHECKING:
    import pkcs11

    from chain_of_custody.signing.keys import Signer

_LARGEST = 1 << 20  # bytes of a key file that are looked at
_TRIAL = b"hozen: does this key belong to this certificate?"
Ask = Callable[[str], str]
"""Asks for the passphrase of a key or the PIN of a token, by its name."""


class KeyFileError(ToldError):
    """A key that can't be used: what, where, and why."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


def open_signer(where: str, ask: Ask) -> Signer:
    """A key from a file or a token.

    Args:
        where: a key file, or a `pkcs11:` URI.
        ask: asked for the passphrase or PIN when one is needed.

    Raises:
        KeyFileError: not a key of this format, or the passphrase doesn't open it.
        OSError: the file can't be read.
    """
    if where.startswith("pkcs11:"):
        return _open_token(where, ask)
    return open_key(Path(where), ask)


def open_key(path: Path, ask: Ask) -> SigningKey:
    """A key from a file."""
    text = system.read_named(path, _LARGEST)
    private = _private(path, text, ask)
    try:
        certificates = x509.load_pem_x509_certificates(text)
    except ValueError as error:
        raise KeyFileError("key.no_certificate", path=path) from error
    if certificates[0].public_key() != private.public_key():
        raise KeyFileError("key.other_certificate", path=path)
    return SigningKey(private=private, certificate=certificates[0], chain=tuple(certificates[1:]))


def locked(text: bytes) -> bool:
    """Whether only a passphrase opens what a key file holds."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in text


def _private(path: Path, text: bytes, ask: Ask) -> ec.EllipticCurvePrivateKey:
    encrypted = locked(text)
    passphrase = ask(str(path)).encode() if encrypted else None
    try:
        private = load_pem_private_key(text, passphrase)
    except UnsupportedAlgorithm as error:
        raise KeyFileError("key.curve", path=path) from error
    except (ValueError, TypeError) as error:
        key = "key.passphrase" if encrypted else "key.no_key"
        raise KeyFileError(key, path=path) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise KeyFileError("key.curve", path=path)
    return private


def key_text(key: SigningKey, passphrase: str | None) -> bytes:
    """What a key file holds: the private key first, then its certificate and chain."""
    encryption = (
        NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase.encode())
    )
    private = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return private + b"".join(to_pem(each) for each in (key.certificate, *key.chain))


def write_private(path: Path, data: bytes, public: Mapping[Path, bytes]) -> None:
    """New files in a folder: one that only its owner can read, and what of it is shown; or none.

    Raises:
        FileExistsError: a key is never overwritten.
        OSError: the medium does not take them.
    """
    medium.make_folders(path.parent)
    write_together({path: data, **public}, private=path)


# Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A key in a token: it signs, and is never seen."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    private: Any  # pkcs11.PrivateKey; the package ships no types for what it makes at run time
    uri: str

    @property
    def certificate_sha256(self) -> str:
        """The certificate's SHA-256 over DER, in hexadecimal."""
        return fingerprint(self.certificate)

    def sign(self, data: bytes) -> bytes:
        """ECDSA over P-256 with SHA-256, DER; tokens give the two numbers side by side.

        Raises:
            KeyFileError: the token does not sign so, or is gone.
        """
        from pkcs11 import Mechanism, PKCS11Error

        try:
            raw = bytes(self.private.sign(sha256(data).digest(), mechanism=Mechanism.ECDSA))
        except (PKCS11Error, RuntimeError) as error:
            why = f"{type(error).__name__}: {error}"
            raise KeyFileError("key.token", path=self.uri, why=why) from error
        half = len(raw) // 2
        return encode_dss_signature(
            int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        )


def _open_token(uri: str, ask: Ask) -> TokenKey:
    try:
        import pkcs11
    except ImportError as error:
        raise KeyFileError("key.no_tokens", path=uri) from error
    named = _parsed(uri)
    try:
        token = pkcs11.lib(named["module-path"]).get_token(token_label=named["token"])
        session = token.open(user_pin=ask(named["token"]))
        private = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=named["object"])
        certificates = _certificates(session, named["object"])
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        why = f"{type(error).__name__}: {error}"
        raise KeyFileError("key.token", path=uri, why=why) from error
    if not certificates:
        raise KeyFileError("key.token_certificate", path=uri)
    return _tried(uri, private, certificates)


def _tried(uri: str, private: Any, certificates: list[x509.Certificate]) -> TokenKey:  # noqa: ANN401 - pkcs11's, untyped
    """The key with that certificate of its name which verifies what the key signs.

    A token holds them side by side, and nothing but a signature tells whether they belong together.
    """
    signature = b""
    for certificate in certificates:
        public = key_of(certificate)
        if public is None:
            continue
        key = TokenKey(certificate=certificate, chain=(), private=private, uri=uri)
        signature = signature or key.sign(_TRIAL)
        with suppress(InvalidSignature):
            public.verify(signature, _TRIAL, ec.ECDSA(SHA256()))
            return key
    raise KeyFileError("key.other_certificate" if signature else "key.curve", path=uri)


def _certificates(session: pkcs11.Session, label: str) -> list[x509.Certificate]:
    """Those that can be read, of this name; a token takes anything for one."""
    import pkcs11

    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label
    }  # fmt: skip
    found = session.get_objects(wanted)
    return readable(each[pkcs11.Attribute.VALUE] for each in found)


def _parsed(uri: str) -> dict[str, str]:
    """The parts of a URI that name one key; all three must be there."""
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    pairs = [part.partition("=") for part in [*path.split(";"), *query.split("&")] if part]
    named = {name: unquote(value) for name, _, value in pairs}
    missing = [name for name in ("module-path", "token", "object") if not named.get(name)]
    if missing:
        raise KeyFileError("key.uri", path=uri, names=", ".join(missing))
    return named
