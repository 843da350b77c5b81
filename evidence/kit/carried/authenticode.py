"""Who signed a Windows program, checked on any machine, without a network.

What holds when a signer is returned: the digest that was signed is this file's; the signature over
it is good; the time of signing is told by an RFC 3161 token over that very signature, by an
authority whose chain ends at a given root; at that time, every certificate from the signer to a
given root was in its dates. Revocation is not asked: there is no network, and the digest of the
whole runtime, which is checked first, is the stronger pin.
Source: Windows Authenticode Portable Executable Signature Format (Microsoft, 2008); RFC 5652.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chain_of_custody.signing import der
from chain_of_custody.signing.foreign import readable
from chain_of_custody.signing.trust import Path, in_date, issued
from chain_of_custody.timestamps import timestamp
from evidence.kit.carried import pe

_INDIRECT_DATA = bytes.fromhex("2b060104018237020104")  # 1.3.6.1.4.1.311.2.1.4
_TOKEN = bytes.fromhex("2b060104018237030301")  # 1.3.6.1.4.1.311.3.3.1
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_DIGESTS: dict[bytes, tuple[str, hashes.HashAlgorithm]] = {
    bytes.fromhex("608648016503040201"): ("sha256", hashes.SHA256()),
    bytes.fromhex("608648016503040202"): ("sha384", hashes.SHA384()),
    bytes.fromhex("608648016503040203"): ("sha512", hashes.SHA512()),
}
_CERTIFICATES, _UNSIGNED = der.CONTEXT, der.CONTEXT + 1
_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo: what a response has before its token
_LONGEST = 6  # certificates from the signer to the root


class AuthenticodeError(Exception):
    """A file that is not what somebody signed; or it can't be told who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed a file, and when."""

    signer: str
    """The common name in the certificate."""
    at: datetime.datetime | None
    """None where no token of a known authority tells it."""
    rooted: bool
    """Whether both chains, the signer's and the time's, end at a given root."""


@dataclass(frozen=True, slots=True)
class _Signer:
    """The fields of a SignerInfo that are looked at."""

    issuer: bytes
    serial: int
    algorithm: tuple[str, hashes.HashAlgorithm]
    attributes: der.Value
    signature: bytes
    unsigned: der.Value | None

    def is_of(self, certificate: x509.Certificate) -> bool:
        """Whether it names this certificate (RFC 5652, section 5.3)."""
        named = (certificate.issuer.public_bytes(), certificate.serial_number)
        return named == (self.issuer, self.serial)


def signed_by(data: bytes, roots: Sequence[x509.Certificate]) -> Signed:
    """Who signed a program.

    Args:
        data: the whole file.
        roots: the only certificates that a chain may end at.

    Raises:
        AuthenticodeError: not signed, or altered since.
    """
    try:
        parts = _signed_data(pe.signature(data))
        signer = _signer(parts)
        certificates = readable(each.raw for each in _certificates(parts))
        leaf = next(each for each in certificates if signer.is_of(each))
        _check_content(data, parts, signer)
        _check_arithmetic(leaf, signer)
    except StopIteration as error:
        raise AuthenticodeError("the signer's certificate is missing") from error
    except (ValueError, KeyError, IndexError) as error:
        raise AuthenticodeError(str(error)) from error
    at = _time(signer, roots)
    path = _path((leaf,), roots, certificates)
    rooted = at is not None and path is not None and in_date(path, at) and _strong(path)
    return Signed(signer=_name(leaf), at=at, rooted=rooted and _may_sign_code(leaf))


def _signed_data(data: bytes) -> list[der.Value]:
    """The fields of SignedData: version, digests, content, certificates, signers."""
    _, explicit = der.only(data, der.SEQUENCE).all(der.SEQUENCE)
    (signed,) = explicit.all(der.CONTEXT)
    return signed.all(der.SEQUENCE)


def _certificates(parts: list[der.Value]) -> list[der.Value]:
    (held,) = [each for each in parts if each.tag == _CERTIFICATES]
    return der.values(held.content)


def _signer(parts: list[der.Value]) -> _Signer:
    (info,) = parts[-1].all(der.SET)
    _, who, digest, attributes, _, signature, *rest = info.all(der.SEQUENCE)
    issuer, serial = who.all(der.SEQUENCE)
    return _Signer(
        issuer=issuer.raw,
        serial=int.from_bytes(serial.content, "big"),
        algorithm=_DIGESTS[digest.all(der.SEQUENCE)[0].content],
        attributes=attributes, signature=signature.content,
        unsigned=rest[0] if rest and rest[0].tag == _UNSIGNED else None,
    )  # fmt: skip


def _check_content(data: bytes, parts: list[der.Value], signer: _Signer) -> None:
    """The signed digest is the file's; what the attributes are about is that digest."""
    kind, explicit = parts[2].all(der.SEQUENCE)
    (content,) = explicit.all(der.CONTEXT)
    if kind.content != _INDIRECT_DATA:
        raise ValueError("the signature is not over a program")
    algorithm, claimed = content.all(der.SEQUENCE)[1].all(der.SEQUENCE)
    name, _ = _DIGESTS[algorithm.all(der.SEQUENCE)[0].content]
    if claimed.content != pe.image_hash(data, name):
        raise ValueError("the file is not the one that was signed")
    (told,) = _attribute(signer.attributes, _MESSAGE_DIGEST)
    if told.content != hashlib.new(signer.algorithm[0], content.content).digest():
        raise ValueError("the signed attributes are about something else")


def _attribute(attributes: der.Value, wanted: bytes) -> list[der.Value]:
    for each in der.values(attributes.content):
        name, held = each.all(der.SEQUENCE)
        if name.content == wanted:
            return held.all(der.SET)
    raise ValueError("an attribute is missing")


def _check_arithmetic(leaf: x509.Certificate, signer: _Signer) -> None:
    public, attributes = leaf.public_key(), der.wrapped(der.SET, signer.attributes.content)
    if not isinstance(public, rsa.RSAPublicKey):  # as every program of Python's and Windows' is
        raise AuthenticodeError("not signed by an RSA key")
    try:
        public.verify(signer.signature, attributes, padding.PKCS1v15(), signer.algorithm[1])
    except InvalidSignature as error:
        raise ValueError("the signature does not fit") from error


def _time(signer: _Signer, roots: Sequence[x509.Certificate]) -> datetime.datetime | None:
    """When it was signed, by an authority that leads to a root; None where none tells.

    Raises:
        AuthenticodeError: the token is about another signature.
    """
    if signer.unsigned is None:
        return None
    try:
        (held,) = _attribute(signer.unsigned, _TOKEN)
        token = timestamp.read(der.wrapped(der.SEQUENCE, _GRANTED + held.raw))
        if not token.is_over(signer.signature):
            raise AuthenticodeError("its time is that of another signature")
        path = timestamp.tied(token, roots, ())
    except (ValueError, timestamp.TokenError):
        return None
    return token.time if in_date(path, token.time) else None


def _path(
    path: Path, roots: Sequence[x509.Certificate], links: Sequence[x509.Certificate]
) -> Path | None:
    """The way from the signer to a root, through authorities that were sent along."""
    for root in roots:
        if issued(path[-1], root):
            return (*path, root)
    for link in links:
        if (
            len(path) < _LONGEST
            and link not in path
            and _authority(link)
            and issued(path[-1], link)
        ):
            found = _path((*path, link), roots, links)
            if found is not None:
                return found
    return None


def _authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _strong(path: Path) -> bool:
    """Whether no link hangs on a digest that can be forged; a root's own signature isn't one."""
    known = tuple(type(algorithm) for _, algorithm in _DIGESTS.values())
    return all(isinstance(each.signature_hash_algorithm, known) for each in path[:-1])


def _may_sign_code(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.CODE_SIGNING in usage


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
