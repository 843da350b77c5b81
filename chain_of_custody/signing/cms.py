"""Detached CMS signatures (RFC 5652) that openssl makes and verifies, and nothing looser.

The structure is read with a strict DER reader and compared with the one profile of the format page,
section 9: what a stricter or laxer parser might see differently is refused before any arithmetic.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from chain_of_custody.signing.certificates import key_of
from chain_of_custody.signing.foreign import read_names, strictly
from chain_of_custody.signing.keys import Signer

MAX_SIZE = 64 << 10  # bytes: a signature with eight certificates is under 10 KiB
MAX_CERTIFICATES = 8  # in one signature: format, section 9

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_DATA = "1.2.840.113549.1.7.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_CAPABILITIES = "1.2.840.113549.1.9.15"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_OCTET_STRING = b"\x04"
_ID_DATA = (b"\x06", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")  # the DER form of `_DATA`


class SignatureError(Exception):
    """A signature that is not over these bytes, or not of the one allowed form."""


@asn1.sequence
class _Algorithm:
    oid: x509.ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Attribute:
    oid: x509.ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _IssuerAndSerial:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class _SignerInfo:
    version: int
    signer: _IssuerAndSerial
    digest: _Algorithm
    attributes: Annotated[asn1.SetOf[_Attribute], asn1.Implicit(0)]
    algorithm: _Algorithm
    signature: bytes


@asn1.sequence
class _NoContent:
    oid: x509.ObjectIdentifier


@asn1.sequence
class _SignedData:
    version: int
    digests: asn1.SetOf[_Algorithm]
    content: _NoContent
    certificates: Annotated[asn1.SetOf[x509.Certificate], asn1.Implicit(0)]
    signers: asn1.SetOf[_SignerInfo]


@asn1.sequence
class _ContentInfo:
    oid: x509.ObjectIdentifier
    content: Annotated[_SignedData, asn1.Explicit(0)]


def sign(data: bytes, signer: Signer) -> bytes:
    """A detached signature over these bytes, DER; the signer's chain is sent along.

    Args:
        data: what is signed, as it lies in the file.
        signer: a key in memory, or one in a token that never gives it out.
    """
    attributes = asn1.SetOf(
        [
            _attribute(_CONTENT_TYPE, asn1.encode_der(x509.ObjectIdentifier(_DATA))),
            _attribute(_MESSAGE_DIGEST, asn1.encode_der(sha256(data).digest())),
        ]
    )
    info = _SignerInfo(
        version=1, signer=_issuer_and_serial(signer.certificate), digest=_algorithm(_SHA256),
        attributes=attributes, algorithm=_algorithm(_ECDSA_SHA256),
        signature=signer.sign(asn1.encode_der(attributes)),
    )  # fmt: skip
    signed = _SignedData(
        version=1, digests=asn1.SetOf([_algorithm(_SHA256)]),
        content=_NoContent(oid=x509.ObjectIdentifier(_DATA)),
        certificates=asn1.SetOf([signer.certificate, *signer.chain]), signers=asn1.SetOf([info]),
    )  # fmt: skip
    return asn1.encode_der(_ContentInfo(oid=x509.ObjectIdentifier(_SIGNED_DATA), content=signed))


def _attribute(oid: str, value: bytes) -> _Attribute:
    return _Attribute(
        oid=x509.ObjectIdentifier(oid), values=asn1.SetOf([asn1.decode_der(asn1.TLV, value)])
    )


def _algorithm(oid: str) -> _Algorithm:
    return _Algorithm(oid=x509.ObjectIdentifier(oid), parameters=None)


def _issuer_and_serial(certificate: x509.Certificate) -> _IssuerAndSerial:
    issuer = asn1.decode_der(asn1.TLV, certificate.issuer.public_bytes())
    return _IssuerAndSerial(issuer=issuer, serial=certificate.serial_number)


class Signature(NamedTuple):
    """Who signed, and what was sent along; neither carries trust by itself."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


def verify(data: bytes, signature: bytes) -> Signature:
    """The certificate whose key signed exactly these bytes, and those sent along.

    Raises:
        SignatureError: altered, or not of the form that the format page allows.
    """
    signed = _parse(signature)
    signer = _only_signer(signed)
    certificates = signed.certificates.as_list()
    _check_certificates(certificates)
    certificate = _certificate_of(signer, certificates)
    _check_attributes(signer, data)
    _check_arithmetic(signer, certificate)
    _check_own_signature(certificate)
    return Signature(certificate, tuple(one for one in certificates if one != certificate))


def claimed(signature: bytes) -> tuple[str, x509.Certificate]:
    """Of what a signature is whose bytes are not at hand, by their SHA-256; and by whose key.

    Raises:
        SignatureError: altered, or not of the form that the format page allows.
    """
    signed = _parse(signature)
    signer = _only_signer(signed)
    certificate = _certificate_of(signer, signed.certificates.as_list())
    _check_arithmetic(signer, certificate)
    for attribute in signer.attributes.as_list():
        values = attribute.values.as_list()
        if attribute.oid.dotted_string == _MESSAGE_DIGEST and values:
            return bytes(values[0].data).hex(), certificate
    raise SignatureError("it names no digest")


def _parse(signature: bytes) -> _SignedData:
    if len(signature) > MAX_SIZE:
        raise SignatureError("larger than any signature of this format")
    try:
        with strictly():
            info = asn1.decode_der(_ContentInfo, signature)
            read_names(info.content.certificates.as_list())
    except ValueError as error:
        raise SignatureError("not a detached CMS signature of the allowed form") from error
    signed = info.content
    if info.oid.dotted_string != _SIGNED_DATA or signed.content.oid.dotted_string != _DATA:
        raise SignatureError("not SignedData over data")
    if signed.version != 1 or [a.oid.dotted_string for a in signed.digests.as_list()] != [_SHA256]:
        raise SignatureError("not version 1 with SHA-256 alone")
    return signed


def _only_signer(signed: _SignedData) -> _SignerInfo:
    signers = signed.signers.as_list()
    if len(signers) != 1:
        raise SignatureError("none or several signers; there must be one")
    signer = signers[0]
    algorithms = (signer.digest.oid.dotted_string, signer.algorithm.oid.dotted_string)
    plain = signer.algorithm.parameters is None  # RFC 5754, section 3.2: absent, not NULL
    if signer.version != 1 or algorithms != (_SHA256, _ECDSA_SHA256) or not plain:
        raise SignatureError("not ECDSA with SHA-256")
    return signer


def _check_certificates(certificates: list[x509.Certificate]) -> None:
    if len(certificates) > MAX_CERTIFICATES:
        raise SignatureError("more certificates than this format allows")
    for each in certificates:
        # How many bits of its last byte don't count: the one byte that no signature covers.
        if each.public_bytes(Encoding.DER)[-len(each.signature) - 1]:
            raise SignatureError("a certificate whose signature is no whole number of bytes")
        if any("\n" in str(part.value) for name in (each.subject, each.issuer) for part in name):
            raise SignatureError("a certificate with a line break in a name")


def _certificate_of(signer: _SignerInfo, certificates: list[x509.Certificate]) -> x509.Certificate:
    issuer = asn1.encode_der(signer.signer.issuer)
    matching = [
        certificate
        for certificate in certificates
        if certificate.serial_number == signer.signer.serial
        and certificate.issuer.public_bytes() == issuer
    ]
    if len(matching) != 1:
        raise SignatureError("the signer's certificate is not there, or not alone")
    return matching[0]


def _check_attributes(signer: _SignerInfo, data: bytes) -> None:
    values: dict[str, tuple[bytes, bytes]] = {}
    for attribute in signer.attributes.as_list():
        name, held = attribute.oid.dotted_string, attribute.values.as_list()
        if name in values or len(held) != 1:
            raise SignatureError("a signed attribute stands twice, or has not one value")
        values[name] = (held[0].tag_bytes, bytes(held[0].data))
    if not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= values.keys() <= {
        _CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME, _CAPABILITIES,
    }:  # fmt: skip
        raise SignatureError("signed attributes missing, or others than allowed")
    if values[_CONTENT_TYPE] != _ID_DATA:
        raise SignatureError("signed as something else than plain data")
    if values[_MESSAGE_DIGEST] != (_OCTET_STRING, sha256(data).digest()):
        raise SignatureError("the signed digest is that of other bytes")


def _check_arithmetic(signer: _SignerInfo, certificate: x509.Certificate) -> None:
    public = _public_key(certificate)
    try:
        public.verify(
            signer.signature, asn1.encode_der(signer.attributes), ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature as error:
        raise SignatureError("the signature does not fit: altered, or by another key") from error


def _public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    public = key_of(certificate)
    if public is None:
        raise SignatureError("the signer's key is not on P-256")
    return public


def _check_own_signature(certificate: x509.Certificate) -> None:
    """A self-signed certificate vouches at least for itself: for the names that are in it.

    Its key may be named by nothing else than the signature that it was sent along with.
    """
    try:
        if certificate.issuer == certificate.subject:
            certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise SignatureError("the signer's certificate was altered") from error
