from __future__ import annotations

import datetime
import hashlib
import subprocess

import bundles
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from chain_of_custody.signing.certificates import COLLECTION_ROLE, HOLDER_ROLE, role_of, self_signed
from chain_of_custody.signing.keys import fingerprint, to_pem
from chain_of_custody.signing.trust import TrustFileError, TrustStore


def test_a_new_key_is_made_for_every_run():
    one, two = self_signed(), self_signed()

    assert one.private.private_numbers() != two.private.private_numbers()
    assert one.certificate.serial_number != two.certificate.serial_number


def test_the_certificate_has_the_names_of_the_format_page():
    subject = self_signed().certificate.subject.rfc4514_string()

    assert {"CN=hozen collection key", "OU=hozen collection"} == set(subject.split(","))


def test_the_certificate_speaks_for_its_key_on_p_256():
    key = self_signed()

    assert isinstance(key.private.curve, ec.SECP256R1)
    assert key.private.public_key() == key.certificate.public_key()


def test_the_certificate_may_sign_and_nothing_else():
    certificate = self_signed().certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)

    assert (usage.critical, usage.value.digital_signature) == (True, True)
    assert not usage.value.key_cert_sign
    assert not constraints.value.ca


def test_no_wrong_clock_makes_the_certificate_refused():
    """Machines under attack have been found in 2001 and in 2038."""
    certificate = self_signed().certificate

    assert datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC) == certificate.not_valid_before_utc
    assert certificate.not_valid_after_utc.year == 9999


def test_the_fingerprint_is_the_digest_of_the_der_form():
    certificate = bundles.KEY.certificate
    expected = hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()

    assert expected == fingerprint(certificate) == bundles.KEY.certificate_sha256


def test_openssl_shows_the_same_fingerprint():
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
        input=to_pem(bundles.KEY.certificate), capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip

    assert (
        bundles.KEY.certificate_sha256 == shown.partition("=")[2].strip().replace(":", "").lower()
    )


@pytest.mark.parametrize("role", [COLLECTION_ROLE, HOLDER_ROLE])
def test_the_role_stands_in_the_certificate(role):
    assert role == role_of(self_signed(role).certificate)


def test_trust_anchors_are_read_from_one_file():
    pem = to_pem(bundles.KEY.certificate) + b"a comment\n" + to_pem(bundles.STRANGER.certificate)

    store = TrustStore.from_pem([pem])

    assert (bundles.KEY.certificate, bundles.STRANGER.certificate) == store.certificates


@pytest.mark.parametrize("text", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_without_certificates_is_refused(text):
    with pytest.raises(TrustFileError, match=r".+"):
        TrustStore.from_pem([text])
