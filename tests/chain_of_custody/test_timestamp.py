"""Requests and tokens by themselves; the bundle around them is in the table of attacks."""

from __future__ import annotations

import hashlib

import pytest
import timekeeper
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.signing import der
from chain_of_custody.timestamps import timestamp
from chain_of_custody.timestamps.response import MAX_CERTIFICATES
from chain_of_custody.timestamps.timestamp import MAX_TOKEN, TokenError


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    place = tmp_path_factory.mktemp("time") / "trusted"
    return timekeeper.Authority(place=place, offset=300)


@pytest.fixture(scope="module")
def response(authority):
    return authority.answer(timestamp.ask(b"some bytes"))


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_request_says_what_was_asked(algorithm):
    one, other = (timestamp.read_request(timestamp.ask(b"x", algorithm=algorithm)) for _ in "12")

    assert one.algorithm == algorithm
    assert one.imprint == hashlib.new(algorithm, b"x").digest()
    assert one.nonce not in (None, other.nonce)


def test_openssl_reads_our_request():
    done = timekeeper.openssl(
        "ts", "-query", "-in", "/dev/stdin", "-text", data=timestamp.ask(b"x")
    )

    assert "Certificate required: yes" in done
    assert "Hash Algorithm: sha256" in done


def test_a_token_is_over_its_bytes_and_of_its_authority(authority, response):
    token = timestamp.read(response)
    path = timestamp.tied(token, authority.trusted.authorities, ())

    assert token.is_over(b"some bytes")
    assert not token.is_over(b"some byteS")
    assert path == (authority.signer.certificate, authority.root.certificate)


def test_nobody_is_trusted_without_being_named(response):
    with pytest.raises(TokenError) as refused:
        timestamp.tied(timestamp.read(response), (), ())
    assert refused.value.key == "token_stranger"


def test_any_order_of_certificates_is_read_alike(authority, response):
    for change in (sorted, lambda old: sorted(old, reverse=True)):
        token = timestamp.read(timekeeper.with_certificates(response, change))
        assert timestamp.tied(token, authority.trusted.authorities, ())


def test_a_heap_of_certificates_is_refused(authority, response):
    fits, heap = (
        timekeeper.with_certificates(response, lambda old, n=count: (old * n)[:n])
        for count in (MAX_CERTIFICATES, MAX_CERTIFICATES + 1)
    )

    assert timestamp.tied(timestamp.read(fits), authority.trusted.authorities, ())
    with pytest.raises(TokenError, match="too many certificates"):
        timestamp.read(heap)


def with_bytes(certificate: bytes, old: bytes, new: bytes) -> bytes:
    """A certificate that no strict reader takes: nobody's builder would make it."""
    assert certificate.count(old) == 1
    return certificate.replace(old, new)


ODD = {
    "version 78": (bytes.fromhex("a003020102"), bytes.fromhex("a00302014d")),
    "serial number below zero": (bytes.fromhex("0202051a"), bytes.fromhex("0202851a")),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.filterwarnings("error")
def test_an_odd_certificate_beside_the_signers_is_no_link_and_no_fault(authority, response, odd):
    stranger = timekeeper.authority.made("odd", None, 306, authority=True).certificate
    raw = with_bytes(stranger.public_bytes(Encoding.DER), *ODD[odd])
    mixed = timekeeper.with_certificates(response, lambda found: [raw, *found])
    token = timestamp.read(mixed)

    assert timestamp.tied(token, authority.trusted.authorities, ())
    assert len(token.others) == len(timestamp.read(response).others)


@pytest.mark.filterwarnings("error")
def test_a_signer_whose_certificate_cannot_be_read_is_refused(authority, response):
    signer = authority.signer.certificate.public_bytes(Encoding.DER)
    raw = with_bytes(signer, *ODD["version 78"])
    swapped = timekeeper.with_certificates(
        response, lambda found: [raw if each == signer else each for each in found]
    )
    with pytest.raises(TokenError) as refused:
        timestamp.read(swapped)
    assert refused.value.key == "token_unreadable"


def test_what_is_larger_than_any_token_is_not_read(response):
    whole = response + bytes(MAX_TOKEN - len(response))
    told = []
    for data in (whole, whole + b"\0"):
        with pytest.raises(TokenError) as refused:
            timestamp.read(data)
        told.append("larger than any token" in str(refused.value))

    assert told == [False, True]


def test_a_token_that_names_no_certificate_of_its_signer_is_refused(authority, response):
    token = timestamp.read(response)
    for named in (None, ("sha256", b"\0" * 32)):
        with pytest.raises(TokenError) as refused:
            timestamp.tied(token._replace(named=named), authority.trusted.authorities, ())
        assert refused.value.key == "token_broken"


@given(st.data())
def test_no_flipped_bit_of_a_token_goes_unnoticed_but_for_what_nothing_signs(
    response, authority, data
):
    """It can't be read, is refused, or says exactly what it said (its outer parts are unsigned)."""
    at = data.draw(st.integers(0, len(response) * 8 - 1))
    flipped = bytearray(response)
    flipped[at // 8] ^= 1 << at % 8
    good = timestamp.read(response)
    try:
        token = timestamp.read(bytes(flipped))
        timestamp.tied(token, authority.trusted.authorities, ())
    except TokenError:
        return
    assert token[:4] == good[:4]
    assert token.signer == good.signer


@given(st.binary(max_size=300))
def test_noise_is_refused_in_words(noise):
    for read in (timestamp.read, timestamp.read_request):
        with pytest.raises(TokenError):
            read(noise)


@given(st.binary(max_size=70_000), st.sampled_from([der.SEQUENCE, der.OCTETS, der.CONTEXT]))
def test_what_is_wrapped_is_found_again(content, tag):
    value = der.only(der.wrapped(tag, content), tag)

    assert (value.tag, value.content) == (tag, content)


@given(st.binary(max_size=200))
def test_values_are_the_bytes_they_were_read_from(data):
    try:
        found = der.values(data)
    except der.DerError:
        return
    assert b"".join(each.raw for each in found) == data


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")],
)
def test_a_length_is_written_in_its_shortest_form(size, head):
    assert der.wrapped(der.OCTETS, bytes(size)) == bytes.fromhex(head) + bytes(size)


@pytest.mark.parametrize(
    "data", ["04", "1f0100", "bf0100", "3080", "30800000", "3085000000000100", "308201", "300200",
             "0484000000", "04840000000278"],
)  # fmt: skip
def test_a_value_that_is_cut_off_or_of_another_form_is_none(data):
    with pytest.raises(der.DerError):
        der.values(bytes.fromhex(data))


def test_a_value_is_read_with_a_length_of_up_to_four_bytes():
    raw = bytes.fromhex("04840000000178")

    assert der.values(raw + b"\x05\x00") == [
        der.Value(der.OCTETS, b"x", raw), der.Value(5, b"", b"\x05\x00"),
    ]  # fmt: skip


def test_a_value_of_another_tag_or_not_alone_is_refused():
    two, octets = der.wrapped(der.SET, b"") * 2, der.wrapped(der.OCTETS, b"")

    for data in (b"", two, octets):
        with pytest.raises(der.DerError):
            der.only(data, der.SET)
    with pytest.raises(der.DerError):
        der.only(octets, der.OCTETS).all(der.SET)
    assert der.only(der.wrapped(der.SET, two), der.SET).all(der.SET) == der.values(two)
