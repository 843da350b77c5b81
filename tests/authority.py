"""A provider with a root, kits and people, and the same gone wrong: for tests of trust.

The private keys are derived from a published one, so that a certificate of a test fools nobody.
"""

from __future__ import annotations

import datetime
from functools import cache

import bundles
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: F401 - for tests

from chain_of_custody.signing import certificates
from chain_of_custody.signing.certificates import KIT_ROLE, ROOT_ROLE
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustStore

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
BEGAN = NOW - 30 * DAY


def _private(offset: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(bundles.PUBLISHED - 100 - offset, ec.SECP256R1())


def made(
    role: str,
    issuer: SigningKey | None,
    offset: int,
    *,
    name: str = "test",
    organisation: str | None = None,
    begins: datetime.datetime = BEGAN,
    ends: datetime.datetime = NOW + 300 * DAY,
    authority: bool = False,
    path_length: int | None = None,
    digest: hashes.HashAlgorithm | None = None,
    extension: x509.ExtensionType | None = None,
    critical: bool = True,
    certifies: bool | None = None,
) -> SigningKey:
    """A certificate with anything in it, right or wrong."""
    private = _private(offset)
    usage = authority if certifies is None else certifies
    subject = certificates._subject(role, name, organisation)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(private.public_key())
        .serial_number(1000 + offset)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(certificates._usage(authority=usage), critical=True)
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=critical)
    by = issuer.private if issuer else private
    certificate = builder.sign(by, digest or hashes.SHA256())
    chain = (issuer.certificate, *issuer.chain) if issuer and issuer is not ROOT else ()
    return SigningKey(private=private, certificate=certificate, chain=chain)


ROOT = made(ROOT_ROLE, None, 1, authority=True, path_length=1, ends=NOW + 7000 * DAY)
KIT = made(KIT_ROLE, ROOT, 2, authority=True, path_length=0)
COLLECTION = made("hozen collection", KIT, 3)
CUSTODIAN = made("hozen custodian", ROOT, 4, name="山田 花子")
WITNESS = made("hozen witness", ROOT, 5, name="佐藤 次郎")
EXPIRED_PERSON = made("hozen custodian", ROOT, 17, name="鈴木 一郎", ends=NOW - DAY)

NAMESAKE = made(ROOT_ROLE, None, 6, authority=True, path_length=1)
"""A root of the same name that somebody else made."""
FORGED_KIT = made(KIT_ROLE, NAMESAKE, 7, authority=True, path_length=0)
EXPIRED_KIT = made(KIT_ROLE, ROOT, 8, authority=True, path_length=0, ends=NOW - DAY)
FUTURE_KIT = made(KIT_ROLE, ROOT, 9, authority=True, path_length=0, begins=NOW + DAY)
SECOND_KIT = made(KIT_ROLE, KIT, 10, authority=True, path_length=0)
SHA512_KIT = made(KIT_ROLE, ROOT, 11, authority=True, path_length=0, digest=hashes.SHA512())
STRANGE_KIT = made(
    KIT_ROLE, ROOT, 12, authority=True, path_length=0, extension=x509.InhibitAnyPolicy(0)
)


PERSON_OF_THE_KIT = made("hozen custodian", KIT, 13)
"""What a kit may not certify."""
KIT_WITHOUT_CA = made(KIT_ROLE, ROOT, 15, certifies=True)
"""Its key usage says that it certifies, its basic constraints that it is no authority."""
KIT_WITHOUT_USAGE = made(KIT_ROLE, ROOT, 16, authority=True, path_length=0, certifies=False)
PERSON_OF_THE_NAMESAKE = made("hozen custodian", NAMESAKE, 14)


def collection_of(kit: SigningKey, **changed: datetime.datetime) -> SigningKey:
    """A collection key that a kit certified."""
    return made("hozen collection", kit, 20 + kit.certificate.serial_number % 100, **changed)


NAMED_ALIKE = made("hozen collection", made("hozen collection", None, 18, name="TEST"), 19)
"""Its issuer's name is its own but for capitals: for openssl one name, in the bytes two."""
KIT_AS_SIGNER = SigningKey(private=KIT.private, certificate=KIT.certificate)


def bringing_its_root() -> SigningKey:
    """A chain to a root of somebody else, which the signature brings along."""
    key = collection_of(FORGED_KIT)
    chain = (*key.chain, NAMESAKE.certificate)
    return SigningKey(private=key.private, certificate=key.certificate, chain=chain)


@cache
def revoked(since: datetime.datetime) -> TrustStore:
    """The root, with a list by which the kit is revoked."""
    listed = certificates.revoke(ROOT, {KIT.certificate.serial_number: since}, NOW)
    return TrustStore((ROOT.certificate,), (listed,))


def invalid(since: datetime.datetime, *, revoked: datetime.datetime) -> TrustStore:
    """The same, where the list says that the key was in other hands since another time."""
    entry = x509.RevokedCertificateBuilder().serial_number(KIT.certificate.serial_number)
    entry = entry.revocation_date(revoked).add_extension(x509.InvalidityDate(since), critical=False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(ROOT.certificate.subject)
    builder = builder.last_update(NOW).next_update(NOW + 30 * DAY)
    listed = builder.add_revoked_certificate(entry.build()).sign(ROOT.private, hashes.SHA256())
    return TrustStore((ROOT.certificate,), (listed,))


TRUSTED = TrustStore((ROOT.certificate,))
