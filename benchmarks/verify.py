"""Verifying: beside `openssl dgst -sha256` over the same volumes, or over the files collected."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from inputs import SMALL_FILES, made
from measure import Comparison, Group, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
MAKING = Path(__file__).with_name("making.py")
_FIND = "find {} -type f -print0 | xargs -0 openssl dgst -sha256 -r"
_NOTES = f"""Both start-ups are taken off: ours over a bundle of an empty folder, openssl's over an empty file. *One core*, *no key*: the digests of
volumes and every stage that needs no key, which is what a receiving person runs. *Opened* adds every item: frames unfolded, every byte
hashed again, every record parsed, held to its form and its item, its two salted digests, its leaf and the tree. openssl does none of that, and hashes the bare files.
*Bare loop*: Python that hashes the volumes, unfolds the frames and hashes that, in pieces of 1 MiB: no item and no record is looked at. Nothing that opens can cost less.
What lies between is the interpreter's, spread thin: about 9 µs a record (decode 2, encode again 1, forms 2, four digests 2, the rest calls), 4 to lead its bytes to it, 3 for its tar header.

Proved in each run: hozen's verdict (stages 2 and 4, number of items); openssl's digests of the volumes are those of `manifest-sha256.txt`, and
its digests of the {SMALL_FILES} files those of the bundle's records. Commands: `hozen verify --json [--identity K] BUNDLE`; `openssl dgst -sha256 -r BUNDLE/data/*`;
`{_FIND.format("S")}`; one core by `taskset -c 0`. The first bundle is 1 GiB of noise, so 1 GiB in volumes."""


class _Bundle:
    """A sealed bundle, and how it is verified."""

    def __init__(self, place: Place, source: Path, recipient: str = "") -> None:
        out = place.fast / f"{source.name}{'-encrypted' if recipient else ''}"
        run([HOZEN, "collect", "--quiet", "--output", out, "--source", source, "--skip", "yara",
             *(["--recipient", recipient] if recipient else [])])  # fmt: skip
        (self.path,) = out.glob("HZ_*")

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
    nothing = place.work / "empty"
    nothing.mkdir()
    (place.work / "nothing").touch()
    starts = {
        key: _Bundle(place, nothing, key) for key in ("", recipient)
    }  # what our start-up is measured with
    lines = [
        line.line(pairs)
        for line in (
            *_large(_Bundle(place, made("noise", place.work), recipient), starts[recipient], place),
            *_small(place, starts, identity, recipient),
        )
    ]
    return Group(title="Verified, beside openssl dgst -sha256", lines=lines, notes=_NOTES)


def _openssl_start(place: Place, core: int | None = None) -> Run:
    return run(["openssl", "dgst", "-sha256", "-r", place.work / "nothing"], core=core)


def _large(bundle: _Bundle, start: _Bundle, place: Place) -> list[Comparison]:
    def ours(core: int | None) -> Callable[[], Run]:
        return lambda: bundle.verified(core=core).less(start.verified(core=core))

    def peer() -> Run:
        return bundle.hashed(core=0).less(_openssl_start(place, core=0))

    large = sum(1 for path in bundle.volumes if path.stat().st_size > 1 << 20)
    name = f"1 GiB in {large} large volumes, no key, one core: speed"
    return [
        Comparison(name=name, limit=0.95, least=True, ours=ours(0), peer=peer),
        Comparison(name="the same on two cores, openssl on one: speed", limit=1.8, least=True,
                   what="wall", ours=ours(None), peer=peer),
    ]  # fmt: skip


def _small(
    place: Place, starts: dict[str, _Bundle], identity: Path, recipient: str
) -> list[Comparison]:
    tree = made("small", place.work)
    plain, sealed = _Bundle(place, tree), _Bundle(place, tree, recipient)
    known = sorted(_digests(run([sys.executable, MAKING, "digests", plain.path]).out.decode()))

    def peer() -> Run:
        done = run(["sh", "-c", _FIND.format(tree)]).less(_openssl_start(place))
        if sorted(_digests(done.out.decode())) != known or len(known) != SMALL_FILES:
            raise VoidError("openssl hashed other files")
        return done

    def ours(bundle: _Bundle, start: _Bundle, key: Path | None = None) -> Callable[[], Run]:
        return lambda: bundle.verified(key).less(start.verified(key))

    def bare() -> Run:
        whole = run([sys.executable, MAKING, "unfold", plain.path])
        return whole.less(run([sys.executable, MAKING, "unfold", starts[""].path]))

    names = (
        "20,000 small items, no key: cost",
        "the same, key given, every item opened: cost",
        "the same, unencrypted, every item opened: cost",
        "(a bare loop that opens, records left out: cost)",
    )
    costs = (
        ours(sealed, starts[recipient]),
        ours(sealed, starts[recipient], identity),
        ours(plain, starts[""]),
        bare,
    )
    return [
        Comparison(name=name, limit=1.2, ours=cost, peer=peer)
        for name, cost in zip(names, costs, strict=True)
    ]
