"""Three bundles as small as the format allows, and what any one flipped bit makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import authority
import bundles
import timekeeper
from bundles import artifact
from cryptography.hazmat.primitives.serialization import Encoding
from forge import HOLDER, Forger

import evidence.writing.folder
from chain_of_custody.folder import INSTRUCTIONS, BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Exit, Verdict
from chain_of_custody.verify import verify
from evidence.custody import stamping
from evidence.custody.custodian import Act
from evidence.reading.container import VolumeOpener

REFUSED = (Exit.ALTERED, Exit.UNUSABLE)


class Flip(NamedTuple):
    """One bit of one file."""

    name: str
    at: int
    bit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A sealed bundle of one item, with all that its verifier brings."""

    path: Path
    trust: TrustStore
    anchors: Anchors

    def all_brought(self, folder: BundleFolder) -> Verdict:
        """The verdict with identity, trust anchor, root and head."""
        opener = VolumeOpener([bundles.IDENTITY])
        return verify(folder, trust=self.trust, anchors=self.anchors, contents=opener)

    def files(self) -> dict[str, int]:
        """Every file and its size."""
        return {name: len(data) for name, data in contents(self.path).items()}

    def accepted(self, flips: Iterable[Flip]) -> Iterator[Flip]:
        """Those that are not refused."""
        folder = BundleFolder(self.path)  # no name changes
        # The same bytes get the same answer: all signatures but the one that is concerned.
        with mock.patch.object(cms, "verify", cache(cms.verify)):
            for flip in flips:
                with flipped(self.path / flip.name, flip):
                    if not self._refused(folder):
                        yield flip

    def _refused(self, folder: BundleFolder) -> bool:
        """Less brought, less refused: what falls without anything needs no second look."""
        return verify(folder).exit in REFUSED or self.all_brought(folder).exit in REFUSED


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a bundle."""
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in sorted(path.rglob("*"))
        if each.is_file()
    }


class flipped:  # noqa: N801 - reads as a verb
    """The file with one bit flipped, for a while."""

    def __init__(self, path: Path, flip: Flip) -> None:
        self.path, self.flip = path, flip

    def __enter__(self) -> None:
        self._turn()

    def __exit__(self, *_: object) -> None:
        self._turn()

    def _turn(self) -> None:
        with self.path.open("r+b") as file:
            file.seek(self.flip.at)
            byte = file.read(1)[0]
            file.seek(self.flip.at)
            file.write(bytes([byte ^ 1 << self.flip.bit]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Bytes of the plain bundle that no claim rests on."""

    file: str
    what: str
    why: str
    holds: bytes
    """What stands there; where it stands more than once, at the last place within `within`."""
    within: bytes


_HOLDER = HOLDER.certificate.public_bytes(Encoding.DER)
OUTSIDE = (
    Region(
        file="custody/00004.json.p7s",
        what="the subject of a holder's certificate that nobody certified",
        why="with another subject it no longer claims to be self-signed, and who would have issued "
        "it is not known. The event is still signed by the same key; it is stated that this key is "
        "tied to no person, whatever name stands beside it.",
        holds=HOLDER.certificate.subject.public_bytes(),
        within=_HOLDER,
    ),
)
"""All bits whose flipping goes unrefused, with everything given that a verifier can be given."""


def bits_of(small: Small, region: Region) -> Iterator[Flip]:
    """Every bit of a region."""
    data = (small.path / region.file).read_bytes()
    start = data.index(region.within) + region.within.rindex(region.holds)
    for at in range(start, start + len(region.holds)):
        yield from (Flip(region.file, at, bit) for bit in range(8))


def every_bit(small: Small) -> Iterator[Flip]:
    for name, size in small.files().items():
        for at in range(size):
            yield from (Flip(name, at, bit) for bit in range(8))


def one_bit_of_every_byte(small: Small, seed: int) -> Iterator[Flip]:
    chosen = random.Random(seed)
    for name, size in small.files().items():
        yield from (Flip(name, at, chosen.randrange(8)) for at in range(size))


def _sealed(place: Path, key: SigningKey, recipients: tuple[str, ...]) -> Forger:
    templates = place / "templates"
    templates.mkdir()
    for name in INSTRUCTIONS:
        (templates / name).write_text(".\n")
    volumes = [[artifact("/a", b"x")]]
    with mock.patch.object(evidence.writing.folder, "_TEMPLATES", templates):
        path = bundles.sealed(place / "HZ", volumes=volumes, key=key, recipients=recipients)
    return Forger(path)


def _handed(bundle: Forger, holder: SigningKey, trust: TrustStore) -> Small:
    bundle.events.append(bundle.holder_event("note", refs=[]))
    bundle.settle(signers={len(bundle.events): holder})
    good = verify(BundleFolder(bundle.path))
    anchors = Anchors(root=good.root, head=good.head)
    return Small(path=bundle.path, trust=trust, anchors=anchors)


def encrypted(place: Path) -> Small:
    """By a key of a provider's kit, handed on by a person of the provider."""
    bundle = _sealed(place, authority.COLLECTION, (bundles.RECIPIENT,))
    return _handed(bundle, authority.CUSTODIAN, authority.TRUSTED)


def plain(place: Path) -> Small:
    """By a key that nobody certified, handed on with a holder's own key."""
    bundle = _sealed(place, bundles.KEY, ())
    return _handed(bundle, HOLDER, bundles.trusting(bundles.KEY))


def stamped(place: Path) -> Small:
    """By a key of a provider's kit, stamped by an authority, and stamped anew."""
    path = _sealed(place, authority.COLLECTION, ()).path
    time = timekeeper.Authority(place=place / "time", offset=300)
    for renew in (False, True):
        question = stamping.ask(path, renew=renew)
        stamping.keep(
            path, question, time.answer(question.request), Act(kind="timestamped"),
            authority.CUSTODIAN, trust=time.trusted,
        )  # fmt: skip
    trust = replace(authority.TRUSTED, authorities=time.trusted.authorities)
    good = verify(BundleFolder(path))
    return Small(path=path, trust=trust, anchors=Anchors(root=good.root, head=good.head))
