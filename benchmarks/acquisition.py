"""Physical memory: an image of a file that stands in for it, beside what its parts can do alone."""

from __future__ import annotations

import hashlib
import shutil
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from inputs import BIG_BYTES, made
from measure import Comparison, Group, Place, Run, VoidError, run

MAKING = Path(__file__).with_name("making.py")
BASE = 1 << 20  # physical address at which the memory begins
_NOTES = """A file of 1 GiB stands in for `/proc/kcore`, another for `/proc/iomem`; the image goes through the product's own chain (SHA-256, tar, zstd, SHA-256 of the volume; *not compressed*: as with `--no-compress`) past the page cache
to the disk that holds the input; signatures and the seal included, start-up taken off. Speed is the slower of the two peers' time divided by ours: what neither the medium nor one
processor's hashing keeps from us. A kernel's own `/proc/kcore` costs more than a file: not measured here. Peers: `openssl dgst -sha256 I`; `dd if=I of=O bs=1M oflag=direct conv=fsync`.

Proved in each run: the digest of what the image holds behind its header is that of the input."""


def machine(folder: Path, memory: Path) -> Path:
    """A folder that looks like a machine with this memory: an ELF core (elf(5)) and its map."""
    size = memory.stat().st_size
    (folder / "proc").mkdir(parents=True)
    ehdr = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )  # fmt: skip
    phdr = struct.pack("<IIQQQQQQ", 1, 4, 4096, 0, BASE, size, size, 4096)
    with (folder / "proc/kcore").open("wb") as core, memory.open("rb") as data:
        core.write((ehdr + phdr).ljust(4096, b"\0"))
        shutil.copyfileobj(data, core, 1 << 20)
    (folder / "proc/iomem").write_text(f"{BASE:08x}-{BASE + size - 1:08x} : System RAM\n")
    return folder


class _Bench:
    """A machine with much memory, one with next to none, and a place for their images."""

    def __init__(self, place: Place) -> None:
        self.memory = made("big", place.work) / "image.bin"
        little = place.work / "little.bin"
        little.write_bytes(bytes(2 << 20))
        self.large = machine(place.work / "large", self.memory)
        self.little = machine(place.work / "little", little)
        self.out, self.copy = place.work / "out", place.work / "copy"
        with self.memory.open("rb") as file:
            self.digest = hashlib.file_digest(file, "sha256").hexdigest()

    def ours(self, *how: str) -> Callable[[], Run]:
        def take() -> Run:
            done = self._taken(self.large, *how)
            if self.digest not in done.out.decode():
                raise VoidError("the image is not the memory")
            return done.less(self._taken(self.little, *how))

        return take

    def _taken(self, root: Path, *how: str) -> Run:
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        done = run([sys.executable, MAKING, "image", root, self.out, *how])
        proof = run([sys.executable, MAKING, "imaged", self.out])
        return replace(done, out=proof.out)

    def slower(self) -> Run:
        """Of hashing alone and writing alone, the one that takes longer."""
        self.copy.unlink(missing_ok=True)
        hashed = run(["openssl", "dgst", "-sha256", self.memory])
        if self.digest not in hashed.out.decode():
            raise VoidError("the peer hashed something else")
        wrote = run(["dd", f"if={self.memory}", f"of={self.copy}", "bs=1M", "oflag=direct",
                     "conv=fsync"])  # fmt: skip
        if self.copy.stat().st_size != BIG_BYTES:
            raise VoidError("the peer wrote less")
        return max(hashed, wrote, key=lambda each: each.wall)


def acquisition(place: Place, pairs: int) -> Group:
    """An image of a gibibyte of memory."""
    bench = _Bench(place)
    lines = [
        Comparison(
            name=f"1 GiB of memory{told}, the slower of openssl dgst and dd", limit=0.8, least=True,
            what="wall", ours=bench.ours(*how), peer=bench.slower,
        ).line(pairs)
        for told, how in (("", ()), (", not compressed", ("uncompressed",)))
    ]  # fmt: skip
    return Group(title="Memory of a machine, imaged", lines=lines, notes=_NOTES)
