"""A signature of the next event, whose event is not here: somebody signed it, and it is gone.

An act that is cut off leaves half-written files, and its event's bytes among them (format, section
3). A whole signature without those bytes is what remains where an event was removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.digest import sha256
from chain_of_custody.documents import MAX_EVENT, MAX_SIGNATURE, Documents
from chain_of_custody.errors import CustodyError
from chain_of_custody.event import parse_event
from chain_of_custody.folder import Folder
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import name_of

_SEQUENCE = 0x30
_OPEN = 0x80  # BER's length of what ends somewhere: DER has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """What such a signature says of itself; where it can't be read, it says nothing."""

    name: str
    number: int
    digest: str = "?"
    certificate: x509.Certificate | None = None

    @property
    def signer(self) -> str:
        """The name in the signer's certificate."""
        return (name_of(self.certificate) if self.certificate is not None else None) or "?"


def lone(folder: Folder, documents: Documents) -> Lone | None:
    """The whole signature of an event that is not here; None where there is none."""
    number = len(documents.events) + 1
    event = f"custody/{number:05d}.json"
    name = f"{event}.p7s"
    signature = _bytes_of(folder, name, MAX_SIGNATURE)
    if signature is None or not _whole(signature):
        return None
    written = _bytes_of(folder, f"{event}.tmp", MAX_EVENT)
    if written is not None and _fits(written, signature):
        return None
    try:
        digest, certificate = cms.claimed(signature)
    except cms.SignatureError:
        return Lone(name=name, number=number)
    if digest in _here(documents):  # a copy of that one's signature: it tells of nothing gone
        return None
    return Lone(name=name, number=number, digest=digest, certificate=certificate)


def _here(documents: Documents) -> set[str]:
    """The digests of all that is signed in this bundle, and lies in it."""
    manifest = documents.manifest_raw
    signed = {each.sha256 for each in documents.events}
    return signed | ({sha256(manifest)} if manifest is not None else set())


def signed_of_next(folder: Folder, documents: Documents) -> list[str]:
    """What lies here of the next event and is whole, signature or event, under any of its names."""
    event = f"custody/{len(documents.events) + 1:05d}.json"
    names = (f"{event}.p7s", f"{event}.p7s.tmp", f"{event}.tmp")
    held = {name: _bytes_of(folder, name, MAX_EVENT) for name in names}
    return [name for name, data in held.items() if data and (_whole(data) or _event(data))]


def _event(data: bytes) -> bool:
    try:
        parse_event(data)
    except CanonicalError:
        return False
    return True


def _fits(written: bytes, signature: bytes) -> bool:
    try:
        cms.verify(written, signature)
    except cms.SignatureError:
        return False
    return True


def _bytes_of(folder: Folder, name: str, limit: int) -> bytes | None:
    if name not in folder.listing.files:
        return None
    try:
        return folder.read(name, limit)
    except CustodyError:  # too large, or unreadable: no signature
        return None


def _whole(signature: bytes) -> bool:
    """Whether it is one DER sequence to its end, as no half-written signature is."""
    if len(signature) < 2 or signature[0] != _SEQUENCE or signature[1] == _OPEN:
        return False
    more = signature[1] & 127 if signature[1] > 127 else 0
    length = int.from_bytes(signature[2 : 2 + more]) if more else signature[1]
    return 2 + more + length == len(signature)
