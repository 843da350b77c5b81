"""Everything that reads bytes of a bundle, a row each: seeds, form, the reading, its own errors.

Seeds are the committed vectors. A reading returns in peace, or raises what it is known to raise;
anything else is a crash. What it accepts, it must have understood as others do: each reading
asserts that against somebody else's reading of the same bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import authority
import bundles
import byhand
import rfc8785
from byhand import leaf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from forgeries.signatures import element
from naive import signer

from chain_of_custody.canonical import CanonicalError, decode, encode
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import parse_event
from chain_of_custody.exhibit import ProofError
from chain_of_custody.folder import BundleFolder
from chain_of_custody.item import parse_line
from chain_of_custody.items import ItemReader
from chain_of_custody.manifest import Manifest, VolumeEntry
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import COLLECTION_ROLE, name_of, organisation_of
from chain_of_custody.signing.keys import SigningKey, fingerprint
from chain_of_custody.signing.trust import NotTiedError, in_date
from chain_of_custody.timestamps.timestamp import TokenError
from chain_of_custody.verdict import Exit
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener, load_identities
from evidence.report import shown
from evidence.report.copies import DocumentError, parsed
from fuzz import stamps

VECTORS = Path(bundles.__file__).parent / "vectors"
DEPTH = 16  # of JSON: the format page, section 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader of bytes that came from a bundle."""

    form: str
    """How its bytes are changed: a key of `mutations.FORMS`."""
    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], None]
    errors: tuple[type[Exception], ...]
    """What it may raise: errors of the package's own."""


def _files(pattern: str) -> list[bytes]:
    return sorted({path.read_bytes() for path in VECTORS.glob(pattern) if path.is_file()})


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _as_others_read(data: bytes) -> None:
    """Canonical by somebody else's encoder, with no key twice, and not deep."""
    found = json.loads(data)
    assert rfc8785.dumps(found) == data
    assert _depth(found) <= DEPTH


# Documents


def _manifest(data: bytes) -> None:
    assert encode(decode(Manifest, data)) == data
    _as_others_read(data)


def _event(data: bytes) -> None:
    assert encode(parse_event(data)[0]) == data
    _as_others_read(data)


def _record(data: bytes) -> None:
    assert parse_line(data).leaf() == leaf(json.loads(data))
    _as_others_read(data)


@cache
def _records() -> list[bytes]:
    volumes = _plain_volumes()
    lines = {line for data in volumes for line in _lines(data)}
    return sorted(lines)


def _lines(volume: bytes) -> list[bytes]:
    return byhand.members_of(byhand.unframed(volume))[-1].data.splitlines()


# Signatures

SIGNED = b'{"what":"was signed"}'


def _signature(data: bytes) -> None:
    """Over other bytes it never fits; over these, for the key that signed them alone."""
    with contextlib.suppress(cms.SignatureError):
        raise AssertionError(cms.verify(SIGNED + b" ", data))
    found = cms.verify(SIGNED, data).certificate
    assert found.public_key() == bundles.KEY.certificate.public_key()
    assert signer(SIGNED, data) == fingerprint(found)


@cache
def _signatures() -> list[bytes]:
    """One by our writer, which fits; and all of the vectors, which don't."""
    return [cms.sign(SIGNED, bundles.KEY)] * 8 + _files("*/*.p7s") + _files("*/custody/*.p7s")


# Certificates, as somebody with a stolen kit could make them


class NoCertificate(Exception):  # noqa: N818 - nobody's error: there is nothing to be read then
    """The changed bytes are no certificate of which a signature could be made."""


def _resigned(tbs: bytes) -> x509.Certificate:
    """What the kit's key makes of a certificate's signed part, whatever is in it."""
    value = authority.KIT.private.sign(tbs, ec.ECDSA(hashes.SHA256()))
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    whole = element(0x30, tbs + algorithm + element(0x03, b"\x00" + value))
    try:
        found = x509.load_der_x509_certificate(whole)
        _ = found.issuer, found.subject, found.serial_number  # what signing will ask for
    except Exception as error:
        raise NoCertificate from error
    return found


def _certificate(tbs: bytes) -> None:
    key = SigningKey(
        private=authority.COLLECTION.private, certificate=_resigned(tbs),
        chain=(authority.KIT.certificate,),
    )  # fmt: skip
    signed = cms.verify(SIGNED, cms.sign(SIGNED, key))
    path = authority.TRUSTED.path(signed.certificate, signed.others, [COLLECTION_ROLE])
    assert len(path) == 3
    assert tbs.count(b"hozen collection") == 1
    in_date(path, authority.NOW)
    authority.revoked(authority.NOW).revoked(path)
    name_of(signed.certificate), organisation_of(signed.certificate)


# Volumes

_PLAIN = VolumeEntry(name="volume-00001.tar.zst", sha256="0" * 64, size=0)
_SECRET = VolumeEntry(name="volume-00001.tar.zst.age", sha256="0" * 64, size=0)


@cache
def _plain_volumes() -> list[bytes]:
    return [data for data in _files("good-plain/data/*") if len(data) < 20_000]


@cache
def _secret_volumes() -> dict[bytes, bytes]:
    """Encrypted volumes, and what is in them."""
    opener = _opener()
    found = {}
    for data in _files("good-encrypted/data/*"):
        with _file(data) as file:
            found[data] = b"".join(bytes(each.data) for each in opener.members(_SECRET, file))
    return found


@cache
def _opener() -> VolumeOpener:
    return VolumeOpener(load_identities((VECTORS / "identity.key").read_text()))


def _file(data: bytes) -> os.PathLike | object:
    """A file without a name, at its beginning."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the caller closes it
    file.write(data)
    file.seek(0)
    return file


def _volume(data: bytes) -> None:
    """What is accepted is the canonical archive of what came out, and the items fit."""
    reader = ItemReader()
    with _file(data) as file:
        members = [(each.name, bytes(each.data)) for each in _opener().members(_PLAIN, file)]
    again = byhand.archive(byhand.Member(*each) for each in members)
    assert byhand.unframed(data) == again
    given = [byhand.Member(*each) for each in members]
    seen = list(reader.volume(_PLAIN.name, 1, given))
    lines = members[-1][1].splitlines()
    assert [record.leaf() for record in seen] == [leaf(json.loads(line)) for line in lines]


def _secret(data: bytes) -> None:
    """Nothing but the very same bytes opens to anything."""
    with _file(data) as file:
        _opener().stanzas(_SECRET, file)
        file.seek(0)
        found = b"".join(bytes(each.data) for each in _opener().members(_SECRET, file))
    assert _secret_volumes()[data] == found


# The folder: a script of changes to it

_NAMES = (
    "manifest.json", "manifest.json.p7s", "custody/00001.json", "custody/00002.json.p7s",
    "custody/00005.json", "data/volume-00001.tar.zst", "data/volume-00002.tar.zst", "bagit.txt",
    "verify.sh", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data", "custody", "x",
    "custody/x.json", "a b", "fetch.txt", "manifest.json.tmp", "anchors",
    "data/volume-00009.tar.zst",
    "custody/00007.json", "\x1b[2J", "é", "custody/00006.json.p7s", "bag-info.txt", "検証手順.md",
)  # fmt: skip


def _act(top: Path, act: int, one: Path, two: Path) -> None:
    if act == 0:
        one.rename(two)
    elif act == 1:
        one.unlink() if not one.is_dir() else one.rmdir()
    elif act == 2:
        one.write_bytes(two.read_bytes() if two.is_file() else b"")
    elif act == 3:
        one.symlink_to(two)
    elif act == 4:
        one.mkdir()
    elif act == 5:
        os.mkfifo(one)
    elif act == 6:
        two.hardlink_to(one)
    elif act == 7:
        os.truncate(one, one.stat().st_size // 2)


def _folder(script: bytes) -> None:
    """Each three bytes are an act on two names; what still verifies is what it was."""
    good = VECTORS / "good-plain"
    with tempfile.TemporaryDirectory(dir=memory()) as place:
        top = Path(place, "HZ")
        _copy(good, top)
        before = _all(top)
        for at in range(0, min(len(script), 60) - 2, 3):
            act, one, two = script[at : at + 3]
            with contextlib.suppress(OSError):
                _act(top, act % 8, top / _NAMES[one % len(_NAMES)], top / _NAMES[two % len(_NAMES)])
        verdict = verify(BundleFolder(top), contents=_opener())
        assert verdict.exit is not Exit.VERIFIED or before == _all(top)


def memory() -> Path:
    """A folder in memory, where there is one: disks are slow."""
    return Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir())


def _copy(source: Path, target: Path) -> None:
    for path in (source, *sorted(source.rglob("*"))):
        to = target / path.relative_to(source)
        to.mkdir() if path.is_dir() else to.write_bytes(path.read_bytes())


def _all(top: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(top).as_posix(): path.read_bytes() if path.is_file() else None
        for path in top.rglob("*")
    }


# What a report reads of a working copy


def _document(data: bytes) -> None:
    text = shown.shown(shown.value(parsed(data)))
    assert text.isprintable()


READERS: dict[str, Reader] = {
    "manifest": Reader(
        form="json", seeds=lambda: _files("*/manifest.json"), read=_manifest,
        errors=(CanonicalError,),
    ),
    "event": Reader(
        form="json", seeds=lambda: _files("*/custody/*.json"), read=_event, errors=(CanonicalError,)
    ),
    "record": Reader(form="json", seeds=_records, read=_record, errors=(CanonicalError,)),
    "signature": Reader(
        form="der", seeds=_signatures, read=_signature, errors=(cms.SignatureError,)
    ),
    "certificate": Reader(
        form="der", seeds=lambda: [authority.COLLECTION.certificate.tbs_certificate_bytes],
        read=_certificate, errors=(cms.SignatureError, NotTiedError, NoCertificate),
    ),
    "request": Reader(
        form="der", seeds=stamps.requests, read=stamps.request, errors=(TokenError,)
    ),
    "token": Reader(form="der", seeds=stamps.tokens, read=stamps.token, errors=(TokenError,)),
    "proof": Reader(
        form="bytes", seeds=lambda: _files("exhibit-*/items/*.proof"), read=stamps.proof,
        errors=(ProofError,),
    ),
    "volume": Reader(form="volume", seeds=_plain_volumes, read=_volume, errors=(CustodyError,)),
    "encrypted volume": Reader(
        form="bytes", seeds=lambda: list(_secret_volumes()), read=_secret, errors=(CustodyError,)
    ),
    "folder": Reader(
        form="bytes", seeds=lambda: [bytes(range(60)), bytes(3), bytes([2, 0, 1] * 9)],
        read=_folder, errors=(CustodyError,),
    ),
    "host document": Reader(
        form="json", seeds=lambda: [b'{"processes":[{"exe":{"path":"/bin/sh"},"pid":1}]}'],
        read=_document, errors=(DocumentError,),
    ),
}  # fmt: skip
"""By name. Whoever adds a reader of bytes from a bundle adds its row."""
