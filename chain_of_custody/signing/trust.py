"""What the verifier's user trusts, and whether a signer is tied to it. Nothing comes from a bundle.

A signer is tied when it is itself among the trusted certificates, or when root → signer or
root → kit → signer leads to one of them by signatures, names and profiles (RFC 5280, section 6,
for chains of at most three). Dates and revocation are judged apart, at a time that the caller
gives: a signature of 2026 is checked in 2040.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chain_of_custody.findings import FindingError
from chain_of_custody.signing.certificates import (
    COLLECTION_ROLE,
    KIT_ROLE,
    LIST_ROLE,
    PERSON_ROLES,
    ROOT_ROLE,
    invalid_since,
    key_of,
    role_of,
)
from chain_of_custody.signing.keys import fingerprint

_KNOWN = {x509.BasicConstraints.oid, x509.KeyUsage.oid}
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?-----END \1-----", re.DOTALL)
Path = tuple[x509.Certificate, ...]
"""From the signer to what is trusted, both among them."""


class TrustFileError(FindingError):
    """A file of trust anchors that can't be used."""

    exit_code = 2


class NotTiedError(FindingError):
    """A signer that leads to no trusted certificate, or not in the way that it would have to."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Certificates and revocation lists that the user got elsewhere than in the bundle."""

    certificates: tuple[x509.Certificate, ...] = ()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()
    authorities: tuple[x509.Certificate, ...] = ()
    """Roots of time-stamping authorities: trusted for time and for nothing else."""

    @classmethod
    def from_pem(cls, texts: Iterable[bytes], authorities: Iterable[bytes] = ()) -> TrustStore:
        """From files that hold certificates, revocation lists, or both.

        Args:
            texts: what is trusted for signatures.
            authorities: what is trusted for time.

        Raises:
            TrustFileError: a file without either, or a list that no certificate of these signed.
        """
        signing, listed = _read_all(texts)
        timing, more = _read_all(authorities)
        store = cls(tuple(signing), (*listed, *more), tuple(timing))
        store._check_lists()
        return store

    def __bool__(self) -> bool:
        """Whether anything is trusted at all."""
        return bool(self.certificates)

    @property
    def fingerprints(self) -> list[str]:
        """SHA-256 of each certificate, in hexadecimal."""
        return [fingerprint(each) for each in self.certificates]

    def _check_lists(self) -> None:
        for each in self.revocations:
            issuers = (*self.certificates, *self.authorities)
            if not any(_signed_list(each, issuer) for issuer in issuers):
                raise TrustFileError("trust_list")

    def path(
        self, signer: x509.Certificate, others: Sequence[x509.Certificate], roles: Collection[str]
    ) -> Path:
        """The way from a signer to a trusted certificate.

        Args:
            signer: whose signature it is.
            others: what the signature brought along; only links, never ends.
            roles: what the signer must be for what it signed.

        Raises:
            NotTiedError: there is no such way.
        """
        path = self._find(signer, others)
        # A collection key without a kit certifies itself, and all of these have one name.
        alone = signer.issuer == signer.subject and COLLECTION_ROLE in roles
        named = any(each.subject == signer.issuer for each in self.certificates)
        if path is None and named and not alone:
            raise NotTiedError("bad_certificate", why="not by the trusted one that it names")
        if path is None:
            raise NotTiedError("stranger", found=fingerprint(signer))
        if role_of(signer) not in roles:
            raise NotTiedError("wrong_role", role=role_of(signer), roles=", ".join(roles))
        _check_profiles(path)
        return path

    def _find(self, signer: x509.Certificate, others: Sequence[x509.Certificate]) -> Path | None:
        if signer in self.certificates:
            return (signer,)
        for root in self.certificates:
            if issued(signer, root):
                return signer, root
            for kit in others:
                if issued(signer, kit) and issued(kit, root):
                    return signer, kit, root
        return None

    def revoked(self, path: Path) -> datetime.datetime | None:
        """Since when a certificate on the way is revoked by its issuer; None when none is.

        Its issuer need not be on the way: of a kit that is trusted itself, the root is not.
        """
        known = (*path, *self.certificates, *self.authorities)
        dates = [
            invalid_since(entry)
            for certificate in path
            for each in self.revocations
            if any(_lists(issuer, each, certificate) for issuer in known if issuer != certificate)
            for entry in [each.get_revoked_certificate_by_serial_number(certificate.serial_number)]
            if entry is not None
        ]
        return min(dates, default=None)


def in_date(path: Path, at: datetime.datetime) -> bool:
    """Whether every certificate on the way was in its dates at a time."""
    return all(each.not_valid_before_utc <= at <= each.not_valid_after_utc for each in path)


def _read_all(
    texts: Iterable[bytes],
) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    certificates: list[x509.Certificate] = []
    revocations: list[x509.CertificateRevocationList] = []
    for text in texts:
        found = _PEM.findall(text)
        if not set(found) & {b"CERTIFICATE", b"X509 CRL"}:
            raise TrustFileError("trust_nothing")
        for block in _PEM.finditer(text):
            _read(block[0], block[1], certificates, revocations)
    return certificates, revocations


def _read(
    block: bytes,
    label: bytes,
    certificates: list[x509.Certificate],
    revocations: list[x509.CertificateRevocationList],
) -> None:
    try:
        if label == b"CERTIFICATE":
            certificates.append(x509.load_pem_x509_certificate(block))
        elif label == b"X509 CRL":
            found = x509.load_pem_x509_crl(block)
            for entry in found:  # unreadable: it could mean any time
                invalid_since(entry)
            revocations.append(found)
    except (ValueError, x509.InvalidVersion) as error:
        raise TrustFileError("trust_damaged") from error


def _signed_list(each: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    public = issuer.public_key()
    known = ec.EllipticCurvePublicKey | rsa.RSAPublicKey  # authorities of time have RSA keys, too
    if each.issuer != issuer.subject or not isinstance(public, known):
        return False
    return each.is_signature_valid(public)


def _lists(
    issuer: x509.Certificate, each: x509.CertificateRevocationList, certificate: x509.Certificate
) -> bool:
    """Whether who issued a certificate signed this list."""
    return _signed_list(each, issuer) and issued(certificate, issuer)


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's name stands in a certificate, and its key signed it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def is_kit(certificate: x509.Certificate) -> bool:
    """Whether a certificate is made as a kit's is, whoever made it."""
    try:
        _require(certificate, authority=True)
    except NotTiedError:
        return False
    return role_of(certificate) == KIT_ROLE


_OF_KITS = ([KIT_ROLE], [KIT_ROLE, ROOT_ROLE])
_OF_ROOTS = ([ROOT_ROLE],)
"""Whose certificates lead from a signer up to a trusted one: format, section 9."""


def _check_profiles(path: Path) -> None:
    """Each link may do what it does here: sign, or certify at this height."""
    signer, *authorities = path
    if len(path) == 1:  # trusted by itself: the user has said so
        return
    _require(signer, authority=False)
    for below, authority in enumerate(authorities):
        _require(authority, authority=True, below=below)
    of_kits = role_of(signer) in (COLLECTION_ROLE, LIST_ROLE)
    if [role_of(each) for each in authorities] not in (_OF_KITS if of_kits else _OF_ROOTS):
        raise NotTiedError("bad_certificate", why="no key of this role is certified like that")


def _require(certificate: x509.Certificate, *, authority: bool, below: int = 0) -> None:
    extensions = _extensions(certificate)
    for fits, why in (
        (_on_p256(certificate), "not on P-256 with SHA-256"),
        (_constrained(extensions, authority=authority, below=below), "may not certify this"),
        (_used(extensions, authority=authority), "its key usage doesn't allow this"),
        (_all_known(extensions), "a critical extension of unknown meaning"),
    ):
        if not fits:
            raise NotTiedError("bad_certificate", why=why)


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise NotTiedError("bad_certificate", why="its extensions can't be read") from error


def _on_p256(certificate: x509.Certificate) -> bool:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return False
    return key_of(certificate) is not None and isinstance(algorithm, hashes.SHA256)


def _constrained(extensions: x509.Extensions, *, authority: bool, below: int) -> bool:
    try:
        found = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return not authority
    if not authority:
        return not found.ca
    return found.ca and (found.path_length is None or found.path_length >= below)


def _used(extensions: x509.Extensions, *, authority: bool) -> bool:
    try:
        found = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return found.key_cert_sign if authority else found.digital_signature


def _all_known(extensions: x509.Extensions) -> bool:
    return all(each.oid in _KNOWN for each in extensions if each.critical)


__all__ = [
    "COLLECTION_ROLE", "PERSON_ROLES", "NotTiedError", "Path", "TrustFileError", "TrustStore",
    "in_date", "is_kit", "issued",
]  # fmt: skip
