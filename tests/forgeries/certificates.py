"""Certificates of holders as nobody of ours makes them: odd keys, uses, names and numbers."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import authority
import rfc8785
from byhand import digest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from forge import Forger
from worlds import World

from chain_of_custody.signing import certificates, cms, der
from chain_of_custody.signing.keys import SigningKey
from forgeries.signatures import content_info, signed_data

AGREES = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=True, key_cert_sign=False, crl_sign=False,
    encipher_only=False, decipher_only=False,
)  # fmt: skip
SIGNS = certificates._usage(authority=False)
PERSON = "hozen custodian"


def named(name: str, role: str = PERSON, *, apart: bool = True) -> x509.Name:
    """A subject; its two words in one part where they are not apart."""
    words = [
        x509.NameAttribute(NameOID.COMMON_NAME, name),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
    ]
    return x509.Name(words) if apart else x509.Name([x509.RelativeDistinguishedName(words)])


def person(
    subject: x509.Name,
    *,
    usage: x509.KeyUsage | None = SIGNS,
    certifies: bool = False,
    tied: bool = True,
) -> SigningKey:
    """Somebody's key, certified by the root that is trusted, or by itself."""
    private = authority._private(60)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.ROOT.certificate.subject if tied else subject)
        .public_key(private.public_key())
        .serial_number(1060)
        .not_valid_before(authority.BEGAN)
        .not_valid_after(authority.NOW + authority.DAY)
        .add_extension(x509.BasicConstraints(ca=certifies, path_length=None), critical=True)
    )
    builder = builder.add_extension(usage, critical=True) if usage is not None else builder
    by = authority.ROOT.private if tied else private
    return SigningKey(private=private, certificate=builder.sign(by, hashes.SHA256()))


def doubled() -> SigningKey:
    """A collection key whose kit certified two extensions of one kind (RFC 5280, section 4.2)."""
    private, builder = authority._private(61), x509.CertificateBuilder()
    for number in (5, 6):
        other = x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.4.{number}"), b"\5\0")
        builder = builder.add_extension(other, critical=False)
    certificate = (
        builder.subject_name(named("twice", certificates.COLLECTION_ROLE))
        .issuer_name(authority.KIT.certificate.subject)
        .public_key(private.public_key())
        .serial_number(1061)
        .not_valid_before(authority.BEGAN)
        .not_valid_after(authority.NOW + authority.DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(SIGNS, critical=True)
        .sign(authority.KIT.private, hashes.SHA256())
    )
    _, algorithm, _ = der.only(certificate.public_bytes(Encoding.DER), der.SEQUENCE).all(
        der.SEQUENCE
    )
    first, second = bytes.fromhex("06042a030405"), bytes.fromhex("06042a030406")
    tbs = certificate.tbs_certificate_bytes.replace(second, first)
    signature = authority.KIT.private.sign(tbs, ec.ECDSA(hashes.SHA256()))
    bits = b"\x03" + bytes([len(signature) + 1]) + b"\0" + signature
    raw = der.wrapped(der.SEQUENCE, tbs + algorithm.raw + bits)
    chain = (authority.KIT.certificate,)
    made = x509.load_der_x509_certificate(raw)
    return SigningKey(private=private, certificate=made, chain=chain)


def _by_openssl(form: tuple[str, ...], number: str) -> SigningKey:
    """A key that certified itself, in a form that our own writer has not."""
    with tempfile.TemporaryDirectory() as folder:
        first, key, pem = (str(Path(folder, name)) for name in ("first", "key", "pem"))
        for command in (
            ("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", first),
            ("ec", "-in", first, "-out", key, *form),
            ("req", "-x509", "-key", key, "-sha256", "-subj", "/CN=odd", "-days", "30",
             "-set_serial", number, "-out", pem),
        ):  # fmt: skip
            subprocess.run(["openssl", *command], check=True, capture_output=True)
        private = load_pem_private_key(Path(first).read_bytes(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        certificate = x509.load_pem_x509_certificate(Path(pem).read_bytes())
    return SigningKey(private=private, certificate=certificate)


def events_beyond_their_limit(bundle: Forger, world: World) -> None:
    """Notes of a megabyte each, which anybody can sign: together more than a reader holds."""
    key, last = person(named("stranger"), tied=False), len(bundle.events)
    note = bundle.holder_event("note", text="x" * 1_040_000)
    before = digest(bundle.read(f"custody/{last:05d}.json"))
    for number in range(last + 1, last + 260):
        raw = rfc8785.dumps(note | {"seq": number, "prev": before})
        bundle.write(f"custody/{number:05d}.json", raw)
        bundle.write(f"custody/{number:05d}.json.p7s", cms.sign(raw, key))
        before = digest(raw)


def note_by(bundle: Forger, world: World, *, key: SigningKey) -> None:
    """A note at the end of the log, signed with this key."""
    number = len(bundle.events) + 1
    before = digest(bundle.read(f"custody/{number - 1:05d}.json"))
    raw = rfc8785.dumps(bundle.holder_event("note", seq=number, prev=before, text="seen"))
    bundle.write(f"custody/{number:05d}.json", raw)
    bundle.write(f"custody/{number:05d}.json.p7s", cms.sign(raw, key))


def note_by_an_odd_key(
    bundle: Forger, world: World, *, form: tuple[str, ...] = (), number: str = "7"
) -> None:
    """The same; by whom nobody certified, in another form of key or with another serial number."""
    note_by(bundle, world, key=_by_openssl(form, number))


def certificates_out_of_order(bundle: Forger, world: World) -> None:
    """One more certificate in the manifest's signature, before or behind where DER has it."""
    elements = signed_data(bundle.read("manifest.json.p7s"))
    more = person(named("one more"), tied=False).certificate.public_bytes(Encoding.DER)
    tag, own = elements[3]
    elements[3] = (tag, max(own, more) + min(own, more))
    bundle.write("manifest.json.p7s", content_info(elements))
    bundle.lists()


def more_certificates(bundle: Forger, world: World, *, number: int) -> None:
    """As many in the manifest's signature, in the order of DER: a reader takes eight."""
    elements = signed_data(bundle.read("manifest.json.p7s"))
    tag, own = elements[3]
    others = [
        person(named(f"{each} more"), tied=False).certificate.public_bytes(Encoding.DER)
        for each in range(1, number)
    ]
    elements[3] = (tag, b"".join(sorted([own, *others])))
    bundle.write("manifest.json.p7s", content_info(elements))
    bundle.lists()


def signature_of_another_form(bundle: Forger, world: World, *, form: str) -> None:
    """What the signature is not over, and anybody can write otherwise."""
    version, (digests, sha256), content, known, signers = signed_data(
        bundle.read("manifest.json.p7s")
    )
    forms = {
        "version 3": [(0x02, b"\x03"), (digests, sha256), content, known, signers],
        "digest twice": [version, (digests, sha256 * 2), content, known, signers],
        "no digest": [version, (digests, b""), content, known, signers],
        "lists": [version, (digests, sha256), content, known, (0xA1, b""), signers],
    }
    bundle.write("manifest.json.p7s", content_info(forms[form]))
    bundle.lists()
