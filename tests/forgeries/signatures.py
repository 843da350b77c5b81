"""What can be done to signatures: other keys, other forms, other places."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import authority
import bundles
import rfc8785
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from forge import Forger
from worlds import World

from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import self_signed
from chain_of_custody.signing.keys import SigningKey, to_pem

SIGNATURE = "manifest.json.p7s"
_LEAF = authority.COLLECTION.certificate.serial_number
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def by_openssl(
    data: bytes, *options: str, signers: tuple[tuple[Key, x509.Certificate], ...]
) -> bytes:
    """A signature in a form that our own writer has not."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "content")
        content.write_bytes(data)
        arguments = ["openssl", "cms", "-sign", "-binary", "-in", str(content), "-outform", "DER"]
        for number, (private, certificate) in enumerate(signers):
            pem = Path(folder, f"{number}.pem")
            secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            pem.write_bytes(secret + to_pem(certificate))
            arguments += ["-signer", str(pem)]
        return subprocess.run([*arguments, *options], check=True, capture_output=True).stdout


def ours() -> tuple[Key, x509.Certificate]:
    return bundles.KEY.private, bundles.KEY.certificate


def namesake(private: Key) -> x509.Certificate:
    """A certificate with the names of the collection key, over any other key."""
    real = bundles.KEY.certificate
    return (
        x509.CertificateBuilder()
        .subject_name(real.subject)
        .issuer_name(real.issuer)
        .public_key(private.public_key())
        .serial_number(real.serial_number)
        .not_valid_before(real.not_valid_before_utc)
        .not_valid_after(real.not_valid_after_utc)
        .sign(private, hashes.SHA256())
    )


# DER, just enough to take a structure apart and put it together again.


def split(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        found.append((tag, data[at : at + length]))
        at += length
    return found


def join(elements: list[tuple[int, bytes]]) -> bytes:
    return b"".join(element(tag, content) for tag, content in elements)


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def signed_data(signature: bytes) -> list[tuple[int, bytes]]:
    """The elements of SignedData: version, digests, content, certificates, signers."""
    info = split(split(signature)[0][1])
    return split(split(info[1][1])[0][1])


def content_info(elements: list[tuple[int, bytes]]) -> bytes:
    oid = bytes.fromhex("06092a864886f70d010702")
    return element(0x30, oid + element(0xA0, element(0x30, join(elements))))


# Attacks


def made_anew_by(bundle: Forger, world: World, *, key: SigningKey) -> None:
    """Everything signed once more by another key, which is named everywhere."""
    bundle.settle(key=key)


def signature_removed(bundle: Forger, world: World) -> None:
    bundle.remove(SIGNATURE)
    bundle.lists()


def signed_by_a_namesake(bundle: Forger, world: World) -> None:
    stranger = SigningKey(
        private=bundles.STRANGER.private, certificate=namesake(bundles.STRANGER.private)
    )
    bundle.write(SIGNATURE, cms.sign(bundle.read("manifest.json"), stranger))
    bundle.lists()


def another_certificate_named(bundle: Forger, world: World) -> None:
    """Signed by the right key, which is not the one that the manifest names."""
    other = bundles.STRANGER.certificate_sha256
    bundle.settle(manifest=lambda document: document.update(signer_certificate_sha256=other))


def manifest_signed_by_a_stranger_who_is_named(bundle: Forger, world: World) -> None:
    """The manifest alone is made anew; events and `sealed` are still those of the collection."""
    bundle.manifest["signer_certificate_sha256"] = bundles.STRANGER.certificate_sha256
    bundle.write("manifest.json", rfc8785.dumps(bundle.manifest))
    bundle.write(SIGNATURE, cms.sign(bundle.read("manifest.json"), bundles.STRANGER))
    bundle.lists()


def _signed(
    bundle: Forger, *options: str, signers: tuple[tuple[Key, x509.Certificate], ...]
) -> None:
    data = bundle.read("manifest.json")
    bundle.write(SIGNATURE, by_openssl(data, *options, signers=signers))
    bundle.lists()


def signed_with_sha1(bundle: Forger, world: World) -> None:
    _signed(bundle, "-md", "sha1", signers=(ours(),))


def signed_with_rsa_1024(bundle: Forger, world: World) -> None:
    private = rsa.generate_private_key(65537, 1024)
    _signed(bundle, "-md", "sha256", signers=((private, namesake(private)),))


def signed_on_another_curve(bundle: Forger, world: World, *, curve: ec.EllipticCurve) -> None:
    private = ec.generate_private_key(curve)
    _signed(bundle, "-md", "sha256", signers=((private, namesake(private)),))


def other_content_attached(bundle: Forger, world: World) -> None:
    signature = by_openssl(b"{}", "-md", "sha256", "-nodetach", signers=(ours(),))
    bundle.write(SIGNATURE, signature)
    bundle.lists()


def same_content_attached(bundle: Forger, world: World) -> None:
    _signed(bundle, "-md", "sha256", "-nodetach", signers=(ours(),))


def signed_without_attributes(bundle: Forger, world: World) -> None:
    _signed(bundle, "-md", "sha256", "-noattr", signers=(ours(),))


def signature_over_other_bytes(bundle: Forger, world: World) -> None:
    bundle.write(SIGNATURE, cms.sign(b"something else", bundles.KEY))
    bundle.lists()


def second_signer_added(bundle: Forger, world: World) -> None:
    other = self_signed(name="another")
    _signed(bundle, "-md", "sha256", signers=(ours(), (other.private, other.certificate)))


def second_signer_broken(bundle: Forger, world: World) -> None:
    second_signer_added(bundle, world)
    data = bundle.read(SIGNATURE)
    bundle.write(SIGNATURE, data[:-1] + bytes([data[-1] ^ 1]))
    bundle.lists()


def unsigned_attribute_added(bundle: Forger, world: World) -> None:
    """Beside what is signed, where anybody can put anything."""
    elements = signed_data(bundle.read(SIGNATURE))
    ((_, signer),) = split(elements[-1][1])
    anything = element(0x31, element(0x04, b"x"))
    attribute = element(0x30, bytes.fromhex("06092a864886f70d01090e") + anything)
    more = element(0x30, signer + element(0xA1, attribute))
    bundle.write(SIGNATURE, content_info([*elements[:-1], (0x31, more)]))
    bundle.lists()


def signers_taken_out(bundle: Forger, world: World) -> None:
    elements = signed_data(bundle.read(SIGNATURE))
    bundle.write(SIGNATURE, content_info([*elements[:-1], (0x31, b"")]))
    bundle.lists()


def everything_signed_by_a_stranger(bundle: Forger, world: World) -> None:
    """Whole and consistent, with the stranger's certificate offered as a root inside."""
    bundle.write("anchors/0001.pem", to_pem(bundles.STRANGER.certificate))
    bundle.settle(key=bundles.STRANGER)


def manifest_signature_on_an_event(bundle: Forger, world: World) -> None:
    bundle.write("custody/00002.json.p7s", bundle.read(SIGNATURE))


def event_signature_on_the_manifest(bundle: Forger, world: World) -> None:
    bundle.write(SIGNATURE, bundle.read("custody/00002.json.p7s"))
    bundle.lists()


def kit_left_out_of_a_signature(bundle: Forger, world: World, *, name: str) -> None:
    """The links are under no signature; every other signature still brings them along."""
    found = asn1_cms.ContentInfo.load(bundle.read(name))
    every = found["content"]["certificates"]
    leaf = [each for each in every if each.native["tbs_certificate"]["serial_number"] == _LEAF]
    assert (len(every), len(leaf)) == (2, 1)
    found["content"]["certificates"] = leaf
    bundle.write(name, found.dump(force=True))
    bundle.lists()


def bytes_after_the_signature(bundle: Forger, world: World, *, name: str) -> None:
    bundle.write(name, bundle.read(name) + b"\0")
    bundle.lists()
