"""Certificates of this format: a provider's root, its kits, its people, and the collection's key.

  root (offline, 20 years, path length 1)
   ├─ kit (one year, path length 0)
   │   ├─ collection key (made for one bundle or session, with the kit's dates)
   │   └─ list key (made in memory for the list of a kit's files, likewise)
   └─ person: collector, custodian, provider or witness (three years)

What a certificate may sign is its subject's one organizational unit. Profile: RFC 5280, P-256 and
SHA-256 throughout, since that is what every reader of detached CMS accepts.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from chain_of_custody.signing import der
from chain_of_custody.signing.keys import SigningKey

COMMON_NAME = "hozen collection key"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
COLLECTION_ROLE = "hozen collection"
LIST_ROLE = "hozen kit list"
HOLDER_ROLE = "hozen holder"
ROOT_ROLE = "hozen root"
KIT_ROLE = "hozen kit"
PERSON_ROLES = ("hozen collector", "hozen custodian", "hozen provider", "hozen witness")

_DAY = datetime.timedelta(days=1)
_SKEW = datetime.timedelta(hours=1)  # a clock that is a little behind must not refuse a new key

# A key that nobody certified says nothing by its dates, and the clocks of attacked machines are
# often wrong by years: so it has none that could make openssl refuse it. 9999: RFC 5280, 4.1.2.5.
_BORN = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_NEVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the certificates of one role have in common."""

    days: int
    path_length: int | None = None
    """How many authorities may stand below; None for a key that certifies nobody."""

    @property
    def authority(self) -> bool:
        """Whether it may certify others."""
        return self.path_length is not None


PROFILES = {
    ROOT_ROLE: Profile(days=20 * 365, path_length=1),
    KIT_ROLE: Profile(days=366, path_length=0),
    **dict.fromkeys(PERSON_ROLES, Profile(days=3 * 365)),
}


def new_key() -> ec.EllipticCurvePrivateKey:
    """A P-256 key from the system's generator."""
    return ec.generate_private_key(ec.SECP256R1())


def self_signed(
    role: str = COLLECTION_ROLE,
    *,
    name: str = COMMON_NAME,
    private: ec.EllipticCurvePrivateKey | None = None,
) -> SigningKey:
    """A key with a certificate that only it vouches for (assurance level C).

    Args:
        role: the organizational unit: what this key may sign.
        name: the common name.
        private: a key to use; a new one when not given.
    """
    private = private or new_key()
    subject = _subject(role, name, None)
    builder = _builder(subject, subject, private.public_key(), (_BORN, _NEVER), None)
    return SigningKey(private=private, certificate=builder.sign(private, hashes.SHA256()))


def make_root(name: str, now: datetime.datetime) -> SigningKey:
    """A provider's root: what its verifiers trust, and what certifies its kits and people."""
    private, profile = new_key(), PROFILES[ROOT_ROLE]
    subject = _subject(ROOT_ROLE, name, None)
    dates = (now - _SKEW, now + profile.days * _DAY)
    builder = _builder(subject, subject, private.public_key(), dates, profile.path_length)
    return SigningKey(private=private, certificate=builder.sign(private, hashes.SHA256()))


def certify(
    root: SigningKey,
    public: ec.EllipticCurvePublicKey,
    role: str,
    name: str,
    now: datetime.datetime,
    *,
    organisation: str | None = None,
) -> x509.Certificate:
    """A certificate for a kit's or a person's key, signed by the root.

    Args:
        root: the provider's root.
        public: the key to certify; its private part may be in a token.
        role: a key of `PROFILES`, other than the root's.
        name: common name: the person, or the kit.
        now: when its time begins.
        organisation: where the person works.
    """
    profile = PROFILES[role]
    end = min(now + profile.days * _DAY, root.certificate.not_valid_after_utc)
    subject = _subject(role, name, organisation)
    issuer = root.certificate.subject
    builder = _builder(subject, issuer, public, (now - _SKEW, end), profile.path_length)
    return builder.sign(root.private, hashes.SHA256())


def collection_key(kit: SigningKey) -> SigningKey:
    """A key for one run, made in memory and certified by the kit; its dates are the kit's.

    The host's clock is not asked: it may be wrong by years.
    """
    return _by_kit(kit, COLLECTION_ROLE, COMMON_NAME)


def list_key(kit: SigningKey) -> SigningKey:
    """The same for the list of the kit's own files.

    A role of its own: what a hostile host takes from memory, or from a stick with a key for one
    collection, must not vouch for a changed kit.
    """
    return _by_kit(kit, LIST_ROLE, "hozen kit list")


def _by_kit(kit: SigningKey, role: str, name: str) -> SigningKey:
    private, by = new_key(), kit.certificate
    subject = _subject(role, name, None)
    dates = (by.not_valid_before_utc, by.not_valid_after_utc)
    builder = _builder(subject, by.subject, private.public_key(), dates, None)
    certificate = builder.sign(kit.private, hashes.SHA256())
    return SigningKey(private=private, certificate=certificate, chain=(by, *kit.chain))


def revoke(
    root: SigningKey,
    serials: dict[int, datetime.datetime],
    now: datetime.datetime,
) -> x509.CertificateRevocationList:
    """The root's revocation list (RFC 5280, section 5).

    Args:
        root: who certified them.
        serials: serial numbers of what is revoked, and since when.
        now: the list's date.
    """
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
    builder = builder.last_update(now).next_update(root.certificate.not_valid_after_utc)
    for serial, since in serials.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root.private, hashes.SHA256())


def invalid_since(entry: x509.RevokedCertificate) -> datetime.datetime:
    """Since when a certificate doesn't count: the earlier date of its entry in a list.

    The revocation date says when the issuer dealt with it, the invalidity date since when the key
    may have been in other hands (RFC 5280, section 5.3.2).

    Raises:
        ValueError: the entry's extensions can't be read.
    """
    try:
        stated = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    except x509.ExtensionNotFound:
        return entry.revocation_date_utc
    except x509.DuplicateExtension as error:
        raise ValueError(str(error)) from error
    return min(entry.revocation_date_utc, stated.invalidity_date_utc)


def key_of(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey | None:
    """Its key, where that is on P-256 in the one form that every reader takes; else None.

    That is the curve by its name and the point whole (RFC 5480, section 2): a curve by its
    parameters, or a compressed point, some readers refuse, and call the evidence altered.
    """
    try:
        public = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        return None
    form = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fields = der.only(certificate.tbs_certificate_bytes, der.SEQUENCE).all(der.SEQUENCE)
    return public if form in [field.raw for field in fields] else None


def role_of(certificate: x509.Certificate) -> str | None:
    """What the certificate's organizational unit says that it may sign; None if unclear."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(units[0].value) if len(units) == 1 else None


def name_of(certificate: x509.Certificate) -> str | None:
    """The common name; None where there is none, or several."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else None


def organisation_of(certificate: x509.Certificate) -> str | None:
    """The organization; None where there is none, or several."""
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if len(names) == 1 else None


def _subject(role: str, name: str, organisation: str | None) -> x509.Name:
    """A blank stands for control characters: readers refuse a line break (format, section 9)."""
    parts = [(NameOID.COMMON_NAME, name), (NameOID.ORGANIZATIONAL_UNIT_NAME, role)]
    if organisation is not None:
        parts.append((NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name([x509.NameAttribute(oid, _CONTROL.sub(" ", value)) for oid, value in parts])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    dates: tuple[datetime.datetime, datetime.datetime],
    path_length: int | None,
) -> x509.CertificateBuilder:
    authority = path_length is not None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
