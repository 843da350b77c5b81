"""Our age writer against two readers that aren't ours: the `age` program and the Rust library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
from io import BytesIO

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain_of_custody.manifest import MAX_RECIPIENTS
from evidence.writing import age
from evidence.writing.age import CHUNK, AgeWriter, RecipientError, parse_recipient, parse_recipients

IDENTITIES = [pyrage.x25519.Identity.generate() for _ in range(3)]
RECIPIENTS = [str(each.to_public()) for each in IDENTITIES]
SIZES = (0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 16 * CHUNK, 16 * CHUNK + 1,
         17 * CHUNK - 1, 33 * CHUNK)  # fmt: skip
# https://age-encryption.org/v1, in the C2SP specification: a recipient and its 32 bytes.
EXAMPLE = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def encrypted(data: bytes, recipients=RECIPIENTS[:1], pieces: int = 1 << 30, **options) -> bytes:
    sink = BytesIO()
    writer = AgeWriter(sink, [parse_recipient(each) for each in recipients], **options)
    for at in range(0, len(data), pieces):
        writer.write(data[at : at + pieces])
    writer.close()
    return sink.getvalue()


def content(size: int) -> bytes:
    return hashlib.shake_128(b"evidence").digest(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_age_program_opens_it(tmp_path, size):
    (tmp_path / "identity").write_text(f"{IDENTITIES[0]}\n")
    (tmp_path / "file.age").write_bytes(encrypted(content(size)))
    done = subprocess.run(
        ["age", "-d", "-i", "identity", "file.age"], cwd=tmp_path, capture_output=True, check=False
    )

    assert done.stderr == b""
    assert content(size) == done.stdout


@pytest.mark.parametrize("size", SIZES)
def test_the_rust_library_opens_it(size):
    assert content(size) == pyrage.decrypt(encrypted(content(size)), IDENTITIES[:1])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_recipient_opens_it(count):
    data = encrypted(b"evidence", RECIPIENTS[:count])

    assert [b"evidence"] * count == [pyrage.decrypt(data, [each]) for each in IDENTITIES[:count]]


def test_nobody_else_opens_it():
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(encrypted(b"evidence"), IDENTITIES[1:])


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=st.lists(st.integers(0, 3 * CHUNK), max_size=6))
def test_it_is_one_file_however_the_bytes_come(pieces):
    whole = content(sum(pieces))
    sink = BytesIO()
    writer = AgeWriter(sink, [parse_recipient(RECIPIENTS[0])])
    at = 0
    for size in pieces:
        writer.write(memoryview(whole)[at : at + size])
        at += size
    writer.close()

    assert whole == pyrage.decrypt(sink.getvalue(), IDENTITIES[:1])


def test_the_header_has_one_x25519_stanza_for_each_recipient_and_nothing_more():
    header = encrypted(b"", RECIPIENTS).partition(b"\n---")[0].split(b"\n")

    assert header[0] == b"age-encryption.org/v1"
    assert [line[:9] for line in header[1::2]] == [b"-> X25519"] * 3
    assert len(header) == 7


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block of SHA-256."""
    secret = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(secret, info + b"\x01", "sha256")


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_the_payload_is_what_the_specification_computes(size):
    """The file key and nonce are given, so the payload is known to the last byte."""
    file_key, nonce = bytes(range(16)), bytes(range(16, 32))
    given = iter([file_key, nonce])
    data = encrypted(content(size), random=lambda count: next(given))
    cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    chunks = [content(size)[at : at + CHUNK] for at in range(0, size, CHUNK)] or [b""]
    expected = nonce + b"".join(
        cipher.encrypt(number.to_bytes(11, "big") + bytes([chunk is chunks[-1]]), chunk, None)
        for number, chunk in enumerate(chunks)
    )

    assert data.endswith(expected)
    assert data[: -len(expected)].rsplit(b"\n", 2)[1][:3] == b"---"


def test_the_header_is_authenticated_as_the_specification_says():
    file_key = bytes(range(16))
    given = iter([file_key, bytes(16)])
    data = encrypted(b"", random=lambda count: next(given))
    header, _, rest = data.partition(b"\n--- ")
    mac = hmac.digest(hkdf(file_key, b"", b"header"), header + b"\n---", "sha256")

    assert pyrage.decrypt(data, IDENTITIES[:1]) == b""
    assert mac.hex() == base64.b64decode(rest[:43] + b"=").hex()


def test_every_file_has_its_own_key():
    asked: list[int] = []

    def random(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    encrypted(b"", random=random)
    encrypted(b"", random=random)

    assert asked == [16, 16, 16, 16]
    assert encrypted(b"same")[-20:] != encrypted(b"same")[-20:]


def test_a_file_that_was_not_closed_does_not_open():
    sink = BytesIO()
    writer = AgeWriter(sink, [parse_recipient(RECIPIENTS[0])])
    writer.write(content(3 * CHUNK))

    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sink.getvalue(), IDENTITIES[:1])


# Recipients


def test_reads_the_recipient_of_the_specification():
    public = parse_recipient(EXAMPLE)

    assert len(public) == 32
    assert str(pyrage.x25519.Recipient.from_str(EXAMPLE)) == EXAMPLE


@pytest.mark.parametrize("text", [f" {EXAMPLE}", f"{EXAMPLE}\n"])
def test_white_space_around_a_recipient_is_no_mistake(text):
    assert parse_recipient(EXAMPLE) == parse_recipient(text)


def refused(text):
    """Why it is no recipient; None where it is one."""
    try:
        parse_recipient(text)
    except RecipientError as error:
        return str(error)
    return None


def test_refuses_a_recipient_with_any_one_letter_mistyped():
    mistyped = [
        EXAMPLE[:at] + ("q" if EXAMPLE[at] != "q" else "p") + EXAMPLE[at + 1 :]
        for at in range(4, 62)
    ]

    assert [text for text in mistyped if "mistyped" not in (refused(text) or "")] == []


def test_refuses_a_recipient_with_two_neighbours_exchanged():
    swapped = {
        EXAMPLE[:at] + EXAMPLE[at + 1] + EXAMPLE[at] + EXAMPLE[at + 2 :] for at in range(4, 61)
    }

    assert {text for text in swapped if refused(text) is None} == {EXAMPLE}


@pytest.mark.parametrize(
    "text",
    [
        "", "age", "age1", "1", EXAMPLE[:-1], EXAMPLE + "q", EXAMPLE[3:], "bge1" + EXAMPLE[4:],
        pytest.param(str(IDENTITIES[0]), id="an identity"), "ssh-ed25519 AAAAC3Nza", "山田",
        EXAMPLE.replace("z", "ｚ"),
    ],
)  # fmt: skip
def test_refuses_what_is_no_recipient(text):
    with pytest.raises(RecipientError):
        parse_recipient(text)


VALUES = [age._BECH32.index(char) for char in EXAMPLE[4:-6]]


def spelled(values: list[int]) -> str:
    """A recipient whose checksum fits whatever it says (BIP 173)."""
    human = [3, 3, 3, 0, 1, 7, 5]  # "age", expanded
    check = age._polymod(human + values + [0] * 6) ^ 1
    return "age1" + "".join(
        age._BECH32[each] for each in (*values, *(check >> 5 * n & 31 for n in range(5, -1, -1)))
    )


@pytest.mark.parametrize(
    "values",
    [VALUES[:-2], [*VALUES, 0], [*VALUES[:-1], VALUES[-1] ^ 1]],
    ids=["31 bytes", "33 bytes", "a bit behind the end"],
)
def test_refuses_a_key_of_another_length_whose_checksum_fits(values):
    """Encrypted to it, nobody could ever open the bundle."""
    assert spelled(VALUES) == EXAMPLE
    with pytest.raises(RecipientError, match="no X25519 recipient"):
        parse_recipient(spelled(values))


@pytest.mark.parametrize("change", [str, str.lower, " {}".format])
def test_a_private_key_is_told_and_never_repeated(change):
    with pytest.raises(RecipientError, match="PRIVATE key") as caught:
        parse_recipient(change(str(IDENTITIES[0])))

    assert str(IDENTITIES[0])[20:].lower() not in str(caught.value).lower()


def test_what_may_be_a_secret_is_not_repeated():
    with pytest.raises(RecipientError, match=r"^\(16\): no age recipient"):
        parse_recipient("our passphrase 7")


def test_refuses_more_recipients_than_any_reader_accepts():
    assert len(parse_recipients([EXAMPLE] * MAX_RECIPIENTS)) == MAX_RECIPIENTS
    with pytest.raises(RecipientError, match="65 recipients"):
        parse_recipients([EXAMPLE] * (MAX_RECIPIENTS + 1))


def test_what_a_passphrase_opens_is_opened_by_the_rust_library():
    made = age.under_passphrase(b"identity\n", "パスフレーズ")

    assert made.split(b"\n")[1].endswith(b" 18")
    assert pyrage.passphrase.decrypt(made, "パスフレーズ") == b"identity\n"
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(made, "other")


def test_a_passphrase_covers_one_chunk_alone():
    assert len(pyrage.passphrase.decrypt(age.under_passphrase(bytes(CHUNK), "p"), "p")) == CHUNK
    with pytest.raises(ValueError, match="at most"):
        age.under_passphrase(bytes(CHUNK + 1), "p")
