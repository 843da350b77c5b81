"""A detached CMS signature by a stranger: RFC 5652 as docs/format.md, section 9, narrows it."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

DETACHED = bytes.fromhex("300b06092a864886f70d010701")
MESSAGE_DIGEST, PLAIN_SHA256 = "2a864886f70d010904", "0609608648016503040201"


def sha(data):
    return hashlib.sha256(data).hexdigest()


def der(data):
    """Tag, content and whole of each element."""
    while data:
        more = data[1] & 127 if data[1] > 127 else 0
        end = 2 + more + (int.from_bytes(data[2 : 2 + more]) if more else data[1])
        yield data[0], data[2 + more : end], data[:end]
        data = data[end:]


def signer(data, signature):
    """The SHA-256 of the certificate whose key signed these bytes."""
    ((_, info, _),) = der(signature)
    _, (_, explicit, _) = der(info)
    ((_, signed, _),) = der(explicit)
    _, _, (_, _, content), (_, certificates, _), (_, infos, _) = der(signed)
    ((_, only, _),) = der(infos)
    _, (_, named, _), (_, digest, _), (_, attributes, whole), _, (_, value, _) = der(only)
    said = {}
    for _, each, _ in der(attributes):
        (_, kind, _), (_, values, _) = der(each)
        said[kind.hex()] = values
    assert content == DETACHED
    assert digest.hex().startswith(PLAIN_SHA256)
    assert said[MESSAGE_DIGEST] == b"\x04\x20" + hashlib.sha256(data).digest()
    (_, _, issuer), (_, _, serial) = der(named)
    (one,) = (c for _, _, c in der(certificates) if serial + b"\x30" in c and issuer in c)
    certificate = load_der_x509_certificate(one)
    if certificate.issuer == certificate.subject:
        certificate.verify_directly_issued_by(certificate)
    key = certificate.public_key()
    assert key.curve.name == "secp256r1"
    key.verify(value, b"\x31" + whole[1:], ECDSA(SHA256()))
    return sha(one)
