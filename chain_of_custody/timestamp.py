"""Time-stamp tokens (RFC 3161): ask for one, read one, see whose it is and what it is over.

Signature and chain are checked by `rfc3161-client`; what it leaves open is checked here: the
signer's certificate is the one that the token itself names (RFC 5816), the strength of every
certificate, and, apart, whether all were in date at a time that the caller gives.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import rfc3161_client as rfc3161
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from chain_of_custody import der
from chain_of_custody.findings import Finding
from chain_of_custody.trust import Path, issued

MAX_TOKEN = 256 << 10  # bytes: with eight certificates of 4096-bit keys about 20 KiB
MAX_CERTIFICATES = 16
MAX_PATH = 6

DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_RSA_BITS = 2048
_FIRST, _LAST = 2001, 9000  # RFC 3161 is of 2001; beyond the last one, times can't be added to
_SIGNING_CERTIFICATE_2 = bytes.fromhex("2a864886f70d010910022f")  # RFC 5035, section 3
_SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")  # RFC 2634, section 5.4: SHA-1


class TokenError(Exception):
    """A token that proves nothing here, and why."""

    def __init__(self, key: str, **facts: object) -> None:
        """State a finding."""
        self.finding = Finding.of(key, **facts)
        self.key, self.facts = key, facts
        super().__init__(self.finding.sentence("en"))


class Request(NamedTuple):
    """What an authority was asked."""

    algorithm: str
    imprint: bytes
    nonce: int | None


class Token(NamedTuple):
    """What an authority says: that these bytes existed at this time."""

    time: datetime.datetime
    algorithm: str
    imprint: bytes
    nonce: int | None
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    response: rfc3161.TimeStampResponse
    named: tuple[str, bytes] | None
    """Algorithm and digest of the certificate that the signed attributes name as the signer's."""

    def is_over(self, data: bytes) -> bool:
        """Whether its imprint is the digest of these bytes."""
        return hashlib.new(self.algorithm, data).digest() == self.imprint


def ask(data: bytes, *, algorithm: str = "sha256") -> bytes:
    """A request for a token over these bytes, DER, with a nonce, asking for the certificates.

    Args:
        data: what is to be stamped; only its digest goes out.
        algorithm: `sha256` or `sha512`.
    """
    builder = rfc3161.TimestampRequestBuilder().data(data).cert_request(cert_request=True)
    chosen = rfc3161.HashAlgorithm[algorithm.upper()]
    return builder.nonce(nonce=True).hash_algorithm(chosen).build().as_bytes()


def read_request(data: bytes) -> Request:
    """A request that was kept (RFC 3161, section 2.4.1).

    Raises:
        TokenError: none.
    """
    try:
        fields = der.only(data, der.SEQUENCE).all(der.SEQUENCE)
        algorithm, imprint = fields[1].all(der.SEQUENCE)
        numbers = [der.integer(each) for each in fields[2:] if each.tag == der.INTEGER]
        oid = _dotted(algorithm.all(der.SEQUENCE)[0])
        return Request(DIGESTS[oid], imprint.content, numbers[0] if numbers else None)
    except (ValueError, IndexError, KeyError) as error:
        raise TokenError("request_unreadable", why=error) from error


def read(data: bytes) -> Token:
    """An authority's response, and the token in it.

    Raises:
        TokenError: refused by the authority, or no token that this reader knows.
    """
    if len(data) > MAX_TOKEN:
        raise TokenError("token_unreadable", why="larger than any token")
    try:
        response = rfc3161.decode_timestamp_response(_in_order(data))
        status = rfc3161.PKIStatus(response.status)
        if status is not rfc3161.PKIStatus.GRANTED:
            raise TokenError("token_not_granted", status=status.name.lower())
        return _token(data, response)
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as error:
        raise TokenError("token_unreadable", why=error) from error


def _token(data: bytes, response: rfc3161.TimeStampResponse) -> Token:
    info = response.tst_info
    if not _FIRST <= info.gen_time.year <= _LAST:
        raise TokenError("token_unreadable", why=f"a time in the year {info.gen_time.year}")
    oid = info.message_imprint.hash_algorithm.dotted_string
    if oid not in DIGESTS:
        raise TokenError("token_weak", why=f"digest {oid}")
    certificates = [
        x509.load_der_x509_certificate(each)
        for each in sorted(response.signed_data.certificates)[: MAX_CERTIFICATES + 1]
    ]
    signer = _signer(response, certificates)
    return Token(
        time=info.gen_time, algorithm=DIGESTS[oid], imprint=info.message_imprint.message,
        nonce=info.nonce, signer=signer,
        others=tuple(each for each in certificates if each != signer), response=response,
        named=_named_signer(data),
    )  # fmt: skip


def _signer(
    response: rfc3161.TimeStampResponse, certificates: Sequence[x509.Certificate]
) -> x509.Certificate:
    signers = list(response.signed_data.signer_infos)
    if len(signers) != 1 or len(certificates) > MAX_CERTIFICATES:
        raise TokenError("token_unreadable", why="not one signer, or too many certificates")
    for each in certificates:
        if each.serial_number == signers[0].serial_number and each.issuer == signers[0].issuer:
            return each
    raise TokenError("token_unreadable", why="its signer's certificate is not in it")


def tied(token: Token, roots: Sequence[x509.Certificate], more: Sequence[x509.Certificate]) -> Path:
    """The way from the token's signer to a trusted authority, its signature checked along it.

    Args:
        token: what was read.
        roots: certificates of authorities that the user got elsewhere and trusts for time.
        more: certificates kept beside the token; links only, never ends.

    Raises:
        TokenError: nobody whom the user trusts signed it, or not these bytes.
    """
    try:
        path = _path(token, roots, [*token.others, *more])
        for each in path[:-1]:
            _check_strength(each)
        _verifier(path).verify(token.response, token.imprint)
    except (rfc3161.VerificationError, ValueError, UnsupportedAlgorithm) as error:
        raise TokenError("token_broken", why=error) from error  # certificates are parsed late
    _check_named(token)
    return path


def _verifier(path: Path) -> rfc3161.Verifier:
    return rfc3161.VerifierBuilder(roots=[path[-1]], intermediates=list(path[1:-1])).build()


def _path(
    token: Token, roots: Sequence[x509.Certificate], links: Sequence[x509.Certificate]
) -> Path:
    """Breadth first, each certificate at most once: a hostile heap of them ends soon."""
    paths: list[Path] = [(token.signer,)]
    left = list(links)[: 2 * MAX_CERTIFICATES]
    for path in paths:
        for root in roots:
            if issued(path[-1], root):
                return (*path, root)
        above = [each for each in left if len(path) < MAX_PATH and issued(path[-1], each)]
        left = [each for each in left if each not in above]
        paths += [(*path, each) for each in above]
    raise TokenError("token_stranger", who=token.signer.subject.rfc4514_string())


def _check_strength(certificate: x509.Certificate) -> None:
    public = certificate.public_key()
    strong = isinstance(public, ec.EllipticCurvePublicKey) or (
        isinstance(public, rsa.RSAPublicKey) and public.key_size >= _RSA_BITS
    )
    if not strong or not isinstance(certificate.signature_hash_algorithm, _STRONG):
        raise TokenError("token_weak", why=certificate.subject.rfc4514_string())


def _check_named(token: Token) -> None:
    """The certificate is the one meant by whoever signed (RFC 3161, section 2.4.1; RFC 5816)."""
    if token.named is None:
        raise TokenError("token_broken", why="it doesn't name its signer's certificate")
    algorithm, digest = token.named
    raw = token.signer.public_bytes(Encoding.DER)
    if hashlib.new(algorithm, raw).digest() != digest:
        raise TokenError("token_broken", why="another certificate than the one it names")


# What is read value by value.


def _dotted(value: der.Value) -> str:
    return asn1.decode_der(x509.ObjectIdentifier, value.raw).dotted_string


def _signed_data(data: bytes) -> tuple[der.Value, der.Value, der.Value] | None:
    """Status, content type and SignedData of a response; None when it brings no token."""
    status, *token = der.only(data, der.SEQUENCE).all(der.SEQUENCE)
    if not token:
        return None
    kind, content = token[0].all(der.SEQUENCE)
    return status, kind, der.only(content.content, der.SEQUENCE)


def _in_order(data: bytes) -> bytes:
    """The response with its certificates as a SET has to have them (X.690, section 11.6).

    OpenSSL's authorities send them as they come, and the strict library refuses that. The order
    is covered by no signature; what is kept and hashed elsewhere are the bytes that came.
    """
    found = _signed_data(data)
    if found is None:
        return data
    status, kind, signed = found
    parts = [
        each.raw
        if each.tag != der.CONTEXT
        else der.wrapped(der.CONTEXT, b"".join(sorted(v.raw for v in der.values(each.content))))
        for each in signed.all(der.SEQUENCE)
    ]
    explicit = der.wrapped(der.CONTEXT, der.wrapped(der.SEQUENCE, b"".join(parts)))
    token = der.wrapped(der.SEQUENCE, kind.raw + explicit)
    return der.wrapped(der.SEQUENCE, status.raw + token)


def _named_signer(data: bytes) -> tuple[str, bytes] | None:
    """What the signed attributes say of the signer's certificate (RFC 5035, section 3)."""
    found = _signed_data(data)
    signers = found[2].all(der.SEQUENCE)[-1].all(der.SET) if found else []
    for part in signers[0].all(der.SEQUENCE) if signers else []:
        if part.tag != der.CONTEXT:
            continue
        for attribute in der.values(part.content):
            name, held = attribute.all(der.SEQUENCE)
            if name.content in (_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_2):
                return _named(name.content, der.only(held.content, der.SEQUENCE))
    return None


def _named(kind: bytes, value: der.Value) -> tuple[str, bytes]:
    """The first of the certificates that are named: the signer's own."""
    fields = value.all(der.SEQUENCE)[0].all(der.SEQUENCE)[0].all(der.SEQUENCE)
    if kind == _SIGNING_CERTIFICATE:
        return "sha1", fields[0].content
    if fields[0].tag == der.OCTETS:  # SHA-256 is the default
        return "sha256", fields[0].content
    return DIGESTS[_dotted(fields[0].all(der.SEQUENCE)[0])], fields[1].content
