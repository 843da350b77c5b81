"""How fast rules are: each file of them, and each rule by itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from evidence.engines.apart import apart
from evidence.engines.choice import ENGINES
from evidence.engines.engine import Compiled, Engine, RuleFile, ScanError
from evidence.packs.rule_set import own_files
from evidence.scan.scanner import TIMEOUT

SAMPLE = 16 << 20  # bytes that each file of rules is timed over
OF_A_RULE = 1 << 20  # bytes that each rule is timed over, and its own text after them
PATIENCE = 10  # seconds for one rule
SLOWEST = 10  # rules that are told; documents have all
_OWN = 1 << 18  # bytes of a rule's own text: what it looks for occurs there
_WORDS = (b"vss", b"delete", b"reg", b"power", b"tor", b"lock", b"\x00", b"\r\n", b"e", b"Mozilla")
_RUNS = b"".join(each * 4096 for each in (b"a", b"0", b" ", b"\0", b"A", b"/", b"=", b"\xff"))

Speed = float | None
"""Millions of bytes that one processor scans in a second; None where the scan was given up."""


def speeds(folder: Path, engine: Engine | None = None) -> dict[str, Speed]:
    """Of each file of rules.

    Raises:
        RulesError: the folder can't be read, or a file does not compile.
    """
    sample, maker = _sample(SAMPLE), engine or ENGINES["yara"]()
    return {
        each.namespace: _speed(maker.compile([each]), sample, TIMEOUT) for each in own_files(folder)
    }


def speed_of(compiled: Compiled) -> Speed:
    """Of all rules together."""
    return _speed(compiled, _sample(SAMPLE), TIMEOUT)


def speeds_of_rules(
    files: Iterable[RuleFile], engine: Engine, look: Callable[[str], None] = lambda _: None
) -> dict[str, Speed]:
    """Of each rule by itself, as records name it, the slowest first.

    What it looks for is in its sample, and so are runs of one byte: over bytes in which nothing
    begins to match, any expression is fast.

    Args:
        files: the rules.
        engine: that scans.
        look: told each rule's name before it is timed.
    """
    sample, found = _sample(OF_A_RULE), dict[str, Speed]()
    for file in files:
        for name, text, alone in apart(file):
            look(name)
            compiled = engine.compile([alone])
            found[f"{file.namespace}:{name}"] = _speed(compiled, sample + _own(text), PATIENCE)
    return dict(sorted(found.items(), key=lambda each: (each[1] or 0, each[0])))


def _own(text: str) -> bytes:
    data = text.encode()
    return (data * (_OWN // len(data) + 1))[:_OWN]


def _sample(size: int) -> bytes:
    """Noise and text with the beginnings of words, the same each time; runs of one byte."""
    rng = random.Random(1)  # noqa: S311 - a sample, no secret
    text = b" ".join(rng.choices(_WORDS, k=1 << 16))
    block = _RUNS + rng.randbytes(1 << 19) + text
    return (block * (size // len(block) + 1))[:size]


def _speed(compiled: Compiled, sample: bytes, timeout: int) -> Speed:
    began = time.thread_time()
    try:
        compiled.match(memoryview(sample), in_memory=False, timeout=timeout, most=1)
    except ScanError:
        return None
    return len(sample) / 1e6 / max(time.thread_time() - began, 1e-6)
