"""Time-stamp tokens (RFC 3161): ask for one, read one, see whose it is and what it is over.

Signature and chain are checked by `rfc3161-client`; what it leaves open is checked here: the
signer's certificate is the one that the token itself names (RFC 5816), the strength of every
certificate, and, apart, whether all were in date at a time that the caller gives.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import rfc3161_client as rfc3161
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from chain_of_custody.findings import FindingError
from chain_of_custody.signing.foreign import readable, strictly
from chain_of_custody.signing.trust import Path, issued
from chain_of_custody.timestamps.response import (
    DIGESTS,
    MAX_CERTIFICATES,
    bound_by_the_unknown,
    in_order,
    named_signer,
)

MAX_TOKEN = 256 << 10  # bytes: with eight certificates of 4096-bit keys about 20 KiB
MAX_PATH = 6  # certificates from a token's signer to the last before the root: format, section 9

_STRONG = (hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)  # SHA-2: format, section 9
_RSA_BITS = 2048  # of a key, at least: format, section 9
_VERSION = 1  # the only one that there is: RFC 3161, section 2.4.2
_FIRST, _LAST = 2001, 8999  # RFC 3161 is of 2001; beyond the last one, times can't be added to


class TokenError(FindingError):
    """A token that proves nothing here, and why."""


class Request(NamedTuple):
    """What an authority was asked."""

    algorithm: str
    imprint: bytes
    nonce: int | None


@asn1.sequence
class _Algorithm:
    oid: x509.ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Imprint:
    algorithm: _Algorithm
    digest: bytes


@asn1.sequence
class _Asked:
    """TimeStampReq. Ours has no extensions; what another writer asked for in them binds nobody."""

    version: int
    imprint: _Imprint
    policy: x509.ObjectIdentifier | None
    nonce: int | None
    with_certificates: Annotated[bool, asn1.Default(False)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]


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
        asked = asn1.decode_der(_Asked, data)
        algorithm = DIGESTS[asked.imprint.algorithm.oid.dotted_string]
        return Request(algorithm, asked.imprint.digest, asked.nonce)
    except (ValueError, KeyError) as error:
        raise TokenError("request_unreadable", why=error) from error


def read(data: bytes) -> Token:
    """An authority's response, and the token in it.

    Raises:
        TokenError: refused by the authority, or no token that this reader knows.
    """
    if len(data) > MAX_TOKEN:
        raise TokenError("token_unreadable", why="larger than any token")
    try:
        with strictly():
            response = rfc3161.decode_timestamp_response(in_order(data))
            status = rfc3161.PKIStatus(response.status)
            if status is not rfc3161.PKIStatus.GRANTED:
                raise TokenError("token_not_granted", status=status.name.lower())
            return _token(data, response)
    except (ValueError, IndexError, KeyError, OverflowError) as error:
        raise TokenError("token_unreadable", why=error) from error


def _token(data: bytes, response: rfc3161.TimeStampResponse) -> Token:
    info = response.tst_info
    if not _FIRST <= info.gen_time.year <= _LAST:
        raise TokenError("token_unreadable", why=f"a time in the year {info.gen_time.year}")
    if info.version != _VERSION:
        raise TokenError("token_unreadable", why=f"a statement of version {info.version}")
    if bound_by_the_unknown(data):
        raise TokenError("token_unreadable", why="a critical extension of unknown meaning")
    oid = info.message_imprint.hash_algorithm.dotted_string
    if oid not in DIGESTS:
        raise TokenError("token_weak", why=f"digest {oid}")
    certificates = readable(sorted(response.signed_data.certificates))
    signer = _signer(response, certificates)
    return Token(
        time=info.gen_time, algorithm=DIGESTS[oid], imprint=info.message_imprint.message,
        nonce=info.nonce, signer=signer,
        others=tuple(each for each in certificates if each != signer), response=response,
        named=named_signer(data),
    )  # fmt: skip


def _signer(
    response: rfc3161.TimeStampResponse, certificates: Sequence[x509.Certificate]
) -> x509.Certificate:
    signers = list(response.signed_data.signer_infos)
    if len(signers) != 1:
        raise TokenError("token_unreadable", why="not one signer")
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
        _check_authority(token)
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


def _check_authority(token: Token) -> None:
    """Where a token names its authority, that is one of the signer's names (RFC 3161, 2.4.2)."""
    name: x509.GeneralName | None = token.response.tst_info.name
    if name is not None and name not in _names(token.signer):
        raise TokenError("token_broken", why="it names another authority than its signer")


def _names(certificate: x509.Certificate) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DirectoryName(certificate.subject)]
    try:
        return names + list(
            certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        )
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        return names
