"""The good bundles that attacks begin with, each made once."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from unittest import mock

import authority
import bundles
import timekeeper
from authority import DAY, NOW
from bundles import Thing, artifact, gap
from byhand import encrypted, frames
from forge import HOLDER, SECOND, Forger

import evidence.writing.bundle
from chain_of_custody.event import Person
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.timestamps import timestamp
from chain_of_custody.verdict import Verdict
from collectors.artifact import Artifact, Phase
from collectors.files.snapshot import Snapshot
from evidence import __version__
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.resume import Interruption
from evidence.custody import stamping
from evidence.custody.custodian import Act
from evidence.custody.disclosing import Disclosed, disclose
from evidence.machine.clock import Clock
from evidence.tool import this_tool
from evidence.writing.bundle import BundleWriter

HOUR = DAY / 24
_PHASES = (Phase.VOLATILE, Phase.MEMORY, Phase.LOGS, Phase.DISK, Phase.IMAGE)


def three_volumes() -> list[list[Thing]]:
    """Seven items: an empty one, two gaps, one of two parts."""
    return [
        [
            artifact("/proc/1/cmdline", b"/sbin/init\0"),
            artifact("/run/empty", b""),
            gap("/proc/kcore"),
        ],
        [artifact("/home/山田/メモ.txt", "患者ID 12345678\n".encode()), gap("/etc/shadow")],
        [
            artifact("/etc/hosts", b"127.0.0.1 localhost\n"),
            artifact("/var/log/big", bytes(1_100_000)),
        ],
    ]


class World:
    """Makes each good bundle when it is first asked for."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = cache(self._path)
        self.verdict = cache(self._verdict)
        self.authority = cache(self._authority)

    def _path(self, name: str) -> Path:
        path = self.place / name
        maker = getattr(self, f"_make_{name}")
        maker(path)
        return path

    def _verdict(self, name: str) -> Verdict:
        return bundles.checked(self.path(name))

    def _authority(self, name: str) -> timekeeper.Authority:
        """Who signs times: `aged` has run out, `short` has a short key, `long` one that will do."""
        offset = {"trusted": 300, "stranger": 310, "aged": 320, "short": 330, "long": 340}[name]
        ends = NOW - 5 * DAY if name == "aged" else NOW + 300 * DAY
        bits = {"short": 1024, "long": 2048}.get(name)
        place = self.place / f"time-{name}"
        return timekeeper.Authority(place=place, offset=offset, ends=ends, rsa_bits=bits)

    def stamp(self, path: Path, by: str, *, renew: bool = False, ago: int = 0) -> None:
        """Put a token in, as the product does it, so many days ago."""
        at = NOW - ago * DAY if ago else None
        clock = Clock(now_ns=int(at.timestamp()) * 10**9) if at is not None else Clock()
        question = stamping.ask(path, renew=renew)
        answer = self.authority(by).answer(question.request, at=at)
        stamping.keep(
            path, question, answer, Act(kind="timestamped"), HOLDER,
            trust=self.authority(by).trusted, clock=clock, again=True,
        )  # fmt: skip

    def forger(self, name: str) -> Forger:
        """To read from, never to change."""
        return Forger(self.path(name))

    # The bundles.

    def _make_sealed(self, path: Path) -> None:
        bundles.sealed(path, volumes=three_volumes())

    def _make_plain(self, path: Path) -> None:
        bundles.sealed(path, volumes=three_volumes(), recipients=())

    def _make_other(self, path: Path) -> None:
        """Another genuine bundle by the same key to the same recipient, of the same shape."""
        volumes = three_volumes()
        volumes[1][0] = artifact("/home/佐藤/メモ.txt", b"another note of the same kind\n")
        bundles.sealed(path, volumes=volumes, case_id="H-2026-0002")

    def _make_later(self, path: Path) -> None:
        """A second collection of the same case."""
        bundles.sealed(path, volumes=three_volumes()[1:])

    def _make_spanning(self, path: Path) -> None:
        """Every part closes its volume: an item lies in two of them."""
        with mock.patch.object(evidence.writing.bundle, "VOLUME_SIZE", 1):
            bundles.sealed(path, volumes=three_volumes()[2:])

    def _make_hostile_names(self, path: Path) -> None:
        """What an attacker may have left on the host as names."""
        names = ("/tmp/\x1b[2J\x1b]0;owned\x07", "/tmp/\u202egpj.exe", "/tmp/\u2066a\r\nPASS", "/é")
        things = [artifact(name, b"x") for name in names]
        bundles.sealed(path, volumes=[[*things, gap("/tmp/\x1b[31m")]])

    def _make_certified(self, path: Path) -> None:
        """Sealed by a key that a provider's kit certified."""
        bundles.sealed(path, volumes=three_volumes(), key=authority.COLLECTION)

    def _make_stamped(self, path: Path) -> None:
        """Certified, with a token over its signature, and the event that says so."""
        self._make_certified(path)
        self.stamp(path, "trusted")

    def _make_stamped_expired(self, path: Path) -> None:
        """Sealed by a kit that had run out, and stamped then."""
        key = authority.collection_of(authority.EXPIRED_KIT)
        bundles.sealed(path, volumes=three_volumes(), key=key)
        self.stamp(path, "trusted")

    def _make_stamped_early(self, path: Path) -> None:
        """Sealed by a kit whose time had not begun, and stamped then."""
        key = authority.collection_of(authority.FUTURE_KIT)
        bundles.sealed(path, volumes=three_volumes(), key=key)
        self.stamp(path, "trusted")

    def _make_wrong_clock(self, path: Path) -> None:
        """The host's clock is ten years ahead; somebody read another one; stamped now."""
        ahead = NOW + 3650 * DAY
        bundles.sealed(
            path, volumes=three_volumes(), key=authority.COLLECTION,
            clock=Clock(now_ns=int(ahead.timestamp()) * 10**9),
            reference=NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )  # fmt: skip
        self.stamp(path, "trusted")

    def _make_loose(self, path: Path) -> None:
        """The same, and no event names the token."""
        self._make_certified(path)
        (path / "anchors").mkdir()
        asked = timestamp.ask((path / "manifest.json.p7s").read_bytes())
        (path / "anchors" / "0001.tsq").write_bytes(asked)
        answer = self.authority("trusted").answer(asked)
        (path / "anchors" / "0001.tsr").write_bytes(answer)

    def _make_aged(self, path: Path) -> None:
        """Collected 20 days ago, stamped by an authority whose certificate has run out since."""
        clock = Clock(now_ns=int((NOW - 20 * DAY).timestamp()) * 10**9)
        bundles.sealed(path, volumes=three_volumes(), key=authority.COLLECTION, clock=clock)
        self.stamp(path, "aged", ago=19)

    def _make_renewed(self, path: Path) -> None:
        """The same, stamped anew by another authority while the first was still in date."""
        self._make_aged(path)
        self.stamp(path, "trusted", renew=True, ago=10)

    def _make_renewed_late(self, path: Path) -> None:
        """The same, but when the first was not in date any more."""
        self._make_aged(path)
        self.stamp(path, "trusted", renew=True, ago=2)

    def _make_challenged(self, path: Path) -> None:
        """Bound to what a provider gave, with the time of an hour ago in it."""
        challenge = f"{NOW - HOUR:%Y%m%dT%H%M%SZ}-0123456789abcdef"
        bundles.sealed(path, volumes=three_volumes(), challenge=challenge)

    def _make_handed(self, path: Path) -> None:
        """Sealed, released, received: holders' events follow."""
        self._make_sealed(path)
        forger = Forger(path)
        giver = {
            "contact": "+81-3-0000-0000",
            "name": "山田",
            "organisation": "病院",
            "title": None,
        }
        taker = giver | {"name": "佐藤", "organisation": "調査会社"}
        reference = f"manifest:{forger.events[-1]['detail']['manifest_sha256']}"
        for kind, actor in (("released", giver), ("received", taker)):
            forger.events.append(forger.holder_event(kind, actor=actor, refs=[reference]))
        forger.settle()

    # Exhibits: four items, the second of them empty, the fifth a gap, the last one of two parts.

    def _make_exhibit(self, path: Path) -> None:
        disclosed(self.path("sealed"), (2, 4, 5, 7), path)

    def _make_exhibit_small(self, path: Path) -> None:
        disclosed(self.path("sealed"), (2, 4), path)

    def _make_exhibit_closed(self, path: Path) -> None:
        disclosed(self.path("sealed"), (4, 5), path, hide_path=True)

    def _make_exhibit_certified(self, path: Path) -> None:
        disclosed(self.path("certified"), (4,), path)

    def _make_exhibit_loose(self, path: Path) -> None:
        disclosed(self.path("loose"), (4,), path)

    def _make_exhibit_renewed(self, path: Path) -> None:
        disclosed(self.path("renewed"), (4,), path)

    def _make_exhibit_renewed_late(self, path: Path) -> None:
        disclosed(self.path("renewed_late"), (4,), path)

    def _make_exhibit_stamped_expired(self, path: Path) -> None:
        disclosed(self.path("stamped_expired"), (4,), path)

    def _make_exhibit_alone(self, path: Path) -> None:
        """The only item of its bundle: there is no step from the leaf to the root."""
        bundle = bundles.sealed(path.with_name("alone"), volumes=[[artifact("/only", b"only\n")]])
        disclosed(bundle, (1,), path)

    def _begun(self, path: Path, volumes: Sequence[Sequence[Thing]]) -> BundleWriter:
        writer = bundles.writer_at(path)
        _run(writer, volumes)
        writer.close_volume("phase_end")
        return writer

    def _make_begun(self, path: Path) -> None:
        """The stick was pulled before the first volume was begun: the beginning is signed."""
        bundles.writer_at(path).abandon()

    def _make_interrupted(self, path: Path) -> None:
        """Ended by a signal, in order: two volumes closed, the interruption signed."""
        writer = self._begun(path, three_volumes()[:2])
        writer.interrupt("signal")
        writer.abandon()

    def _make_pulled(self, path: Path) -> None:
        """The stick was pulled: two volumes closed, a third cut off, a signature left behind."""
        self._begun(path, three_volumes()[:2]).abandon()
        stored = encrypted(frames(bytes(3 << 20), 1 << 20, level=-5), [bundles.RECIPIENT])
        (path / "data" / "volume-00003.tar.zst.age").write_bytes(stored[:-40])
        (path / "custody" / "00004.json.p7s").write_bytes(b"\x30\x82")
        (path / "custody" / "00004.json.tmp").write_bytes(b'{"actor"')

    def _make_resumed(self, path: Path) -> None:
        """Pulled after two volumes, gone on with under a new key, sealed: volume 3 is salvage."""
        self._begun(path, three_volumes()[:2]).abandon()
        stored = encrypted(frames(bytes(70_000)), [bundles.RECIPIENT])
        (path / "data" / "volume-00003.tar.zst.age").write_bytes(stored[:-9])
        _go_on(path, SECOND, three_volumes()[2:]).seal(Clock().reading())

    def _make_unfinished(self, path: Path) -> None:
        """Pulled in an image of memory: two parts of it lie in closed volumes, no record does."""
        writer = self._begun(path, three_volumes()[:1])
        _pull_within(writer, bytes(range(256)) * 10_000)

    def _make_taken_up(self, path: Path) -> None:
        """The same, gone on with under a new key and sealed: the image was not taken again."""
        self._make_unfinished(path)
        _go_on(path, SECOND, three_volumes()[1:2]).seal(Clock().reading())

    def _make_cut_off_sealing(self, path: Path) -> None:
        """The stick was pulled while the sealed files took their names."""
        self._make_sealed(path)
        (path / "manifest.json").rename(path / "manifest.json.tmp")


def disclosed(bundle: Path, items: Sequence[int], path: Path, **options: bool) -> Disclosed:
    """An exhibit of a copy of a bundle: the log of the copy goes on, not the bundle's own."""
    copy = shutil.copytree(bundle, path.with_name(f"{path.name}.bundle"))
    taker = Person(contact=None, name="裁判所", organisation=None, title=None)
    return disclose(
        copy, items, path, Act(kind="disclosed", counterpart=taker), authority.CUSTODIAN,
        identities=[bundles.IDENTITY], **options,
    )  # fmt: skip


def _run(writer: BundleWriter, volumes: Sequence[Sequence[Thing]]) -> None:
    pipeline = Pipeline(writer, bundles.empty_source(writer.path), clock=Clock())
    pipeline.run(
        [
            bundles.Given(each, name=f"given-{writer.volume_number}-{index}", phase=_PHASES[index])
            for index, each in enumerate(volumes)
        ]
    )


class Pulled(BaseException):
    """No error that a run could answer: it is gone at once."""


class _PullsThePlug(Snapshot):
    """Gives its bytes, and never comes to its end."""

    def readinto(self, room: memoryview, /) -> int:
        count = super().readinto(room)
        if not count:
            raise Pulled
        return count


def _pull_within(writer: BundleWriter, data: bytes) -> None:
    """Take an image of memory, each part closing its volume, until the plug is pulled."""
    image = Artifact(
        origin="memory:/physical.lime", kind="memory", open=partial(_PullsThePlug, data)
    )
    pipeline = Pipeline(writer, bundles.empty_source(writer.path), clock=Clock())
    with mock.patch.object(evidence.writing.bundle, "VOLUME_SIZE", 0), contextlib.suppress(Pulled):
        pipeline.run([bundles.Given([image], name="memory", phase=Phase.MEMORY)])
    writer.abandon()


def _go_on(path: Path, key: SigningKey, volumes: Sequence[Sequence[Thing]]) -> BundleWriter:
    interruption = Interruption(path)
    writer = BundleWriter(
        path, interruption.bundle_id, interruption.order("5f0c9a1e"), key=key,
        tool=this_tool(__version__), clock=Clock(), history=interruption.history(),
    )  # fmt: skip
    writer.resume(Clock().reading(), interruption.salvaged())
    _run(writer, volumes)
    return writer


GOOD = (
    "sealed", "plain", "other", "later", "spanning", "hostile_names", "handed", "resumed",
    "stamped", "renewed", "challenged", "wrong_clock", "taken_up",
)  # fmt: skip
STAMPED = ("stamped", "renewed", "wrong_clock")
"""Who signs these again has no token over the new signature: that is an attack."""
PARTIAL = ("interrupted", "pulled", "cut_off_sealing", "unfinished")
