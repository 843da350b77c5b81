"""Small bundles for tests, written by the product's own writer with published keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import pyrage
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import self_signed
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Verdict
from chain_of_custody.verify import verify
from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.files.mounts import Mounts
from collectors.files.snapshot import Snapshot
from collectors.files.source import Source
from evidence import __version__
from evidence.collecting.pipeline import Pipeline
from evidence.machine.clock import Clock
from evidence.reading.container import VolumeOpener, load_identities
from evidence.tool import this_tool
from evidence.writing.bundle import BundleWriter
from evidence.writing.folder import make_folder
from evidence.writing.history import Order

# RFC 6979, appendix A.2.5: a published private key, so that a test bundle fools nobody. It and its
# certificate are those of the test vectors, and so is the identity.
PUBLISHED = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
VECTORS = Path(__file__).parent / "vectors"
KEY = SigningKey(
    private=ec.derive_private_key(PUBLISHED, ec.SECP256R1()),
    certificate=x509.load_pem_x509_certificate((VECTORS / "trusted.pem").read_bytes()),
)
STRANGER: SigningKey = self_signed(private=ec.derive_private_key(PUBLISHED - 1, ec.SECP256R1()))
(IDENTITY,) = load_identities((VECTORS / "identity.key").read_text())
RECIPIENT = str(IDENTITY.to_public())
OTHER_IDENTITY = pyrage.x25519.Identity.generate()

Thing = Artifact | Gap


def artifact(origin: str, data: bytes) -> Artifact:
    return Artifact(origin=origin, kind="disk", open=partial(Snapshot, data))


def gap(origin: str, reason: Reason = Reason.DENIED) -> Gap:
    return Gap(origin=origin, kind="disk", reason=reason, detail="EACCES: Permission denied")


class Given:
    """Yields what a test gave it. Shows nothing else."""

    def __init__(self, things: Iterable[Thing], name: str = "given", phase: Phase = Phase.DISK):
        self.things = list(things)
        self.name = name
        self.phase = phase
        self.profile = Profile.QUICK

    def collect(self, source: Source):
        yield from self.things


def things(count: int = 5) -> list[Thing]:
    """A few items, among them an empty one, a gap, and one of several parts."""
    some: list[Thing] = [
        artifact("/etc/passwd", b"root:x:0:0:root:/root:/bin/bash\n"),
        artifact("/var/log/empty.log", b""),
        gap("/etc/shadow"),
        artifact("/home/山田/メモ.txt", "患者ID 12345678\n".encode()),
        artifact("/var/log/big.bin", bytes(range(256)) * 10_000),
    ]
    return (some + [artifact(f"/srv/{n}", b"%d\n" % n) for n in range(max(0, count - 5))])[:count]


def trusting(*signers: SigningKey) -> TrustStore:
    """Trust in exactly these certificates."""
    return TrustStore(tuple(each.certificate for each in signers))


def pem_of(trust: TrustStore) -> bytes:
    """A file to trust, as a person would be given it."""
    both = (*trust.certificates, *trust.revocations)
    return b"".join(each.public_bytes(Encoding.PEM) for each in both)


def authorities_of(trust: TrustStore) -> bytes:
    """The same for those who are trusted for time."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in trust.authorities)


def empty_source(tmp_path: Path) -> Source:
    """Where nothing is: what a test gives is taken as it is, whatever its name."""
    source = Source(str(tmp_path), live=False, mounts=Mounts([]))
    source.withholds = False
    return source


def writer_at(
    path: Path,
    *,
    recipients: Sequence[str] = (RECIPIENT,),
    key: SigningKey = KEY,
    case_id: str = "H-2026-0001",
    bundle_id: str | None = None,
    challenge: str | None = None,
    clock: Clock | None = None,
    reference: str | None = None,
    compress: bool = True,
) -> BundleWriter:
    """A writer whose bundle has begun."""
    make_folder(path)
    order = Order(
        case_id=case_id, host_ref="5f0c9a1e", profile="standard", recipients=tuple(recipients),
        challenge=challenge,
    )  # fmt: skip
    clock = clock or Clock()
    writer = BundleWriter(
        path,
        bundle_id or str(uuid.uuid4()),
        order,
        key=key,
        tool=this_tool(__version__),
        clock=clock,
        compress=compress,
    )
    writer.start(clock.reading(reference))
    return writer


def sealed(
    path: Path,
    *,
    recipients: Sequence[str] = (RECIPIENT,),
    key: SigningKey = KEY,
    volumes: Sequence[Sequence[Thing]] | None = None,
    case_id: str = "H-2026-0001",
    challenge: str | None = None,
    clock: Clock | None = None,
    reference: str | None = None,
    collector: str = "given-{phase}",
) -> Path:
    """A sealed bundle with one volume for each sequence of things (two by default)."""
    clock = clock or Clock()
    writer = writer_at(
        path, recipients=recipients, key=key, case_id=case_id, challenge=challenge, clock=clock,
        reference=reference,
    )  # fmt: skip
    source = empty_source(path)
    pipeline = Pipeline(writer, source, clock=clock)
    phases = (Phase.VOLATILE, Phase.MEMORY, Phase.LOGS, Phase.DISK, Phase.IMAGE)
    chosen = volumes if volumes is not None else (things()[:3], things()[3:])
    pipeline.run(
        [
            Given(each, name=collector.format(phase=phase.name.lower()), phase=phase)
            for phase, each in zip(phases, chosen, strict=False)
        ]
    )
    writer.seal(clock.reading(reference))
    return path


def checked(path: Path, *, identities: Sequence = (IDENTITY,), **options) -> Verdict:
    """The verdict on a bundle, its contents opened."""
    return verify(BundleFolder(path), contents=VolumeOpener(list(identities)), **options)
