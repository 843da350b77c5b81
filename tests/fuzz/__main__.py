"""Fuzz the readers: `cd tests && python -m fuzz [READER …] [--seconds N] [--seed N]`.

A child reads, with a limit on its memory; its parent watches that it goes on. What makes a reader
crash, hang, take too much memory or accept what it must not is written to `fuzz/found/` and shown;
it stays there as a case that the tests read again.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import random
import resource
import struct
import subprocess
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from fuzz.mutations import Change, changed
from fuzz.readers import READERS, Reader, memory

FOUND = Path(__file__).parent / "found"
MEMORY = 1 << 30  # bytes of address space beyond what is there before the first reading
PATIENCE = 60  # seconds without a sign of life; a reading takes milliseconds
LARGEST = 4 << 20  # bytes of an input that are kept


def drawn(dice: random.Random) -> tuple[int, list[Change]]:
    """A seed and what to do with it."""
    count = dice.choice((0, 1, 1, 1, 2, 2, 3, 5))
    return dice.randrange(1 << 16), [
        Change(
            dice.randrange(1 << 16), dice.randrange(1 << 20), dice.randrange(1 << 16),
            dice.randbytes(dice.choice((0, 1, 1, 2, 4, 9, 40))),
        )
        for _ in range(count)
    ]  # fmt: skip


def outcome(reader: Reader, data: bytes) -> str:
    """How a reading ended: accepted, refused by an error of ours, or (with a mark) a finding."""
    try:
        reader.read(data)
    except reader.errors as error:
        return type(error).__name__
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"! {type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {error}"
    return "accepted"


def limit_memory() -> None:
    """Bound the address space; what is there already is not counted."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


class Sign:
    """Where a child leaves what it is about to read, and its parent sees that it goes on."""

    HEAD = 24  # bytes: how many readings, which reader, how long the input is

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)

    @classmethod
    def made(cls, path: Path) -> Sign:
        path.write_bytes(bytes(cls.HEAD + LARGEST))
        return cls(path)

    def leave(self, count: int, reader: int, data: bytes) -> None:
        kept = data[:LARGEST]
        self._shared[self.HEAD : self.HEAD + len(kept)] = kept
        self._shared[: self.HEAD] = struct.pack(">QQQ", count, reader, len(kept))

    @property
    def head(self) -> tuple[int, int, int]:
        return struct.unpack(">QQQ", self._shared[: self.HEAD])

    @property
    def data(self) -> bytes:
        return self._shared[self.HEAD : self.HEAD + self.head[2]]


def child(names: list[str], seconds: float, seed: int, sign: Sign) -> None:
    """Give each reader its time, one after the other."""
    warnings.simplefilter("error")
    for name in names:  # what they need is loaded before memory gets scarce
        outcome(READERS[name], READERS[name].seeds()[0])
    limit_memory()
    for index, name in enumerate(names):
        reader, dice = READERS[name], random.Random(f"{name} {seed}")
        seeds, seen, count = reader.seeds(), Counter[str](), 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            data = changed(reader.form, seeds, *drawn(dice))
            count += 1
            sign.leave(count, index, data)
            how = outcome(reader, data)
            if how.startswith("!") and how not in seen:
                print(how, "->", keep(name, data), flush=True)
            seen[how] += 1
        ended = ", ".join(f"{times} {how}" for how, times in seen.most_common())
        print(f"{name}: {count} readings; {ended}", flush=True)


def keep(name: str, data: bytes) -> Path:
    """Write a finding down."""
    FOUND.mkdir(exist_ok=True)
    label = hashlib.sha256(data).hexdigest()[:12]
    path = FOUND / f"{name.replace(' ', '_')}-{label}"
    path.write_bytes(data)
    return path


def _command(names: list[str], seconds: float, seed: int, sign: Path) -> list[str]:
    command = [sys.executable, "-m", "fuzz", *names, "--child", str(sign)]
    return [*command, "--seconds", str(seconds), "--seed", str(seed)]


def watched(names: list[str], seconds: float, seed: int, place: Path) -> int:
    """Run a child to its end; when it stands still, end it and keep what it stood at."""
    path = place / f"sign-{os.getpid()}"
    sign = Sign.made(path)
    running = subprocess.Popen(_command(names, seconds, seed, path), cwd=Path(__file__).parents[1])
    last, since = sign.head, time.monotonic()
    try:
        while running.poll() is None:
            time.sleep(0.05)
            if sign.head != last:
                last, since = sign.head, time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                name = names[sign.head[1]]
                print(f"! {name}: stands still -> {keep(name, sign.data)}", flush=True)
                return 1
    finally:
        running.kill()
        running.wait()
        path.unlink()
    return running.returncode


def main() -> int:
    """The command line."""
    wanted = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    wanted.add_argument("reader", nargs="*", choices=[*READERS, []], metavar="READER")
    wanted.add_argument("--seconds", type=float, default=60, help="for each reader")
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--child", help=argparse.SUPPRESS)
    given = wanted.parse_args()
    names = given.reader or list(READERS)
    if given.child:
        child(names, given.seconds, given.seed, Sign(Path(given.child)))
        return 0
    before = set(FOUND.iterdir())
    code = watched(names, given.seconds, given.seed, memory())
    return int(code != 0 or set(FOUND.iterdir()) != before)


if __name__ == "__main__":
    raise SystemExit(main())
