"""The collection key: made in memory for one run, gone with the process."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

COMMON_NAME = "hozen collection key"
COLLECTION_ROLE = "hozen collection"
HOLDER_ROLE = "hozen holder"

# A key that nobody certified says nothing by its dates, and the clocks of attacked machines are
# often wrong by years: so it has none that could make openssl refuse it. 9999: RFC 5280, 4.1.2.5.
_BORN = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_NEVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key and the certificate that speaks for it."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_sha256(self) -> str:
        """The certificate's SHA-256 over DER, in hexadecimal: how documents name this key."""
        return fingerprint(self.certificate)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate's DER form, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def self_signed(
    role: str = COLLECTION_ROLE,
    *,
    name: str = COMMON_NAME,
    private: ec.EllipticCurvePrivateKey | None = None,
) -> SigningKey:
    """A P-256 key with a certificate that only it vouches for (assurance level C).

    Args:
        role: the organizational unit: what this key may sign.
        name: the common name.
        private: a key to use; a new one from the system's generator when not given.
    """
    private = private or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BORN)
        .not_valid_after(_NEVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_digital_signature(), critical=True)
        .sign(private, hashes.SHA256())
    )
    return SigningKey(private=private, certificate=certificate)


def _digital_signature() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def role_of(certificate: x509.Certificate) -> str | None:
    """What the certificate's organizational unit says that it may sign; None if unclear."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(units[0].value) if len(units) == 1 else None


def load_certificates(pem: bytes) -> list[x509.Certificate]:
    """Trust anchors from a PEM file.

    Raises:
        ValueError: no certificate in it.
    """
    return x509.load_pem_x509_certificates(pem)


def to_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM text."""
    return certificate.public_bytes(Encoding.PEM)
