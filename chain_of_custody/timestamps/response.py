"""A time-stamp response value by value (RFC 3161, section 2.4.2): what the strict library can't do.

Authorities' responses come as they come. Here they are put into the order that the library takes,
and the one signed attribute is found that it doesn't look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat import asn1

from chain_of_custody.signing import der
from chain_of_custody.signing.foreign import readable

MAX_CERTIFICATES = 16  # in one token

DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SIGNING_CERTIFICATE_2 = bytes.fromhex("2a864886f70d010910022f")  # RFC 5035, section 3
_SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")  # RFC 2634, section 5.4: SHA-1


def _dotted(value: der.Value) -> str:
    return asn1.decode_der(x509.ObjectIdentifier, value.raw).dotted_string


def _signed_data(data: bytes) -> tuple[der.Value, der.Value, der.Value] | None:
    """Status, content type and SignedData of a response; None when it brings no token."""
    status, *token = der.only(data, der.SEQUENCE).all(der.SEQUENCE)
    if not token:
        return None
    kind, explicit = token[0].all(der.SEQUENCE)
    (signed,) = explicit.all(der.CONTEXT)
    return status, kind, signed


def _legible(certificates: Sequence[der.Value]) -> list[bytes]:
    if len(certificates) > MAX_CERTIFICATES:
        raise ValueError("too many certificates")
    return [each.raw for each in certificates if readable([each.raw])]


def in_order(data: bytes) -> bytes:
    """The response with its certificates as a SET has to have them (X.690, section 11.6).

    OpenSSL's authorities send them as they come, and the strict library refuses that; it falls
    over those that it can't read. Neither order nor presence is covered by a signature; what is
    kept and hashed elsewhere are the bytes that came.
    """
    found = _signed_data(data)
    if found is None:
        return data
    status, kind, signed = found
    parts = [
        each.raw
        if each.tag != der.CONTEXT
        else der.wrapped(der.CONTEXT, b"".join(sorted(_legible(der.values(each.content)))))
        for each in signed.all(der.SEQUENCE)
    ]
    explicit = der.wrapped(der.CONTEXT, der.wrapped(der.SEQUENCE, b"".join(parts)))
    token = der.wrapped(der.SEQUENCE, kind.raw + explicit)
    return der.wrapped(der.SEQUENCE, status.raw + token)


def named_signer(data: bytes) -> tuple[str, bytes] | None:
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


def bound_by_the_unknown(data: bytes) -> bool:
    """Whether the statement has a critical extension: none is known here (RFC 5280, section 4.2).

    RFC 3161, section 2.4.2, takes its extensions from there, with what critical means. A value for
    `critical` that DER would leave out, since it is the default, is no.
    """
    found = _signed_data(data)
    if found is None:
        return False
    _, content = found[2].all(der.SEQUENCE)[2].all(der.SEQUENCE)
    (octets,) = content.all(der.CONTEXT)
    fields = der.only(octets.content, der.SEQUENCE).all(der.SEQUENCE)
    extensions = der.values(fields[-1].content) if fields[-1].tag == der.CONTEXT + 1 else []
    return any(
        part.tag == der.BOOLEAN and part.content != b"\0"
        for each in extensions
        for part in each.all(der.SEQUENCE)
    )


def _named(kind: bytes, value: der.Value) -> tuple[str, bytes]:
    """The first of the certificates that are named: the signer's own."""
    fields = value.all(der.SEQUENCE)[0].all(der.SEQUENCE)[0].all(der.SEQUENCE)
    if kind == _SIGNING_CERTIFICATE:
        return "sha1", fields[0].content
    if fields[0].tag == der.OCTETS:  # SHA-256 is the default
        return "sha256", fields[0].content
    return DIGESTS[_dotted(fields[0].all(der.SEQUENCE)[0])], fields[1].content
