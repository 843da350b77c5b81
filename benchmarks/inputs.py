"""Inputs with a fixed seed: many small files, one big file, one that nothing makes smaller.

Run as a program it makes one of them, so that no measuring process has ever been large.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

SMALL_FILES = 20_000
BIG_BYTES = 1 << 30
_LOG = b"Nov 22 21:45:11 host sshd[%d]: Accepted publickey for user from 10.0.0.%d port %d\n"


def made(kind: str, place: Path) -> Path:
    """The folder of an input, made by a process of its own if it is not there."""
    folder = place / kind
    if not folder.exists():
        subprocess.run([sys.executable, __file__, kind, folder], check=True)
    return folder


def small(folder: Path) -> None:
    """20,000 files of 1 to 64 KiB in 200 folders."""
    rng = random.Random(7)
    for number in range(200):
        below = folder / f"d{number:03d}"
        below.mkdir(parents=True)
        for name in range(SMALL_FILES // 200):
            size = rng.randint(1024, 4096)
            if rng.random() < 0.35:
                size = int(1024 * 2 ** (rng.random() * 6))
            (below / f"f{name:03d}.log").write_bytes(_content(rng, size))


def _content(rng: random.Random, size: int) -> bytes:
    kind = rng.random()
    if kind < 0.15:
        return rng.randbytes(size)
    if kind < 0.30:
        return bytes(size)
    line = _LOG % (rng.randrange(9999), rng.randrange(255), rng.randrange(65535))
    return (line * (size // len(line) + 1))[:size]


def big(folder: Path) -> None:
    """1 GiB: 60 % program code of this machine, 15 % random, 15 % zeros, 10 % log text."""
    rng = random.Random(3)
    programs = b"".join(
        file.read_bytes()
        for file in sorted(Path("/usr/lib").rglob("*.so.*"))[:400]
        if file.is_file() and not file.is_symlink()
    )
    block = 1 << 20
    at = written = 0
    folder.mkdir()
    with (folder / "image.bin").open("wb") as out:
        while written < BIG_BYTES:
            kind = rng.random()
            if kind < 0.15:
                data = rng.randbytes(block)
            elif kind < 0.30:
                data = bytes(block)
            elif kind < 0.40:
                data = (_LOG % (1, 2, 3) * block)[:block]
            else:
                data = programs[at : at + block]
                at = (at + block) % (len(programs) - block)
            out.write(data)
            written += len(data)
        out.truncate(BIG_BYTES)


def noise(folder: Path) -> None:
    """1 GiB of random bytes: as large in a volume as it is here."""
    rng = random.Random(5)
    folder.mkdir()
    with (folder / "noise.bin").open("wb") as out:
        for _ in range(BIG_BYTES >> 20):
            out.write(rng.randbytes(1 << 20))


if __name__ == "__main__":
    {"small": small, "big": big, "noise": noise}[sys.argv[1]](Path(sys.argv[2]))
