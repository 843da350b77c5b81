"""A whole disk: imaged, beside copying and hashing it, and beside other imagers."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
from inputs import bundle_in, made
from measure import Comparison, Group, Line, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
MAKING = Path(__file__).with_name("making.py")
_NOTES = """The disk is 1 GiB in a raw file without holes. Ours is the whole chain through the command line, start-up left in: read once, SHA-256 of each piece and over the whole disk, zstd, signatures, records;
*encrypted* adds age, *three digests* adds MD5 and SHA-1 over the whole disk. No peer compresses, signs or encrypts; *not compressed* is ours without the first of these (`--no-compress`).

Proved in each run: the digest that hozen recorded over the whole disk, those that the peers print and the one that openssl has of the copy are that of the source.
Commands: `hozen image I --output O [--no-compress] [--recipient R | --digest md5 --digest sha1]`; `cp I O && openssl dgst -sha256 -r O`; `dc3dd if=I of=O hash=sha256 [hash=md5 hash=sha1]`;
`ewfacquire -u -q -c none -d sha256 -t O -S 4GiB I`."""


class _Bench:
    """One disk, and an empty place for what is made of it."""

    def __init__(self, place: Place) -> None:
        self.disk = made("big", place.work) / "image.bin"
        self.out = place.fast / "out"
        self.key = place.work / "identity.txt"
        identity = pyrage.x25519.Identity.generate()
        self.key.write_text(f"{identity}\n")
        self.recipient = str(identity.to_public())
        with self.disk.open("rb") as file:
            self.digest = hashlib.file_digest(file, "sha256").hexdigest()

    def fresh(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()

    def ours(self, *more: str) -> Callable[[], Run]:
        def image() -> Run:
            self.fresh()
            done = run([HOZEN, "image", "--quiet", self.disk, "--output", self.out, *more])
            self._prove(self._recorded())
            return done

        return image

    def _recorded(self) -> str:
        """The digest over the whole disk that the bundle holds, opened and verified."""
        command = [sys.executable, MAKING, "disk", bundle_in(self.out), self.key]
        printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        return json.loads(printed)["digests"]["sha256"]

    def peer(self, command: list[object], log: str | None = None) -> Callable[[], Run]:
        """Another's run, and proof of what it hashed: on its output, or in a log of its own."""

        def work() -> Run:
            self.fresh()
            done = run(command)
            said = done.out if log is None else (self.out / log).read_bytes()
            self._prove(said.decode("utf-8", "replace"))
            return done

        return work

    def _prove(self, said: str) -> None:
        if self.digest not in said:
            raise VoidError("the digest is not that of the disk")


def _missing(name: str, limit: float, tool: str) -> Line:
    return Line(name, f"≤ {limit:.3g}", f"not measured: no {tool}", "")


def image(place: Place, pairs: int) -> Group:
    """A disk of a gibibyte."""
    bench = _Bench(place)
    bench.fresh()
    disk, copy = bench.disk, bench.out / "copy"
    ours, plain = bench.ours(), bench.ours("--no-compress")
    three = bench.ours("--no-compress", "--digest", "md5", "--digest", "sha1")
    copied = bench.peer(["sh", "-c", f"cp {disk} {copy} && openssl dgst -sha256 -r {copy}"])
    dc3dd = ["dc3dd", f"if={disk}", f"of={copy}", "hash=sha256", f"log={bench.out / 'log'}"]
    ewf = ["ewfacquire", "-u", "-q", "-c", "none", "-d", "sha256", "-t", copy, "-S", "4GiB",
           "-l", bench.out / "log", disk]  # fmt: skip
    rows: list[tuple[str, str, float, Callable[[], Run], Callable[[], Run]]] = [
        ("cp, then openssl dgst", "cp", 0.75, ours, copied),
        ("the same, encrypted", "cp", 0.75, bench.ours("--recipient", bench.recipient), copied),
        ("not compressed, cp, then openssl dgst", "cp", 0.75, plain, copied),
        ("not compressed, dc3dd", "dc3dd", 0.25, plain, bench.peer(dc3dd, "log")),
        ("the same, three digests", "dc3dd", 1 / 3, three,
         bench.peer([*dc3dd, "hash=md5", "hash=sha1"], "log")),
        ("not compressed, ewfacquire -c none", "ewfacquire", 1 / 2.2, plain, bench.peer(ewf, "log")),
    ]  # fmt: skip
    lines = [
        line for name, tool, limit, mine, peer in rows
        for line in _lines(name, tool, limit, mine, peer, pairs)
    ]  # fmt: skip
    bench.fresh()
    return Group(title="A disk of 1 GiB, imaged", lines=lines, notes=_NOTES)


def _lines(
    name: str, tool: str, limit: float, ours: Callable[[], Run], peer: Callable[[], Run], pairs: int
) -> list[Line]:
    """In wall and in processor time: what is judged of a copy is the first, of imagers the second."""
    if shutil.which(tool) is None:
        return [_missing(f"{name}: cost", limit, tool)]
    judged = "wall" if tool == "cp" else "cpu"
    other = "cpu" if judged == "wall" else "wall"
    return [
        Comparison(
            name=f"{name}: cost", limit=limit, what=judged, ours=ours, peer=peer
        ).line(pairs),
        Comparison(
            name=f"({name}: cost)", limit=limit, floor=True, what=other, ours=ours, peer=peer
        ).line(pairs),
    ]  # fmt: skip
