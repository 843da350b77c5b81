"""A set of rules on trial: how fast it is, and what it says of files where nothing happened."""

from __future__ import annotations

import os
import random
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chain_of_custody.findings import escaped
from evidence.engines.engine import Engine
from evidence.scanner import ItemScan, Rules, rules_of

SAMPLE = 16 << 20  # bytes that each file of rules is timed over
EXAMPLES = 3  # of the files in which a rule matched
_SLICE = 1 << 20
_WORDS = (b"vss", b"delete", b"reg", b"power", b"tor", b"lock", b"\x00", b"\r\n", b"e", b"Mozilla")


def speeds(folder: Path, engine: Engine | None = None) -> dict[str, float]:
    """Of each file of rules: millions of bytes that one processor scans in a second.

    YARA times no rule by itself, and a file's private rules can't be taken from it.

    Raises:
        RulesError: a file does not compile.
    """
    sample = _sample()
    return {
        path.stem: _speed(rules_of([path], engine=engine), sample)
        for path in sorted(folder.glob("*.yar"))
    }


def speed_of(rules: Rules) -> float:
    """Of all rules together: millions of bytes that one processor scans in a second."""
    return _speed(rules, _sample())


def _sample() -> bytes:
    """Noise and text with the beginnings of words, the same each time."""
    rng = random.Random(1)  # noqa: S311 - a sample, no secret
    text = b" ".join(rng.choices(_WORDS, k=1 << 16))
    block = rng.randbytes(1 << 19) + text
    return (block * (SAMPLE // len(block) + 1))[:SAMPLE]


def _speed(rules: Rules, sample: bytes) -> float:
    scan = ItemScan(rules)
    began = time.thread_time()
    scan.update(memoryview(sample))
    scan.finish()
    return len(sample) / 1e6 / max(time.thread_time() - began, 1e-6)


@dataclass(slots=True)
class Trial:
    """What the rules said of a folder."""

    files: int = 0
    size: int = 0
    unread: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    """Rule, as records name it, to the number of files."""
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, rule: str, path: bytes) -> None:
        """A rule matched in a file."""
        self.hits[rule] = self.hits.get(rule, 0) + 1
        shown = self.examples.setdefault(rule, [])
        if len(shown) < EXAMPLES:
            shown.append(escaped(os.fsdecode(path)))


def trial(rules: Rules, paths: Iterable[bytes]) -> Trial:
    """Scan regular files as a collection does, names included; links are not followed."""
    result = Trial()
    for path in paths:
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                _scan(rules, path, result)
            result.unread += stat.S_ISDIR(mode)
        except OSError:
            result.unread += 1
    return result


def files_below(folder: str) -> Iterator[bytes]:
    """Everything below a folder, in an order that is the same each time.

    Of folders, only those that can't be listed: they count as not read.
    """
    closed: list[bytes] = []
    walk = os.walk(os.fsencode(folder), onerror=lambda error: closed.append(error.filename))
    for parent, folders, names in walk:
        folders.sort()
        yield from (os.path.join(parent, name) for name in sorted(names))  # noqa: PTH118 - bytes
    yield from closed


def _scan(rules: Rules, path: bytes, result: Trial) -> None:
    scan = ItemScan(rules, os.fsdecode(path))
    room, size = memoryview(bytearray(_SLICE)), 0
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - names of files are bytes
        while count := file.readinto(room):
            scan.update(room[:count])
            size += count
    result.files += 1
    result.size += size
    for rule in {hit.rule for hit in scan.finish().hits}:
        result.add(rule, path)
