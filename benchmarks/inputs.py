"""Inputs with a fixed seed: many small files, one big file, one that nothing makes smaller, logs.

Run as a program it makes one of them, so that no measuring process has ever been large.
"""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

SMALL_FILES = 20_000
BIG_BYTES = 1 << 30
LOG_BYTES = 1 << 30
_LOG = b"Nov 22 21:45:11 host sshd[%d]: Accepted publickey for user from 10.0.0.%d port %d\n"


_ACCESS = '10.%d.%d.%d - - [29/Nov/2026:%02d:%02d:%02d +0900] "GET /karte/%x HTTP/1.1" 200 %d\n'


def made(kind: str, place: Path, name: str | None = None) -> Path:
    """The folder of an input, made by a process of its own if it is not there."""
    folder = place / (name or kind)
    if not folder.exists():
        subprocess.run([sys.executable, __file__, kind, folder], check=True)
    return folder


def bundle_in(folder: Path) -> Path:
    """The one bundle that a collection made there; the picture of its root lies beside it."""
    (found,) = (path for path in folder.glob("HZ_*") if path.is_dir())
    return found


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


def logs(folder: Path) -> None:
    """1 GiB of a web server's logs: half as text, half as it is rotated, in gzip.

    Both repeat 16 MiB of lines, which is farther back than zstd looks.
    """
    rng = random.Random(11)
    lines, size = list[str](), 0
    while size < 16 << 20:
        numbers = (rng.randrange(256) for _ in range(3))
        time = (rng.randrange(24), rng.randrange(60), rng.randrange(60))
        lines.append(_ACCESS % (*numbers, *time, rng.getrandbits(64), rng.randrange(99_999)))
        size += len(lines[-1])
    text = "".join(lines).encode()
    packed = gzip.compress(text, mtime=0)
    folder.mkdir()
    with (folder / "access.log").open("wb") as out:
        for _ in range(LOG_BYTES // 2 // len(text)):
            out.write(text)
    for number in range(LOG_BYTES // 2 // len(packed)):
        (folder / f"access.log.{number}.gz").write_bytes(packed)


if __name__ == "__main__":
    {"small": small, "big": big, "noise": noise, "logs": logs}[sys.argv[1]](Path(sys.argv[2]))
