"""Verifying: beside `openssl dgst -sha256` over the same volumes, or over the files collected."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from inputs import SMALL_FILES, made
from measure import Comparison, Group, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
MAKING = Path(__file__).with_name("making.py")
_FIND = "find {} -type f -print0 | xargs -0 openssl dgst -sha256 -r"
_NOTES = f"""Start-ups are taken off, ours over a bundle of an empty folder, openssl's over an empty file, unless the row says otherwise. *One core*, *no key*: the digests of
volumes and every stage that needs no key, which is what a receiving person runs. *Opened* adds every item: frames unfolded, every byte
hashed again, every record parsed, held to its form and to its item, its two salted digests, its leaf and the tree. openssl does none of that, and hashes the bare files.
*Bare loop*: volumes hashed, frames unfolded and hashed, records decoded, encoded again and compared, digests and tree. It looks at no tar header, no form, no item, and is nearly all of what 1.2 allows:
the missed rows are as far from it as those checks cost in the interpreter, about 10 µs an item, spread thin (3 for the tar header, 4 to lead bytes to their record, 2 for forms, 1 for what parts must agree in).

Proved in each run: hozen's verdict (stages 2 and 4); openssl's digests of the volumes are those of `manifest-sha256.txt`, and its digests of the {SMALL_FILES} files those of the bundle's records;
the bare loop's root is the bundle's. Commands: `hozen verify --json [--identity K] BUNDLE`; `openssl dgst -sha256 -r BUNDLE/data/*`;
`{_FIND.format("S")}`; one core by `taskset -c 0`. The first bundle is 1 GiB of noise, so 1 GiB in volumes."""


def _collect(source: Path, out: Path) -> list[object]:
    return [HOZEN, "collect", "--quiet", "--output", out, "--source", source, "--skip", "yara"]


class _Bundle:
    """A sealed bundle, and how it is verified."""

    def __init__(self, place: Place, source: Path, recipient: str = "") -> None:
        out = place.fast / f"{source.name}{'-encrypted' if recipient else ''}"
        run(_collect(source, out) + (["--recipient", recipient] if recipient else []))
        (self.path,) = out.glob("HZ_*")

    @property
    def root(self) -> str:
        return json.loads((self.path / "manifest.json").read_bytes())["items"]["merkle_root"]

    @property
    def volumes(self) -> list[Path]:
        return sorted((self.path / "data").iterdir())

    def verified(self, identity: Path | None = None, *, core: int | None = None) -> Run:
        """A verification, its verdict held against what is to come."""
        key = ["--identity", identity] if identity is not None else []
        done = run([HOZEN, "verify", "--json", *key, self.path], core=core)
        outcomes = [stage["outcome"] for stage in json.loads(done.out)["stages"]]
        opened = identity is not None or not self.volumes[0].name.endswith(".age")
        if (outcomes[1], outcomes[3]) != ("PASS", "PASS" if opened else "NOT CHECKED"):
            raise VoidError(f"the verdict was {outcomes}")
        return done

    def hashed(self, *, core: int | None = None) -> Run:
        """The peer over the same volumes."""
        done = run(["openssl", "dgst", "-sha256", "-r", *self.volumes], core=core)
        listed = (self.path / "manifest-sha256.txt").read_text()
        if sorted(_digests(done.out.decode())) != sorted(_digests(listed)):
            raise VoidError("openssl hashed other volumes")
        return done


def _digests(text: str) -> list[str]:
    return re.findall(r"^[0-9a-f]{64}", text, re.MULTILINE)


def _keys(place: Place) -> tuple[Path, str]:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    path = place.work / "identity"
    path.write_text(f"{identity}\n")
    return path, str(identity.to_public())


def verify(place: Place, pairs: int) -> Group:
    """Volumes of 1 GiB in all, and 20,000 small items."""
    identity, recipient = _keys(place)
    for name in ("empty", "nothing"):
        (place.work / name).mkdir()
    (place.work / "nothing" / "file").touch()
    starts = [_Bundle(place, place.work / "empty", key) for key in ("", recipient)]
    large = _Bundle(place, made("noise", place.work), recipient)
    lines = [
        *_large(large, starts[1], place.work / "nothing" / "file"),
        *_Small(place, starts, identity, recipient).comparisons(),
    ]
    title = "Verified, beside openssl dgst -sha256"
    return Group(title=title, lines=[each.line(pairs) for each in lines], notes=_NOTES)


def _openssl_start(nothing: Path, core: int | None = None) -> Run:
    return run(["openssl", "dgst", "-sha256", "-r", nothing], core=core)


def _large(bundle: _Bundle, start: _Bundle, nothing: Path) -> list[Comparison]:
    def ours(core: int | None) -> Callable[[], Run]:
        return lambda: bundle.verified(core=core).less(start.verified(core=core))

    def peer() -> Run:
        return bundle.hashed(core=0).less(_openssl_start(nothing, core=0))

    large = sum(1 for path in bundle.volumes if path.stat().st_size > 1 << 20)
    name = f"1 GiB in {large} large volumes, no key, one core: speed"
    return [
        Comparison(name=name, limit=0.95, least=True, ours=ours(0), peer=peer),
        Comparison(name="the same on two cores, openssl on one: speed", limit=1.8, least=True,
                   what="wall", ours=ours(None), peer=peer),
    ]  # fmt: skip


class _Small:
    """20,000 files, and the bundles that were made of them."""

    def __init__(self, place: Place, starts: list[_Bundle], identity: Path, recipient: str) -> None:
        self.tree, self.again = made("small", place.work), place.fast / "again"
        self.plain, self.sealed = _Bundle(place, self.tree), _Bundle(place, self.tree, recipient)
        self.plain_start, self.sealed_start = starts
        self.identity, self.nothing = identity, place.work / "nothing"
        self.known = sorted(_digests(self._making("digests", self.plain).out.decode()))

    @staticmethod
    def _making(verb: str, bundle: _Bundle) -> Run:
        return run([sys.executable, MAKING, verb, bundle.path])

    def hashed(self) -> Run:
        """The peer over the files."""
        done = run(["sh", "-c", _FIND.format(self.tree)])
        if sorted(_digests(done.out.decode())) != self.known or len(self.known) != SMALL_FILES:
            raise VoidError("openssl hashed other files")
        return done.less(run(["sh", "-c", _FIND.format(self.nothing)]))

    def opened(self) -> Run:
        """Ours with every item, unencrypted."""
        return self.plain.verified().less(self.plain_start.verified())

    def decrypted(self) -> Run:
        """Ours with every item, the key given."""
        start = self.sealed_start.verified(self.identity)
        return self.sealed.verified(self.identity).less(start)

    def bare(self) -> Run:
        """The least that opening takes."""
        done = self._making("unfold", self.plain)
        if done.out.decode().strip() != self.plain.root:
            raise VoidError("the bare loop came to another root")
        return done.less(self._making("unfold", self.plain_start))

    def collected(self) -> Run:
        """What making the bundle took."""
        costs = []
        for source in (self.tree, self.nothing.with_name("empty")):
            shutil.rmtree(self.again, ignore_errors=True)
            costs.append(run(_collect(source, self.again)))
        return costs[0].less(costs[1])

    def comparisons(self) -> list[Comparison]:
        """Closed, opened with a key, opened without."""
        return [
            Comparison(name="20,000 small items, no key, our start-up left in: cost", limit=1.2,
                       ours=self.sealed.verified, peer=self.hashed),
            Comparison(name="the same, key given, every item opened: cost", limit=1.2,
                       ours=self.decrypted, peer=self.hashed),
            Comparison(name="the same, unencrypted, every item opened: cost", limit=1.2,
                       ours=self.opened, peer=self.hashed),
            Comparison(name="(the same as a bare loop: cost)", limit=1.2, floor=True,
                       ours=self.bare, peer=self.hashed),
            Comparison(name="the same, unencrypted, opened, beside its own collection: cost",
                       limit=1, ours=self.opened, peer=self.collected),
        ]  # fmt: skip
