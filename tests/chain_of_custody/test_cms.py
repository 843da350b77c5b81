from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import bundles
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from forgeries.signatures import (
    by_openssl,
    content_info,
    element,
    join,
    namesake,
    ours,
    signed_data,
    split,
)

from chain_of_custody.signing import certificates, cms
from chain_of_custody.signing.keys import SigningKey, fingerprint

DATA = b'{"what":"was signed"}'
SIGNATURE = cms.sign(DATA, bundles.KEY)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
SIGNERS = -1  # the last element of SignedData


def own_key(private) -> tuple:
    return private, namesake(private)


def with_signer(change) -> bytes:
    """The signature with the elements of its SignerInfo changed."""
    elements = signed_data(SIGNATURE)
    info = split(split(elements[SIGNERS][1])[0][1])
    change(info)
    return content_info([*elements[:SIGNERS], (0x31, element(0x30, join(info)))])


def with_elements(change) -> bytes:
    elements = signed_data(SIGNATURE)
    change(elements)
    return content_info(elements)


def test_taking_apart_and_putting_together_changes_nothing():
    """Otherwise the changed ones below could be refused for our own mistakes."""
    assert SIGNATURE == content_info(signed_data(SIGNATURE)) == with_signer(lambda info: None)


# Agreement


def test_verifies_what_it_signed():
    assert bundles.KEY.certificate == cms.verify(DATA, SIGNATURE).certificate


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\0" * 100_000], ids=["empty", "newlines", "long"])
def test_signs_exactly_the_bytes(data):
    signature = cms.sign(data, bundles.KEY)

    assert bundles.KEY.certificate == cms.verify(data, signature).certificate
    with pytest.raises(cms.SignatureError):
        cms.verify(data + b"\n", signature)


def test_openssl_verifies_what_we_sign(tmp_path):
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "signature").write_bytes(SIGNATURE)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-noverify"]
    command += ["-in", "signature", "-content", "data", "-out", "out"]
    good = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    (tmp_path / "data").write_bytes(DATA + b" ")
    bad = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)

    assert good.returncode == 0
    assert bad.returncode != 0


@pytest.mark.parametrize("option", [(), ("-nosmimecap",)], ids=["capabilities", "plain"])
def test_we_verify_what_openssl_signs(option):
    signature = by_openssl(DATA, "-md", "sha256", *option, signers=(ours(),))

    assert fingerprint(bundles.KEY.certificate) == fingerprint(
        cms.verify(DATA, signature).certificate
    )


# One form only


def duplicated_first(elements: list) -> None:
    elements.insert(0, elements[0])


def replaced(at: int, tag: int, content: bytes, elements: list) -> None:
    elements[at] = (tag, content)


def unsigned_attribute_added(info: list) -> None:
    oid = bytes.fromhex("06092a864886f70d01090e")
    info.append((0xA1, element(0x30, oid + element(0x31, element(0x04, b"x")))))


def attributes_changed(change) -> bytes:
    """Attributes changed and signed again, by the right key."""

    def edit(info: list) -> None:
        attributes = split(info[3][1])
        change(attributes)
        encoded = b"".join(sorted(element(*each) for each in attributes))
        info[3] = (0xA0, encoded)
        signature = bundles.KEY.private.sign(element(0x31, encoded), ec.ECDSA(hashes.SHA256()))
        info[5] = (0x04, signature)

    return with_signer(edit)


def attribute(oid: str, value: bytes) -> tuple[int, bytes]:
    return (0x30, bytes.fromhex(oid) + element(0x31, value))


CONTENT_TYPE, TIME = "06092a864886f70d010903", "06092a864886f70d010905"
CAPABILITIES = "06092a864886f70d01090f"
DIGEST, OTHER = "06092a864886f70d010904", "06092a864886f70d010934"


def without(oid: str, attributes: list) -> None:
    attributes[:] = [each for each in attributes if not each[1].startswith(bytes.fromhex(oid))]


def content_type_of_something_else(attributes: list) -> None:
    without(CONTENT_TYPE, attributes)
    attributes.append(attribute(CONTENT_TYPE, bytes.fromhex("06092a864886f70d010702")))


def digest_in_another_type(attributes: list) -> None:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(DATA)
    without(DIGEST, attributes)
    attributes.append(attribute(DIGEST, element(0x0C, digest.finalize())))


def two_values(attributes: list) -> None:
    without(TIME, attributes)
    attributes.append((0x30, bytes.fromhex(TIME) + element(0x31, b"\x05\x00" * 2)))


def with_capabilities(size: int) -> bytes:
    held = attribute(CAPABILITIES, element(0x30, bytes(size)))
    return attributes_changed(lambda attributes: attributes.append(held))


def indefinite_length() -> bytes:
    """The same structure in BER: 30 80 … 00 00."""
    return b"\x30\x80" + split(SIGNATURE)[0][1] + b"\x00\x00"


def long_form_length() -> bytes:
    inner = split(SIGNATURE)[0][1]
    return b"\x30\x84" + len(inner).to_bytes(4, "big") + inner


def with_certificates(count: int) -> bytes:
    """The signer's among others that signed nothing of this."""
    others = [certificates.self_signed().certificate for _ in range(count - 1)]

    def add(elements: list) -> None:
        found = [elements[3][1], *(each.public_bytes(Encoding.DER) for each in others)]
        replaced(3, 0xA0, b"".join(sorted(found)), elements)

    return with_elements(add)


SHA1 = bytes.fromhex("06052b0e03021a0500")
ECDSA_NULL = bytes.fromhex("06082a8648ce3d0403020500")
RSA = bytes.fromhex("06092a864886f70d01010b0500")

REFUSED = {
    "nothing": lambda: b"",
    "text": lambda: b"-----BEGIN CMS-----",
    "trailing_byte": lambda: SIGNATURE + b"\0",
    "twice": lambda: SIGNATURE * 2,
    "cut": lambda: SIGNATURE[:-1],
    "indefinite_length": indefinite_length,
    "long_form_length": long_form_length,
    "too_large": lambda: with_capabilities(64 << 10),
    "pem": lambda: subprocess.run(
        ["openssl", "cms", "-cmsout", "-inform", "DER", "-outform", "PEM"],
        input=SIGNATURE, check=True, capture_output=True,
    ).stdout,
    "sha1": lambda: by_openssl(DATA, "-md", "sha1", signers=(ours(),)),
    "sha512": lambda: by_openssl(DATA, "-md", "sha512", signers=(ours(),)),
    "rsa": lambda: by_openssl(
        DATA, "-md", "sha256", signers=(own_key(rsa.generate_private_key(65537, 2048)),)
    ),
    **{
        curve.name: partial(
            lambda curve: by_openssl(
                DATA, "-md", "sha256", signers=(own_key(ec.generate_private_key(curve)),)
            ),
            curve,
        )
        for curve in (ec.SECP224R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1())
    },
    "attached": lambda: by_openssl(DATA, "-md", "sha256", "-nodetach", signers=(ours(),)),
    "by_key_identifier": lambda: with_signer(partial(replaced, 1, 0x80, b"identifier")),
    "no_attributes": lambda: by_openssl(DATA, "-md", "sha256", "-noattr", signers=(ours(),)),
    "no_certificate": lambda: by_openssl(DATA, "-md", "sha256", "-nocerts", signers=(ours(),)),
    "two_signers": lambda: by_openssl(
        DATA, "-md", "sha256",
        signers=(ours(), own_key(ec.derive_private_key(7, ec.SECP256R1()))),
    ),
    "no_signer": lambda: with_elements(partial(replaced, SIGNERS, 0x31, b"")),
    "nine_certificates": lambda: with_certificates(9),
    "certificate_twice": lambda: with_elements(
        lambda e: replaced(3, 0xA0, e[3][1] * 2, e)
    ),
    "certificate_of_an_rsa_key": lambda: with_elements(
        lambda e: replaced(
            3, 0xA0,
            namesake(rsa.generate_private_key(65537, 2048)).public_bytes(Encoding.DER), e,
        )
    ),
    "version_3": lambda: with_elements(partial(replaced, 0, 0x02, b"\x03")),
    "no_digests": lambda: with_elements(partial(replaced, 1, 0x31, b"")),
    "digest_sha1_named": lambda: with_elements(partial(replaced, 1, 0x31, element(0x30, SHA1))),
    "revocation_list": lambda: with_elements(lambda e: e.insert(4, (0xA1, b""))),
    "signer_version_3": lambda: with_signer(partial(replaced, 0, 0x02, b"\x03")),
    "signer_digest_sha1": lambda: with_signer(partial(replaced, 2, 0x30, SHA1)),
    "algorithm_rsa": lambda: with_signer(partial(replaced, 4, 0x30, RSA)),
    "algorithm_with_parameters": lambda: with_signer(partial(replaced, 4, 0x30, ECDSA_NULL)),
    "signature_empty": lambda: with_signer(partial(replaced, 5, 0x04, b"")),
    "unsigned_attribute": lambda: with_signer(unsigned_attribute_added),
    "no_content_type": lambda: attributes_changed(partial(without, CONTENT_TYPE)),
    "no_message_digest": lambda: attributes_changed(partial(without, DIGEST)),
    "other_content_type": lambda: attributes_changed(content_type_of_something_else),
    "digest_in_another_type": lambda: attributes_changed(digest_in_another_type),
    "attribute_twice": lambda: attributes_changed(duplicated_first),
    "attribute_of_two_values": lambda: attributes_changed(two_values),
    "unknown_attribute": lambda: attributes_changed(
        lambda a: a.append(attribute(OTHER, element(0x04, b"x")))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_every_other_form(name):
    signature = REFUSED[name]()

    assert signature != SIGNATURE
    with pytest.raises(cms.SignatureError):
        cms.verify(DATA, signature)


@pytest.mark.parametrize(
    "made", [attributes_changed(lambda _: None), with_capabilities(1 << 10)], ids=["same", "more"]
)
def test_attributes_signed_again_are_accepted(made):
    """So the changed attributes above are refused for their change alone."""
    assert bundles.KEY.certificate == cms.verify(DATA, made).certificate


def test_as_many_certificates_as_are_allowed_may_come_along():
    found = cms.verify(DATA, with_certificates(8))

    assert bundles.KEY.certificate == found.certificate
    assert len(found.others) == 7


def test_without_its_bytes_a_signature_tells_their_digest_and_whose_it_is():
    assert cms.claimed(SIGNATURE) == (sha256(DATA).hexdigest(), bundles.KEY.certificate)


@pytest.mark.parametrize(
    "name", ["cut", "two_signers", "no_certificate", "signature_empty", "no_message_digest"]
)
def test_without_its_bytes_a_signature_of_another_form_tells_nothing(name):
    with pytest.raises(cms.SignatureError):
        cms.claimed(REFUSED[name]())


def test_the_signing_time_may_be_absent():
    assert (
        bundles.KEY.certificate
        == cms.verify(DATA, attributes_changed(partial(without, TIME))).certificate
    )


# Damage


def outcomes(data: bytes) -> set[object]:
    """What becomes of the signature with any one bit flipped; no other error may come out."""
    found: set[object] = set()
    for at in range(len(SIGNATURE)):
        for bit in range(8):
            flipped = bytearray(SIGNATURE)
            flipped[at] ^= 1 << bit
            try:
                found.add(fingerprint(cms.verify(data, bytes(flipped)).certificate))
            except cms.SignatureError:
                found.add(None)
    return found


def an_even_signature() -> bytes:
    """One beside a self-signed certificate whose own signature ends in a zero bit."""
    while True:
        key = certificates.self_signed()
        if not key.certificate.signature[-1] & 1:
            return cms.sign(DATA, key)


def test_a_certificate_with_a_bit_of_its_signature_left_out_is_refused():
    """That bit is zero, so that nothing else of the arithmetic would change."""
    signature = an_even_signature()
    ((_, certificate),) = split(signed_data(signature)[3][1])
    whole = split(certificate)[2][1]
    assert whole[0] == 0
    left_out = signature.replace(whole, b"\x01" + whole[1:])

    assert cms.verify(DATA, signature)
    with pytest.raises(cms.SignatureError, match="whole number of bytes"):
        cms.verify(DATA, left_out)


def test_a_line_break_in_a_name_of_a_certificate_is_refused():
    """Whoever reads a signature by lines would see others."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hozen\nkey")])
    private = certificates.new_key()
    made = x509.CertificateBuilder(
        called, called, private.public_key(), 1, BORN, BORN + timedelta(days=1)
    ).sign(private, hashes.SHA256())
    signature = cms.sign(DATA, SigningKey(private=private, certificate=made))

    with pytest.raises(cms.SignatureError, match="line break in a name"):
        cms.verify(DATA, signature)


def test_a_self_signed_certificate_of_another_name_is_refused():
    """Issuer, subject and the signer's mark agree; its own signature does not."""
    renamed = SIGNATURE.replace(b"hozen collection key", b"another key, no more")

    with pytest.raises(cms.SignatureError, match="certificate was altered"):
        cms.verify(DATA, renamed)


@pytest.mark.filterwarnings("ignore")  # damaged certificates are warned of in many ways
def test_no_flipped_bit_makes_it_fit_another_document():
    assert {None} == outcomes(DATA + b" ")


@pytest.mark.filterwarnings("ignore")
def test_no_flipped_bit_makes_it_speak_for_the_same_certificate():
    """A damaged certificate may still verify, but it is another one then."""
    assert fingerprint(bundles.KEY.certificate) not in outcomes(DATA)


def test_every_cut_is_refused():
    for size in range(len(SIGNATURE)):
        with pytest.raises(cms.SignatureError):
            cms.verify(DATA, SIGNATURE[:size])


def test_the_signature_of_another_key_does_not_pass_with_our_certificate():
    """The stranger's arithmetic beside our certificate and our names."""
    theirs = split(split(signed_data(cms.sign(DATA, bundles.STRANGER))[SIGNERS][1])[0][1])
    swapped = with_signer(lambda info: replaced(5, 0x04, theirs[5][1], info))

    with pytest.raises(cms.SignatureError, match="does not fit"):
        cms.verify(DATA, swapped)
