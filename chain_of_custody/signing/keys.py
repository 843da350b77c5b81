"""Keys that sign, and certificates as files: how documents name a key, and read one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding


class Signer(Protocol):
    """Who can sign: a key in memory, or one that stays in a token."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that speaks for the key."""
        ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates between this one and its root, the root not among them."""
        ...

    @property
    def certificate_sha256(self) -> str:
        """The certificate's SHA-256 over DER, in hexadecimal: how documents name this key."""
        ...

    def sign(self, data: bytes) -> bytes:
        """ECDSA over P-256 with SHA-256 (FIPS 186-5), DER."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key in memory and the certificate that speaks for it."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def sign(self, data: bytes) -> bytes:
        """ECDSA over P-256 with SHA-256, DER."""
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))

    @property
    def certificate_sha256(self) -> str:
        """The certificate's SHA-256 over DER, in hexadecimal: how documents name this key."""
        return fingerprint(self.certificate)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate's DER form, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def kit_of(signer: Signer) -> str | None:
    """The fingerprint of the kit that certified a collection key; None when nobody did."""
    return fingerprint(signer.chain[0]) if signer.chain else None


def to_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM text."""
    return certificate.public_bytes(Encoding.PEM)
