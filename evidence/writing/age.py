"""The age v1 writer (C2SP age specification): one file for all recipients, in one pass.

Writing only. The stream is a few lines over `cryptography`'s ChaCha20-Poly1305 and costs a quarter
of what the Rust binding does; reading is left to `pyrage`, so that every volume of ours is opened
by code that isn't ours, and the tests open them with the `age` program, too.
Decision: docs/decisions/0002.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from chain_of_custody.manifest import MAX_RECIPIENTS
from collectors.told import ToldError
from evidence.sentences import SENTENCES

CHUNK = 64 << 10  # bytes of plaintext a chunk: fixed by the specification
WORK = 18  # log2 of scrypt's N, as the `age` program has it: 256 MiB, about a second
_TAG = 16
_BATCH = 16  # chunks a write: a megabyte, so that system calls don't count
_HRP = "age"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173


class RecipientError(ToldError):
    """Text that is no age X25519 recipient."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class Writable(Protocol):
    """Where bytes go."""

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        """Take all of the bytes."""
        ...


def _polymod(values: list[int]) -> int:
    generators = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(generators):
            state ^= generator if top >> bit & 1 else 0
    return state


def is_secret(text: str) -> bool:
    """Whether it is, or begins as, the private half of a recipient: never to be shown again."""
    return text.strip().upper().startswith("AGE-SECRET-KEY-")


def _shown(text: str) -> str:
    """What may be repeated in an error: public keys alone, since what else it was nobody knows."""
    return repr(text) if text.strip().startswith(_HRP) else f"({len(text)})"


def parse_recipient(text: str) -> bytes:
    """The X25519 public key of an `age1…` recipient: Bech32 with the human-readable part `age`.

    Raises:
        RecipientError: not a recipient, or mistyped (the checksum does not fit).
    """
    if is_secret(text):
        raise RecipientError("recipient.secret")
    lowered = text.strip()
    prefix, separator, rest = lowered.rpartition("1")
    if prefix != _HRP or not separator or not rest or set(rest) - set(_BECH32):
        raise RecipientError("recipient.form", text=_shown(text))
    values = [_BECH32.index(char) for char in rest]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    if _polymod(expanded + values) != 1:
        raise RecipientError("recipient.mistyped", text=_shown(text))
    number = 0
    for value in values[:-6]:
        number = number << 5 | value
    bits = len(values[:-6]) * 5
    if bits // 8 != 32 or number & (1 << bits % 8) - 1:
        raise RecipientError("recipient.kind", text=_shown(text))
    return (number >> bits % 8).to_bytes(32, "big")


def parse_recipients(texts: Sequence[str]) -> list[bytes]:
    """The public keys of all recipients of a bundle.

    Raises:
        RecipientError: one of them is none, or they are more than any reader accepts.
    """
    if len(texts) > MAX_RECIPIENTS:
        raise RecipientError("recipient.many", count=len(texts), most=MAX_RECIPIENTS)
    return [parse_recipient(text) for text in texts]


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=salt or None, info=info).derive(key)


def _unpadded(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _stanza(file_key: bytes, recipient: bytes) -> bytes:
    """The file key, wrapped for one recipient."""
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrap = _hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    return b"-> X25519 %b\n%b\n" % (_unpadded(share), _unpadded(body))


def _header(file_key: bytes, stanzas: Sequence[bytes]) -> bytes:
    header = b"age-encryption.org/v1\n" + b"".join(stanzas) + b"---"
    mac = hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")
    return header + b" " + _unpadded(mac) + b"\n"


def under_passphrase(data: bytes, passphrase: str) -> bytes:
    """A small age file that a passphrase opens: how an identity is kept.

    The work is fixed. A factor measured where the file is made, as pyrage does it, turns out too
    low on a busy machine, or too high for the slower one where the file is opened.

    Raises:
        ValueError: more than one chunk.
    """
    if len(data) > CHUNK:
        raise ValueError(f"{len(data)} bytes under a passphrase, at most {CHUNK}")
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    salted = b"age-encryption.org/v1/scrypt" + salt
    wrap = Scrypt(salted, length=32, n=1 << WORK, r=8, p=1).derive(passphrase.encode())
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    stanza = b"-> scrypt %b %d\n%b\n" % (_unpadded(salt), WORK, _unpadded(body))
    cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
    return _header(file_key, [stanza]) + nonce + cipher.encrypt(bytes(11) + b"\x01", data, None)


class AgeWriter:
    """A writer around a writer: what goes in comes out encrypted. Close it, or the file is cut."""

    def __init__(
        self,
        sink: Writable,
        recipients: Sequence[bytes],
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Begin an age file.

        Args:
            sink: where the encrypted bytes go.
            recipients: X25519 public keys, 32 bytes each.
            random: the source of the file key and nonce; a new file key for every file is what
                keeps a chunk's counter from ever being used twice under one key.
        """
        self._sink = sink
        file_key, nonce = random(16), random(16)
        stanzas = [_stanza(file_key, recipient) for recipient in recipients]
        sink.write(_header(file_key, stanzas) + nonce)
        self._cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
        self._counter = 0
        self._held = bytearray()
        self._out = bytearray((CHUNK + _TAG) * _BATCH)

    def write(self, data: bytes | bytearray | memoryview, /) -> None:
        """Encrypt what is certainly not the last chunk, hold the rest."""
        self._held += data
        whole = (len(self._held) - 1) // CHUNK  # the last chunk is known at the end only
        if whole <= 0:
            return
        with memoryview(self._held) as held:
            for start in range(0, whole, _BATCH):
                self._encrypt(held, start, min(_BATCH, whole - start))
        del self._held[: whole * CHUNK]

    def _encrypt(self, held: memoryview, start: int, count: int) -> None:
        size = CHUNK + _TAG
        with memoryview(self._out) as out:
            for index in range(count):
                at = (start + index) * CHUNK
                self._cipher.encrypt_into(
                    self._nonce(last=False), held[at : at + CHUNK], None,
                    out[index * size : (index + 1) * size],
                )  # fmt: skip
            self._sink.write(out[: count * size])

    def _nonce(self, *, last: bool) -> bytes:
        nonce = self._counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
        self._counter += 1
        return nonce

    def close(self) -> None:
        """Write the last chunk, which says that it is the last. The sink stays open."""
        self._sink.write(self._cipher.encrypt(self._nonce(last=True), bytes(self._held), None))
        self._held.clear()
